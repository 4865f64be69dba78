package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"cartie/internal/platform/errs"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema to what the code expects, under a lock, so that several
// processes may start at once. It returns how many migrations ran.
func (d *DB) Migrate(ctx context.Context) (int, error) {
	unlock, err := d.alone(ctx)
	if err != nil {
		return 0, fmt.Errorf("waiting for another migration: %w", err)
	}
	defer unlock()
	p, closeDB, err := d.provider()
	if err != nil {
		return 0, err
	}
	defer closeDB()
	res, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrating the schema: %w", err)
	}
	n, err := d.migrateJobs(ctx)
	return len(res) + n, err
}

// alone holds, on PostgreSQL, the one lock of all migrations: ours and the job library's,
// which has none of its own. It asks again and again instead of waiting inside a statement,
// whose snapshot an index that is built concurrently would wait for.
func (d *DB) alone(ctx context.Context) (unlock func(), err error) {
	if d.engine != Postgres {
		return func() {}, nil
	}
	const key = "hashtextextended('cartie:migrate',0)"
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		var mine bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock("+key+")").Scan(&mine); err != nil {
			conn.Release()
			return nil, err
		}
		if mine {
			return func() {
				if _, err := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+key+")"); err != nil {
					_ = conn.Conn().Close(context.WithoutCancel(ctx)) // the lock ends with the session
				}
				conn.Release()
			}, nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			conn.Release()
			return nil, ctx.Err()
		}
	}
}

// CheckSchema returns a conflict error when the schema is not what the code expects.
func (d *DB) CheckSchema(ctx context.Context) error {
	p, closeDB, err := d.provider()
	if err != nil {
		return err
	}
	defer closeDB()
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if have != want {
		return errs.Conflict(fmt.Sprintf("The schema is at version %d, this program expects %d. Run `cartie migrate`.", have, want))
	}
	return nil
}

func (d *DB) provider() (*goose.Provider, func(), error) {
	dialect, db := goose.DialectSQLite3, d.writer
	closeDB := func() {}
	if d.engine == Postgres {
		db = stdlib.OpenDBFromPool(d.pool)
		closeDB = func() { _ = db.Close() }
		dialect = goose.DialectPostgres
	}
	dir, err := fs.Sub(migrations, "migrations/"+string(d.engine))
	if err != nil {
		return nil, nil, err
	}
	p, err := goose.NewProvider(dialect, db, dir)
	return p, closeDB, err
}

func (d *DB) migrateJobs(ctx context.Context) (int, error) {
	if d.engine == Postgres {
		m, err := rivermigrate.New(riverpgxv5.New(d.pool), nil)
		if err != nil {
			return 0, err
		}
		return riverUp(ctx, m)
	}
	m, err := rivermigrate.New[*sql.Tx](riversqlite.New(d.writer), nil)
	if err != nil {
		return 0, err
	}
	return riverUp(ctx, m)
}

func riverUp[T any](ctx context.Context, m *rivermigrate.Migrator[T]) (int, error) {
	res, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return 0, fmt.Errorf("migrating the job tables: %w", err)
	}
	return len(res.Versions), nil
}
