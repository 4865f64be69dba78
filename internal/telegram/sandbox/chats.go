package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// threadKey finds a thread. A private chat belongs to one bot; a group or channel has bot 0.
type threadKey struct{ Bot, Chat int64 }

// thread is a chat with its messages. Guarded by Server.mu.
type thread struct {
	Chat       Chat
	Bot        int64
	Members    map[int64]string // user or bot → administrator or member; groups only
	Messages   map[int64]*Message
	Order      []int64 // message ids, oldest first; may name deleted ones
	Last       int64   // last message id of a group
	Started    bool    // the customer has written first
	Blocked    bool
	Keyboard   json.RawMessage // reply keyboard shown, or null
	MigratedTo int64
	Reactions  map[int64]json.RawMessage
}

func newThread(chat Chat, botID int64) *thread {
	return &thread{Chat: chat, Bot: botID, Members: map[int64]string{}, Messages: map[int64]*Message{}, Reactions: map[int64]json.RawMessage{}}
}

func (t *thread) private() bool { return t.Chat.Type == "private" }

// nextID numbers messages: a bot's private chats share one sequence, a group has its own.
func (t *thread) nextID(b *bot) int64 {
	if t.private() {
		b.LastMessage++
		return b.LastMessage
	}
	t.Last++
	return t.Last
}

func (t *thread) put(m *Message, keep int) {
	t.Messages[m.MessageID] = m
	t.Order = append(t.Order, m.MessageID)
	if len(t.Order) > keep+keep/4 {
		for _, id := range t.Order[:len(t.Order)-keep] {
			delete(t.Messages, id)
		}
		t.Order = append([]int64(nil), t.Order[len(t.Order)-keep:]...)
	}
}

// thread returns the chat a page or test speaks of: chat 0 is the user's private chat with the bot.
func (s *Server) thread(botID, userID, chatID int64) (*thread, *bot, error) {
	b := s.bots[botID]
	if chatID != 0 && chatID != userID {
		if t := s.threads[threadKey{0, chatID}]; t != nil {
			return t, b, nil
		}
		return nil, nil, fmt.Errorf("%w chat %d", ErrUnknown, chatID)
	}
	if b == nil {
		return nil, nil, fmt.Errorf("%w bot %d", ErrUnknown, botID)
	}
	u := s.users[userID]
	if u == nil {
		return nil, nil, fmt.Errorf("%w user %d", ErrUnknown, userID)
	}
	key := threadKey{botID, userID}
	t := s.threads[key]
	if t == nil {
		t = newThread(Chat{ID: u.ID, Type: "private", FirstName: u.FirstName, LastName: u.LastName, Username: u.Username}, botID)
		s.threads[key] = t
	}
	return t, b, nil
}

// find is how a bot reaches a chat by its id or @username, without the right to write there.
func (s *Server) find(b *bot, id string) (*thread, *apiError) {
	if name, ok := strings.CutPrefix(id, "@"); ok {
		for _, t := range s.threads {
			if t.Bot == 0 && strings.EqualFold(t.Chat.Username, name) {
				return t, nil
			}
		}
		return nil, badRequest("chat not found")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, badRequest("chat not found")
	}
	if t := s.threads[threadKey{b.ID, n}]; t != nil {
		return t, nil
	}
	if t := s.threads[threadKey{0, n}]; t != nil {
		return t, nil
	}
	if s.users[n] != nil {
		return nil, forbidden("bot can't initiate conversation with a user")
	}
	if s.bots[n] != nil {
		return nil, forbidden("bot can't send messages to bots")
	}
	return nil, badRequest("chat not found")
}

// target is a chat that the bot may write to.
func (s *Server) target(b *bot, id string) (*thread, *apiError) {
	t, err := s.find(b, id)
	if err != nil {
		return nil, err
	}
	switch {
	case t.MigratedTo != 0:
		return nil, &apiError{Code: 400, Text: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: t.MigratedTo}
	case t.private() && t.Blocked:
		return nil, forbidden("bot was blocked by the user")
	case t.private() && !t.Started:
		return nil, forbidden("bot can't initiate conversation with a user")
	case !t.private() && (t.Members[b.ID] == "" || t.Members[b.ID] == "left"):
		return nil, forbidden("bot is not a member of the " + t.Chat.Type + " chat")
	case !t.private() && t.Members[b.ID] == "kicked":
		return nil, forbidden("bot was kicked from the " + t.Chat.Type + " chat")
	case t.Chat.Type == "channel" && t.Members[b.ID] != "administrator":
		return nil, badRequest("need administrator rights in the channel chat")
	}
	return t, nil
}

