package messaging

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/telegram/markup"
)

// Content is what a message carries.
type Content struct {
	Kind        string       `json:"kind"`
	Text        string       `json:"text,omitempty"` // Telegram HTML: the text, or the caption
	Attachments []Attachment `json:"attachments,omitempty"`
	ReplyToID   *uuid.UUID   `json:"reply_to_id,omitempty"`
	Buttons     [][]Button   `json:"buttons,omitempty"`
	Keyboard    *Keyboard    `json:"keyboard,omitempty"`
}

// Attachment is a stored file.
type Attachment struct {
	MediaID  uuid.UUID `json:"media_id"`
	Kind     string    `json:"kind"`
	Name     string    `json:"name,omitempty"`
	Mime     string    `json:"mime,omitempty"`
	Size     int64     `json:"size,omitempty"` // bytes
	Width    int       `json:"width,omitempty"`
	Height   int       `json:"height,omitempty"`
	Duration int       `json:"duration,omitempty"` // seconds
}

// Button is an inline button: an address, or data that comes back when pressed.
type Button struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"data,omitempty"`
}

// Keyboard replaces the keyboard of a private chat, or takes it away.
type Keyboard struct {
	Rows    [][]Key `json:"rows,omitempty"`
	OneTime bool    `json:"one_time,omitempty"` // it hides once a key is pressed
	Remove  bool    `json:"remove,omitempty"`
}

// Key is a key of a keyboard: pressed, it sends its text, or the person's own contact.
type Key struct {
	Text    string `json:"text"`
	Contact bool   `json:"contact,omitempty"`
}

// Kinds of content that can be sent.
const (
	Text      = "text"
	Photo     = "photo"
	Document  = "document"
	Voice     = "voice"
	Video     = "video"
	VideoNote = "video_note"
	Audio     = "audio"
	Animation = "animation"
	Sticker   = "sticker"
	Album     = "album"
)

// Telegram's bounds.
const (
	maxPhoto       = 10 << 20 // bytes
	maxFile        = 50 << 20 // bytes
	maxAlbum       = 10
	minAlbum       = 2
	maxData        = 64 // bytes of a button's callback data
	maxButtons     = 100
	maxButtonRow   = 8
	maxKeys        = 300
	maxKeyRow      = 12
	maxKey         = 256   // UTF-16 units of a key's text
	maxPhotoSides  = 10000 // width + height, pixels
	maxPhotoAspect = 20
)

var files = []string{Photo, Document, Voice, Video, VideoNote, Audio, Animation, Sticker}

// Validate refuses what Telegram would refuse. Errors: invalid, with the field.
func (c Content) Validate() error {
	if err := c.validateText(); err != nil {
		return err
	}
	if err := c.validateButtons(); err != nil {
		return err
	}
	if err := c.validateKeyboard(); err != nil {
		return err
	}
	switch {
	case c.Kind == Text:
		if len(c.Attachments) > 0 {
			return errs.Invalid("attachments", "A text has no files.")
		}
		return nil
	case c.Kind == Album:
		return c.validateAlbum()
	case slices.Contains(files, c.Kind):
		if len(c.Attachments) != 1 {
			return errs.Invalid("attachments", "This message needs exactly one file.").Code("file_required")
		}
		if k := c.Attachments[0].Kind; k != "" && k != c.Kind {
			return errs.Invalid("attachments", fmt.Sprintf("The file is a %s, the message a %s.", k, c.Kind))
		}
		return c.Attachments[0].validate(c.Kind)
	}
	return errs.Invalid("kind", fmt.Sprintf("Messages of the kind %q cannot be sent.", c.Kind))
}

func (c Content) validateText() error {
	visible, err := markup.Visible(c.Text)
	if err != nil {
		return errs.Invalid("text", "The formatting is not right: "+err.Error()+".").Code("bad_markup")
	}
	if n := strings.IndexByte(c.Text, 0); n >= 0 {
		return errs.Invalid("text", "The text holds a character that cannot be sent.")
	}
	n := markup.Units(visible)
	switch {
	case c.Kind == Text && strings.TrimSpace(visible) == "":
		return errs.Invalid("text", "A message needs a text.").Code("required")
	case c.Kind == Text && n > markup.MaxText:
		return errs.Invalid("text", fmt.Sprintf("The text has %d characters; Telegram takes %d.", n, markup.MaxText)).Code("text_too_long")
	case c.Kind != Text && n > markup.MaxCaption:
		return errs.Invalid("text", fmt.Sprintf("The caption has %d characters; Telegram takes %d.", n, markup.MaxCaption)).Code("caption_too_long")
	case n > 0 && (c.Kind == Sticker || c.Kind == VideoNote):
		return errs.Invalid("text", "This kind of message has no text.").Code("no_text")
	}
	return nil
}

func (c Content) validateButtons() error {
	n := 0
	for _, row := range c.Buttons {
		if len(row) > maxButtonRow {
			return errs.Invalid("buttons", fmt.Sprintf("A row takes %d buttons.", maxButtonRow))
		}
		for _, b := range row {
			n++
			switch {
			case strings.TrimSpace(b.Text) == "":
				return errs.Invalid("buttons", "Each button needs a text.")
			case (b.URL == "") == (b.Data == ""):
				return errs.Invalid("buttons", "Each button has either an address or data.")
			case len(b.Data) > maxData:
				return errs.Invalid("buttons", fmt.Sprintf("The data of a button takes %d bytes.", maxData))
			}
			if b.URL == "" {
				continue
			}
			u, err := url.Parse(b.URL)
			if err != nil || !slices.Contains([]string{"http", "https", "tg"}, u.Scheme) || u.Host == "" {
				return errs.Invalid("buttons", "The address of a button starts with https://, http:// or tg://.")
			}
		}
	}
	switch {
	case n > maxButtons:
		return errs.Invalid("buttons", fmt.Sprintf("A message takes %d buttons.", maxButtons))
	case n > 0 && c.Kind == Album:
		return errs.Invalid("buttons", "An album cannot have buttons.").Code("album_buttons")
	}
	return nil
}

func (c Content) validateKeyboard() error {
	k := c.Keyboard
	if k == nil {
		return nil
	}
	if k.Remove == (len(k.Rows) > 0) {
		return errs.Invalid("keyboard", "A keyboard has keys, or is taken away.")
	}
	if len(c.Buttons) > 0 || c.Kind == Album {
		return errs.Invalid("keyboard", "A message has either buttons or a keyboard, an album neither.")
	}
	n := 0
	for _, row := range k.Rows {
		if n += len(row); len(row) == 0 || len(row) > maxKeyRow || n > maxKeys {
			return errs.Invalid("keyboard", fmt.Sprintf("A keyboard has rows of 1 to %d keys, at most %d in all.", maxKeyRow, maxKeys))
		}
		for _, key := range row {
			if strings.TrimSpace(key.Text) == "" || markup.Units(key.Text) > maxKey {
				return errs.Invalid("keyboard", fmt.Sprintf("Each key needs a text of at most %d characters.", maxKey))
			}
		}
	}
	return nil
}

func (c Content) validateAlbum() error {
	if n := len(c.Attachments); n < minAlbum || n > maxAlbum {
		return errs.Invalid("attachments", fmt.Sprintf("An album has %d to %d files.", minAlbum, maxAlbum)).Code("album_size")
	}
	sort := func(kind string) string {
		if kind == Video {
			return Photo // photos and videos mix
		}
		return kind
	}
	first := sort(c.Attachments[0].Kind)
	for _, a := range c.Attachments {
		if !slices.Contains([]string{Photo, Document, Audio}, sort(a.Kind)) || sort(a.Kind) != first {
			return errs.Invalid("attachments", "An album holds photos and videos, or only documents, or only audio.").Code("album_mix")
		}
		if err := a.validate(a.Kind); err != nil {
			return err
		}
	}
	return nil
}

func (a Attachment) validate(kind string) error {
	if a.MediaID == uuid.Nil {
		return errs.Invalid("attachments", "The file is missing.").Code("file_required")
	}
	if kind == Photo {
		if a.Size > maxPhoto {
			return errs.Invalid("attachments", "A photo may have 10 MB. Send it as a file instead.").Code("photo_too_large")
		}
		if w, h := a.Width, a.Height; w > 0 && h > 0 && (w+h > maxPhotoSides || max(w, h) > maxPhotoAspect*min(w, h)) {
			return errs.Invalid("attachments", "Telegram does not take a photo of this shape. Send it as a file instead.").Code("photo_shape")
		}
	}
	if a.Size > maxFile {
		return errs.Invalid("attachments", "A file may have 50 MB.").Code("file_too_large")
	}
	return nil
}
