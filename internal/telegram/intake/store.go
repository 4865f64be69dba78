package intake

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

// States of a claim.
const (
	stateApplied = "applied"
	stateFailed  = "failed"
)

const (
	qClaim = `INSERT INTO bot_updates (workspace_id, bot_id, update_id, sha256, state, at) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING`

	qClaimHash = `SELECT sha256 FROM bot_updates WHERE workspace_id = ? AND bot_id = ? AND update_id = ?`

	qRaw = `INSERT INTO raw_updates (workspace_id, bot_id, update_id, kind, body, at) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING`

	qFail = `INSERT INTO failed_updates (workspace_id, id, bot_id, update_id, sha256, reason, error, body, state, attempts, created_at)
		VALUES (?,?,?,?,?,?,?,?,?,1,?) ON CONFLICT (workspace_id, bot_id, update_id, sha256) DO NOTHING`
)

// Why an update is kept among the failed ones.
const (
	ReasonError    = "error"    // applying it failed
	ReasonConflict = "conflict" // its id was used by another update
)

// record keeps the update for a person, once, and says so.
func (in *Intake) record(ctx context.Context, tx *db.Tx, b Bot, u *Update, reason, why string) error {
	id := ident.New()
	n, err := tx.Exec(ctx, qFail, b.WorkspaceID, id, b.ID, u.ID, u.Hash[:], reason, why, string(u.Body), StateOpen, in.clock.Now())
	if err != nil {
		return errs.Wrap(err, "keeping a failed update")
	}
	if n == 0 {
		return nil
	}
	if err := in.Notices.UpdateFailed(ctx, tx, b.WorkspaceID, b.ID, "@"+b.Username); err != nil {
		return errs.Wrap(err, "telling of a failed update")
	}
	return in.events.Publish(ctx, tx, events.Event{
		WorkspaceID: b.WorkspaceID, Kind: "update.failed", SubjectType: "failed_update", SubjectID: &id,
		Data: map[string]any{"bot_id": b.ID, "update_id": u.ID, "reason": reason},
	})
}

// How long rows live. Telegram repeats an update for a day; a claim must outlive that.
const (
	claimLife    = 72 * time.Hour
	rawLife      = 30 * 24 * time.Hour
	resolvedLife = 90 * 24 * time.Hour
	sweepRows    = 200
)

// Sweep deletes what is too old, in small units, until nothing is left.
func (in *Intake) Sweep(ctx context.Context) error {
	now := in.clock.Now()
	for _, s := range []struct {
		sql    string
		before time.Time
	}{
		{`DELETE FROM bot_updates WHERE (workspace_id, bot_id, update_id) IN
			(SELECT workspace_id, bot_id, update_id FROM bot_updates WHERE at < ? LIMIT ?)`, now.Add(-claimLife)},
		{`DELETE FROM raw_updates WHERE (workspace_id, bot_id, update_id) IN
			(SELECT workspace_id, bot_id, update_id FROM raw_updates WHERE at < ? LIMIT ?)`, now.Add(-rawLife)},
		{`DELETE FROM failed_updates WHERE (workspace_id, id) IN
			(SELECT workspace_id, id FROM failed_updates WHERE resolved_at < ? LIMIT ?)`, now.Add(-resolvedLife)},
	} {
		for {
			var n int64
			err := in.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, s.sql, s.before, sweepRows)
				return err
			})
			if err != nil {
				return errs.Wrap(err, "sweeping old updates")
			}
			if n < sweepRows {
				break
			}
		}
	}
	return nil
}

// Failed is an update that was kept for a person.
type Failed struct {
	ID         uuid.UUID
	BotID      uuid.UUID
	UpdateID   int64
	Reason     string
	Error      string
	Body       string
	State      string
	Attempts   int
	CreatedAt  time.Time
	ResolvedAt *time.Time
}

// States of a failed update.
const (
	StateOpen      = "open"
	StateApplied   = "applied"
	StateDismissed = "dismissed"
)

const failedColumns = "id, bot_id, update_id, reason, error, body, state, attempts, created_at, resolved_at"

func failedByID(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Failed, error) {
	f, ok, err := db.Maybe[Failed](ctx, q, "SELECT "+failedColumns+" FROM failed_updates WHERE workspace_id = ? AND id = ?", ws, id)
	if err == nil && !ok {
		err = errs.NotFound("failed update")
	}
	return f, err
}

// openFailed returns a page of open ones, newest first, before the id when it is set.
func openFailed(ctx context.Context, q db.Querier, ws uuid.UUID, bot, before *uuid.UUID, limit int) ([]Failed, error) {
	sql, args := "SELECT "+failedColumns+" FROM failed_updates WHERE workspace_id = ? AND state = ?", []any{ws, StateOpen}
	if bot != nil {
		sql, args = sql+" AND bot_id = ?", append(args, *bot)
	}
	if before != nil {
		sql, args = sql+" AND id < ?", append(args, *before)
	}
	return db.All[Failed](ctx, q, sql+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
}

const qResolve = `UPDATE failed_updates SET state = ?, attempts = attempts + 1, resolved_at = ? WHERE workspace_id = ? AND id = ? AND state = 'open'`