func (s *Server) getChat(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	type gifts struct {
		UnlimitedGifts      bool `json:"unlimited_gifts"`
		LimitedGifts        bool `json:"limited_gifts"`
		UniqueGifts         bool `json:"unique_gifts"`
		PremiumSubscription bool `json:"premium_subscription"`
		GiftsFromChannels   bool `json:"gifts_from_channels"`
	}
	return struct {
		Chat
		AccentColorID     int   `json:"accent_color_id"`
		MaxReactionCount  int   `json:"max_reaction_count"`
		AcceptedGiftTypes gifts `json:"accepted_gift_types"`
	}{Chat: t.Chat, AccentColorID: int(t.Chat.ID % 7 * (t.Chat.ID % 7) % 7), MaxReactionCount: 11}, nil
}

func (s *Server) getChatMember(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.find(b, c.str("chat_id"))
	if err != nil {
		return nil, err
	}
	id := c.num("user_id")
	u := s.anyone(id)
	if u == nil {
		return nil, badRequest("user not found")
	}
	status := t.Members[id]
	if t.private() && (id == t.Chat.ID || id == b.ID) {
		status = "member"
	}
	if status == "" {
		status = "left"
	}
	return member(*u, status), nil
}

func member(u User, status string) map[string]any {
	m := map[string]any{"user": u, "status": status}
	switch status {
	case "administrator":
		for _, right := range []string{"can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages", "can_pin_messages"} {
			m[right] = true
		}
		m["can_be_edited"], m["is_anonymous"] = false, false
	case "creator":
		m["is_anonymous"] = false
	case "kicked":
		m["until_date"] = 0
	}
	return m
}

// anyone is a user or a bot.
func (s *Server) anyone(id int64) *User {
	if u := s.users[id]; u != nil {
		return u
	}
	if b := s.bots[id]; b != nil {
		return &b.User
	}
	return nil
}

func (s *Server) getUserProfilePhotos(_ *http.Request, _ *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.anyone(c.num("user_id")) == nil {
		return nil, badRequest("user not found")
	}
	return map[string]any{"total_count": 0, "photos": []any{}}, nil
}

// AddUser creates a customer; ID and IsBot of u are ignored.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last.User++
	u.ID, u.IsBot = s.last.User, false
	if u.FirstName == "" {
		u.FirstName = "User"
	}
	s.users[u.ID] = &u
	s.changed(event{Kind: "users"})
	return u
}

// Users lists all customers.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]User, 0, len(s.users))
	for _, id := range sortedKeys(s.users) {
		list = append(list, *s.users[id])
	}
	return list
}

// NewGroup describes a group, supergroup or channel. Admins and Members name users and bots.
type NewGroup struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Username string  `json:"username,omitempty"`
	Admins   []int64 `json:"admins"`
	Members  []int64 `json:"members"`
}

