// Package db is the one door to storage: the same SQL on SQLite and PostgreSQL.
//
//	InTx / InChat ──► unit ──► (SQLite) writer goroutine: savepoint each, one shared commit
//	                      └──► (PostgreSQL) one transaction each, writes pipelined
//	Read ─────────────► read-only pool
//
// SQL is written by hand with ? placeholders, prepared once, and rewritten to $n for
// PostgreSQL. Rows become structs by their column names (tag `db`).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cartie/internal/platform/errs"
)

// Engine names the database underneath.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Querier runs SQL: a transaction or the read pool.
type Querier interface {
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a statement that returns rows; the caller closes them.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	// Engine says which database answers, for the few statements that must differ.
	Engine() Engine
}

// Rows is the result of a query.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Columns() ([]string, error)
	Err() error
	Close() error
	NextResultSet() bool
}

// Config says where the data lives.
type Config struct {
	// URL is postgres://… or the path of an SQLite file.
	URL string
	// SyncNormal trades power-loss durability on SQLite for speed.
	SyncNormal bool
	// MaxConns bounds the PostgreSQL pool; 0 means 10.
	MaxConns int
	// CacheMB bounds the SQLite page cache of the writer; 0 means 64.
	CacheMB int
}

// Validate names the setting that is wrong.
func (c Config) Validate() error {
	if strings.TrimSpace(c.URL) == "" {
		return errs.Invalid("database", "Say where the data lives: a file path or postgres://….")
	}
	return nil
}

// Engine returns the engine that the URL asks for.
func (c Config) Engine() Engine {
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		return Postgres
	}
	return SQLite
}

// DB is an open database.
type DB struct {
	engine Engine
	locks  keyedLocks

	// SQLite
	writer  *sql.DB
	reader  *sqliteReader
	careful int // batches that still get savepoints; the writer's own
	units   chan *unit
	line    line // the writer goroutine's
	done    chan struct{}
	logged  int           // pages in the log since its copying was asked for; the writer's own
	copies  chan struct{} // asks for the log to be copied into the file
	copied  chan struct{} // closed when copying has ended
	ran     atomic.Int64  // units that were committed or failed
	shared  atomic.Int64  // commits that they shared

	// PostgreSQL
	pool *pgxpool.Pool

	closing sync.RWMutex
	closed  bool
}

// Open opens the database and checks that it answers. The schema is Migrate's.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Engine() == Postgres {
		return openPostgres(ctx, cfg)
	}
	return openSQLite(ctx, cfg)
}

// Engine returns the engine of the database.
func (d *DB) Engine() Engine { return d.engine }

// Writer returns the single-connection pool that the job library shares, SQLite only.
func (d *DB) Writer() *sql.DB { return d.writer }

// Pool returns the connection pool, PostgreSQL only.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Read returns the read pool. Inside a unit it refuses: a unit reads through its own
// transaction.
func (d *DB) Read() Querier {
	if d.engine == Postgres {
		return pgReader{d.pool}
	}
	return d.reader
}

// IDText is the SQL that makes text of an id column.
func IDText(q Querier, column string) string {
	if q.Engine() == Postgres {
		return "CAST(" + column + " AS text)"
	}
	h := "lower(hex(" + column + "))"
	return "(substr(" + h + ",1,8)||'-'||substr(" + h + ",9,4)||'-'||substr(" + h + ",13,4)||'-'||substr(" + h + ",17,4)||'-'||substr(" + h + ",21))"
}

// Commits says how many units ran and how many commits they shared, SQLite only.
func (d *DB) Commits() (units, commits int64) { return d.ran.Load(), d.shared.Load() }

// Ping reports whether the database answers a query.
func (d *DB) Ping(ctx context.Context) error {
	_, err := One[int64](ctx, d.Read(), "SELECT 1")
	return err
}

// Close ends what is queued and closes the pools.
func (d *DB) Close() error {
	d.closing.Lock()
	if d.closed {
		d.closing.Unlock()
		return nil
	}
	d.closed = true
	d.closing.Unlock()
	if d.engine == Postgres {
		d.pool.Close()
		return nil
	}
	close(d.units)
	<-d.done
	close(d.copies)
	<-d.copied
	return errors.Join(d.reader.close(), d.writer.Close())
}

type unitKey struct{}

var errNested = errors.New("nested transaction")

// refuseNested guards against work that would wait for its own transaction.
func refuseNested(ctx context.Context) error {
	if ctx.Value(unitKey{}) != nil {
		return errNested
	}
	return nil
}

// UnitFunc is a unit of work. It may run more than once, so it assigns its results
// and does not append to them.
type UnitFunc func(ctx context.Context, tx *Tx) error

// InTx runs fn in a transaction. On SQLite units that wait at the same moment share
// one commit; each has its savepoint, so a failed unit leaves nothing behind. Errors
// of fn come back as they are; errors of the database are retried and then come back
// as unavailable.
func (d *DB) InTx(ctx context.Context, fn UnitFunc) error {
	if err := refuseNested(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.closing.RLock()
	defer d.closing.RUnlock()
	if d.closed {
		return errs.Unavailable("The server is stopping. Try again in a moment.")
	}
	fn = withPrelude(ctx, fn)
	if d.engine == Postgres {
		return d.pgUnit(ctx, "", fn)
	}
	return d.sqliteUnit(ctx, fn)
}

// InChat runs fn in a transaction under the lock of key, so that two updates of one
// chat never interleave, in this process or another.
func (d *DB) InChat(ctx context.Context, key string, fn UnitFunc) error {
	if err := refuseNested(ctx); err != nil {
		return err
	}
	if d.engine == SQLite { // one writer: units never interleave
		return d.InTx(ctx, fn)
	}
	unlock := d.locks.lock(key)
	defer unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	d.closing.RLock()
	defer d.closing.RUnlock()
	if d.closed {
		return errs.Unavailable("The server is stopping. Try again in a moment.")
	}
	return d.pgUnit(ctx, key, withPrelude(ctx, fn))
}

const (
	maxAttempts = 3
	// unitLimit bounds one unit; it is checked between statements because an
	// interrupted statement would roll back the whole shared transaction.
	unitLimit = 5 * time.Second
)

// keyedLocks is a mutex per key that lives as long as somebody holds or awaits it.
type keyedLocks struct {
	mu sync.Mutex
	m  map[string]*keyedLock
}

type keyedLock struct {
	mu   sync.Mutex
	refs int
}

func (k *keyedLocks) lock(key string) (unlock func()) {
	k.mu.Lock()
	if k.m == nil {
		k.m = map[string]*keyedLock{}
	}
	l := k.m[key]
	if l == nil {
		l = &keyedLock{}
		k.m[key] = l
	}
	l.refs++
	k.mu.Unlock()
	l.mu.Lock()
	return func() {
		l.mu.Unlock()
		k.mu.Lock()
		if l.refs--; l.refs == 0 {
			delete(k.m, key)
		}
		k.mu.Unlock()
	}
}

// callUnit runs fn and turns a panic into an error, so that it fails alone.
func callUnit(ctx context.Context, fn UnitFunc, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: stack()}
		}
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.finish(ctx)
}

// PanicError is a panic that a unit raised.
type PanicError struct {
	Value any
	Stack string
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v", p.Value) }
