package db

import (
	"context"
	"database/sql"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"cartie/internal/platform/errs"
)

// Tx is the transaction of one unit.
type Tx struct {
	db      *DB
	started time.Time
	hooks   []func()
	err     error // the first failed Push

	lite *sql.Tx

	pg     *pgx.Conn
	pushed *pgx.Batch
}

// Engine says which database answers.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// SQL returns the shared transaction for the job library, SQLite only.
func (tx *Tx) SQL() *sql.Tx { return tx.lite }

// Pgx returns the transaction for the job library, PostgreSQL only. What was pushed is
// sent first.
func (tx *Tx) Pgx(ctx context.Context) (pgx.Tx, error) {
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	return inside{tx.pg}, nil
}

// AfterCommit runs f once the unit is committed, never when it is rolled back.
func (tx *Tx) AfterCommit(f func()) { tx.hooks = append(tx.hooks, f) }

func (tx *Tx) check() error {
	if tx.err != nil {
		return tx.err
	}
	if time.Since(tx.started) > unitLimit {
		return errs.Unavailable("The database is too slow at the moment. Try again.")
	}
	return nil
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.check(); err != nil {
		return 0, err
	}
	if tx.db.engine == Postgres {
		return tx.pgExec(ctx, query, args)
	}
	n, err := tx.db.line.exec(query, args)
	if err != nil {
		return 0, explain(query, err)
	}
	return n, nil
}

// Push runs a write whose result nobody needs. On PostgreSQL it travels with the next
// statement; its error fails the unit at the latest on commit.
func (tx *Tx) Push(ctx context.Context, query string, args ...any) {
	if tx.err != nil {
		return
	}
	if tx.db.engine == Postgres {
		if tx.pushed == nil {
			tx.pushed = &pgx.Batch{}
		}
		tx.pushed.Queue(dollars(query), binary(args)...)
		return
	}
	if _, err := tx.Exec(ctx, query, args...); err != nil {
		tx.err = err
	}
}

// Query runs a statement that returns rows; the caller closes them.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if err := tx.check(); err != nil {
		return nil, err
	}
	if tx.db.engine == Postgres {
		return tx.pgQuery(ctx, query, args)
	}
	rows, err := tx.db.line.query(query, args)
	if err != nil {
		return nil, explain(query, err)
	}
	return rows, nil
}

// flush sends what was pushed and reports the first failure.
func (tx *Tx) flush(ctx context.Context) error {
	if tx.err != nil {
		return tx.err
	}
	if tx.pushed == nil || tx.pushed.Len() == 0 {
		return nil
	}
	b := tx.pushed
	tx.pushed = nil
	if err := tx.pg.SendBatch(ctx, b).Close(); err != nil {
		return explain("pushed statements", err)
	}
	return nil
}

// finish ends the work of the unit: on PostgreSQL with its commit, on SQLite the batch
// commits.
func (tx *Tx) finish(ctx context.Context) error {
	if tx.err != nil || tx.db.engine == SQLite {
		return tx.err
	}
	return tx.commit(ctx)
}

func stack() string { return string(debug.Stack()) }

var dollarCache sync.Map

// dollars rewrites ? placeholders to $1, $2… outside of quoted text.
func dollars(query string) string {
	if v, ok := dollarCache.Load(query); ok {
		return v.(string)
	}
	var b strings.Builder
	n := 0
	quoted := false
	for i := 0; i < len(query); i++ {
		c := query[i]
		switch {
		case c == '\'':
			quoted = !quoted
			b.WriteByte(c)
		case c == '?' && !quoted:
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		default:
			b.WriteByte(c)
		}
	}
	out := b.String()
	dollarCache.Store(query, out)
	return out
}

// Slots returns n placeholders: "?,?,?".
func Slots(n int) string {
	if n <= 0 {
		return "NULL"
	}
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// Args turns a list of any type into arguments.
func Args[T any](list []T, before ...any) []any {
	out := append([]any{}, before...)
	for _, v := range list {
		out = append(out, v)
	}
	return out
}
