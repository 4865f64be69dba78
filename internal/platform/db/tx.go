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

	lite  *sql.Tx
	wrote bool // perhaps: what fails before leaves nothing to roll back

	pg      *pgx.Conn
	pushed  *pgx.Batch
	expects map[int]error // by place in pushed: what it means when no row was changed
}

// Engine says which database answers.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// SQL returns the shared transaction for the job library, SQLite only.
func (tx *Tx) SQL() *sql.Tx {
	tx.wrote = true
	return tx.lite
}

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
		tx.wrote = true
		return 0, explain(query, err)
	}
	tx.wrote = tx.wrote || n > 0
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

// Expect runs a write that must change a row: otherwise is the error when it does not. On
// PostgreSQL it travels with the next statement, whose error it then is; until that has
// succeeded, the unit cannot be sure of it. It never commits without it.
func (tx *Tx) Expect(ctx context.Context, otherwise error, query string, args ...any) error {
	if err := tx.check(); err != nil {
		return err
	}
	if tx.db.engine == Postgres {
		tx.Push(ctx, query, args...)
		if tx.expects == nil {
			tx.expects = map[int]error{}
		}
		tx.expects[tx.pushed.Len()-1] = otherwise
		return nil
	}
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// Query runs a statement that returns rows; the caller closes them.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if err := tx.check(); err != nil {
		return nil, err
	}
	if tx.db.engine == Postgres {
		return tx.pgQuery(ctx, query, args)
	}
	tx.wrote = tx.wrote || !strings.HasPrefix(query, "SELECT")
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
	b, expects := tx.takePushed()
	br := tx.pg.SendBatch(ctx, b)
	err := readPushed(br, b.Len(), expects)
	if cerr := br.Close(); err == nil && cerr != nil {
		err = explain("pushed statements", cerr)
	}
	return err
}

// finish ends the work of the unit: on PostgreSQL with its commit, on SQLite the batch
// commits.
func (tx *Tx) finish(ctx context.Context) error {
	if tx.err != nil || tx.db.engine == SQLite {
		return tx.err
	}
	if len(tx.expects) > 0 { // the commit must not travel with what may forbid it
		if err := tx.flush(ctx); err != nil {
			return err
		}
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
