// Package lease makes one process the owner of something, with a fencing token that
// grows each time the owner changes. Work done under an older token is refused by
// whoever checks the token in the transaction that does the work.
//
// Times are the database's, so that clocks of several machines need not agree.
package lease

import (
	"context"
	"time"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/events"
)

// Leases hands out ownership to one process.
type Leases struct {
	db    *db.DB
	clock clock.Clock
	owner string
}

// New returns the leases of one process; owner is unique per process start.
func New(d *db.DB, c clock.Clock, owner string) *Leases {
	return &Leases{db: d, clock: c, owner: owner}
}

// now is an SQL expression and its arguments: on SQLite the only process is its own clock.
func (l *Leases) now() (string, []any) {
	if l.db.Engine() == db.Postgres {
		return "now()", nil
	}
	return "?", []any{l.clock.Now()}
}

func (l *Leases) until(ttl time.Duration) (string, []any) {
	if l.db.Engine() == db.Postgres {
		return "now() + CAST(? AS bigint) * interval '1 millisecond'", []any{ttl.Milliseconds()}
	}
	return "?", []any{l.clock.Now().Add(ttl)}
}

// Acquire makes this process the owner of name for ttl when nobody else is; false
// when somebody is. An owner that asks again keeps its token and extends the time.
func (l *Leases) Acquire(ctx context.Context, name string, ttl time.Duration) (token int64, ok bool, err error) {
	return l.acquire(ctx, name, ttl, false)
}

// TakeOver is Acquire that also takes what another process holds. Only for SQLite,
// where the process that holds the file's lock knows that the other one is gone.
func (l *Leases) TakeOver(ctx context.Context, name string, ttl time.Duration) (token int64, ok bool, err error) {
	return l.acquire(ctx, name, ttl, true)
}

func (l *Leases) acquire(ctx context.Context, name string, ttl time.Duration, force bool) (token int64, ok bool, err error) {
	until, untilArgs := l.until(ttl)
	now, nowArgs := l.now()
	query := `INSERT INTO leases (name, owner, token, expires_at) VALUES (?, ?, 1, ` + until + `)
		ON CONFLICT (name) DO UPDATE SET
			token = CASE WHEN leases.owner = excluded.owner THEN leases.token ELSE leases.token + 1 END,
			owner = excluded.owner, expires_at = excluded.expires_at
		WHERE leases.owner = excluded.owner OR leases.expires_at < ` + now + ` OR ?
		RETURNING token`
	args := append([]any{name, l.owner}, untilArgs...)
	args = append(args, nowArgs...)
	args = append(args, force)
	err = l.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		token, ok, err = db.Maybe[int64](ctx, tx, query, args...)
		return err
	})
	return token, ok && err == nil, err
}

// Renew extends the lease; false when it is no longer ours.
func (l *Leases) Renew(ctx context.Context, name string, token int64, ttl time.Duration) (ok bool, err error) {
	until, untilArgs := l.until(ttl)
	args := append(untilArgs, name, l.owner, token)
	err = l.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE leases SET expires_at = "+until+" WHERE name = ? AND owner = ? AND token = ?", args...)
		ok = n == 1
		return err
	})
	return ok, err
}

// Released is the word that is said to all processes when a lease is given up.
const Released = "lease released"

// Release gives the lease up at once. The row stays, so that the token keeps growing.
func (l *Leases) Release(ctx context.Context, name string, token int64) error {
	return l.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE leases SET owner = '', expires_at = ? WHERE name = ? AND owner = ? AND token = ?",
			time.Unix(0, 0).UTC(), name, l.owner, token)
		if err == nil && n == 1 {
			events.Say(ctx, tx, Released)
		}
		return err
	})
}

// Holds reports, inside the transaction that does the work, whether token is still the
// current one of name.
func Holds(ctx context.Context, tx *db.Tx, name string, token int64) (bool, error) {
	query := "SELECT token FROM leases WHERE name = ?"
	if tx.Engine() == db.Postgres {
		query += " FOR SHARE" // a takeover waits until this work is committed
	}
	current, ok, err := db.Maybe[int64](ctx, tx, query, name)
	return ok && current == token, err
}
