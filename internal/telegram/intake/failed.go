package intake

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
)

// Failures returns a page of the company's open failed updates, newest first.
func (in *Intake) Failures(ctx context.Context, ws uuid.UUID, bot, before *uuid.UUID, limit int) ([]Failed, error) {
	return openFailed(ctx, in.db.Read(), ws, bot, before, limit)
}

// Failure returns one failed update; not found when it is another company's.
func (in *Intake) Failure(ctx context.Context, ws, id uuid.UUID) (Failed, error) {
	return failedByID(ctx, in.db.Read(), ws, id)
}

// Retry applies a kept update on today's state. Anyway allows what reused the id of an
// applied update; without it that is a conflict "update_conflict". A message whose number
// belongs to another one of its chat is kept beside it. When applying fails
// again the update stays open with the new error, and the answer is a conflict.
func (in *Intake) Retry(ctx context.Context, b Bot, id uuid.UUID, anyway bool) error {
	f, err := in.Failure(ctx, b.WorkspaceID, id)
	if err != nil {
		return err
	}
	if f.BotID != b.ID {
		return errs.NotFound("failed update")
	}
	if f.Reason == ReasonConflict && !anyway {
		return errs.Conflict("Another update with the same id was applied before. Apply this one only if you are sure that it is not the same message.").Code("update_conflict")
	}
	u, err := Parse([]byte(f.Body))
	if err != nil {
		return err
	}
	u.byPerson = true
	err = in.apply(ctx, b, u, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, qResolve, StateApplied, in.clock.Now(), b.WorkspaceID, id)
		if err != nil {
			return errs.Wrap(err, "resolving a failed update")
		}
		if n == 0 {
			return errResolved()
		}
		if f.Reason == ReasonError {
			tx.Push(ctx, qReclaim, b.WorkspaceID, b.ID, u.ID, u.Hash[:], stateApplied, in.clock.Now())
		}
		return in.resolved(ctx, tx, b.WorkspaceID, id, StateApplied)
	})
	if e := errs.As(err); err == nil || !poison(err) || e != nil && e.Token == codeResolved {
		return err
	}
	in.report(ctx, b, u, err)
	return in.failedAgain(ctx, b, id, err)
}

// qReclaim marks the claim applied, and makes it again when it was swept.
const qReclaim = `INSERT INTO bot_updates (workspace_id, bot_id, update_id, sha256, state, at) VALUES (?,?,?,?,?,?)
	ON CONFLICT (workspace_id, bot_id, update_id) DO UPDATE SET state = excluded.state`

func (in *Intake) failedAgain(ctx context.Context, b Bot, id uuid.UUID, cause error) error {
	err := in.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE failed_updates SET attempts = attempts + 1, error = ? WHERE workspace_id = ? AND id = ? AND state = 'open'`,
			describe(cause), b.WorkspaceID, id)
		return err
	})
	if err != nil {
		return errs.Wrap(err, "noting another failure")
	}
	return errs.Conflict("The update failed again. It is still kept.").Code("update_failed_again").Because(cause)
}

// Dismiss puts a failed update away without applying it.
func (in *Intake) Dismiss(ctx context.Context, ws, id uuid.UUID) error {
	if _, err := in.Failure(ctx, ws, id); err != nil {
		return err
	}
	return in.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, qResolve, StateDismissed, in.clock.Now(), ws, id)
		if err != nil {
			return errs.Wrap(err, "dismissing a failed update")
		}
		if n == 0 {
			return errResolved()
		}
		return in.resolved(ctx, tx, ws, id, StateDismissed)
	})
}

const codeResolved = "already_resolved"

func errResolved() error {
	return errs.Conflict("Somebody has already dealt with this update.").Code(codeResolved)
}

func (in *Intake) resolved(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, state string) error {
	return in.events.Publish(ctx, tx, events.Event{
		WorkspaceID: ws, Kind: "update.resolved", SubjectType: "failed_update", SubjectID: &id,
		Data: map[string]any{"state": state},
	})
}

// failedCap bounds how far failed updates are counted.
const failedCap = 1000

// FailedCount counts the bot's open failed updates, at most failedCap.
func (in *Intake) FailedCount(ctx context.Context, ws, bot uuid.UUID) (int64, error) {
	return db.One[int64](ctx, in.db.Read(), `SELECT count(*) FROM (SELECT 1 FROM failed_updates WHERE workspace_id = ? AND state = 'open' AND bot_id = ? LIMIT ?) AS open`,
		ws, bot, failedCap)
}
