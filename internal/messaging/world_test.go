package messaging_test

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/messaging"
	carrier "cartie/internal/messaging/botapi"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/lease"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/sandbox"
)

// world is a company whose bot lives in the sandbox and whose customer has pressed Start.
type world struct {
	*inboxtest.World
	sandbox *sandbox.Server
	api     *botapi.Client
	carrier *carrier.Carrier
	shelf   *shelf
	msgs    *messaging.Service
	disp    *messaging.Dispatcher
	bot     sandbox.Bot
	user    sandbox.User
	conv    uuid.UUID
	refused []messaging.Sender
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: inboxtest.New(t, d), shelf: &shelf{files: map[uuid.UUID][]byte{}, ids: map[carrier.File]string{}}}
	w.sandbox = sandbox.New(sandbox.Options{Clock: w.Clock.Now, HangFor: time.Millisecond})
	h := httptest.NewServer(w.sandbox)
	w.api = botapi.New(h.URL)
	t.Cleanup(func() {
		w.api.HTTP.CloseIdleConnections()
		_ = w.sandbox.Close()
		h.CloseClientConnections()
		h.Close()
	})
	var err error
	if w.bot, err = w.sandbox.AddBot(sandbox.NewBot{Username: "autosvit_bot", Name: "Автосвіт"}); err != nil {
		t.Fatal(err)
	}
	w.user = w.sandbox.AddUser(sandbox.User{FirstName: "Олена", LanguageCode: "uk"})
	if _, err := w.sandbox.Start(w.bot.ID, w.user.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.conv = w.Receive(w.From(w.user.ID, "Олена", "/start")).ConversationID
	w.carrier = carrier.New(w.api, w.shelf, nil)
	w.disp = w.dispatcher("one", w.carrier)
	w.msgs = messaging.New(w.Clock, talk{w.Inbox}, w.disp)
	return w
}

// dispatcher makes one as another process would have it.
func (w *world) dispatcher(owner string, c messaging.Carrier) *messaging.Dispatcher {
	return messaging.NewDispatcher(w.DB, w.Clock, w.leases(owner), w, c, talk{w.Inbox}, talk{w.Inbox}, messaging.Options{})
}

func (w *world) leases(owner string) *lease.Leases { return lease.New(w.DB, w.Clock, owner) }

// Senders lists the one bot.
func (w *world) Senders(context.Context) ([]messaging.Sender, error) {
	return []messaging.Sender{{WorkspaceID: w.Workspace, BotID: w.Bot, Token: w.bot.Token}}, nil
}

// TokenRefused remembers whose token was refused.
func (w *world) TokenRefused(_ context.Context, s messaging.Sender) error {
	w.refused = append(w.refused, s)
	return nil
}

// talk is the inbox as messaging sees it.
type talk struct{ *inbox.Service }

func (t talk) AppendOutgoing(ctx context.Context, tx *db.Tx, o messaging.Outgoing) (messaging.Appended, error) {
	c := inbox.Content{Kind: o.Content.Kind, Text: o.Content.Text, ReplyToID: o.Content.ReplyToID}
	for _, a := range o.Content.Attachments {
		c.Attachments = append(c.Attachments, inbox.File(a))
	}
	a, err := t.Service.AppendOutgoing(ctx, tx, inbox.Outbound{WorkspaceID: o.WorkspaceID, ConversationID: o.ConversationID, Content: c})
	return messaging.Appended(a), err
}

func (t talk) DeliveryChanged(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []messaging.Result) error {
	var out []inbox.DeliveryResult
	for _, r := range results {
		out = append(out, inbox.DeliveryResult{
			ConversationID: r.ConversationID, MessageID: r.MessageID, Operation: r.Operation, State: r.State,
			ErrorKind: string(r.ErrorKind), Error: r.Error, ExternalIDs: r.ExternalIDs, At: r.At, EditedAt: r.EditedAt,
			Reused: r.Reused,
		})
	}
	return t.Service.DeliveryChanged(ctx, tx, ws, out)
}

