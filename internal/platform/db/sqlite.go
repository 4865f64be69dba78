package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"modernc.org/sqlite" // also registers the driver

	"cartie/internal/platform/errs"
)

func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{}
	q.Set("_time_format", "sqlite")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLite(ctx context.Context, cfg Config) (*DB, error) {
	path := strings.TrimPrefix(cfg.URL, "file:")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	// SQLite gives its log and index the permissions of the file.
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		_ = f.Close()
	}
	sync, cache := "FULL", cfg.CacheMB
	if cfg.SyncNormal {
		sync = "NORMAL"
	}
	if cache == 0 {
		cache = 64
	}
	// The wait comes first: every later pragma may meet another process.
	writing, err := newKeeping(sqliteDSN(path,
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous("+sync+")", "foreign_keys(1)",
		"temp_store(2)", // without it savepoints spill to disk and cost 40 %
		fmt.Sprintf("cache_size(-%d)", cache*1024), fmt.Sprintf("wal_autocheckpoint(%d)", maxLog),
		fmt.Sprintf("journal_size_limit(%d)", maxLog*4096)) + "&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	w := sql.OpenDB(writing)
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	w.SetConnMaxLifetime(0)
	if err := w.PingContext(ctx); err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	r, err := sql.Open("sqlite", sqliteDSN(path, "busy_timeout(5000)", "query_only(1)", "temp_store(2)", "cache_size(-16384)")+"&mode=ro")
	if err != nil {
		_ = w.Close()
		return nil, err
	}
	r.SetMaxOpenConns(max(4, runtime.NumCPU()*2))
	r.SetMaxIdleConns(max(4, runtime.NumCPU()*2))
	d := &DB{
		engine: SQLite, writer: w, reader: &sqliteReader{db: r},
		units: make(chan *unit, 1024), done: make(chan struct{}),
		copies: make(chan struct{}, 1), copied: make(chan struct{}),
	}
	go d.write()
	go d.copyLog(sqliteDSN(path, "busy_timeout(5000)", "synchronous("+sync+")", "cache_size(-1024)"))
	return d, nil
}

type unit struct {
	ctx   context.Context
	fn    UnitFunc
	hooks []func()
	err   error
	ready chan struct{}
}

func (d *DB) sqliteUnit(ctx context.Context, fn UnitFunc) error {
	u := &unit{ctx: ctx, fn: fn, ready: make(chan struct{})}
	d.units <- u
	<-u.ready
	if u.err != nil {
		return u.err
	}
	for _, f := range u.hooks {
		f()
	}
	return nil
}

// maxBatch bounds how many units share a commit, so that the first does not wait long.
const maxBatch = 64

func (d *DB) write() {
	defer close(d.done)
	for first := range d.units {
		batch := []*unit{first}
	fill:
		for len(batch) < maxBatch {
			select {
			case u, ok := <-d.units:
				if !ok {
					break fill
				}
				batch = append(batch, u)
			default:
				break fill
			}
		}
		d.runBatch(batch)
		for _, u := range batch {
			close(u.ready)
		}
	}
}

// errUnit ends a batch without savepoints: one of its units failed after it had written.
var errUnit = errors.New("a unit of the batch failed")

// carefulFor is for how many batches a failed unit makes us keep savepoints: they cost a
// tenth of the writer's time, running a batch twice costs all of it.
const carefulFor = 64

// runBatch commits the units together. The first attempt has no savepoints; when a unit
// fails, all run again with one each. When the shared transaction is lost, each runs
// again alone.
func (d *DB) runBatch(batch []*unit) {
	careful := d.careful > 0 && len(batch) > 1
	d.careful = max(0, d.careful-1)
	err := d.tryBatch(batch, careful)
	if errors.Is(err, errUnit) {
		d.careful = carefulFor
		err = d.tryBatch(batch, true)
	}
	if err == nil {
		return
	}
	for _, u := range batch {
		for attempt := 1; ; attempt++ {
			if err = d.tryBatch([]*unit{u}, false); err == nil {
				break
			}
			if attempt == maxAttempts || !retryable(err) {
				u.err = unavailable(err)
				break
			}
		}
	}
}

// tryBatch returns an error when the whole transaction is lost; what one unit did wrong
// is in its err. Without savepoints a unit that fails when it has written takes the others
// along: errUnit, unless it was alone.
func (d *DB) tryBatch(batch []*unit, savepoints bool) error {
	ctx := context.Background()
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // back to the pool, for the job library
	if err := conn.Raw(func(c any) error { d.line.conn = c.(*keptConn); return nil }); err != nil {
		return err
	}
	btx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, u := range batch {
		u.hooks = nil
		if u.err = u.ctx.Err(); u.err != nil {
			continue
		}
		if savepoints {
			if _, err := d.line.exec("SAVEPOINT unit", nil); err != nil {
				_ = btx.Rollback()
				return err
			}
		}
		tx := &Tx{db: d, lite: btx, started: time.Now()}
		ctx := context.WithValue(context.WithoutCancel(u.ctx), unitKey{}, true)
		u.err = callUnit(ctx, u.fn, tx)
		d.line.tidy()
		if u.err != nil && retryable(u.err) {
			_ = btx.Rollback()
			return u.err
		}
		if u.err == nil {
			u.hooks = tx.hooks
		}
		if !savepoints {
			if u.err == nil || !tx.wrote {
				continue
			}
			if err := btx.Rollback(); err != nil {
				return err
			}
			if len(batch) == 1 {
				return nil
			}
			return errUnit
		}
		if u.err != nil {
			if _, err := d.line.exec("ROLLBACK TO unit", nil); err != nil {
				_ = btx.Rollback()
				return err
			}
		}
		if _, err := d.line.exec("RELEASE unit", nil); err != nil {
			_ = btx.Rollback()
			return err
		}
	}
	if err := btx.Commit(); err != nil {
		return err
	}
	d.ran.Add(int64(len(batch)))
	d.shared.Add(1)
	if pages, err := d.line.conn.written(); err == nil {
		if d.logged += pages; d.logged >= copyEvery {
			d.logged = 0
			select {
			case d.copies <- struct{}{}:
			default:
			}
		}
	}
	return nil
}