// AddGroup creates a group, supergroup or channel; its bots learn it by my_chat_member.
func (s *Server) AddGroup(n NewGroup) (Chat, error) {
	if n.Type != "group" && n.Type != "supergroup" && n.Type != "channel" {
		return Chat{}, fmt.Errorf("sandbox: a chat is a group, supergroup or channel, not %q", n.Type)
	}
	if n.Title == "" {
		return Chat{}, fmt.Errorf("sandbox: a chat needs a title")
	}
	if n.Type == "group" {
		n.Username = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range append(slices.Clone(n.Admins), n.Members...) {
		if s.anyone(id) == nil {
			return Chat{}, fmt.Errorf("%w member %d", ErrUnknown, id)
		}
	}
	s.last.Group++
	id := -(4_000_000 + s.last.Group)
	if n.Type != "group" {
		id = supergroupID(s.last.Group)
	}
	t := newThread(Chat{ID: id, Type: n.Type, Title: n.Title, Username: n.Username}, 0)
	s.threads[threadKey{0, id}] = t
	for _, m := range n.Members {
		s.join(t, m, "member")
	}
	for _, m := range n.Admins {
		s.join(t, m, "administrator")
	}
	s.changed(event{Kind: "chats"})
	return t.Chat, nil
}

func supergroupID(n int64) int64 { return -1_000_000_000_000 - 2_000_000 - n }

// Join changes what a user or bot is in a group: member, administrator, left or kicked.
func (s *Server) Join(chatID, who int64, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.threads[threadKey{0, chatID}]
	if t == nil || s.anyone(who) == nil {
		return fmt.Errorf("%w chat %d or member %d", ErrUnknown, chatID, who)
	}
	if !slices.Contains([]string{"member", "administrator", "left", "kicked"}, status) {
		return fmt.Errorf("sandbox: a member is member, administrator, left or kicked, not %q", status)
	}
	s.join(t, who, status)
	s.changed(event{Kind: "chats"})
	return nil
}

func (s *Server) join(t *thread, who int64, status string) {
	old := cmp.Or(t.Members[who], "left")
	t.Members[who] = status
	u := *s.anyone(who)
	change := map[string]any{
		"chat": t.Chat, "from": s.actor(t, who), "date": s.now(),
		"old_chat_member": member(u, old), "new_chat_member": member(u, status),
	}
	for _, b := range s.botsIn(t) {
		if b.ID != who && t.Members[b.ID] == "administrator" {
			s.push(b, "chat_member", t.Chat.ID, change)
		}
	}
	if b := s.bots[who]; b != nil {
		s.push(b, "my_chat_member", t.Chat.ID, change)
	}
}

// actor is who is said to have done something in a group: its first human, else the one it happened to.
func (s *Server) actor(t *thread, who int64) User {
	for _, id := range sortedKeys(t.Members) {
		if u := s.users[id]; u != nil && t.Members[id] == "administrator" {
			return *u
		}
	}
	return *s.anyone(who)
}

// botsIn lists the bots that are in a group, in the order of their ids.
func (s *Server) botsIn(t *thread) []*bot {
	var list []*bot
	for _, id := range sortedKeys(t.Members) {
		if b := s.bots[id]; b != nil && (t.Members[id] == "member" || t.Members[id] == "administrator") {
			list = append(list, b)
		}
	}
	return list
}

// Migrate turns a group into a supergroup: both chats get the service message, the old one refuses bots.
func (s *Server) Migrate(chatID int64) (Chat, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.threads[threadKey{0, chatID}]
	if old == nil || old.Chat.Type != "group" || old.MigratedTo != 0 {
		return Chat{}, fmt.Errorf("%w group %d", ErrUnknown, chatID)
	}
	return s.migrate(old), nil
}

func (s *Server) migrate(old *thread) Chat {
	s.last.Group++
	next := newThread(old.Chat, 0)
	next.Chat.ID, next.Chat.Type = supergroupID(s.last.Group), "supergroup"
	next.Members = maps.Clone(old.Members)
	s.threads[threadKey{0, next.Chat.ID}] = next
	old.MigratedTo = next.Chat.ID
	for _, x := range []struct {
		t        *thread
		to, from int64
	}{{old, next.Chat.ID, 0}, {next, 0, old.Chat.ID}} {
		from := s.actor(x.t, sortedKeys(x.t.Members)[0])
		chat := x.t.Chat
		m := &Message{MessageID: x.t.nextID(nil), From: &from, Date: s.now(), Chat: &chat, MigrateToChatID: x.to, MigrateFromChatID: x.from}
		x.t.put(m, s.opt.KeepMessages)
		for _, b := range s.botsIn(x.t) {
			s.push(b, "message", chat.ID, m)
		}
		s.changed(event{Kind: "message", Chat: chat.ID, Message: m})
	}
	s.changed(event{Kind: "chats"})
	return next.Chat
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
