package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"cartie/internal/app"
	"cartie/internal/app/demo"
	"cartie/internal/inbox"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/sandbox"
)

// running is a whole product with the sandbox beside it.
type running struct {
	world demo.World
	stop  func()
}

func start(t *testing.T, dir string) running {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	clk := demo.NewClock()
	sb := sandbox.New(sandbox.Options{BaseURL: base + "/sandbox", StateFile: filepath.Join(dir, "sandbox.json"), Clock: clk.Now, Log: log})
	a, err := app.Build(t.Context(), config.Config{
		Listen: l.Addr().String(), Data: dir, Role: "all", TelegramAPI: base + "/sandbox", SQLiteSync: "normal", LogLevel: "error", StopWithin: 10 * time.Second,
	}, app.Options{Log: log, Sandbox: sb, SignInLinks: true, Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	a.Listener = l
	ready, ended := make(chan struct{}), make(chan error, 1)
	a.Ready = func(context.Context) { close(ready) }
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the product did not start: %v", err)
	}
	stopped := false
	r := running{demo.World{
		DB: a.DB, Accounts: a.Accounts, Companies: a.Companies, Workspaces: a.Workspaces, Contacts: a.Contacts,
		Inbox: a.Inbox, Media: a.Media, Bots: a.Bots, Dispatcher: a.Dispatcher, Sandbox: sb, Clock: clk, Log: log,
		URL: base, SandboxURL: base + "/sandbox",
	}, func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stopping: %v", err)
		}
		if err := sb.Close(); err != nil {
			t.Errorf("closing the sandbox: %v", err)
		}
	}}
	t.Cleanup(r.stop)
	return r
}

func (r running) company(t *testing.T) uuid.UUID {
	t.Helper()
	list, err := r.world.Workspaces.List(t.Context(), ident.Principal{SuperAdmin: true}, uuid.Nil, 10)
	if err != nil || len(list) != 1 || list[0].Slug != "kashtan-avto" {
		t.Fatalf("companies: %+v, %v", list, err)
	}
	return list[0].ID
}

func (r running) conversations(t *testing.T) []inbox.Conversation {
	t.Helper()
	list, more, err := r.world.Inbox.List(t.Context(), r.company(t), inbox.Filter{Status: "any", Limit: 100})
	if err != nil || more {
		t.Fatal(more, err)
	}
	return list
}

func (r running) thread(t *testing.T, c inbox.Conversation) []inbox.Message {
	t.Helper()
	list, _, err := r.world.Inbox.Thread(t.Context(), r.company(t), c.ID, inbox.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func count(t *testing.T, r running, what string) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), r.world.DB.Read(), "SELECT count(*) FROM "+what)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitFiles waits until every file that customers sent is fetched.
func (r running) awaitFiles(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for count(t, r, "attachments WHERE state = 'pending'") > 0 {
		select {
		case <-ctx.Done():
			t.Fatal("files are still not fetched")
		case <-tick.C:
		}
	}
	if n := count(t, r, "attachments WHERE state <> 'ready'"); n > 0 {
		t.Errorf("%d files could not be fetched", n)
	}
}

func play(t *testing.T, r running) {
	t.Helper()
	if err := demo.Play(t.Context(), r.world); err != nil {
		t.Fatal(err)
	}
}

func TestPlay(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir)
	play(t, r)
	r.awaitFiles(t)
	first := r.conversations(t)
	checkStories(t, r, first)
	checkLinks(t, r)
	if n := count(t, r, "failed_updates"); n > 0 {
		t.Errorf("%d updates failed", n)
	}
	tables := []string{"users", "memberships", "bots", "contacts", "conversations", "messages", "attachments", "notes", "canned_replies", "media", "drafts"}
	before := map[string]int64{}
	for _, name := range tables {
		before[name] = count(t, r, name)
	}
	same := func(when string) {
		t.Helper()
		play(t, r)
		if diff := cmp.Diff(first, r.conversations(t)); diff != "" {
			t.Errorf("played again %s:\n%s", when, diff)
		}
		for _, name := range tables {
			if n := count(t, r, name); n != before[name] {
				t.Errorf("played again %s: %d rows of %s, not %d", when, n, name, before[name])
			}
		}
	}
	same("at once")
	users := len(r.world.Sandbox.Users())
	r.stop()
	r = start(t, dir)
	same("after a restart")
	if n := len(r.world.Sandbox.Users()); n != users {
		t.Errorf("%d customers in the sandbox, not %d", n, users)
	}
	checkAlive(t, r)
}

