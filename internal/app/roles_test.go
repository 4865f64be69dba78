package app_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/sandbox"
)

// TestRolesTogether runs web, worker and telegram as three apps on one database: a
// picture comes in, is fetched, and an answer goes back; none of them could do it alone.
func TestRolesTogether(t *testing.T) {
	web := apptest.Start(t, db.Postgres, apptest.Options{Role: "web"})
	shared := apptest.Options{Database: web.Config.Database, Data: web.Config.Data, Telegram: web.Telegram, Public: web.URL}
	var others []*apptest.World
	for _, role := range []string{"worker", "telegram"} {
		opt := shared
		opt.Role = role
		others = append(others, apptest.Start(t, db.Postgres, opt))
	}
	for _, w := range append(others, web) {
		apptest.Send(t, "GET", w.URL+"/health", nil, nil).Want(200)
		apptest.Send(t, "GET", w.URL+"/health/live", nil, nil).Want(200)
	}
	for _, w := range others { // only web answers people and Telegram
		apptest.Send(t, "GET", w.URL+"/api/session", nil, nil).Want(404)
		apptest.Send(t, "POST", w.URL+"/api/telegram/webhook/"+ident.New().String(), nil, nil).Want(404)
	}
	c := web.Company("Alpha")
	pushed := c.Connect("alpha_bot", "Hello from us")
	polled := apptest.Connect(t, c.Owner, web.Telegram, "beta_bot", "polling", "")
	for _, b := range []apptest.Bot{pushed, polled} {
		user := web.Telegram.AddUser(sandbox.User{FirstName: "Ivan", LanguageCode: "en"})
		_, err := web.Telegram.Send(sandbox.Act{Bot: b.Telegram.ID, User: user.ID, Text: "look", Items: []sandbox.Item{
			{Medium: sandbox.Medium{Kind: "photo"}, Upload: sandbox.Upload{Name: "car.png", Mime: "image/png", Data: picture(t)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var conv string
		apptest.Eventually(t, "the picture is in the inbox and fetched", func() bool {
			var list, msgs struct {
				Items []struct {
					ID          string
					Direction   string
					Attachments []struct{ State, URL string }
				}
			}
			c.Owner.Do("GET", "/api/conversations?bot="+b.ID.String(), nil).Want(200).JSON(&list)
			if len(list.Items) == 0 {
				return false
			}
			conv = "/api/conversations/" + list.Items[0].ID
			c.Owner.Do("GET", conv+"/messages", nil).Want(200).JSON(&msgs)
			for _, m := range msgs.Items {
				if m.Direction == "in" && len(m.Attachments) == 1 && m.Attachments[0].State == "ready" {
					c.Owner.Do("GET", m.Attachments[0].URL, nil).Want(200)
					return true
				}
			}
			return false
		})
		c.Owner.Do("POST", conv+"/messages", map[string]any{"text": "we have it"}).Want(201)
		apptest.Eventually(t, "the answer is with the customer", func() bool {
			return slices.ContainsFunc(web.Telegram.Messages(b.Telegram.ID, user.ID), func(m sandbox.Message) bool { return m.Text == "we have it" })
		})
	}
}

// TestStopGivesUpLeases: an app that stops leaves its bots to the next one at once.
func TestStopGivesUpLeases(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		bots := []uuid.UUID{c.Connect("alpha_bot", "").ID, apptest.Connect(t, c.Owner, w.Telegram, "beta_bot", "polling", "").ID}
		held := func(w *apptest.World, name string, id uuid.UUID) bool {
			return w.Count("SELECT count(*) FROM leases WHERE name = ? AND owner <> ''", name+":"+id.String()) == 1
		}
		apptest.Eventually(t, "the bots have owners", func() bool {
			return held(w, "sender", bots[0]) && held(w, "sender", bots[1]) && held(w, "poll", bots[1])
		})
		w.Stop()
		after := apptest.Prepare(t, engine, apptest.Options{Database: w.Config.Database, Data: w.Config.Data, Telegram: w.Telegram})
		if held(after, "sender", bots[0]) || held(after, "sender", bots[1]) || held(after, "poll", bots[1]) {
			t.Error("a stopped app still owns its bots")
		}
		after.Run()
		apptest.Eventually(t, "the next one owns them", func() bool {
			return held(after, "sender", bots[0]) && held(after, "sender", bots[1]) && held(after, "poll", bots[1])
		})
	})
}

// TestAStoppingProcessWakesTheOthers: leases are renewed so rarely here that the other app
// has the bot only when it was told.
func TestAStoppingProcessWakesTheOthers(t *testing.T) {
	first := apptest.Start(t, db.Postgres, apptest.Options{LeaseTTL: time.Hour})
	bot := first.Company("Alpha").Connect("alpha_bot", "").ID
	owned := func(w *apptest.World) bool {
		return w.Count("SELECT count(*) FROM leases WHERE name = ? AND owner <> ''", "sender:"+bot.String()) == 1
	}
	apptest.Eventually(t, "the bot has an owner", func() bool { return owned(first) })
	second := apptest.Start(t, db.Postgres, apptest.Options{LeaseTTL: time.Hour, Database: first.Config.Database, Data: first.Config.Data, Telegram: first.Telegram})
	apptest.Eventually(t, "both listen", func() bool {
		return second.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'") == 2
	})
	first.Stop()
	apptest.Eventually(t, "the other one has the bot", func() bool { return owned(second) })
}

// empty returns a PostgreSQL database without a schema.
func empty(t *testing.T) string {
	t.Helper()
	address, err := url.Parse(dbtest.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := "empty_" + strings.ReplaceAll(ident.New().String(), "-", "")
	conn, err := pgx.Connect(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	return address.String()
}

// TestProcessesShareAnEmptyDatabase starts the three roles at once on a database without
// a schema: one migrates it, the others wait.
func TestProcessesShareAnEmptyDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	database, data := empty(t), t.TempDir()
	apptest.Binary(t)
	tg := apptest.StartTelegram(t, sandbox.Options{})
	var all []*apptest.Process
	for _, role := range []string{"web", "worker", "telegram"} {
		p := apptest.NewProcess(t, "--database", database, "--data", data, "--role", role, "--telegram-api", tg.URL)
		p.Launch()
		all = append(all, p)
	}
	for _, p := range all {
		p.Ready()
	}
	for _, p := range all {
		p.Terminate()
	}
	if out, code := apptest.Command(t, "migrate", "--check", "--database", database, "--data", data); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestRolesNeedPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	out, code := apptest.Command(t, "serve", "--role", "worker", "--data", t.TempDir())
	if code == 0 || !strings.Contains(out, "role: ") || !strings.Contains(out, "PostgreSQL") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestMigrateCommand: --check tells by its exit code whether migrate is needed.
func TestMigrateCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		data := t.TempDir()
		database := data + "/new.db"
		if engine == db.Postgres {
			database = empty(t)
		}
		run := func(args ...string) (string, int) {
			return apptest.Command(t, append([]string{"migrate", "--data", data, "--database", database}, args...)...)
		}
		if out, code := run("--check"); code != 1 || !strings.HasPrefix(out, "cartie: ") || !strings.Contains(out, "migrate") {
			t.Errorf("check before: exit code %d: %s", code, out)
		}
		if out, code := run(); code != 0 || strings.HasPrefix(out, "0 ") {
			t.Errorf("migrate: exit code %d: %s", code, out)
		}
		if out, code := run("--check"); code != 0 {
			t.Errorf("check after: exit code %d: %s", code, out)
		}
		if out, code := run(); code != 0 || !strings.HasPrefix(out, "0 ") {
			t.Errorf("migrate again: exit code %d: %s", code, out)
		}
	})
}

// TestSecretsStayOut: no secret of the configuration reaches what is printed.
func TestSecretsStayOut(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	const secret = "hunter2hunter2"
	away := apptest.Listen(t)
	if err := away.Close(); err != nil {
		t.Fatal(err)
	}
	database := "postgres://cartie:" + secret + "@" + away.Addr().String() + "/cartie?sslmode=disable"
	for _, args := range [][]string{
		{"doctor", "--database", database, "--media", "s3://key:" + secret + "@" + away.Addr().String() + "/bucket", "--secret-keys", secret, "--metrics-token", secret},
		{"serve", "--database", database, "--listen", "127.0.0.1:0"},
		{"serve", "--media", "s3://key:" + secret + "@", "--listen", "127.0.0.1:0"},
		{"serve", "--secret-keys", secret, "--listen", "127.0.0.1:0"},
		{"serve", "--database", "postgres://cartie:" + secret + "@[bad", "--listen", "127.0.0.1:0"},
		{"migrate", "--check", "--database", database},
		{"admin", "setup", "--database", database},
	} {
		out, code := apptest.Command(t, append(args, "--data", t.TempDir())...)
		if code != 1 && code != 80 {
			t.Errorf("%v: exit code %d", args[0], code)
		}
		if strings.Contains(out, secret) {
			t.Errorf("%v tells a secret: %s", args, out)
		}
		if strings.TrimSpace(out) == "" || strings.Contains(out, "goroutine ") {
			t.Errorf("%v said %q", args, out)
		}
	}
	out, _ := apptest.Command(t, "doctor", "--database", database, "--data", t.TempDir())
	for _, line := range []string{"database", "cartie:", "•••", "BAD database"} {
		if line != "cartie:" && !strings.Contains(out, line) {
			t.Errorf("doctor does not say %q: %s", line, out)
		}
	}
}

// TestFirstRun goes from an empty folder to a second person, with what the program prints.
func TestFirstRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	data := t.TempDir()
	tg := apptest.StartTelegram(t, sandbox.Options{})
	p := apptest.NewProcess(t, "--data", data, "--telegram-api", tg.URL)
	p.Start()
	link := func(out, page string) string {
		t.Helper()
		_, rest, ok := strings.Cut(out, page)
		token := strings.Fields(rest + " ")
		if !ok || len(token) == 0 {
			t.Fatalf("no link to %s in %q", page, out)
		}
		return token[0]
	}
	var token string
	apptest.Eventually(t, "the set-up link is printed", func() bool { return strings.Contains(p.Output(), "/setup/") })
	token = link(p.Output(), "/setup/")
	apptest.Send(t, "GET", p.URL+"/api/setup/"+token, nil, nil).Want(200)
	apptest.Send(t, "POST", p.URL+"/api/setup/"+token, map[string]any{"name": "Olena", "email": "olena@example.com", "password": "correct horse battery", "company_name": "Alpha"}, nil).Want(200)
	apptest.Send(t, "POST", p.URL+"/api/setup/"+token, map[string]any{"name": "Eve", "email": "eve@example.com", "password": "correct horse battery", "company_name": "Beta"}, nil).Want(404)

	out, code := apptest.Command(t, "admin", "create-user", "--data", data, "--email", "taras@example.com", "--name", "Taras", "--super-admin")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	token = link(out, "/reset/")
	apptest.Send(t, "POST", p.URL+"/api/resets/"+token, map[string]any{"password": "correct horse battery"}, nil).Want(204)
	in := apptest.Send(t, "POST", p.URL+"/api/session", map[string]any{"email": "taras@example.com", "password": "correct horse battery"}, nil).Want(200)
	if !bytes.Contains(in.Body, []byte("Taras")) {
		t.Errorf("signed in as %s", in.Short())
	}
	if out, code := apptest.Command(t, "admin", "reset-link", "--data", data, "--email", "nobody@example.com"); code != 1 || !strings.HasPrefix(out, "cartie: ") {
		t.Errorf("exit code %d: %s", code, out)
	}
	p.Terminate()
}
