// Package intake takes updates of Telegram bots, each exactly once.
//
//	webhook ─┐                                     ┌ claim (bot, update id)
//	         ├─ Accept: parse, hash ─ one unit ────┤ contact ► conversation ► message
//	polling ─┘                                     └ greeting, away answer, downloads, events
//	                 │ poison: a second unit keeps it in failed_updates
//	                 └ database trouble: an error, so that Telegram sends it again
//
// An update and its effects exist together or not at all. What Accept returned nil for
// is kept for good; what it returned an error for has left nothing behind.
package intake

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
)

// Bot is what intake needs to know of a bot, read before the unit.
type Bot struct {
	WorkspaceID uuid.UUID
	ID          uuid.UUID
	TelegramID  int64
	Username    string
	// WebhookSecret is what Telegram sends in its header, empty when there is no webhook.
	WebhookSecret string
	Greeting      map[string]string // Telegram HTML per language; empty when switched off
	Away          map[string]string
	Company       Company
	// Template says by which flow the bot leads its private chats; empty: by none.
	Template string
}

// Company is what the texts of a bot say and when its people answer.
type Company struct {
	Name     string
	Language string
	// Open says whether somebody answers at that time; period names the closed stretch,
	// so that it is announced once. Nil means always.
	Open func(at time.Time) (open bool, period string)
}

// Person is who wrote.
type Person struct {
	TelegramID int64 // 0 when nobody wrote, as for a channel's post in its group
	Name       string
	Username   string
	Language   string // en, uk, ru or empty
}

// Phones keeps the phone of a contact.
type Phones interface {
	// SetPhone refuses a number that cannot be read as invalid, before it writes.
	SetPhone(ctx context.Context, tx *db.Tx, ws, contact uuid.UUID, phone string) error
}

// Received is what became of a message.
type Received struct {
	ConversationID  uuid.UUID
	MessageID       uuid.UUID
	NewConversation bool
	ContactID       uuid.UUID // zero when nobody wrote it
	ContactName     string
	ContactLanguage string
	// AwayPeriod is the closed period that was last announced in the conversation.
	AwayPeriod string
	// AttachmentIDs are the files that are still to be fetched.
	AttachmentIDs []uuid.UUID
}

// Inbox keeps messages and who wrote them.
type Inbox interface {
	Receive(ctx context.Context, tx *db.Tx, in Incoming) (Received, error)
	// EditIncoming is false when the message was never received.
	EditIncoming(ctx context.Context, tx *db.Tx, in Incoming) (bool, error)
}

// Chats keeps what is known of a chat beside its messages. A chat without a
// conversation is no error.
type Chats interface {
	MarkBlocked(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, blocked bool) error
	Migrate(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, oldID, newID int64) error
	// AwayDue is true once per conversation and closed period.
	AwayDue(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, period string) (bool, error)
}

// Answer is a message that the product writes by itself.
type Answer struct {
	WorkspaceID    uuid.UUID
	BotID          uuid.UUID
	ChatID         int64
	ConversationID uuid.UUID
	Origin         string // greeting, away
	Text           string // Telegram HTML
}

// Messaging sends.
type Messaging interface {
	Send(ctx context.Context, tx *db.Tx, a Answer) error
	// Notice sends to a chat that is no conversation.
	Notice(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, chatID int64, html string) error
	// AnswerCallback stops the waiting mark on a pressed button.
	AnswerCallback(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, callbackID string) error
}

// Media fetches files from Telegram, later.
type Media interface {
	Download(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, attachments []uuid.UUID) error
}

// Arrival is a conversation that has just begun.
type Arrival struct {
	WorkspaceID    uuid.UUID
	BotID          uuid.UUID
	ConversationID uuid.UUID
	Name           string // of the person or the group
}

// Notices tells members of the company.
type Notices interface {
	NewConversation(ctx context.Context, tx *db.Tx, a Arrival) error
	// UpdateFailed says that an update of the bot waits for a person.
	UpdateFailed(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, name string) error
}

// Links joins a Telegram account to a member of the company.
type Links interface {
	// ConsumeTelegramLink is false when the token is unknown, used or too old.
	ConsumeTelegramLink(ctx context.Context, tx *db.Tx, b Bot, payload string, p Person, chatID int64) (bool, error)
}

// Talk is an update of a private chat of a bot with a template, after it was kept.
type Talk struct {
	Bot      Bot
	Message  Incoming
	Received Received
	// CallbackID answers a pressed button.
	CallbackID string
}

// Scenario leads private chats by flows.
type Scenario interface {
	// Handle is false when it leaves the update to people; then it has said nothing. When it
	// is true it has answered a pressed button.
	Handle(ctx context.Context, tx *db.Tx, t Talk) (bool, error)
}

// Deps are the other slices.
type Deps struct {
	Scenario  Scenario // may be nil: no flows
	Phones    Phones
	Inbox     Inbox
	Chats     Chats
	Messaging Messaging
	Media     Media
	Notices   Notices
	Links     Links
}

// Intake takes updates.
type Intake struct {
	Deps
	// MaxFile bounds what can be fetched from the Bot API, in bytes: 20 MB at Telegram.
	MaxFile int64

	db     *db.DB
	clock  clock.Clock
	events *events.Log
	log    *slog.Logger
	lag    lag
}

