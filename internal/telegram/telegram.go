// Package telegram keeps a company's bots: their tokens, how updates reach us, what they
// say by themselves, and whether all that works.
//
//	person ──Add, Edit, Delete──► bots row ──► bot.changed
//	            └─► Bot API: getMe, setWebhook, deleteWebhook
//	webhook, polling ──Live──► cache (≤ 5 s) ──► bots row, company
//
// Tokens and webhook secrets are sealed at rest and never leave the server but to Telegram.
package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
)

// How updates reach us.
const (
	ModeWebhook = "webhook"
	ModePolling = "polling"
)

// Purposes of sealed values.
const (
	purposeToken  = "bot_token"
	purposeSecret = "bot_webhook_secret"
)

// Bot is a bot as people see it.
type Bot struct {
	WorkspaceID  uuid.UUID
	ID           uuid.UUID
	Name         string
	Username     string
	TelegramID   int64
	Token        []byte // sealed
	Secret       []byte `db:"webhook_secret"` // sealed
	Mode         string
	IsEnabled    bool
	Greeting     db.JSON[Texts]
	GreetingOn   bool
	Away         db.JSON[Texts]
	AwayOn       bool
	Template     string // which flow leads private chats, "" for none
	ScenarioOn   bool
	PollOffset   int64
	LastUpdateAt *time.Time
	LastError    string
	LastErrorAt  *time.Time
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Texts are Telegram HTML per language: en, uk, ru.
type Texts map[string]string

// API is the part of the Bot API that bots are kept with.
type API interface {
	GetMe(ctx context.Context, token string) (botapi.User, error)
	SetWebhook(ctx context.Context, token string, w botapi.Webhook) error
	DeleteWebhook(ctx context.Context, token string, dropPending bool) error
	GetWebhookInfo(ctx context.Context, token string) (botapi.WebhookInfo, error)
	Call(ctx context.Context, token, method string, params botapi.Params, files ...botapi.File) (json.RawMessage, error)
}

// Box seals secrets.
type Box interface {
	Seal(workspace uuid.UUID, purpose string, plain []byte) ([]byte, error)
	Open(workspace uuid.UUID, purpose string, sealed []byte) ([]byte, error)
}

// Companies says what intake needs to know of a company; active is false when it is
// switched off.
type Companies interface {
	Company(ctx context.Context, q db.Querier, ws uuid.UUID) (c intake.Company, active bool, err error)
}

// Backlog is how the outgoing side of a bot stands.
type Backlog struct {
	Queued  int64      // at most BacklogCap are counted
	Sending int64      // at most BacklogCap are counted
	Oldest  *time.Time // when the first of them was due
}

// BacklogCap bounds how far deliveries are counted.
const BacklogCap = 1000

// Deliveries is what waits to be sent.
type Deliveries interface {
	Backlog(ctx context.Context, q db.Querier, ws, bot uuid.UUID) (Backlog, error)
	// Cancel withdraws it, in units of its own.
	Cancel(ctx context.Context, ws, bot uuid.UUID) error
}

// Members knows which Telegram account a member has linked.
type Members interface {
	TelegramOf(ctx context.Context, q db.Querier, ws, user uuid.UUID) (telegramID int64, ok bool, err error)
}

// Notices tells the people who keep the bots.
type Notices interface {
	BotStopped(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, name string) error
}

// Failed are the updates that could not be applied.
type Failed interface {
	Failures(ctx context.Context, ws uuid.UUID, bot, before *uuid.UUID, limit int) ([]intake.Failed, error)
	Failure(ctx context.Context, ws, id uuid.UUID) (intake.Failed, error)
	FailedCount(ctx context.Context, ws, bot uuid.UUID) (int64, error)
	Retry(ctx context.Context, b intake.Bot, id uuid.UUID, anyway bool) error
	Dismiss(ctx context.Context, ws, id uuid.UUID) error
}

// Deps are the neighbours of bots.
type Deps struct {
	API        API
	Box        Box
	Companies  Companies
	Deliveries Deliveries
	Members    Members
	Notices    Notices
	Failed     Failed
	// PublicURL is where Telegram reaches us, without a trailing slash; empty when it cannot.
	PublicURL string
	// BotLink is where a person talks to a bot; start is what follows /start. Nil means t.me.
	BotLink func(username, start string) string
	// Changed is called after a bot was added, changed or removed; may be nil.
	Changed func()
}

// Service is the slice's one door.
type Service struct {
	Deps
	db     *db.DB
	clock  clock.Clock
	events *events.Log
	log    *slog.Logger

	mu    sync.Mutex
	live  map[uuid.UUID]entry
	era   int // grows with every forgetting
	heard map[uuid.UUID]time.Time
	looks map[uuid.UUID]*rate.Limiter // at bots that exist
}

type entry struct {
	bot     intake.Bot
	token   string
	enabled bool // of the bot and of its company
	read    time.Time
}

// New returns the service.
func New(d *db.DB, c clock.Clock, ev *events.Log, log *slog.Logger, deps Deps) *Service {
	if deps.BotLink == nil {
		deps.BotLink = botapi.BotLink
	}
	return &Service{Deps: deps, db: d, clock: c, events: ev, log: log, live: map[uuid.UUID]entry{}, heard: map[uuid.UUID]time.Time{}, looks: map[uuid.UUID]*rate.Limiter{}}
}

// liveFor bounds how old what Live says may be; a change in this process counts at once.
const liveFor = 5 * time.Second

// Live returns the bot that a webhook address names: not found when it is unknown,
// switched off, deleted or of a company that is switched off.
func (s *Service) Live(ctx context.Context, id uuid.UUID) (intake.Bot, error) {
	e, err := s.entry(ctx, id)
	if err != nil {
		return intake.Bot{}, err
	}
	if !e.enabled {
		return intake.Bot{}, errs.NotFound("bot")
	}
	return e.bot, nil
}

// Token returns the token of a company's bot that is switched on: for messaging and media.
func (s *Service) Token(ctx context.Context, ws, id uuid.UUID) (string, error) {
	e, err := s.entry(ctx, id)
	if err != nil {
		return "", err
	}
	if e.bot.WorkspaceID != ws {
		return "", errs.NotFound("bot")
	}
	if !e.enabled {
		return "", errs.Conflict("The bot is switched off.").Code("bot_disabled")
	}
	return e.token, nil
}

func (s *Service) entry(ctx context.Context, id uuid.UUID) (entry, error) {
	now := s.clock.Now()
	s.mu.Lock()
	e, ok := s.live[id]
	era := s.era
	s.mu.Unlock()
	if ok && now.Sub(e.read) < liveFor {
		return e, nil
	}
	b, err := botAnywhere(ctx, s.db.Read(), id)
	if err != nil {
		return entry{}, err
	}
	if e, err = s.open(ctx, b); err != nil {
		return entry{}, err
	}
	e.read = now
	s.mu.Lock()
	if s.era == era { // else the row may have been read before what was forgotten
		s.live[id] = e
	}
	s.mu.Unlock()
	return e, nil
}

// open joins the row with its company and its secrets.
func (s *Service) open(ctx context.Context, b Bot) (entry, error) {
	company, active, err := s.Companies.Company(ctx, s.db.Read(), b.WorkspaceID)
	if err != nil {
		return entry{}, errs.Wrap(err, "reading the company of a bot")
	}
	token, err := s.token(b)
	if err != nil {
		return entry{}, err
	}
	e := entry{token: token, enabled: b.IsEnabled && active, bot: intake.Bot{
		WorkspaceID: b.WorkspaceID, ID: b.ID, TelegramID: b.TelegramID, Username: b.Username, Company: company,
	}}
	if b.Mode == ModeWebhook {
		secret, err := s.Box.Open(b.WorkspaceID, purposeSecret, b.Secret)
		if err != nil {
			return entry{}, errs.Wrap(errors.Join(errSealed, err), "opening a webhook secret")
		}
		e.bot.WebhookSecret = string(secret)
	}
	if b.GreetingOn {
		e.bot.Greeting = b.Greeting.V
	}
	if b.AwayOn {
		e.bot.Away = b.Away.V
	}
	if b.ScenarioOn {
		e.bot.Template = b.Template
	}
	return e, nil
}

func (s *Service) token(b Bot) (string, error) {
	token, err := s.Box.Open(b.WorkspaceID, purposeToken, b.Token)
	if err != nil {
		return "", errs.Wrap(errors.Join(errSealed, err), "opening a bot token")
	}
	return string(token), nil
}

// OnEvent forgets what another process may have changed, and has everybody look again; it
// is for the events hub.
func (s *Service) OnEvent(e events.Stored) {
	switch e.Kind {
	case "bot.changed":
		if e.SubjectID != nil {
			s.forget(*e.SubjectID)
		}
		s.look()
	case "workspace.changed":
		s.mu.Lock()
		s.era++
		for id, l := range s.live {
			if l.bot.WorkspaceID == e.WorkspaceID {
				delete(s.live, id)
			}
		}
		s.mu.Unlock()
		s.look() // it may have been switched off or on
	}
}

// look has the dispatcher and the poller of this process read the bots again.
func (s *Service) look() {
	if s.Changed != nil {
		s.Changed()
	}
}

func (s *Service) forget(id uuid.UUID) {
	s.mu.Lock()
	s.era++
	delete(s.live, id)
	s.mu.Unlock()
}

// heardEvery bounds how often a bot's row is written because an update came.
const heardEvery = 30 * time.Second

// Heard notes that an update came. It is told by the way: failing to keep it harms nobody.
func (s *Service) Heard(ctx context.Context, b intake.Bot) {
	now := s.clock.Now()
	s.mu.Lock()
	due := now.Sub(s.heard[b.ID]) >= heardEvery
	if due {
		s.heard[b.ID] = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	if err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE bots SET last_update_at = ? WHERE workspace_id = ? AND id = ?", now, b.WorkspaceID, b.ID)
		return err
	}); err != nil {
		s.log.WarnContext(ctx, "noting that a bot is alive", "bot", b.ID, "error", err)
	}
}

