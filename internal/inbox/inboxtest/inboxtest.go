// Package inboxtest builds companies with bots, contacts and conversations for tests and
// benchmarks, and records what the inbox hands to messaging.
package inboxtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// World is a company with one bot, a manager and an operator.
type World struct {
	testing.TB
	DB        *db.DB
	Clock     *clock.Fake
	Inbox     *inbox.Service
	Contacts  *contact.Service
	Recorder  *Recorder
	Workspace uuid.UUID
	Bot       uuid.UUID
	Manager   ident.Principal
	Operator  ident.Principal
}

// Start is where the clock of a World stands at first: a Monday morning.
var Start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// New builds a World in d.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	c := clock.NewFake(Start)
	log := events.NewLog(c, nil)
	w := &World{TB: t, DB: d, Clock: c, Contacts: contact.New(d, c, log)}
	w.Recorder = &Recorder{}
	w.Inbox = inbox.New(d, c, log, inbox.Ports{Contacts: Touch{w.Contacts}, Members: members{}, Bots: bots{}, Notifier: w.Recorder})
	w.Recorder.inbox = w.Inbox
	w.Inbox.Connect(w.Recorder, w.Recorder)
	w.Workspace = w.Company("Автосвіт")
	w.Bot = w.AddBot(w.Workspace, "Автосвіт бот")
	w.Manager = w.Member(w.Workspace, "Марія Бондар", ident.Manager)
	w.Operator = w.Member(w.Workspace, "Ігор Ткач", ident.Operator)
	return w
}

// Tx runs f in a unit and fails the test on an error.
func (w *World) Tx(f db.UnitFunc) {
	w.Helper()
	if err := w.DB.InTx(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// As returns a context in which p acts.
func (w *World) As(p ident.Principal) context.Context { return ident.With(w.Context(), p) }

// Company makes a company.
func (w *World) Company(name string) uuid.UUID {
	w.Helper()
	id, now := ident.New(), w.Clock.Now()
	w.exec(`INSERT INTO workspaces (id, slug, name, plan, color, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at)
		VALUES (?,?,?,'FREE','','Europe/Kyiv','uk','UAH','UA','{}','[]',TRUE,1,?,?)`, id, id.String(), name, now, now)
	return id
}

// AddBot makes a bot of a company.
func (w *World) AddBot(ws uuid.UUID, name string) uuid.UUID {
	w.Helper()
	id, now := ident.New(), w.Clock.Now()
	w.exec(`INSERT INTO bots (workspace_id, id, name, username, telegram_id, token, webhook_secret, mode, is_enabled, greeting, greeting_on, away, away_on,
		poll_offset, last_error, version, created_at, updated_at) VALUES (?,?,?,?,?,?,?,'webhook',TRUE,'{}',FALSE,'{}',FALSE,0,'',1,?,?)`,
		ws, id, name, "b_"+id.String()[30:], int64(id.ClockSequence())<<40|int64(id[15])<<32|int64(id[14])<<24|int64(id[13])<<16|int64(id[12])<<8|int64(id[11]),
		[]byte{1}, []byte{1}, now, now)
	return id
}

// Member makes a person who works in a company.
func (w *World) Member(ws uuid.UUID, name string, role ident.Role) ident.Principal {
	w.Helper()
	id, now := ident.New(), w.Clock.Now()
	mail := id.String() + "@example.com"
	w.exec(`INSERT INTO users (id, email, email_folded, name, password_hash, status, is_super_admin, language, telegram_username, version, created_at, updated_at)
		VALUES (?,?,?,?,'','active',FALSE,'uk','',1,?,?)`, id, mail, mail, name, now, now)
	w.exec(`INSERT INTO memberships (workspace_id, id, user_id, role, status, version, created_at, updated_at) VALUES (?,?,?,?,'active',1,?,?)`,
		ws, ident.New(), id, string(role), now, now)
	return ident.Principal{UserID: id, WorkspaceID: ws, Name: name, Role: role}
}

// Media makes a stored file.
func (w *World) Media(ws uuid.UUID, kind string) uuid.UUID {
	w.Helper()
	id := ident.New()
	w.exec(`INSERT INTO media (workspace_id, id, sha256, mime, kind, name, size, width, height, duration, has_thumb, created_at)
		VALUES (?,?,?,'image/jpeg',?,'car.jpg',2048,640,480,0,TRUE,?)`, ws, id, id[:], kind, w.Clock.Now())
	return id
}

func (w *World) exec(query string, args ...any) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

// From returns a text message of a person in their private chat with the World's bot.
func (w *World) From(chat int64, name, text string) inbox.Incoming {
	return inbox.Incoming{
		WorkspaceID: w.Workspace, BotID: w.Bot, ChatID: chat, ChatKind: inbox.Private, Kind: inbox.Text, Text: text,
		Person: inbox.Person{ExternalID: fmt.Sprint(chat), Username: fmt.Sprintf("user%d", chat), Name: name, Language: "uk"},
		SentAt: w.Clock.Now(),
	}
}

// Receive hands a message to the inbox; without an external id it gets the next one.
func (w *World) Receive(in inbox.Incoming) (r inbox.Received) {
	w.Helper()
	if in.ExternalID == 0 {
		in.ExternalID = w.Recorder.nextExternal()
	}
	if in.Raw == "" {
		in.Raw = fmt.Sprintf(`{"message_id":%d}`, in.ExternalID)
	}
	w.Tx(func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = w.Inbox.Receive(ctx, tx, in)
		return err
	})
	return r
}

// Conversation makes a contact and a conversation with n incoming messages, a second apart.
func (w *World) Conversation(chat int64, name string, n int) inbox.Received {
	w.Helper()
	var r inbox.Received
	for i := range n {
		r = w.Receive(w.From(chat, name, fmt.Sprintf("повідомлення %d", i+1)))
		w.Clock.Advance(time.Second)
	}
	return r
}

// Delivered tells the inbox that a queued message was sent.
func (w *World) Delivered(m inbox.Message) (external int64) {
	w.Helper()
	external = w.Recorder.nextExternal()
	ids := []int64{external}
	for i := range m.Attachments {
		if i > 0 {
			ids = append(ids, w.Recorder.nextExternal())
		}
	}
	w.Result(inbox.DeliveryResult{ConversationID: m.ConversationID, MessageID: m.ID, Operation: inbox.OpSend, State: inbox.Sent, ExternalIDs: ids, At: w.Clock.Now()})
	return external
}

// Result hands results of deliveries to the inbox.
func (w *World) Result(results ...inbox.DeliveryResult) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx *db.Tx) error {
		return w.Inbox.DeliveryChanged(ctx, tx, w.Workspace, results)
	})
}

