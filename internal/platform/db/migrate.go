package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
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
	dialect, db, opts := goose.DialectSQLite3, d.writer, []goose.ProviderOption{}
	closeDB := func() {}
	if d.engine == Postgres {
		db = stdlib.OpenDBFromPool(d.pool)
		closeDB = func() { _ = db.Close() }
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, nil, err
		}
		dialect, opts = goose.DialectPostgres, append(opts, goose.WithSessionLocker(locker))
	}
	dir, err := fs.Sub(migrations, "migrations/"+string(d.engine))
	if err != nil {
		return nil, nil, err
	}
	p, err := goose.NewProvider(dialect, db, dir, opts...)
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
