package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// replyTo is reply_parameters, or the older reply_to_message_id.
type replyTo struct {
	MessageID json.Number     `json:"message_id"`
	ChatID    json.RawMessage `json:"chat_id"`
	Lenient   bool            `json:"allow_sending_without_reply"`
	Quote     string          `json:"quote"`
}

func readReply(c *call) (*replyTo, *apiError) {
	if c.str("reply_parameters") != "" {
		var r replyTo
		if err := c.into("reply_parameters", &r); err != nil {
			return nil, err
		}
		return &r, nil
	}
	if id := c.str("reply_to_message_id"); id != "" && id != "0" {
		return &replyTo{MessageID: json.Number(id), Lenient: c.is("allow_sending_without_reply")}, nil
	}
	return nil, nil
}

// attach puts the message replied to into m.
func (r *replyTo) attach(t *thread, m *Message) *apiError {
	if r == nil {
		return nil
	}
	id, _ := r.MessageID.Int64()
	orig := t.Messages[id]
	if orig == nil {
		if r.Lenient {
			return nil
		}
		return badRequest("message to be replied not found")
	}
	if r.Quote != "" {
		body := orig.Text + orig.Caption
		at := strings.Index(body, r.Quote)
		if at < 0 {
			return badRequest("QUOTE_TEXT_INVALID")
		}
		m.Quote = &Quote{Text: r.Quote, Position: utf16Len(body[:at]), IsManual: true}
	}
	m.ReplyToMessage = orig.shallow()
	return nil
}

// shallow is a message as it appears inside another one: without what it replied to itself.
func (m *Message) shallow() *Message {
	c := *m
	c.ReplyToMessage = nil
	return &c
}

// deliver puts messages of a bot into a chat; all of them or none.
func (s *Server) deliver(b *bot, c *call, list ...*Message) ([]*Message, *apiError) {
	mk, err := readMarkup(c)
	if err != nil {
		return nil, err
	}
	reply, err := readReply(c)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.target(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if err := reply.attach(t, list[0]); err != nil {
		return nil, err
	}
	album := ""
	if len(list) > 1 {
		s.last.Album++
		album = strconv.FormatInt(13_000_000_000_000_000+s.last.Album, 10)
	}
	if mk.inline == nil && t.private() {
		switch {
		case mk.reply != nil:
			t.Keyboard = mk.reply
		case mk.remove:
			t.Keyboard = nil
		}
	}
	for i, m := range list {
		if i > 0 {
			m.ReplyToMessage, m.Quote = list[0].ReplyToMessage, list[0].Quote
		}
		chat := t.Chat
		m.MessageID, m.Date, m.Chat, m.MediaGroupID = t.nextID(b), s.now(), &chat, album
		m.ReplyMarkup, m.HasProtectedContent = mk.inline, c.is("protect_content")
		if t.Chat.Type == "channel" {
			m.SenderChat = &chat
		} else {
			m.From = &User{ID: b.ID, IsBot: true, FirstName: b.FirstName, Username: b.Username}
		}
		t.put(m, s.opt.KeepMessages)
		s.changed(event{Kind: "message", Bot: t.Bot, Chat: chat.ID, Message: m, Keyboard: t.Keyboard})
	}
	return list, nil
}

// deliverOne sends one message and answers as the bot sees it.
func (s *Server) deliverOne(b *bot, c *call, m *Message) (any, *apiError) {
	sent, err := s.deliver(b, c, m)
	if err != nil {
		return nil, err
	}
	return sent[0].forBot(b.ID), nil
}

func (s *Server) sendMessage(_ *http.Request, b *bot, c *call) (any, *apiError) {
	text, entities, err := formatted(c, "text", "entities", maxText)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, badRequest("message text is empty")
	}
	return s.deliverOne(b, c, &Message{Text: text, Entities: entities})
}

func (s *Server) sendContact(_ *http.Request, b *bot, c *call) (any, *apiError) {
	return s.deliverOne(b, c, &Message{Contact: &Contact{
		PhoneNumber: c.str("phone_number"), FirstName: c.str("first_name"), LastName: c.str("last_name"), VCard: c.str("vcard"),
	}})
}

func (s *Server) sendLocation(_ *http.Request, b *bot, c *call) (any, *apiError) {
	at := Location{Latitude: c.float("latitude"), Longitude: c.float("longitude")}
	if !at.valid() {
		return nil, badRequest("wrong latitude or longitude specified")
	}
	return s.deliverOne(b, c, &Message{Location: &at})
}

func (l Location) valid() bool {
	return l.Latitude >= -90 && l.Latitude <= 90 && l.Longitude >= -180 && l.Longitude <= 180
}

// chatActions are what a bot may say it is doing.
var chatActions = map[string]bool{
	"typing": true, "upload_photo": true, "record_video": true, "upload_video": true, "record_voice": true, "upload_voice": true,
	"upload_document": true, "choose_sticker": true, "find_location": true, "record_video_note": true, "upload_video_note": true,
	"record_audio": true, "upload_audio": true,
}

func (s *Server) sendChatAction(_ *http.Request, b *bot, c *call) (any, *apiError) {
	if !chatActions[c.str("action")] {
		return nil, badRequest("wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.target(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	s.hub.send(event{Kind: "action", Bot: t.Bot, Chat: t.Chat.ID, Action: c.str("action")})
	return true, nil
}

// source finds the message that is to be copied or forwarded.
func (s *Server) source(b *bot, c *call) (*Message, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(b, c.str("from_chat_id"))
	if err != nil {
		return nil, err
	}
	m := t.Messages[c.num("message_id")]
	switch {
	case m == nil && c.method == "copyMessage":
		return nil, badRequest("message to copy not found")
	case m == nil:
		return nil, badRequest("message to forward not found")
	case m.Kind() == "service", m.HasProtectedContent:
		return nil, badRequest("message can't be copied or forwarded")
	}
	return m, nil
}

// bare is a message's content alone.
func (m *Message) bare() *Message {
	c := *m
	c.MessageID, c.From, c.SenderChat, c.Chat, c.EditDate = 0, nil, nil, nil, 0
	c.ReplyToMessage, c.Quote, c.ReplyMarkup, c.MediaGroupID = nil, nil, nil, ""
	return &c
}

func (s *Server) copyMessage(_ *http.Request, b *bot, c *call) (any, *apiError) {
	orig, err := s.source(b, c)
	if err != nil {
		return nil, err
	}
	m := orig.bare()
	m.ForwardOrigin = nil
	if _, ok := c.values["caption"]; ok && m.Text == "" {
		if m.Caption, m.CaptionEntities, err = formatted(c, "caption", "caption_entities", maxCaption); err != nil {
			return nil, err
		}
	}
	sent, err := s.deliver(b, c, m)
	if err != nil {
		return nil, err
	}
	return map[string]int64{"message_id": sent[0].MessageID}, nil
}

func (s *Server) forwardMessage(_ *http.Request, b *bot, c *call) (any, *apiError) {
	orig, err := s.source(b, c)
	if err != nil {
		return nil, err
	}
	m := orig.bare()
	if m.ForwardOrigin == nil {
		m.ForwardOrigin = &Origin{Type: "user", Date: orig.Date, SenderUser: orig.From}
		if orig.From == nil {
			m.ForwardOrigin = &Origin{Type: "channel", Date: orig.Date, Chat: orig.SenderChat, MessageID: orig.MessageID}
		}
	}
	return s.deliverOne(b, c, m)
}