// Events returns the kinds of a subject's events in order.
func (w *World) Events(subject uuid.UUID) []string {
	w.Helper()
	list, err := db.All[string](w.Context(), w.DB.Read(), "SELECT kind FROM events WHERE workspace_id = ? AND subject_id = ? ORDER BY seq", w.Workspace, subject)
	if err != nil {
		w.Fatal(err)
	}
	return list
}

// Touch lets the inbox find contacts in the contact slice.
type Touch struct{ Contacts *contact.Service }

// Touch finds or makes the contact of a person.
func (t Touch) Touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, channel string, p inbox.Person) (inbox.Known, bool, error) {
	c, created, err := t.Contacts.Touch(ctx, tx, ws, contact.Identity{
		Channel: channel, ExternalID: p.ExternalID, Username: p.Username, Name: p.Name, Language: p.Language,
	})
	return inbox.Known{ID: c.ID, Name: c.Name, Language: c.Language}, created, err
}

// members reads live members as the account slice does.
type members struct{}

func (members) Members(ctx context.Context, q db.Querier, ws uuid.UUID) ([]inbox.Member, error) {
	return db.All[inbox.Member](ctx, q, `SELECT u.id AS user_id, u.name, m.role FROM memberships m JOIN users u ON u.id = m.user_id
		WHERE m.workspace_id = ? AND m.status = 'active' AND m.deleted_at IS NULL AND u.status = 'active' ORDER BY u.name, u.id`, ws)
}

// bots reads who can send as the telegram slice does.
type bots struct{}

func (bots) CanSend(ctx context.Context, q db.Querier, ws, bot uuid.UUID) (bool, error) {
	return db.Exists(ctx, q, "SELECT 1 FROM bots WHERE workspace_id = ? AND id = ? AND is_enabled AND deleted_at IS NULL", ws, bot)
}

// Call is something that the inbox asked of messaging.
type Call struct {
	Op      string // send, edit, delete, retry, arrived, send_again
	Message uuid.UUID
	Target  inbox.Target
	Content inbox.Content
	Text    string
}

// Recorder stands where messaging will be: it appends what is sent and remembers calls.
type Recorder struct {
	mu       sync.Mutex
	inbox    *inbox.Service
	external int64
	// Calls, Assigned and Failures are what was asked, in order.
	Calls    []Call
	Assigned []inbox.Assignment
	Failures []inbox.Failure
	// Hold is called inside of the unit of each call when it is set.
	Hold func(op string)
	// Refuse makes the next call fail.
	Refuse bool
}

func (r *Recorder) nextExternal() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.external++
	return r.external
}

func (r *Recorder) add(tx *db.Tx, c Call) error {
	if r.Refuse {
		r.Refuse = false
		return errs.Unavailable("The messenger is away.")
	}
	if r.Hold != nil {
		r.Hold(c.Op)
	}
	tx.AfterCommit(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Calls = append(r.Calls, c)
	})
	return nil
}

// Send appends the message.
func (r *Recorder) Send(ctx context.Context, tx *db.Tx, o inbox.Outbound) (uuid.UUID, error) {
	a, err := r.inbox.AppendOutgoing(ctx, tx, o)
	if err != nil {
		return uuid.Nil, err
	}
	return a.MessageID, r.add(tx, Call{Op: "send", Message: a.MessageID, Content: o.Content})
}

// Edit remembers the call.
func (r *Recorder) Edit(_ context.Context, tx *db.Tx, t inbox.Target, text string) error {
	return r.add(tx, Call{Op: "edit", Message: t.MessageID, Target: t, Text: text})
}

// Delete remembers the call.
func (r *Recorder) Delete(_ context.Context, tx *db.Tx, t inbox.Target) error {
	return r.add(tx, Call{Op: "delete", Message: t.MessageID, Target: t})
}

// Retry remembers the call.
func (r *Recorder) Retry(_ context.Context, tx *db.Tx, t inbox.Target) error {
	return r.add(tx, Call{Op: "retry", Message: t.MessageID, Target: t})
}

// Resolve remembers the call.
func (r *Recorder) Resolve(_ context.Context, tx *db.Tx, t inbox.Target, arrived bool) error {
	op := "send_again"
	if arrived {
		op = "arrived"
	}
	return r.add(tx, Call{Op: op, Message: t.MessageID, Target: t})
}

// ConversationAssigned remembers who was told.
func (r *Recorder) ConversationAssigned(_ context.Context, tx *db.Tx, a inbox.Assignment) error {
	tx.AfterCommit(func() { r.Assigned = append(r.Assigned, a) })
	return nil
}

// MessageFailed remembers who was told.
func (r *Recorder) MessageFailed(_ context.Context, tx *db.Tx, f inbox.Failure) error {
	tx.AfterCommit(func() { r.Failures = append(r.Failures, f) })
	return nil
}
