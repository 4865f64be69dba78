package sandbox

import (
	"context"
	"net/http"
)

// Medium describes one file of a message before it is sent. Kind is photo, video, animation, audio,
// voice, video_note, document or sticker; sizes are pixels, the duration seconds.
type Medium struct {
	Kind      string   `json:"kind"`
	Caption   string   `json:"caption"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Duration  int      `json:"duration"`
	Performer string   `json:"performer"`
	Title     string   `json:"title"`
	Emoji     string   `json:"emoji"`
	Spoiler   bool     `json:"spoiler"`
	Entities  []Entity `json:"entities"` // of the caption

	thumb *blob
}

// put fills the field of m that carries this kind of file.
func (s *Server) put(m *Message, d Medium, b *blob) {
	f := s.files.file(b)
	w, h := d.Width, d.Height
	if w == 0 || h == 0 {
		w, h = b.Width, b.Height
	}
	var thumb *PhotoSize
	if d.thumb != nil {
		thumb = &PhotoSize{File: s.files.file(d.thumb), Width: d.thumb.Width, Height: d.thumb.Height}
	}
	m.Caption, m.CaptionEntities, m.HasMediaSpoiler = d.Caption, d.Entities, d.Spoiler
	switch d.Kind {
	case "photo":
		m.Photo = []PhotoSize{{File: f, Width: b.Width, Height: b.Height}}
		for _, small := range s.files.smaller(b) {
			m.Photo = append([]PhotoSize{{File: s.files.file(small), Width: small.Width, Height: small.Height}}, m.Photo...)
		}
	case "video":
		m.Video = &Video{File: f, Width: w, Height: h, Duration: d.Duration, Thumbnail: thumb, FileName: b.Name, MimeType: b.Mime}
	case "animation":
		m.Animation = &Video{File: f, Width: w, Height: h, Duration: d.Duration, Thumbnail: thumb, FileName: b.Name, MimeType: b.Mime}
		// Telegram repeats an animation as a document, for older clients.
		m.Document = &Document{File: f, Thumbnail: thumb, FileName: b.Name, MimeType: b.Mime}
	case "audio":
		m.Audio = &Audio{File: f, Duration: d.Duration, Performer: d.Performer, Title: d.Title, FileName: b.Name, MimeType: b.Mime}
	case "voice":
		m.Voice = &Voice{File: f, Duration: d.Duration, MimeType: b.Mime}
	case "video_note":
		m.VideoNote = &VideoNote{File: f, Length: max(w, 240), Duration: d.Duration}
		m.Caption, m.CaptionEntities = "", nil
	case "sticker":
		m.Sticker = &Sticker{File: f, Type: "regular", Width: max(b.Width, 1), Height: max(b.Height, 1), Emoji: d.Emoji, IsVideo: b.Mime == "video/webm", IsAnimated: b.Mime == "application/x-tgsticker"}
		m.Caption, m.CaptionEntities = "", nil
	default:
		m.Document = &Document{File: f, Thumbnail: thumb, FileName: b.Name, MimeType: b.Mime}
	}
}

// sendMedia is sendPhoto and its kin; the parameter has the kind's name.
func sendMedia(kind string) method {
	return func(s *Server, r *http.Request, b *bot, c *call) (any, *apiError) {
		d := Medium{
			Kind: kind, Width: int(c.num("width")), Height: int(c.num("height")), Duration: int(c.num("duration")),
			Performer: c.str("performer"), Title: c.str("title"), Emoji: c.str("emoji"), Spoiler: c.is("has_spoiler"),
		}
		var err *apiError
		if d.Caption, d.Entities, err = formatted(c, "caption", "caption_entities", maxCaption); err != nil {
			return nil, err
		}
		if err := s.reachable(b, c); err != nil {
			return nil, err
		}
		file, err := s.resolve(requestContext(r), b, c, kind, c.str(kind), kind)
		if err != nil {
			return nil, err
		}
		if up := c.files["thumbnail"]; up != nil && checkPhoto(up) == nil {
			if d.thumb, err = s.resolve(requestContext(r), b, c, "thumbnail", "", "photo"); err != nil {
				return nil, err
			}
		}
		m := &Message{}
		s.put(m, d, file)
		return s.deliverOne(b, c, m)
	}
}

// requestContext is the caller's, or none for a method run from a webhook's answer.
func requestContext(r *http.Request) context.Context {
	if r == nil {
		return context.Background()
	}
	return r.Context()
}

// reachable refuses early, before files are stored for a chat that cannot get them.
func (s *Server) reachable(b *bot, c *call) *apiError {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.target(b, c.str("chat_id"))
	return err
}

// inputMedia is one item of an album, or the new content of editMessageMedia.
type inputMedia struct {
	Type            string   `json:"type"`
	Media           string   `json:"media"`
	Thumbnail       string   `json:"thumbnail"`
	Caption         string   `json:"caption"`
	ParseMode       string   `json:"parse_mode"`
	CaptionEntities []Entity `json:"caption_entities"`
	Width           int      `json:"width"`
	Height          int      `json:"height"`
	Duration        int      `json:"duration"`
	Performer       string   `json:"performer"`
	Title           string   `json:"title"`
	HasSpoiler      bool     `json:"has_spoiler"`
}

func (s *Server) readMedia(r *http.Request, b *bot, c *call, in inputMedia) (*Message, *apiError) {
	switch in.Type {
	case "photo", "video", "animation", "audio", "document":
	default:
		return nil, badRequest("media of type %q is not played by the sandbox", in.Type)
	}
	caption, entities, err := format(in.Caption, in.ParseMode, in.CaptionEntities, maxCaption)
	if err != nil {
		return nil, err
	}
	file, err := s.resolve(requestContext(r), b, c, "", in.Media, in.Type)
	if err != nil {
		return nil, err
	}
	m := &Message{}
	s.put(m, Medium{
		Kind: in.Type, Caption: caption, Entities: entities, Width: in.Width, Height: in.Height,
		Duration: in.Duration, Performer: in.Performer, Title: in.Title, Spoiler: in.HasSpoiler,
	}, file)
	return m, nil
}

func (s *Server) sendMediaGroup(r *http.Request, b *bot, c *call) (any, *apiError) {
	var items []inputMedia
	if err := c.into("media", &items); err != nil {
		return nil, err
	}
	if err := checkAlbum(items); err != nil {
		return nil, err
	}
	if err := s.reachable(b, c); err != nil {
		return nil, err
	}
	delete(c.values, "reply_markup") // an album has none
	list := make([]*Message, 0, len(items))
	for _, in := range items {
		m, err := s.readMedia(r, b, c, in)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	sent, err := s.deliver(b, c, list...)
	if err != nil {
		return nil, err
	}
	out := make([]*Message, len(sent))
	for i, m := range sent {
		out[i] = m.forBot(b.ID)
	}
	return out, nil
}

// checkAlbum: photos mix with videos; documents and audio stay among themselves.
func checkAlbum(items []inputMedia) *apiError {
	family := func(kind string) string {
		switch kind {
		case "photo", "video", "live_photo":
			return "visual"
		}
		return kind
	}
	for _, in := range items {
		if in.Type == "animation" {
			return badRequest("animation can't be sent in an album")
		}
		if family(in.Type) != family(items[0].Type) {
			return badRequest("%s can't be mixed with other media types", in.Type)
		}
	}
	return nil
}
