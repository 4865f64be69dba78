// Package notification tells members what concerns them: in the bell of the web app
// and, for members who connected their Telegram, by a message of a bot.
//
//	Notify (in the unit) ──► row + notification.added ──► bell
//	                    └──► linked chat, in the member's language ──► Telegram
package notification

import (
	"context"
	"embed"
	"html"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/i18n"
	"cartie/internal/platform/ident"
)

// Locales holds the texts of Telegram notices.
//
//go:embed locales/*.json
var Locales embed.FS

// Kind says what a notification is about; the web app has a text for each.
type Kind string

const (
	ConversationNew      Kind = "conversation.new"      // contact
	ConversationAssigned Kind = "conversation.assigned" // by, contact
	UpdateFailed         Kind = "update.failed"         // bot
	DeliveryFailed       Kind = "delivery.failed"       // contact
	BotStopped           Kind = "bot.stopped"           // bot
)

// Notice is what the members are told.
type Notice struct {
	Kind   Kind
	Params map[string]string
	Link   string // path in the web app
}

// Chat is where a member wants to be told.
type Chat struct {
	UserID   uuid.UUID
	BotID    uuid.UUID
	ChatID   int64
	Language string
}

// Members knows who works in a company.
type Members interface {
	// Holding returns the users who hold the right in the company.
	Holding(ctx context.Context, q db.Querier, ws uuid.UUID, perm ident.Permission) ([]uuid.UUID, error)
	// TelegramChats returns the linked chats of those of the users who work in the company.
	TelegramChats(ctx context.Context, q db.Querier, ws uuid.UUID, users []uuid.UUID) ([]Chat, error)
}

// Telegram sends a message that belongs to no conversation.
type Telegram interface {
	// TelegramNotice sends text, Telegram HTML; with url it has one button, labelled label.
	TelegramNotice(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, text, label, url string) error
}

// Publisher appends events.
type Publisher interface {
	Publish(ctx context.Context, tx *db.Tx, e events.Event) error
}

// Config is what the service needs.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Events   Publisher
	Members  Members
	Telegram Telegram
	Texts    *i18n.Texts
	// PublicURL is the origin of links in Telegram; without one that Telegram accepts
	// the messages carry no button.
	PublicURL string
}

// Service tells members things.
type Service struct {
	db       *db.DB
	clock    clock.Clock
	events   Publisher
	members  Members
	telegram Telegram
	texts    *i18n.Texts
	origin   string
}

// New returns the service.
func New(cfg Config) *Service {
	return &Service{
		db: cfg.DB, clock: cfg.Clock, events: cfg.Events, members: cfg.Members, telegram: cfg.Telegram, texts: cfg.Texts,
		origin: linkable(cfg.PublicURL),
	}
}

// linkable returns the origin when Telegram takes it in a button: it refuses addresses
// that mean something on one machine only.
func linkable(origin string) string {
	u, err := url.Parse(strings.TrimRight(origin, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !strings.Contains(u.Hostname(), ".") {
		return ""
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsUnspecified()) {
		return ""
	}
	return u.String()
}

// maxTold bounds the rows that one unit writes: beyond it the first members are told.
const maxTold = 100

// Notify tells the users. Each is told once, whatever the list repeats.
func (s *Service) Notify(ctx context.Context, tx *db.Tx, ws uuid.UUID, users []uuid.UUID, n Notice) error {
	users = once(users)
	if len(users) == 0 {
		return nil
	}
	if n.Params == nil {
		n.Params = map[string]string{}
	}
	now := s.clock.Now()
	for _, user := range users {
		id := ident.New()
		insert(ctx, tx, ws, id, user, n, now)
		if err := s.events.Publish(ctx, tx, events.Event{
			WorkspaceID: ws, Kind: "notification.added", SubjectType: "notification", SubjectID: &id, Data: map[string]any{"user_id": user, "kind": n.Kind},
		}); err != nil {
			return err
		}
	}
	chats, err := s.members.TelegramChats(ctx, tx, ws, users)
	if err != nil {
		return errs.Wrap(err, "finding the members' chats")
	}
	for _, c := range chats {
		link := ""
		if s.origin != "" && n.Link != "" {
			link = s.origin + n.Link
		}
		label := s.texts.T(c.Language, "notification.open", nil)
		if err := s.telegram.TelegramNotice(ctx, tx, ws, c.BotID, c.ChatID, s.text(c.Language, n), label, link); err != nil {
			return errs.Wrap(err, "telling a member in Telegram")
		}
	}
	return nil
}

func once(users []uuid.UUID) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	var out []uuid.UUID
	for _, u := range users {
		if u != uuid.Nil && !seen[u] && len(out) < maxTold {
			seen[u] = true
			out = append(out, u)
		}
	}
	return out
}

// maxParam bounds what a person's name or a title adds to a message, characters.
const maxParam = 200

// text is the notice as Telegram HTML.
func (s *Service) text(language string, n Notice) string {
	params := map[string]any{}
	for k, v := range n.Params {
		if r := []rune(v); len(r) > maxParam {
			v = string(r[:maxParam]) + "…"
		}
		params[k] = html.EscapeString(v)
	}
	return s.texts.T(language, "notification."+string(n.Kind), params)
}

func chatLink(conversation uuid.UUID) string { return "/inbox?chat=" + conversation.String() }

// toldAtOnce bounds the members that one unit tells: each costs a row, an event and
// perhaps a message.
const toldAtOnce = 50

// NewConversation tells everybody who answers chats that a person wrote for the first
// time, in units of its own. Each is told once, however often it is called.
func (s *Service) NewConversation(ctx context.Context, ws, conversation uuid.UUID, contact string) error {
	n := Notice{ConversationNew, map[string]string{"contact": contact}, chatLink(conversation)}
	for range maxTold {
		left := 0
		err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			users, err := s.members.Holding(ctx, tx, ws, ident.AnswerChats)
			if err != nil {
				return err
			}
			know, err := told(ctx, tx, ws, n)
			if err != nil {
				return err
			}
			tell := slices.DeleteFunc(once(users), func(u uuid.UUID) bool { return know[u] })
			now := tell[:min(len(tell), toldAtOnce)]
			left = len(tell) - len(now)
			return s.Notify(ctx, tx, ws, now, n)
		})
		if err != nil || left == 0 {
			return err
		}
	}
	return nil
}

