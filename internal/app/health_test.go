package app_test

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
)

type health struct {
	Status  string
	Failing []string
	Checks  []struct {
		Name   string
		OK     bool
		Detail string
	}
}

func TestHealthNamesWhatFails(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		t.Parallel() // the job library takes seconds to believe that its database is gone
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		b := c.Connect("alpha_bot", "")
		deep := func(status int) (h health) {
			apptest.Send(t, "GET", w.URL+"/health/deep", nil, http.Header{"X-Forwarded-For": {}}).Want(status).JSON(&h)
			return h
		}
		apptest.Eventually(t, "somebody sends for the bot", func() bool {
			return w.Count("SELECT count(*) FROM leases WHERE name = ? AND owner <> ''", "sender:"+b.ID.String()) == 1
		})
		apptest.Send(t, "GET", w.URL+"/health", nil, nil).Want(200)
		var far health // from another machine
		apptest.Send(t, "GET", w.URL+"/health/deep", nil, nil).Want(200).JSON(&far)
		if far.Status != "ok" || far.Checks != nil {
			t.Errorf("a stranger sees %+v", far)
		}
		if h := deep(200); h.Status != "ok" || len(h.Failing) != 0 || len(h.Checks) < 5 {
			t.Errorf("%+v", h)
		}
		// a message that Telegram kept for long
		hook := newHook(t, w, b)
		dated := func(update string, at time.Time) string {
			return strings.Replace(update, "1790000000", strconv.FormatInt(at.Unix(), 10), 1)
		}
		hook.post(dated(text(1, 1, 1, "written long ago"), time.Now().Add(-time.Hour))).Want(200)
		if h := deep(503); !slices.Equal(h.Failing, []string{"intake"}) {
			t.Errorf("%+v", h)
		}
		hook.post(dated(text(2, 2, 1, "written now"), time.Now())).Want(200)
		if h := deep(200); len(h.Failing) != 0 {
			t.Errorf("%+v", h)
		}
		// a job that nobody takes: its queue is worked by no process
		w.Exec("INSERT INTO river_job (kind, args, state, queue, scheduled_at, max_attempts) VALUES ('left', '{}', 'available', 'nobody', ?, 1)", time.Now().Add(-time.Hour).UTC())
		if h := deep(503); !slices.Equal(h.Failing, []string{"jobs"}) {
			t.Errorf("%+v", h)
		}
		w.Exec("DELETE FROM river_job WHERE kind = 'left'")
		// the disk is gone; on SQLite the database is with it
		away := w.Config.Data + ".away"
		if err := os.Rename(w.Config.Data, away); err != nil {
			t.Fatal(err)
		}
		if h := deep(503); !slices.Contains(h.Failing, "disk") || engine == db.Postgres && len(h.Failing) != 1 {
			t.Errorf("%+v", h)
		}
		if err := os.Rename(away, w.Config.Data); err != nil {
			t.Fatal(err)
		}
		if h := deep(200); len(h.Failing) != 0 {
			t.Errorf("%+v", h)
		}
		// it is asked for every third of a minute, so it stays lost for this test
		w.Exec("UPDATE leases SET owner = '' WHERE name = ?", "sender:"+b.ID.String())
		if h := deep(503); h.Status == "ok" || !slices.Equal(h.Failing, []string{"bots"}) {
			t.Errorf("%+v", h)
		}
		if err := w.App.DB.Close(); err != nil {
			t.Fatal(err)
		}
		var h health
		apptest.Send(t, "GET", w.URL+"/health", nil, nil).Want(503).JSON(&h)
		if !slices.Equal(h.Failing, []string{"database"}) {
			t.Errorf("%+v", h)
		}
		if h := deep(503); !slices.Contains(h.Failing, "database") || slices.Contains(h.Failing, "disk") {
			t.Errorf("%+v", h)
		}
		apptest.Send(t, "GET", w.URL+"/health/live", nil, nil).Want(200)
		w.Abandon()
	})
}

// TestDatabaseAway takes PostgreSQL away from a running app and gives it back: updates
// are answered 503 meanwhile, and none is lost.
func TestDatabaseAway(t *testing.T) {
	w := apptest.Start(t, db.Postgres, apptest.Options{})
	c := w.Company("Alpha")
	h := newHook(t, w, c.Connect("alpha_bot", ""))
	h.post(text(1, 1, 1, "before")).Want(200)

	address, err := url.Parse(w.Config.Database)
	if err != nil {
		t.Fatal(err)
	}
	name := address.Path[1:]
	address.Path = "/postgres"
	conn, err := pgx.Connect(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")

	apptest.Send(t, "GET", w.URL+"/health", nil, nil).Want(503)
	if got := h.post(text(2, 2, 1, "meanwhile")).Want(503); got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	c.Owner.Do("GET", "/api/conversations", nil).Want(503, 500)

	exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
	apptest.Eventually(t, "the database is back", func() bool {
		return apptest.Send(t, "GET", w.URL+"/health", nil, nil).Status == 200
	})
	h.post(text(2, 2, 1, "meanwhile")).Want(200)
	conv := first(t, c.Owner, "/api/conversations")
	c.Owner.Do("POST", "/api/conversations/"+conv.ID+"/messages", map[string]any{"text": "we are back"}).Want(201)
	if n := w.Count("SELECT count(*) FROM messages WHERE direction = 'in'"); n != 2 {
		t.Errorf("%d messages", n)
	}
}
