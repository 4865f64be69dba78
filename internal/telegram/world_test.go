package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/secrets"
	"cartie/internal/telegram"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
	"cartie/internal/telegram/sandbox"
)

// world is the bots of two companies with a Bot API of their own, over HTTP both ways.
type world struct {
	testing.TB
	db        *db.DB
	clock     *clock.Fake
	api       *httpapi.API
	bots      *telegram.Service
	in        *intake.Intake
	tg        *sandbox.Server
	url       string // of the application
	ours      uuid.UUID
	theirs    uuid.UUID
	users     map[string]ident.Principal
	heard     chan string // texts that the inbox took
	stopped   []string
	withdrawn []uuid.UUID
	away      error // what reading a company answers
	active    map[uuid.UUID]bool
	linked    map[uuid.UUID]int64
	logs      *syncBuffer
	refuse    error // what the inbox answers
	ann       sandbox.User
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{
		TB: t, db: d, clock: clock.NewFake(time.Now()), ours: ident.New(), theirs: ident.New(), heard: make(chan string, 100),
		active: map[uuid.UUID]bool{}, linked: map[uuid.UUID]int64{}, logs: &syncBuffer{},
	}
	for _, ws := range []uuid.UUID{w.ours, w.theirs} {
		w.active[ws] = true
		w.exec(`INSERT INTO workspaces (id, slug, name, plan, color, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at)
			VALUES (?,?,'Авто','FREE','','Europe/Kyiv','uk','USD','UA','{}','[]',TRUE,1,?,?)`, ws, ws.String(), w.clock.Now(), w.clock.Now())
	}
	person := func(ws uuid.UUID, role ident.Role) ident.Principal {
		return ident.Principal{UserID: ident.New(), WorkspaceID: ws, Role: role, Language: "en"}
	}
	w.users = map[string]ident.Principal{
		"admin": person(w.ours, ident.Admin), "operator": person(w.ours, ident.Operator), "viewer": person(w.ours, ident.Viewer), "spy": person(w.theirs, ident.Owner),
	}
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	w.tg = sandbox.New(sandbox.Options{})
	tg := httptest.NewServer(w.tg)
	t.Cleanup(func() { tg.Close(); _ = w.tg.Close() })
	box, err := secrets.New()
	if err != nil {
		t.Fatal(err)
	}
	ev := events.NewLog(w.clock, nil)
	w.in = intake.New(d, w.clock, ev, log, intake.Deps{Inbox: w, Notices: w})
	if w.api, err = httpapi.New(httpapi.Config{DB: d, Clock: w.clock, Log: log, Auth: w}); err != nil {
		t.Fatal(err)
	}
	app := httptest.NewServer(w.api)
	t.Cleanup(app.Close)
	w.url = app.URL
	w.bots = telegram.New(d, w.clock, ev, log, telegram.Deps{
		API: botapi.New(tg.URL), Box: box, Companies: w, Deliveries: w, Members: w, Notices: w, Failed: w.in, PublicURL: w.url,
	})
	w.bots.RegisterAPI(w.api)
	w.api.Handle(httpapi.Route{ID: "telegram_webhook", Method: "POST", Path: intake.WebhookPath, Permission: httpapi.Public, MaxBody: 2 * intake.MaxBody},
		intake.Webhook(w.bots, w.in, log))
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if err := w.db.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) Authenticate(r *http.Request) (ident.Principal, error) {
	p, ok := w.users[r.Header.Get("X-Test-User")]
	if !ok {
		return p, errs.Unauthorized("Sign in first.")
	}
	return p, nil
}

func (w *world) Company(_ context.Context, _ db.Querier, ws uuid.UUID) (intake.Company, bool, error) {
	if w.away != nil {
		return intake.Company{}, false, w.away
	}
	return intake.Company{Name: "Авто", Language: "uk"}, w.active[ws], nil
}

func (w *world) Backlog(context.Context, db.Querier, uuid.UUID, uuid.UUID) (telegram.Backlog, error) {
	return telegram.Backlog{Queued: 3}, nil
}

