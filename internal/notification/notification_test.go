package notification_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/notification"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/i18n/i18ntest"
	"cartie/internal/platform/ident"
)

// office is a company whose people are known by their rights, and what Telegram was
// asked to carry.
type office struct {
	*notification.Service
	db     *db.DB
	clock  *clock.Fake
	ws     uuid.UUID
	people map[uuid.UUID]ident.Role
	chats  []notification.Chat
	sent   []string
	most   int // users told in one unit
}

func (o *office) Holding(_ context.Context, _ db.Querier, _ uuid.UUID, perm ident.Permission) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for id, role := range o.people {
		if role.Can(perm) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return out, nil
}

func (o *office) TelegramChats(_ context.Context, _ db.Querier, _ uuid.UUID, users []uuid.UUID) ([]notification.Chat, error) {
	o.most = max(o.most, len(users))
	var out []notification.Chat
	for _, c := range o.chats {
		for _, u := range users {
			if c.UserID == u {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (o *office) TelegramNotice(_ context.Context, _ *db.Tx, _, _ uuid.UUID, _ int64, text, label, url string) error {
	o.sent = append(o.sent, strings.TrimSpace(text+" "+label+" "+url))
	return nil
}

func open(t *testing.T, d *db.DB, origin string) *office {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	o := &office{db: d, clock: c, ws: ident.New(), people: map[uuid.UUID]ident.Role{}}
	o.Service = notification.New(notification.Config{
		DB: d, Clock: c, Events: events.NewLog(c, nil), Members: o, Telegram: o,
		Texts: i18ntest.Complete(t, fs.FS(notification.Locales)), PublicURL: origin,
	})
	return o
}

func (o *office) hire(role ident.Role, language string) ident.Principal {
	p := ident.Principal{UserID: ident.New(), WorkspaceID: o.ws, Role: role}
	o.people[p.UserID] = role
	if language != "" {
		o.chats = append(o.chats, notification.Chat{UserID: p.UserID, BotID: ident.New(), ChatID: 7, Language: language})
	}
	return p
}

func (o *office) in(t *testing.T, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := o.db.InTx(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (o *office) bell(t *testing.T, p ident.Principal) (list []notification.Notification, unread int64) {
	t.Helper()
	list, err := o.List(t.Context(), p, uuid.Nil, 50)
	if err == nil {
		unread, err = o.Unread(t.Context(), p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list, unread
}

func TestNewConversation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, "https://cartie.example.com/")
		operator, viewer := o.hire(ident.Operator, "uk"), o.hire(ident.Viewer, "en")
		chat := ident.New()
		for range 2 { // a job may run again
			if err := o.NewConversation(t.Context(), o.ws, chat, "Olena <b>&"); err != nil {
				t.Fatal(err)
			}
		}
		list, unread := o.bell(t, operator)
		if len(list) != 1 || unread != 1 || list[0].Kind != notification.ConversationNew || list[0].Params.V["contact"] != "Olena <b>&" || list[0].Link != "/inbox?chat="+chat.String() {
			t.Fatalf("got %+v, %d unread", list, unread)
		}
		if list, _ := o.bell(t, viewer); len(list) != 0 {
			t.Fatal("somebody without the right is told")
		}
		want := "Olena &lt;b&gt;&amp; пише вам уперше. Відкрити https://cartie.example.com/inbox?chat=" + chat.String()
		if len(o.sent) != 1 || o.sent[0] != want {
			t.Fatalf("Telegram got %q, want %q", o.sent, want)
		}
		kinds, err := db.All[string](t.Context(), d.Read(), "SELECT kind FROM events WHERE workspace_id = ?", o.ws)
		if err != nil || len(kinds) != 1 || kinds[0] != "notification.added" {
			t.Fatalf("events %v %v", kinds, err)
		}
	})
}

func TestALargeTeamIsToldOfANewConversationInSmallUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, "")
		for range 80 {
			o.hire(ident.Operator, "uk")
		}
		if err := o.NewConversation(t.Context(), o.ws, ident.New(), "Olena"); err != nil {
			t.Fatal(err)
		}
		told, err := db.One[int64](t.Context(), d.Read(), "SELECT count(DISTINCT user_id) FROM notifications WHERE workspace_id = ?", o.ws)
		if err != nil || told != 80 || len(o.sent) != 80 || o.most > 50 {
			t.Fatalf("%d are told, %d in Telegram, %d at once: %v", told, len(o.sent), o.most, err)
		}
	})
}