func (talk) ExternalID(ctx context.Context, q db.Querier, ws, id uuid.UUID) (int64, error) {
	v, err := db.One[*int64](ctx, q, "SELECT external_id FROM messages WHERE workspace_id = ? AND id = ?", ws, id)
	if v == nil {
		return 0, err
	}
	return *v, err
}

func (t talk) Migrated(ctx context.Context, tx *db.Tx, ws, bot uuid.UUID, from, to int64) error {
	return t.Service.Migrate(ctx, tx, ws, bot, from, to)
}

// shelf keeps files and their names at Telegram in memory.
type shelf struct {
	mu    sync.Mutex
	files map[uuid.UUID][]byte
	ids   map[carrier.File]string
}

func (s *shelf) add(content []byte) uuid.UUID {
	id := ident.New()
	s.files[id] = content
	return id
}

func (s *shelf) Open(_ context.Context, _, id uuid.UUID) (io.ReadCloser, error) {
	b, ok := s.files[id]
	if !ok {
		return nil, errs.NotFound("file")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (s *shelf) FileID(_ context.Context, f carrier.File) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.ids[f]
	return id, ok, nil
}

func (s *shelf) KeepFileID(_ context.Context, f carrier.File, id, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[f] = id
	return nil
}

func text(s string) messaging.Content { return messaging.Content{Kind: messaging.Text, Text: s} }

// send queues content in the customer's conversation.
func (w *world) send(c messaging.Content) messaging.Receipt {
	w.Helper()
	return w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: w.conv, Content: c})
}

func (w *world) queue(r messaging.SendRequest) (out messaging.Receipt) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = w.msgs.Send(ctx, tx, r)
		return err
	})
	return out
}

// round has a dispatcher begin what is due now, waits for the answers and writes them.
func (w *world) round(d *messaging.Dispatcher) (next time.Time) {
	w.Helper()
	for range 2 {
		if _, err := d.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
		d.Land()
	}
	next, err := d.Step(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return next
}

// run lets time pass, as the dispatcher asks for it.
func (w *world) run(span time.Duration) {
	w.Helper()
	for end := w.Clock.Now().Add(span); ; {
		next := w.round(w.disp)
		w.disp.Land()
		if !next.Before(end) {
			w.Clock.Set(end)
			w.round(w.disp)
			return
		}
		if next.After(w.Clock.Now()) {
			w.Clock.Set(next)
		}
	}
}

// state is what the delivery and its message say.
func (w *world) state(r messaging.Receipt) [2]string {
	w.Helper()
	one := func(query string, id uuid.UUID) string {
		s, _, err := db.Maybe[string](w.Context(), w.DB.Read(), query, w.Workspace, id)
		if err != nil {
			w.Fatal(err)
		}
		return s
	}
	return [2]string{
		one("SELECT state FROM deliveries WHERE workspace_id = ? AND id = ?", r.DeliveryID),
		one("SELECT state FROM messages WHERE workspace_id = ? AND id = ?", r.MessageID),
	}
}

func (w *world) expect(r messaging.Receipt, state string) {
	w.Helper()
	if got := w.state(r); got != [2]string{state, state} {
		w.Fatalf("delivery and message are %v, want %s", got, state)
	}
}

// arrived lists the texts of the bot's messages in the customer's chat.
func (w *world) arrived() []string {
	w.Helper()
	var out []string
	for _, m := range w.sandbox.Messages(w.bot.ID, w.user.ID) {
		if m.From != nil && m.From.ID == w.bot.ID {
			out = append(out, m.Text+m.Caption)
		}
	}
	return out
}

func (w *world) misbehave(f sandbox.Fault) {
	w.Helper()
	if _, err := w.sandbox.Misbehave(f); err != nil {
		w.Fatal(err)
	}
}
