package intake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/telegram/markup"
)

// Incoming is a message as the inbox keeps it.
type Incoming struct {
	WorkspaceID uuid.UUID
	BotID       uuid.UUID
	ChatID      int64
	ChatKind    string // private, group, supergroup
	Title       string // of a group; the person's name in a private chat
	Person      Person
	// ExternalID is Telegram's message id, 0 for what has none (a pressed button).
	ExternalID        int64
	ReplyToExternalID int64
	AlbumID           string
	Kind              string // the content kinds of a message, or callback for a pressed button
	Text              string // Telegram HTML
	Payload           Payload
	Attachments       []Attachment
	SentAt            time.Time
	EditedAt          *time.Time
	// Body is the compact update, kept beside the message.
	Body []byte
	// Own is set where a person applies a kept update: when its ExternalID belongs to
	// another message of the chat already, it becomes a message of its own without an id.
	Own bool
}

// Attachment is a file that waits at Telegram.
type Attachment struct {
	Kind         string
	FileID       string
	FileUniqueID string
	Name         string
	Mime         string
	Size         int64 // bytes, 0 when Telegram does not say
	Width        int
	Height       int
	Duration     int  // seconds
	TooLarge     bool // the Bot API does not hand it out
}

// Payload is what a message carries beside text and files.
type Payload struct {
	Start    string       `json:"start,omitempty"` // what followed /start
	Contact  *ContactCard `json:"contact,omitempty"`
	Location *Location    `json:"location,omitempty"`
	Emoji    string       `json:"emoji,omitempty"` // of a sticker
	Service  *Service     `json:"service,omitempty"`
	Callback *Callback    `json:"callback,omitempty"`
	Sender   *Sender      `json:"sender,omitempty"` // who wrote in a group
	Forward  string       `json:"forward,omitempty"`
	Quote    string       `json:"quote,omitempty"` // the quoted part of the message replied to
}

// ContactCard is a shared contact.
type ContactCard struct {
	Name   string `json:"name"`
	Phone  string `json:"phone"`
	UserID int64  `json:"user_id,omitempty"`
}