// Polling lists the bots to poll, of every company that is not switched off.
func (s *Service) Polling(ctx context.Context) ([]intake.PollRef, error) {
	return db.All[intake.PollRef](ctx, s.db.Read(), `SELECT b.workspace_id, b.id, b.version FROM bots b JOIN workspaces w ON w.id = b.workspace_id
		WHERE b.mode = ? AND b.is_enabled AND b.deleted_at IS NULL AND w.is_active AND w.deleted_at IS NULL`, ModePolling)
}

// Session opens a bot to poll it.
func (s *Service) Session(ctx context.Context, r intake.PollRef) (token string, offset int64, last time.Time, err error) {
	b, err := byID(ctx, s.db.Read(), r.WorkspaceID, r.ID)
	if err != nil {
		return "", 0, last, err
	}
	if b.LastUpdateAt != nil {
		last = *b.LastUpdateAt
	}
	token, err = s.token(b)
	return token, b.PollOffset, last, err
}

// Advance keeps how far polling came.
func (s *Service) Advance(ctx context.Context, r intake.PollRef, offset int64) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE bots SET poll_offset = ?, last_update_at = ? WHERE workspace_id = ? AND id = ?",
			offset, s.clock.Now(), r.WorkspaceID, r.ID)
		return errs.Wrap(err, "keeping the offset")
	})
}

