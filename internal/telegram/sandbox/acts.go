package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrBlocked says that the customer has blocked the bot and must unblock it before writing.
var ErrBlocked = errors.New("sandbox: the customer has blocked this bot")

// Upload is a file that a customer sends.
type Upload struct {
	Name string
	Mime string
	Data []byte
}

// Item is one file of a customer's message.
type Item struct {
	Medium
	Upload Upload `json:"-"`
	FileID string `json:"file_id"` // instead of Upload: a file the sandbox already has, as a sticker
}

// Act is what a customer sends. Chat 0 is the private chat with the bot; in a channel User may be 0.
type Act struct {
	Bot      int64     `json:"bot"`
	User     int64     `json:"user"`
	Chat     int64     `json:"chat"`
	Text     string    `json:"text"`
	Entities []Entity  `json:"entities"` // besides what is detected
	ReplyTo  int64     `json:"reply_to"`
	Contact  *Contact  `json:"contact"`
	Location *Location `json:"location"`
	Items    []Item    `json:"items"` // two or more are an album
}

// Send performs an act and returns the messages it made.
func (s *Server) Send(a Act) ([]Message, error) {
	list, err := s.compose(a)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, _, err := s.thread(a.Bot, a.User, a.Chat)
	if err != nil {
		return nil, err
	}
	if t.Blocked {
		return nil, ErrBlocked
	}
	from := s.users[a.User]
	if t.Chat.Type != "channel" && from == nil {
		return nil, fmt.Errorf("%w user %d", ErrUnknown, a.User)
	}
	if t.MigratedTo != 0 {
		return nil, fmt.Errorf("sandbox: the group became %d", t.MigratedTo)
	}
	var reply *Message
	if a.ReplyTo != 0 {
		if reply = t.Messages[a.ReplyTo]; reply == nil {
			return nil, fmt.Errorf("%w message %d", ErrUnknown, a.ReplyTo)
		}
	}
	if !t.private() && from != nil && t.Members[a.User] == "" && t.Chat.Type != "channel" {
		t.Members[a.User] = "member"
	}
	t.Started = true
	album := ""
	if len(list) > 1 {
		s.last.Album++
		album = strconv.FormatInt(13_000_000_000_000_000+s.last.Album, 10)
	}
	out := make([]Message, 0, len(list))
	for _, m := range list {
		chat := t.Chat
		m.MessageID, m.Date, m.Chat, m.MediaGroupID = t.nextID(s.bots[a.Bot]), s.now(), &chat, album
		if reply != nil {
			m.ReplyToMessage = reply.shallow()
		}
		kind := "message"
		if chat.Type == "channel" {
			m.SenderChat, kind = &chat, "channel_post"
		} else {
			u := *from
			m.From = &u
		}
		t.put(m, s.opt.KeepMessages)
		s.tell(t, kind, m)
		s.changed(event{Kind: "message", Bot: t.Bot, Chat: chat.ID, Message: m, Keyboard: t.Keyboard})
		out = append(out, *m)
	}
	return out, nil
}

// compose makes the messages of an act and stores their files.
func (s *Server) compose(a Act) ([]*Message, error) {
	switch {
	case a.Contact != nil:
		if a.Contact.PhoneNumber == "" || a.Contact.FirstName == "" {
			return nil, errors.New("sandbox: a contact needs a phone number and a first name")
		}
		return []*Message{{Contact: a.Contact}}, nil
	case a.Location != nil:
		if !a.Location.valid() {
			return nil, errors.New("sandbox: latitude is -90..90 and longitude -180..180")
		}
		return []*Message{{Location: a.Location}}, nil
	case len(a.Items) == 0:
		text, entities := trimText(a.Text, a.Entities)
		if text == "" || utf16Len(text) > maxText {
			return nil, fmt.Errorf("sandbox: a text has 1-%d characters", maxText)
		}
		return []*Message{{Text: text, Entities: detect(text, entities)}}, nil
	case len(a.Items) > 10:
		return nil, errors.New("sandbox: an album has at most 10 items")
	}
	var list []*Message
	for _, it := range a.Items {
		b, err := s.itemFile(it)
		if err != nil {
			return nil, err
		}
		if utf16Len(it.Caption) > maxCaption {
			return nil, fmt.Errorf("sandbox: a caption has at most %d characters", maxCaption)
		}
		it.Caption, it.Entities = trimText(it.Caption, it.Entities)
		it.Entities = detect(it.Caption, it.Entities)
		m := &Message{}
		s.put(m, it.Medium, b)
		if m.Sticker != nil {
			s.nameSticker(m.Sticker, b)
		}
		list = append(list, m)
	}
	return list, nil
}