// New returns an intake.
func New(d *db.DB, c clock.Clock, ev *events.Log, log *slog.Logger, deps Deps) *Intake {
	return &Intake{Deps: deps, MaxFile: 20 << 20, db: d, clock: c, events: ev, log: log}
}

// Accept applies one update, once. It returns nil when the update is applied, was
// applied before, or is kept among the failed ones; invalid or too large when raw is no
// update; anything else means that the database could not keep it.
func (in *Intake) Accept(ctx context.Context, b Bot, raw []byte) error {
	u, err := Parse(raw)
	if err != nil {
		return err
	}
	return in.accept(ctx, b, u)
}

func (in *Intake) accept(ctx context.Context, b Bot, u *Update) error {
	// Whether the update is the first with its id is told with the unit's next statement.
	err := in.apply(ctx, b, u, func(ctx context.Context, tx *db.Tx) error {
		return tx.Expect(ctx, errClaimed, qClaim, b.WorkspaceID, b.ID, u.ID, u.Hash[:], stateApplied, in.clock.Now())
	})
	if errors.Is(err, errClaimed) {
		err = in.again(ctx, b, u)
	}
	if err == nil {
		in.lag.note(u, in.clock.Now())
	}
	if err == nil || !poison(err) {
		return err
	}
	in.report(ctx, b, u, err)
	return in.keep(ctx, b, u, err)
}

// report tells the log what describe leaves out.
func (in *Intake) report(ctx context.Context, b Bot, u *Update, err error) {
	about := []any{"bot", b.ID, "update", u.ID, "kind", u.Kind, "error", err}
	var p *db.PanicError
	if errors.As(err, &p) {
		about = append(about, "stack", p.Stack)
	}
	in.log.ErrorContext(ctx, "an update failed and is kept", about...)
}

// apply runs the effects of u in one unit under its chat's lock, after admit.
func (in *Intake) apply(ctx context.Context, b Bot, u *Update, admit db.UnitFunc) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &db.PanicError{Value: r, Stack: string(debug.Stack())}
		}
	}()
	effects := in.plan(b, u)
	return in.db.InChat(ctx, lockKey(b, u), func(ctx context.Context, tx *db.Tx) error {
		if err := admit(ctx, tx); err != nil {
			return err
		}
		return effects(ctx, tx)
	})
}

// lockKey names the chat across processes. Updates without a chat need no order.
func lockKey(b Bot, u *Update) string {
	key := b.WorkspaceID.String() + "/" + b.ID.String() + "/"
	if id, ok := u.chat(); ok {
		return key + strconv.FormatInt(id, 10)
	}
	return key + "u" + strconv.FormatInt(u.ID, 10)
}

// errClaimed ends the unit of an update whose id was taken before.
var errClaimed = errors.New("the update was claimed before")

// again looks at an update whose id is taken. The same one is done; one with another body
// is kept and never applied.
func (in *Intake) again(ctx context.Context, b Bot, u *Update) error {
	hash, ok, err := db.Maybe[[]byte](ctx, in.db.Read(), qClaimHash, b.WorkspaceID, b.ID, u.ID)
	if err != nil {
		return errs.Wrap(err, "reading the claim")
	}
	if !ok { // swept at this moment: Telegram sends it again
		return errs.Unavailable("The update's claim is gone.")
	}
	if string(hash) == string(u.Hash[:]) {
		return nil
	}
	return in.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return in.record(ctx, tx, b, u, ReasonConflict, "Another update with the same id was applied before.")
	})
}

// keep writes the claim and the failed update together, after the rollback.
func (in *Intake) keep(ctx context.Context, b Bot, u *Update, cause error) error {
	return in.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, qClaim, b.WorkspaceID, b.ID, u.ID, u.Hash[:], stateFailed, in.clock.Now())
		if err != nil {
			return errs.Wrap(err, "claiming a failed update")
		}
		if n == 0 { // somebody else has taken it meanwhile
			hash, err := db.One[[]byte](ctx, tx, qClaimHash, b.WorkspaceID, b.ID, u.ID)
			if err != nil || string(hash) == string(u.Hash[:]) {
				return err
			}
		}
		return in.record(ctx, tx, b, u, ReasonError, describe(cause))
	})
}

// poison reports whether trying again would fail again. Trouble of the database and of
// the network is not; a panic, a refusal of the domain and a refused statement are.
func poison(err error) bool {
	var p *db.PanicError
	if errors.As(err, &p) {
		return true
	}
	if e := errs.As(err); e != nil {
		return e.Kind != errs.KindUnavailable && e.Kind != errs.KindLimited
	}
	return !db.Transient(err)
}

// describe is the sentence that an administrator sees beside the update.
func describe(err error) string {
	var p *db.PanicError
	e := errs.As(err)
	switch {
	case e != nil:
		return clip(e.Message, 4000)
	case errors.As(err, &p):
		return "The program broke down while it applied this update. The server's log says where."
	case db.IsUnique(err):
		return "The chat has another message with this number. Try again, and this one is kept beside it without the number."
	}
	return "This update could not be applied. The server's log says why."
}