// Problem keeps the trouble of a bot, "" when it is over; stop switches the bot off and
// tells the people who keep it.
func (s *Service) Problem(ctx context.Context, r intake.PollRef, text string, stop bool) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := byID(ctx, tx, r.WorkspaceID, r.ID)
		if err != nil || b.LastError == text && !stop {
			return err
		}
		if stop && b.IsEnabled {
			return s.stop(ctx, tx, b, text)
		}
		if err := s.setError(ctx, tx, b, text); err != nil {
			return err
		}
		return s.changed(ctx, tx, b, change{Change: "trouble"})
	})
}

// stop switches the bot off because of the trouble and tells the people who keep it.
func (s *Service) stop(ctx context.Context, tx *db.Tx, b Bot, text string) error {
	if err := s.setError(ctx, tx, b, text); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE bots SET is_enabled = FALSE, version = bots.version + 1, updated_at = ? WHERE workspace_id = ? AND id = ?",
		s.clock.Now(), b.WorkspaceID, b.ID); err != nil {
		return err
	}
	if err := s.Notices.BotStopped(ctx, tx, b.WorkspaceID, b.ID, b.Name); err != nil {
		return err
	}
	return s.changed(ctx, tx, b, change{Change: "stopped"})
}

// setError keeps the last trouble; "" clears it.
func (s *Service) setError(ctx context.Context, tx *db.Tx, b Bot, text string) error {
	var at *time.Time
	if text != "" {
		now := s.clock.Now()
		at = &now
	}
	_, err := tx.Exec(ctx, "UPDATE bots SET last_error = ?, last_error_at = ? WHERE workspace_id = ? AND id = ?", text, at, b.WorkspaceID, b.ID)
	return errs.Wrap(err, "keeping a bot's trouble")
}

// EnabledBot returns the username of a bot of the company that is switched on, the oldest
// one, false when there is none.
func (s *Service) EnabledBot(ctx context.Context, q db.Querier, ws uuid.UUID) (string, bool, error) {
	return db.Maybe[string](ctx, q, "SELECT username FROM bots WHERE workspace_id = ? AND is_enabled AND deleted_at IS NULL ORDER BY id LIMIT 1", ws)
}