// Location is a shared place.
type Location struct {
	Latitude  float64 `json:"lat"`
	Longitude float64 `json:"lon"`
	Title     string  `json:"title,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Service is what happened in a chat without anybody writing; Type is Telegram's field.
type Service struct {
	Type  string   `json:"type"`
	Names []string `json:"names,omitempty"`
	Title string   `json:"title,omitempty"`
}

// Callback is a pressed inline button.
type Callback struct {
	Data  string `json:"data"`
	Label string `json:"label"`
}

// Sender is a member of a group.
type Sender struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

func fullName(first, last string) string {
	return strings.TrimSpace(markup.Clean(first) + " " + markup.Clean(last))
}

// incoming describes the message; body is the compact update it came in.
func (m *message) incoming(b Bot, body []byte, maxFile int64) Incoming {
	in := Incoming{
		WorkspaceID: b.WorkspaceID, BotID: b.ID, ChatID: m.Chat.ID, ChatKind: m.Chat.Type, Title: m.Chat.name(),
		ExternalID: m.MessageID, AlbumID: markup.Clean(m.MediaGroupID), SentAt: time.Unix(m.Date, 0).UTC(), Body: body,
	}
	if m.EditDate > 0 {
		at := time.Unix(m.EditDate, 0).UTC()
		in.EditedAt = &at
	}
	if m.ReplyTo != nil {
		in.ReplyToExternalID = m.ReplyTo.MessageID
	}
	if m.Quote != nil {
		in.Payload.Quote = markup.Clean(m.Quote.Text)
	}
	if m.ForwardOrigin != nil {
		in.Payload.Forward = m.ForwardOrigin.name()
	}
	if m.Chat.Type != "private" {
		in.Payload.Sender = m.sender()
	}
	if m.From != nil && !m.From.IsBot && m.SenderChat == nil {
		in.Person = m.From.person()
	}
	m.fill(&in)
	for i := range in.Attachments {
		in.Attachments[i].TooLarge = in.Attachments[i].Size > maxFile
	}
	return in
}

func (c chat) name() string {
	if c.Title != "" {
		return markup.Clean(c.Title)
	}
	return fullName(c.FirstName, c.LastName)
}

func (o *origin) name() string {
	switch {
	case o.SenderUser != nil:
		return fullName(o.SenderUser.FirstName, o.SenderUser.LastName)
	case o.SenderChat != nil:
		return o.SenderChat.name()
	case o.Chat != nil:
		return o.Chat.name()
	}
	return markup.Clean(o.SenderUserName)
}

func (m *message) sender() *Sender {
	switch {
	case m.SenderChat != nil:
		return &Sender{ID: m.SenderChat.ID, Name: m.SenderChat.name(), Username: markup.Clean(m.SenderChat.Username)}
	case m.From != nil:
		return &Sender{ID: m.From.ID, Name: fullName(m.From.FirstName, m.From.LastName), Username: markup.Clean(m.From.Username)}
	}
	return nil
}

// fill finds the content. Telegram sets document beside animation, and location beside
// venue, so the narrower one is asked first.
func (m *message) fill(in *Incoming) {
	in.Text = markup.FromEntities(m.Caption, m.CaptionEntities)
	switch {
	case m.Text != "":
		in.Kind, in.Text = "text", markup.FromEntities(m.Text, m.Entities)
		in.Payload.Start = startPayload(m.Text)
	case len(m.Photo) > 0:
		in.attach("photo", largest(m.Photo))
	case m.Animation != nil:
		in.attach("animation", *m.Animation)
	case m.Video != nil:
		in.attach("video", *m.Video)
	case m.Audio != nil:
		f := *m.Audio
		if f.FileName == "" {
			f.FileName = strings.Trim(f.Performer+" - "+f.Title, " -")
		}
		in.attach("audio", f)
	case m.Voice != nil:
		in.attach("voice", *m.Voice)
	case m.VideoNote != nil:
		f := *m.VideoNote
		f.Width, f.Height = f.Length, f.Length
		in.attach("video_note", f)
	case m.Document != nil:
		in.attach("document", *m.Document)
	case m.Sticker != nil:
		f := *m.Sticker
		switch {
		case f.IsAnimated:
			f.MimeType = "application/x-tgsticker"
		case f.IsVideo:
			f.MimeType = "video/webm"
		default:
			f.MimeType = "image/webp"
		}
		in.attach("sticker", f)
		in.Payload.Emoji = markup.Clean(f.Emoji)
	case m.Contact != nil:
		in.Kind = "contact"
		in.Payload.Contact = &ContactCard{
			Name: fullName(m.Contact.FirstName, m.Contact.LastName), Phone: markup.Clean(m.Contact.PhoneNumber), UserID: m.Contact.UserID,
		}
	case m.Venue != nil:
		in.Kind = "location"
		in.Payload.Location = &Location{m.Venue.Location.Latitude, m.Venue.Location.Longitude, markup.Clean(m.Venue.Title), markup.Clean(m.Venue.Address)}
	case m.Location != nil:
		in.Kind = "location"
		in.Payload.Location = &Location{Latitude: m.Location.Latitude, Longitude: m.Location.Longitude}
	case m.Dice != nil:
		in.Kind, in.Text = "text", markup.Escape(markup.Clean(fmt.Sprintf("%s %d", m.Dice.Emoji, m.Dice.Value)))
	case in.Text != "": // a kind that is younger than this program, with a caption
		in.Kind = "text"
	default:
		in.Kind = "service"
		in.Payload.Service = m.service(in.Body)
	}
}

func (in *Incoming) attach(kind string, f file) {
	in.Kind = kind
	in.Attachments = []Attachment{{
		Kind: kind, FileID: markup.Clean(f.FileID), FileUniqueID: markup.Clean(f.FileUniqueID),
		Name: markup.Clean(f.FileName), Mime: markup.Clean(f.MimeType),
		Size: f.FileSize, Width: f.Width, Height: f.Height, Duration: f.Duration,
	}}
}

func largest(sizes []file) file {
	return slices.MaxFunc(sizes, func(a, b file) int { return a.Width*a.Height - b.Width*b.Height })
}

// common are the fields of a message that say nothing about what happened.
var common = []string{
	"message_id", "message_thread_id", "direct_messages_topic", "date", "edit_date", "from", "sender_chat",
	"sender_boost_count", "sender_business_bot", "sender_tag", "business_connection_id", "chat", "is_topic_message",
	"is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story", "via_bot",
	"has_protected_content", "is_from_offline", "is_paid_post", "media_group_id", "author_signature",
	"paid_star_count", "effect_id", "reply_markup", "forward_origin", "link_preview_options",
}

// service names what happened by the field that Telegram set, known to this program or not.
func (m *message) service(body []byte) *Service {
	s := &Service{Type: "unknown", Title: markup.Clean(m.NewChatTitle)}
	for _, u := range m.NewChatMembers {
		s.Names = append(s.Names, fullName(u.FirstName, u.LastName))
	}
	if m.LeftChatMember != nil {
		s.Names = []string{fullName(m.LeftChatMember.FirstName, m.LeftChatMember.LastName)}
	}
	var u struct {
		Message map[string]json.RawMessage `json:"message"`
		Edited  map[string]json.RawMessage `json:"edited_message"`
	}
	if json.Unmarshal(body, &u) != nil {
		return s
	}
	if u.Message == nil {
		u.Message = u.Edited
	}
	for _, k := range sortedKeys(u.Message) {
		// new_chat_member and new_chat_participant stand beside new_chat_members
		if !slices.Contains(common, k) && k != "new_chat_member" && !strings.HasSuffix(k, "_chat_participant") {
			s.Type = markup.Clean(k)
			break
		}
	}
	return s
}

var startPattern = regexp.MustCompile(`^/start(?:@[A-Za-z0-9_]{1,64})?[ \n]+([A-Za-z0-9_-]{1,64})\s*$`)

// startPayload returns what a deep link carried: "/start <payload>", of the characters
// that Telegram allows, else "".
func startPayload(text string) string {
	if !strings.HasPrefix(text, "/start") {
		return ""
	}
	if m := startPattern.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// language maps Telegram's language_code to one the product speaks, "" when it does not.
func language(code string) string {
	code, _, _ = strings.Cut(strings.ToLower(code), "-")
	switch code {
	case "uk", "ua":
		return "uk"
	case "ru", "en":
		return code
	}
	return ""
}

// incoming shows a pressed button as what the customer said: its label.
func (q *callbackQuery) incoming(b Bot, body []byte, now time.Time) Incoming {
	c := q.Message.Chat
	in := Incoming{
		WorkspaceID: b.WorkspaceID, BotID: b.ID, ChatID: c.ID, ChatKind: c.Type, Title: c.name(),
		Person: q.From.person(), ReplyToExternalID: q.Message.MessageID, Kind: "callback", SentAt: now, Body: body,
	}
	data := markup.Clean(q.Data)
	label := data
	if q.Message.ReplyMarkup != nil {
		for _, row := range q.Message.ReplyMarkup.InlineKeyboard {
			for _, button := range row {
				if button.CallbackData != "" && button.CallbackData == q.Data {
					label = markup.Clean(button.Text)
				}
			}
		}
	}
	in.Text = markup.Escape(label)
	in.Payload.Callback = &Callback{Data: data, Label: label}
	if c.Type != "private" {
		in.Payload.Sender = &Sender{ID: q.From.ID, Name: fullName(q.From.FirstName, q.From.LastName), Username: markup.Clean(q.From.Username)}
	}
	return in
}
