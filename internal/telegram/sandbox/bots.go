package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// bot is one bot account with its queue of updates. Guarded by Server.mu.
type bot struct {
	User
	Token       string
	ReadsAll    bool // sees every group message, not only commands and replies
	LastMessage int64
	LastUpdate  int64
	Commands    map[string]json.RawMessage // scope and language → commands
	MenuButtons map[int64]json.RawMessage  // chat, 0 is the default
	Hook        hook
	Allowed     []string // nil: the default set

	pending []*update
	waiting int // updates in pending that are not done
	held    *update
	poll    chan struct{} // closed to end the long poll in flight with 409
	pollWhy string
	wake    chan struct{} // closed and replaced when an update arrives
	lanes   map[int64]*lane
	busy    int // lanes being delivered
	ready   []*lane
}

// NewBot describes a bot to create; an empty Token gets a random one.
type NewBot struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Token    string `json:"token,omitempty"`
	ReadsAll bool   `json:"reads_all,omitempty"` // privacy mode off: sees every group message
}

// Bot is a bot as tests and the page see it.
type Bot struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Token    string `json:"token"`
	Webhook  string `json:"webhook,omitempty"`
	Pending  int    `json:"pending"`
}

type botSelf struct {
	User
	CanJoinGroups           bool `json:"can_join_groups"`
	CanReadAllGroupMessages bool `json:"can_read_all_group_messages"`
	SupportsInlineQueries   bool `json:"supports_inline_queries"`
	HasMainWebApp           bool `json:"has_main_web_app"`
}

func (b *bot) me() botSelf {
	return botSelf{User: b.User, CanJoinGroups: true, CanReadAllGroupMessages: b.ReadsAll}
}

func (b *bot) public() Bot {
	return Bot{ID: b.ID, Username: b.Username, Name: b.FirstName, Token: b.Token, Webhook: b.Hook.URL, Pending: b.waiting}
}

var (
	botName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$`)
	botToken = regexp.MustCompile(`^([0-9]{3,15}):[A-Za-z0-9_-]{5,64}$`)
)

// AddBot creates a bot, or returns the one that already has this username (and token, if given).
func (s *Server) AddBot(n NewBot) (Bot, error) {
	if !botName.MatchString(n.Username) {
		return Bot{}, fmt.Errorf("sandbox: a bot's username has 5-32 letters, digits or _ and ends in bot: %q", n.Username)
	}
	if n.Name == "" {
		n.Name = n.Username
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.bots {
		if strings.EqualFold(b.Username, n.Username) {
			if n.Token != "" && n.Token != b.Token {
				return Bot{}, fmt.Errorf("sandbox: username %s is taken", n.Username)
			}
			return b.public(), nil
		}
	}
	id := s.last.Bot + 1
	if n.Token != "" {
		m := botToken.FindStringSubmatch(n.Token)
		if m == nil {
			return Bot{}, fmt.Errorf("sandbox: a token looks like 123456:letters")
		}
		id, _ = strconv.ParseInt(m[1], 10, 64)
		if s.bots[id] != nil {
			return Bot{}, fmt.Errorf("sandbox: bot %d exists", id)
		}
	} else {
		s.last.Bot = id
		n.Token = newToken(id)
	}
	b := &bot{
		User:  User{ID: id, IsBot: true, FirstName: n.Name, Username: n.Username},
		Token: n.Token, ReadsAll: n.ReadsAll, Commands: map[string]json.RawMessage{}, MenuButtons: map[int64]json.RawMessage{},
		// Real queues do not start at 1; a start above it catches code that thinks so.
		LastUpdate: 100_000_000 + id%1000*1000,
	}
	b.init()
	s.bots[id], s.tokens[b.Token] = b, b
	s.changed(event{Kind: "bots"})
	return b.public(), nil
}

func (b *bot) init() {
	b.wake = make(chan struct{})
	b.lanes = map[int64]*lane{}
}

func newToken(id int64) string {
	secret := make([]byte, 26)
	_, _ = rand.Read(secret)
	return strconv.FormatInt(id, 10) + ":" + base64.RawURLEncoding.EncodeToString(secret)
}

// RevokeToken replaces a bot's token; the old one is Unauthorized from now on.
func (s *Server) RevokeToken(botID int64) (Bot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.bots[botID]
	if b == nil {
		return Bot{}, fmt.Errorf("%w bot %d", ErrUnknown, botID)
	}
	delete(s.tokens, b.Token)
	b.Token = newToken(b.ID)
	s.tokens[b.Token] = b
	s.changed(event{Kind: "bots"})
	return b.public(), nil
}

// Bots lists all bots.
func (s *Server) Bots() []Bot {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Bot, 0, len(s.bots))
	for _, id := range sortedKeys(s.bots) {
		list = append(list, s.bots[id].public())
	}
	return list
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(_ *http.Request, b *bot, c *call) (any, *apiError) {
	var list []struct{ Command, Description string }
	if err := c.into("commands", &list); err != nil {
		return nil, err
	}
	if len(list) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, x := range list {
		if !commandName.MatchString(x.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.Commands[commandScope(c)] = json.RawMessage(c.str("commands"))
	s.changed(event{Kind: "bots"})
	return true, nil
}

// commandScope is the key under which a list of commands is kept: its scope and language.
func commandScope(c *call) string {
	scope := c.str("scope")
	if scope == "" {
		scope = `{"type":"default"}`
	}
	var parts struct {
		Type   string          `json:"type"`
		ChatID json.RawMessage `json:"chat_id"`
		UserID json.RawMessage `json:"user_id"`
	}
	_ = json.Unmarshal([]byte(scope), &parts) // checked by the facts
	return strings.Join([]string{parts.Type, string(parts.ChatID), string(parts.UserID), c.str("language_code")}, "/")
}

func (s *Server) getMyCommands(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list := b.Commands[commandScope(c)]; list != nil {
		return list, nil
	}
	return []string{}, nil
}

func (s *Server) deleteMyCommands(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(b.Commands, commandScope(c))
	s.changed(event{Kind: "bots"})
	return true, nil
}

func (s *Server) setChatMenuButton(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := c.num("chat_id")
	if chat != 0 && s.threads[threadKey{b.ID, chat}] == nil {
		return nil, badRequest("chat not found")
	}
	if v := c.str("menu_button"); v != "" {
		b.MenuButtons[chat] = json.RawMessage(v)
	} else {
		delete(b.MenuButtons, chat)
	}
	s.changed(event{Kind: "bots"})
	return true, nil
}

func (s *Server) getChatMenuButton(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, chat := range []int64{c.num("chat_id"), 0} {
		if v := b.MenuButtons[chat]; v != nil {
			return v, nil
		}
	}
	return map[string]string{"type": "commands"}, nil
}