// checkAlive has a customer write: the address of the product is another than before.
func checkAlive(t *testing.T, r running) {
	t.Helper()
	sb := r.world.Sandbox
	bots, done := sb.Bots(), count(t, r, "messages WHERE direction = 'in'")
	if _, err := sb.Say(bots[0].ID, sb.Users()[0].ID, "Ще одне запитання"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for count(t, r, "messages WHERE direction = 'in'") == done {
		select {
		case <-ctx.Done():
			t.Fatal("what a customer writes after a restart does not arrive")
		case <-tick.C:
		}
	}
}

// checkStories looks for what the demo promises to show.
func checkStories(t *testing.T, r running, list []inbox.Conversation) {
	t.Helper()
	kinds, states, people, perBot := map[string]int{}, map[string]int{}, map[uuid.UUID]int{}, map[string]int{}
	closed, blocked, waiting, groups, edited, assignees := 0, 0, 0, 0, 0, map[string]bool{}
	for _, c := range list {
		perBot[c.BotUsername]++
		if c.AssigneeName != "" {
			assignees[c.AssigneeName] = true
		}
		if c.Kind != inbox.Private {
			groups++
		} else {
			people[*c.ContactID]++
		}
		switch {
		case c.Status == inbox.Closed:
			closed++
		case c.IsBlocked:
			blocked++
		case c.AssigneeID == nil && c.UnreadCount > 0:
			waiting++
		}
		var last time.Time
		for _, m := range r.thread(t, c) {
			kinds[m.Direction+" "+m.Kind]++
			states[m.State]++
			if m.EditedAt != nil {
				edited++
			}
			if m.SentAt.Before(last.Add(-time.Second)) { // Telegram's dates are whole seconds
				t.Errorf("%s: message %d is of %s, the one before of %s", c.Name(), m.Seq, m.SentAt, last)
			}
			last = m.SentAt
		}
		if age := time.Since(last); age < 0 || age > 20*24*time.Hour {
			t.Errorf("%s ended %s ago", c.Name(), age)
		}
	}
	for _, kind := range []string{
		"in text", "in photo", "in album", "in voice", "in video", "in sticker", "in document", "in location", "in contact", "in callback",
		"out text", "out photo", "out album", "out document",
	} {
		if kinds[kind] == 0 {
			t.Errorf("no message of the kind %q", kind)
		}
	}
	if states[inbox.Failed] != 1 || states[inbox.Unknown] != 1 || states[inbox.Queued] != 0 || states[inbox.Sent] < 40 {
		t.Errorf("states of messages: %v", states)
	}
	if closed != 2 || blocked != 2 || waiting < 4 || groups != 1 || edited != 1 || len(assignees) != 4 || len(perBot) != 2 {
		t.Errorf("closed %d, blocked %d, waiting %d, groups %d, edited %d, assignees %v, per bot %v", closed, blocked, waiting, groups, edited, assignees, perBot)
	}
	twice := slices.DeleteFunc(slices.Collect(maps.Values(people)), func(n int) bool { return n != 2 })
	if len(twice) != 1 {
		t.Errorf("%d people are in both bots", len(twice))
	}
}

// checkLinks signs in by each link over HTTP.
func checkLinks(t *testing.T, r running) {
	t.Helper()
	links, err := demo.Links(t.Context(), r.world)
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, l := range links {
		base, token, ok := strings.Cut(l.URL, "/signin/")
		if !ok {
			res := do(t, http.MethodGet, l.URL)
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s answers %d", l.URL, res.StatusCode)
			}
			_ = res.Body.Close()
			continue
		}
		res := do(t, http.MethodPost, base+"/api/signin/"+token)
		var session struct {
			User      struct{ Name string }
			Workspace struct{ Name, Role string }
		}
		if err := json.NewDecoder(res.Body).Decode(&session); err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if session.User.Name != l.Name || session.Workspace.Role != l.Role || session.Workspace.Name != "Каштан Авто" {
			t.Errorf("%+v signs in as %+v", l, session)
		}
		roles = append(roles, l.Role)
	}
	if !slices.Equal(roles, []string{"OWNER", "MANAGER", "OPERATOR", "VIEWER"}) {
		t.Errorf("links for %v", roles)
	}
}

func do(t *testing.T, method, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader([]byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}