var itemKinds = []string{"photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker"}

func (s *Server) itemFile(it Item) (*blob, error) {
	if !slices.Contains(itemKinds, it.Kind) {
		return nil, fmt.Errorf("sandbox: no kind of file %q", it.Kind)
	}
	if it.FileID != "" {
		owner, id, _, ok := parseFileID(it.FileID)
		if b := s.files.get(id); ok && owner == 0 && b != nil {
			return b, nil
		}
		return nil, fmt.Errorf("%w file", ErrUnknown)
	}
	up := &upload{name: it.Upload.Name, mime: it.Upload.Mime, data: it.Upload.Data}
	if len(up.data) == 0 {
		return nil, errors.New("sandbox: the file is empty")
	}
	if it.Kind == "photo" {
		if err := checkPhoto(up); err != nil {
			return nil, fmt.Errorf("sandbox: %s is not a photo Telegram takes (%s)", up.name, err.Text)
		}
	}
	return s.files.add(it.Kind, up)
}

// tell sends a message or its edit to every bot that may see it. The caller holds the lock.
func (s *Server) tell(t *thread, kind string, m *Message) {
	if t.private() {
		if b := s.bots[t.Bot]; b != nil {
			s.push(b, kind, t.Chat.ID, m)
		}
		return
	}
	for _, b := range s.botsIn(t) {
		if t.Chat.Type == "channel" || t.Members[b.ID] == "administrator" || b.ReadsAll || addressed(b, m) {
			s.push(b, kind, t.Chat.ID, m)
		}
	}
}

// addressed is Telegram's privacy mode: a plain member bot sees commands, replies to it and mentions of it.
func addressed(b *bot, m *Message) bool {
	if m.ReplyToMessage != nil && m.ReplyToMessage.From != nil && m.ReplyToMessage.From.ID == b.ID {
		return true
	}
	body := m.Text + m.Caption
	return strings.HasPrefix(body, "/") || strings.Contains(strings.ToLower(body), "@"+strings.ToLower(b.Username))
}

// Say has a customer write a text to a bot.
func (s *Server) Say(botID, user int64, text string) (Message, error) {
	list, err := s.Send(Act{Bot: botID, User: user, Text: text})
	if err != nil {
		return Message{}, err
	}
	return list[0], nil
}

var startPayload = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)

// Start opens the bot as a t.me link does: /start with an optional payload; it also unblocks.
func (s *Server) Start(botID, user int64, payload string) (Message, error) {
	if !startPayload.MatchString(payload) {
		return Message{}, errors.New("sandbox: a start payload has at most 64 of A-Z a-z 0-9 _ -")
	}
	if err := s.Block(botID, user, false); err != nil {
		return Message{}, err
	}
	return s.Say(botID, user, strings.TrimSpace("/start "+payload))
}

// Edit has a customer change the text or caption of an own message.
func (s *Server) Edit(botID, user, chat, messageID int64, text string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, _, err := s.thread(botID, user, chat)
	if err != nil {
		return Message{}, err
	}
	old := t.Messages[messageID]
	if old == nil || old.From != nil && old.From.ID != user || old.Kind() == "service" {
		return Message{}, fmt.Errorf("%w message %d", ErrUnknown, messageID)
	}
	m := *old
	text, _ = trimText(text, nil)
	if old.Text != "" {
		if text == "" || utf16Len(text) > maxText {
			return Message{}, fmt.Errorf("sandbox: a text has 1-%d characters", maxText)
		}
		m.Text, m.Entities = text, detect(text, nil)
	} else {
		m.Caption, m.CaptionEntities = text, detect(text, nil)
	}
	m.EditDate = s.now()
	t.Messages[messageID] = &m
	kind := "edited_message"
	if t.Chat.Type == "channel" {
		kind = "edited_channel_post"
	}
	s.tell(t, kind, &m)
	s.changed(event{Kind: "edit", Bot: t.Bot, Chat: t.Chat.ID, Message: &m})
	return m, nil
}

// Delete removes a message for everyone; bots are not told.
func (s *Server) Delete(botID, user, chat, messageID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, _, err := s.thread(botID, user, chat)
	if err != nil {
		return err
	}
	if t.Messages[messageID] == nil {
		return fmt.Errorf("%w message %d", ErrUnknown, messageID)
	}
	s.remove(t, messageID)
	return nil
}

