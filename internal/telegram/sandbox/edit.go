package sandbox

import (
	"bytes"
	"net/http"
	"reflect"
	"strconv"
)

// edit replaces a bot's message by what change makes of a copy.
func (s *Server) edit(b *bot, c *call, change func(m *Message) *apiError) (any, *apiError) {
	if c.str("inline_message_id") != "" {
		return nil, badRequest("MESSAGE_ID_INVALID")
	}
	if c.str("chat_id") == "" {
		return nil, badRequest("chat_id is empty")
	}
	mk, err := readMarkup(c)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.target(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	old := t.Messages[c.num("message_id")]
	if old == nil {
		return nil, badRequest("message to edit not found")
	}
	own := old.From != nil && old.From.ID == b.ID || t.Chat.Type == "channel"
	if !own || old.Kind() == "service" {
		return nil, badRequest("message can't be edited")
	}
	m := *old
	m.ReplyMarkup = mk.inline
	if err := change(&m); err != nil {
		return nil, err
	}
	if sameContent(old, &m) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if c.method != "editMessageReplyMarkup" {
		m.EditDate = s.now()
	}
	t.Messages[m.MessageID] = &m
	s.changed(event{Kind: "edit", Bot: t.Bot, Chat: t.Chat.ID, Message: &m})
	return m.forBot(b.ID), nil
}

func sameContent(a, b *Message) bool {
	x, y := *a, *b
	x.EditDate, y.EditDate = 0, 0
	if !bytes.Equal(x.ReplyMarkup, y.ReplyMarkup) {
		return false
	}
	x.ReplyMarkup, y.ReplyMarkup = nil, nil
	if len(x.Entities) == 0 && len(y.Entities) == 0 {
		x.Entities, y.Entities = nil, nil
	}
	if len(x.CaptionEntities) == 0 && len(y.CaptionEntities) == 0 {
		x.CaptionEntities, y.CaptionEntities = nil, nil
	}
	return reflect.DeepEqual(x, y)
}

func (s *Server) editMessageText(_ *http.Request, b *bot, c *call) (any, *apiError) {
	text, entities, err := formatted(c, "text", "entities", maxText)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, badRequest("message text is empty")
	}
	return s.edit(b, c, func(m *Message) *apiError {
		if m.Text == "" {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities = text, entities
		return nil
	})
}

func (s *Server) editMessageCaption(_ *http.Request, b *bot, c *call) (any, *apiError) {
	caption, entities, err := formatted(c, "caption", "caption_entities", maxCaption)
	if err != nil {
		return nil, err
	}
	return s.edit(b, c, func(m *Message) *apiError {
		switch m.Kind() {
		case "photo", "video", "animation", "audio", "voice", "document":
		default:
			return badRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = caption, entities
		return nil
	})
}

func (s *Server) editMessageMedia(r *http.Request, b *bot, c *call) (any, *apiError) {
	var in inputMedia
	if err := c.into("media", &in); err != nil {
		return nil, err
	}
	fresh, err := s.readMedia(r, b, c, in)
	if err != nil {
		return nil, err
	}
	return s.edit(b, c, func(m *Message) *apiError {
		if m.Text != "" || m.Contact != nil || m.Location != nil || m.Sticker != nil {
			return badRequest("message can't be edited")
		}
		m.Photo, m.Video, m.Animation, m.Audio, m.Document = fresh.Photo, fresh.Video, fresh.Animation, fresh.Audio, fresh.Document
		m.Caption, m.CaptionEntities, m.HasMediaSpoiler = fresh.Caption, fresh.CaptionEntities, fresh.HasMediaSpoiler
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(_ *http.Request, b *bot, c *call) (any, *apiError) {
	return s.edit(b, c, func(*Message) *apiError { return nil })
}

func (s *Server) deleteMessage(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	m := t.Messages[c.num("message_id")]
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if s.now()-m.Date > 48*60*60 {
		return nil, badRequest("message can't be deleted for everyone")
	}
	if !t.private() && (m.From == nil || m.From.ID != b.ID) && t.Members[b.ID] != "administrator" {
		return nil, badRequest("message can't be deleted")
	}
	s.remove(t, m.MessageID)
	return true, nil
}

func (s *Server) remove(t *thread, id int64) {
	delete(t.Messages, id)
	s.changed(event{Kind: "delete", Bot: t.Bot, Chat: t.Chat.ID, MessageID: id})
}

// deleteMessages skips what cannot be found, as Telegram does.
func (s *Server) deleteMessages(_ *http.Request, b *bot, c *call) (any, *apiError) {
	var ids []int64
	if err := c.into("message_ids", &ids); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if t.Messages[id] != nil {
			s.remove(t, id)
		}
	}
	return true, nil
}

func (s *Server) setMessageReaction(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.target(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	id := c.num("message_id")
	if t.Messages[id] == nil {
		return nil, badRequest("message to react not found")
	}
	if v := c.str("reaction"); v != "" && v != "[]" {
		t.Reactions[id] = []byte(v)
	} else {
		delete(t.Reactions, id)
	}
	s.changed(event{Kind: "reaction", Bot: t.Bot, Chat: t.Chat.ID, MessageID: id, Reaction: t.Reactions[id]})
	return true, nil
}

// query is a pressed inline button that waits for its answer.
type query struct {
	ID       string
	Bot      int64
	User     int64
	Chat     int64
	Thread   int64 // the thread's bot: 0 in groups
	Answered bool
	Text     string
	Alert    bool
	URL      string
	At       int64
}

func (s *Server) answerCallbackQuery(_ *http.Request, b *bot, c *call) (any, *apiError) {
	if utf16Len(c.str("text")) > 200 {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[c.str("callback_query_id")]
	if q == nil || q.Bot != b.ID || s.now()-q.At > queryLife {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	q.Answered, q.Text, q.Alert, q.URL = true, c.str("text"), c.is("show_alert"), c.str("url")
	s.hub.send(event{Kind: "toast", Bot: q.Thread, Chat: q.Chat, User: q.User, Query: q.ID, Text: q.Text, Alert: q.Alert, URL: q.URL})
	return true, nil
}

// queryLife is how long a button waits for its answer, in seconds.
const queryLife = 15 * 60

func (s *Server) newQuery(b *bot, t *thread, user int64) *query {
	s.last.Query++
	if s.last.Query%1024 == 0 { // often enough to bound the map
		for id, q := range s.queries {
			if s.now()-q.At > queryLife {
				delete(s.queries, id)
			}
		}
	}
	q := &query{ID: strconv.FormatInt(4_000_000_000_000_000_000+s.last.Query, 10), Bot: b.ID, User: user, Chat: t.Chat.ID, Thread: t.Bot, At: s.now()}
	s.queries[q.ID] = q
	return q
}
