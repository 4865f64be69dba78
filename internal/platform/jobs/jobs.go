// Package jobs runs durable work outside of the unit that asked for it: inserted in the
// same transaction as the data, worked later, retried with growing delays.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"cartie/internal/platform/db"
)

// Args are the arguments of one kind of job; they travel as JSON.
type Args = river.JobArgs

// Opts are how a job is to run. The zero value: soon, 12 attempts, not unique.
type Opts struct {
	At          time.Time
	MaxAttempts int
	// Unique drops the job when one with the same arguments already waits.
	Unique bool
}

// Registry collects what the slices can do, before the client exists.
type Registry struct {
	workers  *river.Workers
	periodic []*river.PeriodicJob
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{workers: river.NewWorkers()} }

// Register says who works jobs of kind T. An error is retried; Discard is not.
func Register[T Args](r *Registry, work func(ctx context.Context, args T) error) {
	river.AddWorker(r.workers, &worker[T]{work: work})
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	work func(ctx context.Context, args T) error
}

func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error { return w.work(ctx, j.Args) }

// Timeout leaves the limit to the work itself.
func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return 15 * time.Minute }

// Periodic inserts a job every so often, by whichever process leads, and at its start.
func (r *Registry) Periodic(id string, every time.Duration, args func() Args) {
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) { return args(), nil },
		&river.PeriodicJobOpts{ID: id, RunOnStart: true}))
}

// Discard wraps an error that another attempt cannot mend: the job ends as discarded.
func Discard(err error) error { return river.JobCancel(err) }

// Client inserts jobs and, once started, works them.
type Client struct {
	engine db.Engine
	lite   *river.Client[*sql.Tx]
	pg     *river.Client[pgx.Tx]
}

// Config is how a process takes part.
type Config struct {
	// Work says whether this process works jobs or only inserts them.
	Work bool
	// Workers bounds the jobs worked at once; 0 means 8.
	Workers int
	Log     *slog.Logger
}

// New returns a client on the database. Nothing is worked before Start.
func New(d *db.DB, r *Registry, cfg Config) (*Client, error) {
	if cfg.Workers == 0 {
		cfg.Workers = 8
	}
	rc := &river.Config{
		Workers: r.workers, Logger: cfg.Log, MaxAttempts: 12,
		// A unit that rolls back can swallow the insert's notice, so polling stays short.
		FetchCooldown: 50 * time.Millisecond, FetchPollInterval: 200 * time.Millisecond,
		PeriodicJobs: r.periodic,
	}
	if cfg.Work {
		rc.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Workers}}
	} else {
		rc.PeriodicJobs = nil
	}
	c := &Client{engine: d.Engine()}
	var err error
	if c.engine == db.Postgres {
		c.pg, err = river.NewClient(riverpgxv5.New(d.Pool()), rc)
	} else {
		c.lite, err = river.NewClient(riversqlite.New(d.Writer()), rc)
	}
	if err != nil {
		return nil, fmt.Errorf("setting up jobs: %w", err)
	}
	return c, nil
}

// Enqueue inserts the job in the unit: it exists if and only if the unit commits.
func (c *Client) Enqueue(ctx context.Context, tx *db.Tx, args Args, o Opts) error {
	params := []river.InsertManyParams{{Args: args, InsertOpts: &river.InsertOpts{
		MaxAttempts: o.MaxAttempts, ScheduledAt: o.At,
		UniqueOpts: river.UniqueOpts{ByArgs: o.Unique},
	}}}
	var err error
	if c.engine == db.Postgres {
		var ptx pgx.Tx
		if ptx, err = tx.Pgx(ctx); err == nil {
			_, err = c.pg.InsertManyTx(ctx, ptx, params)
		}
	} else if o.Unique {
		_, err = c.lite.InsertTx(ctx, tx.SQL(), args, params[0].InsertOpts)
	} else {
		_, err = c.lite.InsertManyFastTx(ctx, tx.SQL(), params)
	}
	if err != nil {
		return fmt.Errorf("adding the job %s: %w", args.Kind(), err)
	}
	return nil
}

// Start works jobs until Stop.
func (c *Client) Start(ctx context.Context) error {
	if c.engine == db.Postgres {
		return c.pg.Start(ctx)
	}
	return c.lite.Start(ctx)
}

// Stop lets running jobs end within ctx, then cancels them; they run again later.
func (c *Client) Stop(ctx context.Context) error {
	soft, hard := c.lite.Stop, c.lite.StopAndCancel
	if c.engine == db.Postgres {
		soft, hard = c.pg.Stop, c.pg.StopAndCancel
	}
	err := soft(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = hard(last)
	}
	return err
}

// Waiting says how many jobs are due and how old the oldest of them is.
func Waiting(ctx context.Context, q db.Querier, now time.Time) (count int64, oldest time.Duration, err error) {
	query := `SELECT scheduled_at FROM river_job WHERE state IN ('available','retryable') ORDER BY scheduled_at LIMIT 1000`
	rows, err := db.All[time.Time](ctx, q, query)
	for _, at := range rows {
		if at.After(now) {
			break
		}
		if count == 0 {
			oldest = now.Sub(at)
		}
		count++
	}
	return count, oldest, err
}