func TestNoButtonToAnAddressThatOnlyThisMachineKnows(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, origin := range []string{"", "http://localhost:8080", "http://127.0.0.1:8080", "http://192.168.1.5", "ftp://example.com", "cartie"} {
		o := open(t, d, origin)
		p := o.hire(ident.Operator, "en")
		o.in(t, func(ctx context.Context, tx *db.Tx) error {
			return o.Assigned(ctx, tx, o.ws, ident.New(), p.UserID, "Olena", "Ivan")
		})
		if want := "Ivan gave you the conversation with Olena. Open"; len(o.sent) != 1 || o.sent[0] != want {
			t.Errorf("%q: got %q", origin, o.sent)
		}
	}
}

func TestABrokenBotRingsOnceUntilRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, "")
		admin, second := o.hire(ident.Admin, "ru"), o.hire(ident.Owner, "")
		bot := ident.New()
		fail := func() {
			o.in(t, func(ctx context.Context, tx *db.Tx) error { return o.UpdateFailed(ctx, tx, o.ws, bot, "Shop") })
		}
		fail()
		fail()
		if _, unread := o.bell(t, admin); unread != 1 || len(o.sent) != 1 {
			t.Fatalf("%d unread, %d sent", unread, len(o.sent))
		}
		if err := o.Read(t.Context(), admin, nil); err != nil {
			t.Fatal(err)
		}
		fail()
		if list, unread := o.bell(t, admin); unread != 1 || len(list) != 2 {
			t.Fatalf("%d unread of %d", unread, len(list))
		}
		if _, unread := o.bell(t, second); unread != 1 {
			t.Fatalf("%d unread for who has not read", unread)
		}
	})
}

func TestReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, "")
		a, b := o.hire(ident.Operator, ""), o.hire(ident.Operator, "")
		for range 3 {
			o.in(t, func(ctx context.Context, tx *db.Tx) error {
				return o.Notify(ctx, tx, o.ws, []uuid.UUID{a.UserID, b.UserID, a.UserID, uuid.Nil}, notification.Notice{Kind: notification.DeliveryFailed})
			})
			o.clock.Advance(time.Second)
		}
		mine, unread := o.bell(t, a)
		if len(mine) != 3 || unread != 3 || !mine[0].CreatedAt.After(mine[2].CreatedAt) {
			t.Fatalf("%d of %d unread", unread, len(mine))
		}
		if err := o.Read(t.Context(), b, []uuid.UUID{mine[0].ID, ident.New()}); err != nil { // not theirs
			t.Fatal(err)
		}
		if _, unread := o.bell(t, a); unread != 3 {
			t.Fatal("one person read another's")
		}
		if err := o.Read(t.Context(), a, []uuid.UUID{mine[1].ID}); err != nil {
			t.Fatal(err)
		}
		if list, unread := o.bell(t, a); unread != 2 || list[1].ReadAt == nil || list[0].ReadAt != nil {
			t.Fatalf("%d unread", unread)
		}
		elsewhere := a
		elsewhere.WorkspaceID = ident.New()
		if list, unread := o.bell(t, elsewhere); len(list) != 0 || unread != 0 {
			t.Fatal("another company's notifications are shown")
		}
		o.clock.Advance(90 * 24 * time.Hour)
		o.in(t, func(ctx context.Context, tx *db.Tx) error {
			return o.Notify(ctx, tx, o.ws, []uuid.UUID{a.UserID}, notification.Notice{Kind: notification.DeliveryFailed})
		})
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if list, _ := o.bell(t, a); len(list) != 1 {
			t.Fatalf("%d are kept", len(list))
		}
	})
}

type fixed ident.Principal

func (f fixed) Authenticate(*http.Request) (ident.Principal, error) { return ident.Principal(f), nil }

func TestBellOverHTTP(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d, "")
	p := o.hire(ident.Operator, "")
	for range 3 {
		if err := o.NewConversation(t.Context(), o.ws, ident.New(), "Olena"); err != nil {
			t.Fatal(err)
		}
	}
	api, err := httpapi.New(httpapi.Config{Auth: fixed(p), DB: d, Clock: o.clock, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	o.RegisterAPI(api)
	call := func(method, path, body string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		return rec.Code, rec.Body.String()
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		contains           string
	}{
		{"GET", "/api/notifications?limit=2", "", 200, `"next":`},
		{"GET", "/api/notifications", "", 200, `"unread_count":3`},
		{"GET", "/api/notifications?cursor=nonsense", "", 422, `"cursor"`},
		{"POST", "/api/notifications/read", `{}`, 422, "ids_missing"},
		{"POST", "/api/notifications/read", `{"ids":["x"]}`, 422, ""},
		{"POST", "/api/notifications/read", `{"all":true}`, 204, ""},
		{"GET", "/api/notifications", "", 200, `"unread_count":0`},
	} {
		if status, body := call(c.method, c.path, c.body); status != c.status || !strings.Contains(body, c.contains) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, status, body)
		}
	}
}
