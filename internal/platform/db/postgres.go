package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"cartie/internal/platform/errs"
)

func openPostgres(ctx context.Context, cfg Config) (*DB, error) {
	pc, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("the database address is not valid: %w", err)
	}
	pc.MaxConns = 10
	if cfg.MaxConns > 0 {
		pc.MaxConns = int32(cfg.MaxConns)
	}
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	// A process that hangs must not keep a chat's lock, nor its waiters all connections.
	pc.ConnConfig.RuntimeParams["lock_timeout"] = "5000"
	pc.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30000"
	pc.ConnConfig.StatementCacheCapacity = 1024
	pc.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reaching PostgreSQL: %w", err)
	}
	return &DB{engine: Postgres, pool: pool}, nil
}

const qAdvisory = "SELECT pg_advisory_xact_lock(hashtextextended(?,0))"

func (d *DB) pgUnit(ctx context.Context, lock string, fn UnitFunc) error {
	var err error
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		var hooks []func()
		if hooks, err = d.pgTry(ctx, lock, fn); err == nil {
			for _, f := range hooks {
				f()
			}
			return nil
		}
		if pgRetryable(err) {
			continue
		}
		var p *PanicError
		if errs.As(err) == nil && !errors.As(err, &p) && ctx.Err() == nil && Transient(err) {
			// the connection broke, perhaps while committing: whoever asks again finds out
			return unavailable(err)
		}
		return err
	}
	return unavailable(err)
}

func (d *DB) pgTry(ctx context.Context, lock string, fn UnitFunc) ([]func(), error) {
	ctx = context.WithoutCancel(ctx)
	wait, cancel := context.WithTimeout(ctx, unitLimit)
	defer cancel()
	conn, err := d.pool.Acquire(wait)
	if err != nil {
		return nil, unavailable(err)
	}
	defer conn.Release()
	tx := &Tx{db: d, pg: conn.Conn(), started: time.Now()}
	tx.Push(ctx, "BEGIN") // travels with the first statement
	if lock != "" {
		tx.Push(ctx, qAdvisory, lock)
	}
	if err := callUnit(context.WithValue(ctx, unitKey{}, true), fn, tx); err != nil {
		if tx.pg.PgConn().TxStatus() != 'I' {
			_, _ = tx.pg.Exec(ctx, "ROLLBACK") // a connection that refuses is not used again
		}
		return nil, err
	}
	return tx.hooks, nil
}

// commit sends what is still pushed and the commit in one round trip.
func (tx *Tx) commit(ctx context.Context) error {
	b := tx.pushed
	if tx.pushed = nil; b == nil {
		b = &pgx.Batch{}
	}
	b.Queue("COMMIT")
	br := tx.pg.SendBatch(ctx, b)
	var tag pgconn.CommandTag
	var err error
	for range b.Len() {
		if tag, err = br.Exec(); err != nil {
			break
		}
	}
	if cerr := br.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return explain("pushed statements and commit", err)
	}
	if tag.String() != "COMMIT" {
		return errors.New("the database rolled back what was to be committed")
	}
	return nil
}

// inside is the connection as the job library needs it: in a transaction that is not its
// own to end.
type inside struct{ *connection }

type connection = pgx.Conn

var errInside = errors.New("the transaction is ended by its unit")

func (inside) Begin(context.Context) (pgx.Tx, error) { return nil, errInside }
func (inside) Commit(context.Context) error          { return errInside }
func (inside) Rollback(context.Context) error        { return errInside }
func (inside) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
func (i inside) Conn() *pgx.Conn                     { return i.connection }

func (tx *Tx) pgExec(ctx context.Context, query string, args []any) (int64, error) {
	if tx.pushed == nil {
		tag, err := tx.pg.Exec(ctx, dollars(query), binary(args)...)
		if err != nil {
			return 0, explain(query, err)
		}
		return tag.RowsAffected(), nil
	}
	br, err := tx.sendPushed(ctx, query, args)
	if err != nil {
		return 0, err
	}
	tag, err := br.Exec()
	if cerr := br.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return 0, explain(query, err)
	}
	return tag.RowsAffected(), nil
}

func (tx *Tx) pgQuery(ctx context.Context, query string, args []any) (Rows, error) {
	if tx.pushed == nil {
		rows, err := tx.pg.Query(ctx, dollars(query), binary(args)...)
		if err != nil {
			return nil, explain(query, err)
		}
		return pgRows{Rows: rows}, nil
	}
	br, err := tx.sendPushed(ctx, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := br.Query()
	if err != nil {
		_ = br.Close()
		return nil, explain(query, err)
	}
	return pgRows{Rows: rows, batch: br}, nil
}

// sendPushed sends the pushed writes with one more statement in a single round trip
// and reads past the pushed ones.
func (tx *Tx) sendPushed(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	b, expects := tx.takePushed()
	n := b.Len()
	b.Queue(dollars(query), binary(args)...)
	br := tx.pg.SendBatch(ctx, b)
	if err := readPushed(br, n, expects); err != nil {
		_ = br.Close()
		return nil, err
	}
	return br, nil
}

func (tx *Tx) takePushed() (*pgx.Batch, map[int]error) {
	b, expects := tx.pushed, tx.expects
	tx.pushed, tx.expects = nil, nil
	return b, expects
}

// readPushed reads past n pushed writes and reports the first that failed or did not
// change what it had to.
func readPushed(br pgx.BatchResults, n int, expects map[int]error) error {
	for i := range n {
		tag, err := br.Exec()
		if err != nil {
			return explain("pushed statements", err)
		}
		if otherwise := expects[i]; otherwise != nil && tag.RowsAffected() == 0 {
			return otherwise
		}
	}
	return nil
}

// binary returns the arguments with ids in the driver's own type: others travel as text.
func binary(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case uuid.UUID:
			out[i] = pgtype.UUID{Bytes: v, Valid: true}
		case *uuid.UUID:
			if v != nil {
				out[i] = pgtype.UUID{Bytes: *v, Valid: true}
			}
		default:
			out[i] = a
		}
	}
	return out
}

type pgRows struct {
	pgx.Rows
	batch pgx.BatchResults
}

func (r pgRows) Columns() ([]string, error) {
	fds := r.FieldDescriptions()
	out := make([]string, len(fds))
	for i, f := range fds {
		out[i] = f.Name
	}
	return out, nil
}

func (r pgRows) NextResultSet() bool { return false }

func (r pgRows) Close() error {
	r.Rows.Close()
	if r.batch != nil {
		return r.batch.Close()
	}
	return nil
}

type pgReader struct{ pool *pgxpool.Pool }

func (r pgReader) Engine() Engine { return Postgres }

func (r pgReader) Exec(context.Context, string, ...any) (int64, error) {
	return 0, errors.New("the read pool does not write")
}

func (r pgReader) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	if err := refuseNested(ctx); err != nil {
		return nil, err
	}
	rows, err := r.pool.Query(ctx, dollars(query), binary(args)...)
	if err != nil {
		return nil, explain(query, err)
	}
	return pgRows{Rows: rows}, nil
}

func pgCode(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// pgRetryable: serialization failure, deadlock, shutdown, lost or refused connection.
func pgRetryable(err error) bool {
	switch code := pgCode(err); code {
	case "40001", "40P01", "57P01", "57P02", "57P03", "53300", "53200", "53100", "55P03":
		return true
	case "":
		var ce *pgconn.ConnectError
		return errors.As(err, &ce) || pgconn.SafeToRetry(err)
	}
	return false
}
