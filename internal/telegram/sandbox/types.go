package sandbox

import "encoding/json"

// User is a Telegram user or bot as the Bot API shows it.
type User struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

// Chat is a private chat, group, supergroup or channel as the Bot API shows it.
type Chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

// Entity marks a part of a text; Offset and Length count UTF-16 code units.
type Entity struct {
	Type          string `json:"type"`
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	URL           string `json:"url,omitempty"`
	User          *User  `json:"user,omitempty"`
	Language      string `json:"language,omitempty"`
	CustomEmojiID string `json:"custom_emoji_id,omitempty"`
}

// File is what every medium carries. Inside the sandbox FileID is written for bot 0;
// it is rewritten for each bot that sees the message, because a file_id is valid for one bot only.
type File struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size,omitempty"`
}

// PhotoSize is one size of a photo or a thumbnail.
type PhotoSize struct {
	File
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Video is a video file; Animation shares its shape.
type Video struct {
	File
	Width     int        `json:"width"`
	Height    int        `json:"height"`
	Duration  int        `json:"duration"`
	Thumbnail *PhotoSize `json:"thumbnail,omitempty"`
	FileName  string     `json:"file_name,omitempty"`
	MimeType  string     `json:"mime_type,omitempty"`
}

// Audio is a music file.
type Audio struct {
	File
	Duration  int    `json:"duration"`
	Performer string `json:"performer,omitempty"`
	Title     string `json:"title,omitempty"`
	FileName  string `json:"file_name,omitempty"`
	MimeType  string `json:"mime_type,omitempty"`
}

// Voice is a voice note.
type Voice struct {
	File
	Duration int    `json:"duration"`
	MimeType string `json:"mime_type,omitempty"`
}

// VideoNote is a round video; Length is its side in pixels.
type VideoNote struct {
	File
	Length   int `json:"length"`
	Duration int `json:"duration"`
}

// Document is any other file.
type Document struct {
	File
	Thumbnail *PhotoSize `json:"thumbnail,omitempty"`
	FileName  string     `json:"file_name,omitempty"`
	MimeType  string     `json:"mime_type,omitempty"`
}

// Sticker is a sticker image.
type Sticker struct {
	File
	Type       string `json:"type"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	IsAnimated bool   `json:"is_animated"`
	IsVideo    bool   `json:"is_video"`
	Emoji      string `json:"emoji,omitempty"`
	SetName    string `json:"set_name,omitempty"`
}

// Contact is a shared phone contact.
type Contact struct {
	PhoneNumber string `json:"phone_number"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name,omitempty"`
	UserID      int64  `json:"user_id,omitempty"`
	VCard       string `json:"vcard,omitempty"`
}

// Location is a point in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Origin says where a forwarded message came from.
type Origin struct {
	Type       string `json:"type"`
	Date       int64  `json:"date"`
	SenderUser *User  `json:"sender_user,omitempty"`
	SenderChat *Chat  `json:"sender_chat,omitempty"`
	Chat       *Chat  `json:"chat,omitempty"`
	MessageID  int64  `json:"message_id,omitempty"`
}

// Quote is the quoted part of the message replied to.
type Quote struct {
	Text     string `json:"text"`
	Position int    `json:"position"`
	IsManual bool   `json:"is_manual,omitempty"`
}

// Message is never changed once stored: an edit replaces it, so readers need no lock.
type Message struct {
	MessageID           int64           `json:"message_id"`
	From                *User           `json:"from,omitempty"`
	SenderChat          *Chat           `json:"sender_chat,omitempty"`
	Date                int64           `json:"date"`
	Chat                *Chat           `json:"chat"`
	ForwardOrigin       *Origin         `json:"forward_origin,omitempty"`
	ReplyToMessage      *Message        `json:"reply_to_message,omitempty"`
	Quote               *Quote          `json:"quote,omitempty"`
	EditDate            int64           `json:"edit_date,omitempty"`
	HasProtectedContent bool            `json:"has_protected_content,omitempty"`
	MediaGroupID        string          `json:"media_group_id,omitempty"`
	Text                string          `json:"text,omitempty"`
	Entities            []Entity        `json:"entities,omitempty"`
	Animation           *Video          `json:"animation,omitempty"`
	Audio               *Audio          `json:"audio,omitempty"`
	Document            *Document       `json:"document,omitempty"`
	Photo               []PhotoSize     `json:"photo,omitempty"`
	Sticker             *Sticker        `json:"sticker,omitempty"`
	Video               *Video          `json:"video,omitempty"`
	VideoNote           *VideoNote      `json:"video_note,omitempty"`
	Voice               *Voice          `json:"voice,omitempty"`
	Caption             string          `json:"caption,omitempty"`
	CaptionEntities     []Entity        `json:"caption_entities,omitempty"`
	HasMediaSpoiler     bool            `json:"has_media_spoiler,omitempty"`
	Contact             *Contact        `json:"contact,omitempty"`
	Location            *Location       `json:"location,omitempty"`
	NewChatMembers      []User          `json:"new_chat_members,omitempty"`
	MigrateToChatID     int64           `json:"migrate_to_chat_id,omitempty"`
	MigrateFromChatID   int64           `json:"migrate_from_chat_id,omitempty"`
	ReplyMarkup         json.RawMessage `json:"reply_markup,omitempty"`
}

// Kind names what the message carries: text, photo, video and so on, or service.
func (m *Message) Kind() string {
	switch {
	case m.Text != "":
		return "text"
	case m.Photo != nil:
		return "photo"
	case m.Video != nil:
		return "video"
	case m.Animation != nil:
		return "animation"
	case m.Audio != nil:
		return "audio"
	case m.Voice != nil:
		return "voice"
	case m.VideoNote != nil:
		return "video_note"
	case m.Document != nil:
		return "document"
	case m.Sticker != nil:
		return "sticker"
	case m.Contact != nil:
		return "contact"
	case m.Location != nil:
		return "location"
	}
	return "service"
}

// forBot returns the message as one bot sees it: with that bot's file ids.
func (m *Message) forBot(bot int64) *Message {
	switch m.Kind() {
	case "text", "contact", "location", "service":
		if m.ReplyToMessage == nil {
			return m
		}
	}
	c := *m
	if c.ReplyToMessage != nil {
		c.ReplyToMessage = c.ReplyToMessage.forBot(bot)
	}
	if c.Photo != nil {
		c.Photo = append([]PhotoSize(nil), c.Photo...)
		for i := range c.Photo {
			c.Photo[i].FileID = readdress(c.Photo[i].FileID, bot)
		}
	}
	c.Video = c.Video.forBot(bot)
	c.Animation = c.Animation.forBot(bot)
	if c.Audio != nil {
		x := *c.Audio
		x.FileID = readdress(x.FileID, bot)
		c.Audio = &x
	}
	if c.Voice != nil {
		x := *c.Voice
		x.FileID = readdress(x.FileID, bot)
		c.Voice = &x
	}
	if c.VideoNote != nil {
		x := *c.VideoNote
		x.FileID = readdress(x.FileID, bot)
		c.VideoNote = &x
	}
	if c.Document != nil {
		x := *c.Document
		x.FileID = readdress(x.FileID, bot)
		x.Thumbnail = x.Thumbnail.forBot(bot)
		c.Document = &x
	}
	if c.Sticker != nil {
		x := *c.Sticker
		x.FileID = readdress(x.FileID, bot)
		c.Sticker = &x
	}
	return &c
}

func (v *Video) forBot(bot int64) *Video {
	if v == nil {
		return nil
	}
	x := *v
	x.FileID = readdress(x.FileID, bot)
	x.Thumbnail = x.Thumbnail.forBot(bot)
	return &x
}

func (p *PhotoSize) forBot(bot int64) *PhotoSize {
	if p == nil {
		return nil
	}
	x := *p
	x.FileID = readdress(x.FileID, bot)
	return &x
}