func (w *world) Cancel(_ context.Context, _, bot uuid.UUID) error {
	w.withdrawn = append(w.withdrawn, bot)
	return nil
}

func (w *world) TelegramOf(_ context.Context, _ db.Querier, _, user uuid.UUID) (int64, bool, error) {
	id, ok := w.linked[user]
	return id, ok, nil
}

func (w *world) BotStopped(_ context.Context, tx *db.Tx, _, _ uuid.UUID, name string) error {
	tx.AfterCommit(func() { w.stopped = append(w.stopped, name) })
	return nil
}

func (w *world) Receive(_ context.Context, tx *db.Tx, in intake.Incoming) (intake.Received, error) {
	if w.refuse != nil {
		return intake.Received{}, w.refuse
	}
	tx.AfterCommit(func() { w.heard <- in.Text })
	return intake.Received{}, nil
}

func (w *world) EditIncoming(context.Context, *db.Tx, intake.Incoming) (bool, error) {
	return false, errors.New("not in these tests")
}

func (w *world) NewConversation(context.Context, *db.Tx, intake.Arrival) error { return nil }

func (w *world) UpdateFailed(context.Context, *db.Tx, uuid.UUID, uuid.UUID, string) error { return nil }

// call returns the status and the answer; no answer may ever hold a bot token.
func (w *world) call(user, method, path, body string, headers ...string) (int, map[string]any) {
	w.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-Test-User", user)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if method == "PATCH" && len(headers) == 0 { // the version that stands, as who has just read it
		version, _, err := db.Maybe[int64](w.Context(), w.db.Read(), "SELECT version FROM bots WHERE id = ?", uuid.MustParse(path[len("/api/bots/"):]))
		if err != nil {
			w.Fatal(err)
		}
		r.Header.Set("If-Match", strconv.FormatInt(version, 10))
	}
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	for _, b := range w.tg.Bots() {
		if strings.Contains(rec.Body.String(), b.Token) {
			w.Errorf("%s %s tells the token", method, path)
		}
	}
	out := map[string]any{}
	if rec.Body.Len() > 0 {
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			w.Fatalf("%s %s: %s", method, path, rec.Body)
		}
	}
	return rec.Code, out
}

// must is call for what has to work.
func (w *world) must(user, method, path, body string) map[string]any {
	w.Helper()
	status, out := w.call(user, method, path, body)
	if status >= 300 {
		w.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

// refused is call for what has to fail.
func (w *world) refused(want int, code, user, method, path, body string, headers ...string) {
	w.Helper()
	status, out := w.call(user, method, path, body, headers...)
	got, _ := out["code"].(string)
	if list, ok := out["errors"].([]any); ok && got == "" && len(list) > 0 {
		got, _ = list[0].(map[string]any)["code"].(string)
	}
	if status != want || code != "" && got != code {
		w.Errorf("%s %s %s: %d %v, want %d %s", method, path, body, status, out, want, code)
	}
}

// newBot makes a bot at the sandbox.
func (w *world) newBot(username string) sandbox.Bot {
	w.Helper()
	b, err := w.tg.AddBot(sandbox.NewBot{Username: username, Name: "Auto " + username})
	if err != nil {
		w.Fatal(err)
	}
	return b
}

// connect makes a bot and adds it; it returns the path of its address.
func (w *world) connect(username, mode string) (sandbox.Bot, string) {
	w.Helper()
	b := w.newBot(username)
	out := w.must("admin", "POST", "/api/bots", fmt.Sprintf(`{"token":%q,"mode":%q}`, b.Token, mode))
	return b, "/api/bots/" + out["id"].(string)
}

func (w *world) say(b sandbox.Bot, text string) {
	w.Helper()
	if w.ann.ID == 0 {
		w.ann = w.tg.AddUser(sandbox.User{FirstName: "Ann"})
	}
	if _, err := w.tg.Say(b.ID, w.ann.ID, text); err != nil {
		w.Fatal(err)
	}
}

func (w *world) hear() string {
	w.Helper()
	select {
	case s := <-w.heard:
		return s
	case <-time.After(20 * time.Second):
		w.Fatal("no message came")
		return ""
	}
}
