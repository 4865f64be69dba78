package app

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/jobs"
	"cartie/internal/telegram"
)

// check is one part of the deep health answer; its error names what is wrong.
type check struct {
	Name string
	Run  func(ctx context.Context) (detail string, err error)
}

const (
	quickLimit = time.Second
	deepLimit  = 5 * time.Second

	maxJobAge    = 5 * time.Minute
	maxIntakeLag = 2 * time.Minute
	minDiskFree  = 256 << 20 // bytes
)

type checkResult struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
	TookMS int64  `json:"took_ms"`
}

func (a *App) healthRoutes() {
	public := func(id, path string, h http.HandlerFunc) {
		a.API.Handle(httpapi.Route{ID: id, Method: "GET", Path: path, Permission: httpapi.Public}, h)
	}
	public("health_live", "/health/live", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"status": "ok", "version": Version})
	})
	public("health", "/health", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), quickLimit)
		defer cancel()
		if err := a.DB.Ping(ctx); err != nil {
			a.Log.WarnContext(ctx, "health", "error", err)
			answer(w, http.StatusServiceUnavailable, map[string]any{"status": "failing", "failing": []string{"database"}})
			return
		}
		answer(w, http.StatusOK, map[string]any{"status": "ok", "version": Version})
	})
	public("health_deep", "/health/deep", a.deepHealth)
	public("metrics", "/metrics", func(w http.ResponseWriter, r *http.Request) {
		if !a.mayWatch(r) {
			a.API.WriteError(w, r, errs.Forbidden("Metrics are for this machine, or for who sends the metrics token."))
			return
		}
		a.metrics.Handler().ServeHTTP(w, r)
	})
}

// mayWatch keeps figures about the installation from strangers.
func (a *App) mayWatch(r *http.Request) bool {
	if want := a.cfg.MetricsToken; want != "" {
		got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
	}
	if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false // a proxy on this machine speaks for somebody else
	}
	p, _ := ident.From(r.Context())
	addr, err := netip.ParseAddr(p.IP)
	return err == nil && addr.IsLoopback()
}

// deepHealth runs all checks side by side; one that fails makes the answer 503. Errors
// are named for everyone and told in full only to the log.
func (a *App) deepHealth(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), deepLimit)
	defer cancel()
	results := make([]checkResult, len(a.checks))
	var wg sync.WaitGroup
	for i, c := range a.checks {
		wg.Go(func() {
			start := time.Now()
			detail, err := c.Run(ctx)
			results[i] = checkResult{Name: c.Name, OK: err == nil, Detail: detail, TookMS: time.Since(start).Milliseconds()}
			if err != nil {
				a.Log.WarnContext(ctx, "health check failed", "check", c.Name, "error", err)
			}
		})
	}
	wg.Wait()
	status, word := http.StatusOK, "ok"
	failing := []string{}
	for _, c := range results {
		if !c.OK {
			status, word = http.StatusServiceUnavailable, "failing"
			failing = append(failing, c.Name)
		}
	}
	body := map[string]any{"status": word, "failing": failing}
	if a.mayWatch(r) {
		body["checks"], body["version"], body["role"] = results, Version, a.cfg.Role
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// writeAndRead proves that a commit works and is seen. Processes share the row: a later
// time than ours is another one's.
func (a *App) writeAndRead(ctx context.Context) (string, error) {
	const name = "health"
	now := a.clock.Now()
	err := a.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO leases (name, owner, token, expires_at) VALUES (?,?,1,?)
			ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
			WHERE leases.expires_at < excluded.expires_at`, name, a.owner, now)
		return err
	})
	if err != nil {
		return "", err
	}
	got, err := db.One[time.Time](ctx, a.DB.Read(), "SELECT expires_at FROM leases WHERE name = ?", name)
	if err == nil && got.Before(now) {
		err = fmt.Errorf("read back %s instead of %s", got, now)
	}
	return string(a.DB.Engine()), err
}

func (a *App) jobAge(ctx context.Context) (string, error) {
	n, oldest, err := jobs.Waiting(ctx, a.DB.Read(), a.clock.Now())
	detail := fmt.Sprintf("%d due, oldest %s", n, oldest.Round(time.Second))
	if err == nil && oldest > maxJobAge {
		err = fmt.Errorf("a job has been due for %s", oldest)
	}
	return detail, err
}

func (a *App) diskFree(context.Context) (string, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(a.cfg.Data, &st); err != nil {
		return "", err
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // a block size is positive
	detail := fmt.Sprintf("%d MB free", free>>20)
	if free < minDiskFree {
		return detail, fmt.Errorf("only %s in %s", detail, a.cfg.Data)
	}
	return detail, nil
}

// botOwners looks for bots that nobody sends for or nobody polls.
func (a *App) botOwners(ctx context.Context) (string, error) {
	now := "?"
	var args []any
	if a.DB.Engine() == db.Postgres {
		now = "now()"
	} else {
		args = []any{a.clock.Now()}
	}
	args = append(args, true, telegram.ModePolling)
	type row struct {
		ID    uuid.UUID
		Mode  string
		Owned int64
	}
	id := db.IDText(a.DB.Read(), "b.id")
	rows, err := db.All[row](ctx, a.DB.Read(), `SELECT b.id, b.mode, count(l.name) AS owned FROM bots b
		JOIN workspaces w ON w.id = b.workspace_id AND w.is_active
		LEFT JOIN leases l ON l.expires_at > `+now+` AND l.owner <> '' AND l.name IN ('sender:' || `+id+`, 'poll:' || `+id+`)
		WHERE b.is_enabled = ? AND b.deleted_at IS NULL GROUP BY b.id, b.mode
		HAVING count(l.name) < CASE WHEN b.mode = ? THEN 2 ELSE 1 END`, args...)
	if err == nil && len(rows) > 0 {
		err = fmt.Errorf("%d bots have no owner, the first is %s", len(rows), rows[0].ID)
	}
	return fmt.Sprintf("%d without an owner", len(rows)), err
}

// intakeLag fails while the messages of the last minutes came late.
func (a *App) intakeLag(context.Context) (string, error) {
	lag, at := a.Intake.Lag()
	if at.IsZero() || a.clock.Now().Sub(at) > maxIntakeLag {
		return "no message lately", nil
	}
	detail := fmt.Sprintf("%s behind Telegram", lag.Round(time.Second))
	if lag > maxIntakeLag {
		return detail, fmt.Errorf("the latest message was %s", detail)
	}
	return detail, nil
}
