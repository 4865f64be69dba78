// Package apptest starts whole apps beside an in-process Telegram sandbox, with companies,
// people and their cookies, for tests of what only the whole can show.
//
//	sandbox ──webhook──► app (127.0.0.1:0, own database) ◄──HTTP── Person
package apptest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cartie/internal/app"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/telegram/sandbox"
)

// Options of Start; the zero value is a whole app on a database of its own.
type Options struct {
	Role     string    // all
	Database string    // of another World, to run beside it
	Data     string    // of another World, for its secrets and files
	Telegram *Telegram // of another World
	Listener net.Listener
	Clock    clock.Clock
	Paced    bool // with Telegram's limits
	LeaseTTL time.Duration
	// Public is where Telegram and people reach the installation; default: this app.
	Public string
}

// World is a running app and what surrounds it.
type World struct {
	testing.TB
	App      *app.App
	Config   config.Config
	URL      string
	Telegram *Telegram

	stop  func()
	ended chan error
}

// Telegram is a sandbox behind an address.
type Telegram struct {
	*sandbox.Server
	URL string
}

// Each runs the test on both engines. Without PostgreSQL that part skips.
func Each(t *testing.T, test func(t *testing.T, engine db.Engine)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) { test(t, e) })
	}
}

// Database returns a migrated database of its own.
func Database(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.Postgres {
		return dbtest.PostgresURL(t)
	}
	return dbtest.SQLiteFile(t)
}

// StartTelegram starts a sandbox that retries quickly.
func StartTelegram(t testing.TB, opt sandbox.Options) *Telegram {
	t.Helper()
	l := Listen(t)
	opt.BaseURL = "http://" + l.Addr().String()
	opt.RetryMin, opt.RetryMax = 10*time.Millisecond, 100*time.Millisecond
	opt.RetryUnit = 50 * time.Millisecond
	opt.KeepCalls = 50_000
	s := sandbox.New(opt)
	srv := &http.Server{Handler: s} //nolint:gosec // long polls need no limit
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		_ = srv.Close()
	})
	return &Telegram{Server: s, URL: opt.BaseURL}
}

// Listen opens a port of this machine alone.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Start runs an app until the test ends.
func Start(t testing.TB, engine db.Engine, opt Options) *World {
	t.Helper()
	w := Prepare(t, engine, opt)
	w.Run()
	return w
}

// Prepare builds an app that does not run yet.
func Prepare(t testing.TB, engine db.Engine, opt Options) *World {
	t.Helper()
	if opt.Database == "" {
		opt.Database = Database(t, engine)
	}
	if opt.Data == "" {
		opt.Data = t.TempDir()
	}
	if opt.Telegram == nil {
		opt.Telegram = StartTelegram(t, sandbox.Options{})
	}
	if opt.Role == "" {
		opt.Role = "all"
	}
	if opt.Listener == nil {
		opt.Listener = Listen(t)
	}
	w := &World{TB: t, URL: "http://" + opt.Listener.Addr().String(), Telegram: opt.Telegram, ended: make(chan error, 1)}
	if opt.Public == "" {
		opt.Public = w.URL
	}
	w.Config = config.Config{
		Listen: opt.Listener.Addr().String(), PublicURL: opt.Public, Data: opt.Data, Database: opt.Database, Role: opt.Role,
		TelegramAPI: opt.Telegram.URL, SQLiteSync: "normal", LogLevel: "warn", LogFormat: "text", StopWithin: 10 * time.Second,
		TrustedProxies: []string{"127.0.0.1"}, LeaseTTL: opt.LeaseTTL,
	}
	a, err := app.Build(t.Context(), w.Config, app.Options{Log: testLog(t, opt.Role), SignInLinks: true, Unpaced: !opt.Paced, Clock: opt.Clock})
	if err != nil {
		t.Fatal(err)
	}
	a.Listener, w.App = opt.Listener, a
	t.Cleanup(func() { _ = a.DB.Close() })
	return w
}

// Run starts the app and returns once it is ready.
func (w *World) Run() {
	w.Helper()
	ready := make(chan struct{})
	w.App.Ready = func(context.Context) { close(ready) }
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			began := time.Now()
			cancel()
			if err := <-w.ended; err != nil {
				w.Errorf("the app ended with: %v", err)
			}
			slow(w.TB, began, "the app had stopped")
		})
	}
	w.Cleanup(w.stop)
	go func() { w.ended <- w.App.Run(ctx) }()
	select {
	case <-ready:
	case err := <-w.ended:
		w.ended <- nil
		w.Fatalf("the app did not start: %v", err)
	}
}

// Stop ends the app as a signal does and waits for it.
func (w *World) Stop() { w.Helper(); w.stop() }

// patience bounds waiting for what another goroutine or process does.
const patience = 60 * time.Second

// Eventually waits until what is true. It is for what happens in another process or
// behind HTTP, where there is nothing to listen to.
func Eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	began := time.Now()
	defer func() { slow(t, began, what) }()
	if !Within(t, patience, is) {
		t.Fatalf("waited %s in vain: %s", patience, what)
	}
}

// slow says why a test took long.
func slow(t testing.TB, began time.Time, what string) {
	t.Helper()
	if d := time.Since(began); d > 3*time.Second {
		t.Logf("waited %s until %s", d.Round(100*time.Millisecond), what)
	}
}

// Within is Eventually that leaves it to the caller to complain.
func Within(t testing.TB, limit time.Duration, is func() bool) bool {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); ; {
		if is() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			return is()
		}
	}
}

// testLog keeps the app's log and tells its end when the test has failed.
func testLog(t testing.TB, role string) *slog.Logger {
	var mu sync.Mutex
	var kept bytes.Buffer
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if s := strings.TrimSpace(kept.String()); t.Failed() && s != "" {
			t.Logf("the log of %s:\n%s", role, s[max(0, len(s)-8000):])
		}
	})
	return slog.New(slog.NewTextHandler(locked{&mu, &kept}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type locked struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}

// Count runs a query for one number on the app's database.
func (w *World) Count(query string, args ...any) int64 {
	w.Helper()
	n, err := db.One[int64](w.Context(), w.App.DB.Read(), query, args...)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// Exec changes the database behind the app's back.
func (w *World) Exec(query string, args ...any) {
	w.Helper()
	err := w.App.DB.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			err = fmt.Errorf("nothing was changed by %s", query)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// Abandon ends the app and does not mind how.
func (w *World) Abandon() {
	w.TB = quiet{w.TB}
	w.stop()
}

type quiet struct{ testing.TB }

func (quiet) Errorf(string, ...any) {}