// Assigned tells a member that a conversation is now theirs.
func (s *Service) Assigned(ctx context.Context, tx *db.Tx, ws, conversation, user uuid.UUID, contact, by string) error {
	return s.Notify(ctx, tx, ws, []uuid.UUID{user}, Notice{ConversationAssigned, map[string]string{"contact": contact, "by": by}, chatLink(conversation)})
}

// MessageFailed tells the author of a message that it was not sent.
func (s *Service) MessageFailed(ctx context.Context, tx *db.Tx, ws, conversation, author uuid.UUID, contact string) error {
	return s.Notify(ctx, tx, ws, []uuid.UUID{author}, Notice{DeliveryFailed, map[string]string{"contact": contact}, chatLink(conversation)})
}

// UpdateFailed tells the keepers of the bots that an update waits for them, until they
// have read it: a broken bot must not ring for each update.
func (s *Service) UpdateFailed(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, name string) error {
	return s.keepers(ctx, tx, ws, Notice{UpdateFailed, map[string]string{"bot": name}, "/telegram?bot=" + bot.String()})
}

// BotStopped tells the keepers of the bots that one no longer works.
func (s *Service) BotStopped(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, name string) error {
	return s.keepers(ctx, tx, ws, Notice{BotStopped, map[string]string{"bot": name}, "/telegram?bot=" + bot.String()})
}

// keepers tells those who manage bots and have not the same notice unread.
func (s *Service) keepers(ctx context.Context, tx *db.Tx, ws uuid.UUID, n Notice) error {
	users, err := s.members.Holding(ctx, tx, ws, ident.ManageBots)
	if err != nil {
		return err
	}
	know, err := unreadOf(ctx, tx, ws, n)
	if err != nil {
		return err
	}
	var tell []uuid.UUID
	for _, u := range users {
		if !know[u] {
			tell = append(tell, u)
		}
	}
	return s.Notify(ctx, tx, ws, tell, n)
}

// List returns the person's notifications before an id, the latest first; zero begins.
func (s *Service) List(ctx context.Context, p ident.Principal, before uuid.UUID, limit int) ([]Notification, error) {
	return list(ctx, s.db.Read(), p.WorkspaceID, p.UserID, before, limit)
}

// Unread counts what the person has not read, up to 100: the bell shows 99+.
func (s *Service) Unread(ctx context.Context, p ident.Principal) (int64, error) {
	return unread(ctx, s.db.Read(), p.WorkspaceID, p.UserID)
}

// maxRead bounds one call.
const maxRead = 200

// Read marks the named notifications of the person as read; nil ids mean all. Ids of
// others are passed over.
func (s *Service) Read(ctx context.Context, p ident.Principal, ids []uuid.UUID) error {
	if len(ids) > maxRead {
		return errs.Invalid("ids", "Name at most 200 notifications.").Code("too_many")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := markRead(ctx, tx, p.WorkspaceID, p.UserID, ids, s.clock.Now())
		if err != nil || n == 0 {
			return err
		}
		return s.events.Publish(ctx, tx, events.Event{
			WorkspaceID: p.WorkspaceID, Kind: "notification.read", SubjectType: "user", SubjectID: &p.UserID, Data: map[string]any{"user_id": p.UserID, "count": n},
		})
	})
}

// keepFor is how long a notification is kept.
const keepFor = 90 * 24 * time.Hour