// The log is copied into the file every copyEvery pages, by a connection of its own while
// the writer goes on. As the writer always adds to it, the log would never begin anew:
// at maxLog pages the writer itself copies the rest.
const (
	copyEvery = 2000
	maxLog    = 16_000
)

// copyLog copies the log when asked. What fails is done by the next copying, or by the
// writer.
func (d *DB) copyLog(dsn string) {
	defer close(d.copied)
	c, err := sql.Open("sqlite", dsn)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	c.SetMaxOpenConns(1)
	for range d.copies {
		_, _ = c.Exec("PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// sqliteReader is the read-only pool.
type sqliteReader struct {
	db    *sql.DB
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (r *sqliteReader) Engine() Engine { return SQLite }

func (r *sqliteReader) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.RLock()
	st := r.stmts[query]
	r.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if st := r.stmts[query]; st != nil || len(r.stmts) >= maxStmts {
		return st, nil
	}
	st, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if r.stmts == nil {
		r.stmts = map[string]*sql.Stmt{}
	}
	r.stmts[query] = st
	return st, nil
}

func (r *sqliteReader) Exec(context.Context, string, ...any) (int64, error) {
	return 0, errors.New("the read pool does not write")
}

func (r *sqliteReader) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if err := refuseNested(ctx); err != nil {
		return nil, err
	}
	st, err := r.stmt(ctx, query)
	if err != nil {
		return nil, explain(query, err)
	}
	args = ids(args)
	var rows *sql.Rows
	if st != nil {
		rows, err = st.QueryContext(ctx, args...)
	} else {
		rows, err = r.db.QueryContext(ctx, query, args...)
	}
	if err != nil {
		return nil, explain(query, err)
	}
	return sqliteRows{rows}, nil
}

func (r *sqliteReader) close() error {
	for _, st := range r.stmts {
		_ = st.Close()
	}
	return r.db.Close()
}

// ids returns the arguments with each id as its 16 bytes: the form in which SQLite keeps
// them, half as long as text in every index.
func ids(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case uuid.UUID:
			out[i] = v[:]
		case *uuid.UUID:
			if v != nil {
				out[i] = v[:]
			}
		default:
			out[i] = a
		}
	}
	return out
}

// sqliteRows reads instants also where SQLite forgot the column's type (RETURNING,
// aggregates).
type sqliteRows struct{ *sql.Rows }

func (r sqliteRows) Scan(dest ...any) error {
	for i, d := range dest {
		switch p := d.(type) {
		case *time.Time:
			dest[i] = &timeDest{set: func(t time.Time, ok bool) { *p = t }}
		case **time.Time:
			dest[i] = &timeDest{set: func(t time.Time, ok bool) {
				if *p = nil; ok {
					*p = &t
				}
			}}
		}
	}
	return r.Rows.Scan(dest...)
}

type timeDest struct{ set func(t time.Time, ok bool) }

func (d *timeDest) Scan(v any) error {
	switch x := v.(type) {
	case nil:
		d.set(time.Time{}, false)
	case time.Time:
		d.set(x.UTC(), true)
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", x)
		if err != nil {
			return fmt.Errorf("reading an instant: %w", err)
		}
		d.set(t.UTC(), true)
	default:
		return fmt.Errorf("reading an instant from %T", v)
	}
	return nil
}

// retryable reports whether a new attempt may succeed: the database's own trouble, not
// the unit's.
func retryable(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case 5, 6, 7, 9, 10, 13, 15: // busy, locked, nomem, interrupt, ioerr, full, protocol
			return true
		}
		return false
	}
	return pgRetryable(err)
}

func unavailable(err error) error {
	if errs.As(err) != nil {
		return err
	}
	return errs.Unavailable("The database does not answer at the moment. Try again.").Because(err)
}

// IsUnique reports whether err is the violation of a unique key.
func IsUnique(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return se.Code() == 2067 || se.Code() == 1555
	}
	return pgCode(err) == "23505"
}

func explain(query string, err error) error {
	q := strings.Join(strings.Fields(query), " ")
	if len(q) > 120 {
		q = q[:120] + "…"
	}
	return fmt.Errorf("sql %q: %w", q, err)
}
