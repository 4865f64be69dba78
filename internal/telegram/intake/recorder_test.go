package intake_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// world is an intake on a real database. Its neighbours keep what they are told in
// their own tables, in the unit, so that a rollback takes it back; lists of ours are
// written after the commit.
type world struct {
	t     testing.TB
	d     *db.DB
	clock *clock.Fake
	in    *intake.Intake
	bot   intake.Bot

	mu        sync.Mutex
	incoming  []intake.Incoming
	edits     []intake.Incoming
	sent      []intake.Answer
	notices   []string
	troubles  []string
	callbacks []string
	blocked   []string
	moved     []string
	downloads int
	arrivals  []intake.Arrival
	phones    []string
	links     []string

	// fail makes receiving a message with this text fail.
	fail map[string]error
}

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{t: t, d: d, clock: clock.NewFake(start), fail: map[string]error{}}
	w.bot = intake.Bot{
		WorkspaceID: ident.New(), ID: ident.New(), TelegramID: 777, Username: "autobot", WebhookSecret: "s3cret",
		Company: intake.Company{Name: "Авто & Co", Language: "uk"},
	}
	w.in = intake.New(d, w.clock, events.NewLog(w.clock, nil), slog.New(slog.DiscardHandler), intake.Deps{
		Phones: w, Inbox: w, Chats: w, Messaging: w, Media: w, Notices: w, Links: w,
	})
	return w
}

func (w *world) note(tx *db.Tx, f func()) {
	tx.AfterCommit(func() { w.mu.Lock(); defer w.mu.Unlock(); f() })
}

func (w *world) touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, p intake.Person) (id uuid.UUID, err error) {
	id, ok, err := db.Maybe[uuid.UUID](ctx, tx, "SELECT contact_id FROM identities WHERE workspace_id = ? AND channel = 'telegram' AND external_id = ?", ws, fmt.Sprint(p.TelegramID))
	if err != nil || ok {
		return id, err
	}
	id = ident.New()
	tx.Push(ctx, "INSERT INTO identities (workspace_id, id, contact_id, channel, external_id, username, username_folded, created_at) VALUES (?,?,?,'telegram',?,?,?,?) ON CONFLICT DO NOTHING",
		ws, ident.New(), id, fmt.Sprint(p.TelegramID), p.Username, db.Folded(p.Username), w.clock.Now())
	return id, nil
}

func (w *world) SetPhone(_ context.Context, tx *db.Tx, _, _ uuid.UUID, phone string) error {
	if !strings.HasPrefix(phone, "+") {
		return errs.Invalid("phone", "Not a phone number.")
	}
	w.note(tx, func() { w.phones = append(w.phones, phone) })
	return nil
}

type conversation struct {
	ID         uuid.UUID
	LastSeq    int64
	AwayPeriod string
}

func (w *world) Receive(ctx context.Context, tx *db.Tx, in intake.Incoming) (intake.Received, error) {
	now := w.clock.Now()
	who, err := w.touch(ctx, tx, in.WorkspaceID, in.Person)
	if err != nil {
		return intake.Received{}, err
	}
	c, err := db.One[conversation](ctx, tx, `INSERT INTO conversations (workspace_id, id, channel, bot_id, chat_id, kind, title, title_folded, contact_id,
		status, is_blocked, unread_count, last_seq, last_message_at, last_text, last_kind, last_direction, last_state, away_period, version, created_at, updated_at)
		VALUES (?,?,'telegram',?,?,?,?,?,?,'open',FALSE,1,1,?,?,?,'in','','',1,?,?)
		ON CONFLICT (workspace_id, bot_id, chat_id) DO UPDATE SET last_seq = conversations.last_seq + 1, unread_count = conversations.unread_count + 1,
			last_message_at = excluded.last_message_at, last_text = excluded.last_text
		RETURNING id, last_seq, away_period`,
		in.WorkspaceID, ident.New(), in.BotID, in.ChatID, in.ChatKind, in.Title, db.Folded(in.Title), who, now, in.Text, in.Kind, now, now)
	if err != nil {
		return intake.Received{}, err
	}
	got := intake.Received{ConversationID: c.ID, MessageID: ident.New(), NewConversation: c.LastSeq == 1, AwayPeriod: c.AwayPeriod,
		ContactID: who, ContactName: in.Person.Name, ContactLanguage: in.Person.Language}
	var external *int64
	if in.ExternalID != 0 {
		external = &in.ExternalID
	}
	tx.Push(ctx, `INSERT INTO messages (workspace_id, id, conversation_id, seq, direction, kind, text, payload, external_id, origin, state, error_kind, error, sent_at, created_at)
		VALUES (?,?,?,?,'in',?,?,?,?,'','','','',?,?)`,
		in.WorkspaceID, got.MessageID, c.ID, c.LastSeq, in.Kind, in.Text, db.JSON[intake.Payload]{V: in.Payload}, external, in.SentAt, now)
	for range in.Attachments {
		got.AttachmentIDs = append(got.AttachmentIDs, ident.New())
	}
	switch err := w.fail[in.Text]; {
	case err == errPanic:
		panic("boom")
	case err != nil:
		return got, err
	}
	w.note(tx, func() { w.incoming = append(w.incoming, in) })
	return got, nil
}

