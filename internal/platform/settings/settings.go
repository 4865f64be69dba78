// Package settings keeps what a company chose about a slice: one typed value per key.
package settings

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
)

// Value is a setting with the version that its editor names in If-Match; 0 means that it
// was never written and V is the default.
type Value[T any] struct {
	V       T
	Version int64
}

type row[T any] struct {
	Value   db.JSON[T]
	Version int64
}

// Get returns the company's value of key, def where it chose nothing.
func Get[T any](ctx context.Context, q db.Querier, ws uuid.UUID, key string, def T) (Value[T], error) {
	r, ok, err := db.Maybe[row[T]](ctx, q, `SELECT value, version FROM settings WHERE workspace_id = ? AND key = ?`, ws, key)
	if err != nil {
		return Value[T]{V: def}, errs.Wrap(err, "reading the setting "+key)
	}
	if !ok {
		return Value[T]{V: def}, nil
	}
	return Value[T]{r.Value.V, r.Version}, nil
}

// Put writes the value over the version that its editor saw. Errors: conflict "stale".
// The caller publishes the event.
func Put[T any](ctx context.Context, tx *db.Tx, ws uuid.UUID, key string, v T, version int64, now time.Time) (Value[T], error) {
	var n int64
	var err error
	if version == 0 {
		n, err = tx.Exec(ctx, `INSERT INTO settings (workspace_id, key, value, version, updated_at) VALUES (?,?,?,1,?)
			ON CONFLICT (workspace_id, key) DO NOTHING`, ws, key, db.JSON[T]{V: v}, now)
	} else {
		n, err = tx.Exec(ctx, `UPDATE settings SET value = ?, version = settings.version + 1, updated_at = ?
			WHERE workspace_id = ? AND key = ? AND version = ?`, db.JSON[T]{V: v}, now, ws, key, version)
	}
	if err != nil {
		return Value[T]{}, errs.Wrap(err, "writing the setting "+key)
	}
	if n == 0 {
		return Value[T]{}, httpapi.Stale()
	}
	return Value[T]{v, version + 1}, nil
}
