package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"
)

// keeping connects to an SQLite file with connections that keep their statements.
type keeping struct{ driver.Connector }

func newKeeping(dsn string) (keeping, error) {
	c, err := sqlite.NewConnector(dsn)
	return keeping{c}, err
}

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(sqliteConn)
	if !ok {
		_ = c.Close()
		return nil, fmt.Errorf("%T lacks what a connection needs", c)
	}
	return &keptConn{sqliteConn: inner, stmts: map[string]*kept{}}, nil
}

// sqliteConn is what the driver's connection can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	sqlite.DBStatus
}

// keptConn keeps each statement prepared, also for the job library, which hands over text
// every time: to parse it takes longer than to run it. Like every connection it serves one
// goroutine at a time.
type keptConn struct {
	sqliteConn
	stmts map[string]*kept
}

type kept struct {
	stmt driver.Stmt
	busy bool // its rows are still read
	once bool // closed after use
}

// maxStmts bounds how many statements stay prepared.
const maxStmts = 1024

func (c *keptConn) take(ctx context.Context, query string) (*kept, error) {
	known := c.stmts[query]
	if known != nil && !known.busy {
		known.busy = true
		return known, nil
	}
	st, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	k := &kept{stmt: st, busy: true, once: known != nil || len(c.stmts) >= maxStmts}
	if !k.once {
		c.stmts[query] = k
	}
	return k, nil
}

func (k *kept) release() error {
	if k.busy = false; k.once {
		return k.stmt.Close()
	}
	return nil
}

func (c *keptConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 { // perhaps a whole script
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return c.exec(ctx, query, args)
}

func (c *keptConn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	k, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	res, err := k.stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	return res, errors.Join(err, k.release())
}

func (c *keptConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	k, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := k.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, k.release())
	}
	return &keptRows{rows, k}, nil
}

// written says how many pages were written since it was last asked.
func (c *keptConn) written() (int, error) {
	pages, _, err := c.Status(sqlite.DBStatusCacheWrite, true)
	return pages, err
}

func (c *keptConn) Close() error {
	var err error
	for _, k := range c.stmts {
		err = errors.Join(err, k.stmt.Close())
	}
	return errors.Join(err, c.sqliteConn.Close())
}

type keptRows struct {
	driver.Rows
	kept *kept
}

func (r *keptRows) Close() error {
	if r.kept == nil {
		return nil
	}
	k := r.kept
	r.kept = nil
	return errors.Join(r.Rows.Close(), k.release())
}
