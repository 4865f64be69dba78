package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/jobs"
)

type pingArgs struct {
	N int `json:"n"`
}

func (pingArgs) Kind() string { return "test_ping" }

type onceArgs struct {
	Key string `json:"key"`
}

func (onceArgs) Kind() string { return "test_once" }

type tickArgs struct{}

func (tickArgs) Kind() string { return "test_tick" }

func wait[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("the job did not run")
	}
	panic("unreachable")
}

// The job library calls its SQLite driver early, so what we rely on is tested here.
func TestJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		pings, onces, ticks := make(chan int, 100), make(chan string, 100), make(chan struct{}, 100)
		r := jobs.NewRegistry()
		jobs.Register(r, func(_ context.Context, a pingArgs) error { pings <- a.N; return nil })
		jobs.Register(r, func(_ context.Context, a onceArgs) error {
			onces <- a.Key
			return jobs.Discard(errors.New("cannot be mended"))
		})
		jobs.Register(r, func(context.Context, tickArgs) error { ticks <- struct{}{}; return nil })
		r.Periodic("tick", time.Hour, func() jobs.Args { return tickArgs{} })
		c, err := jobs.New(d, r, jobs.Config{Work: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		boom := errors.New("rolled back")
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := c.Enqueue(ctx, tx, pingArgs{1}, jobs.Opts{}); err != nil {
				return err
			}
			return boom
		}); !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for range 3 {
				if err := c.Enqueue(ctx, tx, onceArgs{"a"}, jobs.Opts{Unique: true}); err != nil {
					return err
				}
			}
			if err := c.Enqueue(ctx, tx, pingArgs{3}, jobs.Opts{At: time.Now().Add(time.Hour)}); err != nil {
				return err
			}
			return c.Enqueue(ctx, tx, pingArgs{2}, jobs.Opts{})
		}); err != nil {
			t.Fatal(err)
		}
		n, age, err := jobs.Waiting(ctx, d.Read(), clock.System{}.Now().Add(time.Minute))
		if err != nil || n != 2 || age <= 0 {
			t.Fatalf("%d waiting, oldest %v: %v", n, age, err)
		}
		if err := c.Start(context.WithoutCancel(ctx)); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, pings); got != 2 {
			t.Fatalf("job %d ran: a rolled-back or a later one", got)
		}
		wait(t, onces)
		wait(t, ticks)
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err := c.Stop(stop); err != nil {
			t.Fatal(err)
		}
		if len(onces) != 0 || len(pings) != 0 {
			t.Fatalf("%d repeats, %d pings", len(onces), len(pings))
		}
	})
}