// Block has a customer block or unblock a bot; the bot learns it by my_chat_member.
func (s *Server) Block(botID, user int64, blocked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, b, err := s.thread(botID, user, 0)
	if err != nil || t.Blocked == blocked {
		return err
	}
	t.Blocked = blocked
	was, is := "member", "kicked"
	if !blocked {
		was, is = is, was
	}
	s.push(b, "my_chat_member", t.Chat.ID, map[string]any{
		"chat": t.Chat, "from": s.users[user], "date": s.now(),
		"old_chat_member": member(b.User, was), "new_chat_member": member(b.User, is),
	})
	s.changed(event{Kind: "block", Bot: botID, Chat: t.Chat.ID, Blocked: blocked})
	return nil
}

// Press has a customer press the inline button with this callback data or, failing that, this text.
// It returns the id of the callback query; Answer tells what the bot made of it.
func (s *Server) Press(botID, user, chat, messageID int64, button string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, _, err := s.thread(botID, user, chat)
	if err != nil {
		return "", err
	}
	if t.Blocked {
		return "", ErrBlocked
	}
	m, u := t.Messages[messageID], s.users[user]
	if m == nil || u == nil {
		return "", fmt.Errorf("%w message %d or user %d", ErrUnknown, messageID, user)
	}
	b := s.bots[botID]
	if m.From != nil && m.From.IsBot {
		b = s.bots[m.From.ID]
	}
	if b == nil {
		return "", fmt.Errorf("%w bot of message %d", ErrUnknown, messageID)
	}
	data, found := findButton(m.ReplyMarkup, button)
	if !found {
		return "", fmt.Errorf("%w button %q", ErrUnknown, button)
	}
	q := s.newQuery(b, t, user)
	s.push(b, "callback_query", t.Chat.ID, map[string]any{
		"id": q.ID, "from": u, "message": m.forBot(b.ID), "data": data,
		"chat_instance": strconv.FormatInt(-t.Chat.ID*7919, 10),
	})
	s.changed(event{})
	return q.ID, nil
}

func findButton(raw json.RawMessage, want string) (data string, found bool) {
	var k struct {
		Rows [][]InlineButton `json:"inline_keyboard"`
	}
	if raw == nil || json.Unmarshal(raw, &k) != nil {
		return "", false
	}
	for _, byText := range []bool{false, true} {
		for _, row := range k.Rows {
			for _, x := range row {
				if x.CallbackData != "" && (!byText && x.CallbackData == want || byText && x.Text == want) {
					return x.CallbackData, true
				}
			}
		}
	}
	return "", false
}

// Answer is what a bot answered to a pressed button.
type Answer struct {
	Answered bool   `json:"answered"`
	Text     string `json:"text,omitempty"`
	Alert    bool   `json:"alert,omitempty"`
	URL      string `json:"url,omitempty"`
}

// Answer returns the answer to a callback query.
func (s *Server) Answer(queryID string) (Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[queryID]
	if q == nil {
		return Answer{}, fmt.Errorf("%w query %s", ErrUnknown, queryID)
	}
	return Answer{Answered: q.Answered, Text: q.Text, Alert: q.Alert, URL: q.URL}, nil
}

// PressKey has a customer press a key of the reply keyboard: its text, or the contact or location it asks for.
func (s *Server) PressKey(botID, user int64, text string) ([]Message, error) {
	s.mu.Lock()
	t, _, err := s.thread(botID, user, 0)
	var keyboard json.RawMessage
	var u User
	if err == nil {
		keyboard, u = t.Keyboard, *s.users[user]
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var k struct {
		Rows [][]json.RawMessage `json:"keyboard"`
	}
	_ = json.Unmarshal(keyboard, &k) // null when there is none
	for _, row := range k.Rows {
		for _, raw := range row {
			var key struct {
				Text     string `json:"text"`
				Contact  bool   `json:"request_contact"`
				Location bool   `json:"request_location"`
			}
			if json.Unmarshal(raw, &key.Text) != nil {
				_ = json.Unmarshal(raw, &key) // checked when it was sent
			}
			a := Act{Bot: botID, User: user, Text: key.Text}
			switch {
			case key.Text != text:
				continue
			case key.Contact:
				a.Contact = &Contact{PhoneNumber: phoneOf(u.ID), FirstName: u.FirstName, LastName: u.LastName, UserID: u.ID}
			case key.Location:
				a.Location = &Location{Latitude: 50.4501, Longitude: 30.5234}
			}
			return s.Send(a)
		}
	}
	return nil, fmt.Errorf("%w key %q", ErrUnknown, text)
}

// phoneOf is a made-up Ukrainian mobile number, always the same for a user.
func phoneOf(user int64) string { return fmt.Sprintf("+38067%07d", user%10_000_000) }