var errPanic = errors.New("panic please")

func (w *world) EditIncoming(ctx context.Context, tx *db.Tx, in intake.Incoming) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE messages SET text = ?, edited_at = ? WHERE workspace_id = ? AND external_id = ?`, in.Text, in.EditedAt, in.WorkspaceID, in.ExternalID)
	if n == 1 {
		w.note(tx, func() { w.edits = append(w.edits, in) })
	}
	return n == 1, err
}

func (w *world) MarkBlocked(_ context.Context, tx *db.Tx, _, _ uuid.UUID, chatID int64, blocked bool) error {
	w.note(tx, func() { w.blocked = append(w.blocked, fmt.Sprintf("%d %t", chatID, blocked)) })
	return nil
}

func (w *world) Migrate(_ context.Context, tx *db.Tx, _, _ uuid.UUID, oldID, newID int64) error {
	w.note(tx, func() { w.moved = append(w.moved, fmt.Sprintf("%d to %d", oldID, newID)) })
	return nil
}

func (w *world) AwayDue(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, period string) (bool, error) {
	n, err := tx.Exec(ctx, "UPDATE conversations SET away_period = ? WHERE workspace_id = ? AND id = ? AND away_period <> ?", period, ws, conversation, period)
	return n == 1, err
}

func (w *world) Send(_ context.Context, tx *db.Tx, a intake.Answer) error {
	w.note(tx, func() { w.sent = append(w.sent, a) })
	return nil
}

func (w *world) Notice(_ context.Context, tx *db.Tx, _, _ uuid.UUID, chatID int64, html string) error {
	w.note(tx, func() { w.notices = append(w.notices, fmt.Sprintf("%d: %s", chatID, html)) })
	return nil
}

func (w *world) AnswerCallback(_ context.Context, tx *db.Tx, _, _ uuid.UUID, id string) error {
	w.note(tx, func() { w.callbacks = append(w.callbacks, id) })
	return nil
}

func (w *world) Download(_ context.Context, tx *db.Tx, _, _ uuid.UUID, list []uuid.UUID) error {
	w.note(tx, func() { w.downloads += len(list) })
	return nil
}

func (w *world) NewConversation(_ context.Context, tx *db.Tx, a intake.Arrival) error {
	w.note(tx, func() { w.arrivals = append(w.arrivals, a) })
	return nil
}

func (w *world) UpdateFailed(_ context.Context, tx *db.Tx, _, _ uuid.UUID, name string) error {
	w.note(tx, func() { w.troubles = append(w.troubles, name) })
	return nil
}

func (w *world) ConsumeTelegramLink(_ context.Context, tx *db.Tx, _ intake.Bot, payload string, p intake.Person, _ int64) (bool, error) {
	w.note(tx, func() { w.links = append(w.links, fmt.Sprintf("%d %s", p.TelegramID, payload)) })
	return payload == "tl_good", nil
}

func (w *world) accept(body string) error { return w.in.Accept(w.t.Context(), w.bot, []byte(body)) }

func (w *world) mustAccept(body string) {
	w.t.Helper()
	if err := w.accept(body); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) int64 {
	w.t.Helper()
	n, err := db.One[int64](w.t.Context(), w.d.Read(), sql, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) texts() []string {
	w.t.Helper()
	list, err := db.All[string](w.t.Context(), w.d.Read(), "SELECT text FROM messages WHERE workspace_id = ? ORDER BY conversation_id, seq", w.bot.WorkspaceID)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// text is a message update of a private chat.
func text(update, chat, id int64, s string) string {
	return message(update, chat, id, fmt.Sprintf(`"text":%q`, s))
}

func message(update, chat, id int64, content string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1795428000,"chat":{"id":%d,"type":"private","first_name":"Ann","last_name":"Lee"},
		"from":{"id":%d,"is_bot":false,"first_name":"Ann","last_name":"Lee","username":"ann","language_code":"en-GB"},%s}}`, update, id, chat, chat, content)
}

func group(update, chat, id int64, content string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1795428000,"chat":{"id":%d,"type":"supergroup","title":"Dealers"},
		"from":{"id":5,"first_name":"Bo"},%s}}`, update, id, chat, content)
}
