package telegram

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

const columns = `workspace_id, id, name, username, telegram_id, token, webhook_secret, mode, is_enabled, greeting, greeting_on,
	away, away_on, template, scenario_on, poll_offset, last_update_at, last_error, last_error_at, version, created_at, updated_at`

func byID(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Bot, error) {
	return found(db.Maybe[Bot](ctx, q, "SELECT "+columns+" FROM bots WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL", ws, id))
}

// botAnywhere is for the webhook, whose address names no company.
func botAnywhere(ctx context.Context, q db.Querier, id uuid.UUID) (Bot, error) {
	return found(db.Maybe[Bot](ctx, q, "SELECT "+columns+" FROM bots WHERE id = ? AND deleted_at IS NULL", id))
}

func found(b Bot, ok bool, err error) (Bot, error) {
	if err == nil && !ok {
		err = errs.NotFound("bot")
	}
	return b, err
}

// maxBots bounds the bots of one company, so that their list needs no pages.
const maxBots = 100

func list(ctx context.Context, q db.Querier, ws uuid.UUID) ([]Bot, error) {
	return db.All[Bot](ctx, q, "SELECT "+columns+" FROM bots WHERE workspace_id = ? AND deleted_at IS NULL ORDER BY id LIMIT ?", ws, maxBots)
}

func connected(ctx context.Context, q db.Querier, telegramID int64) (bool, error) {
	return db.Exists(ctx, q, "SELECT 1 FROM bots WHERE telegram_id = ? AND deleted_at IS NULL", telegramID)
}

func insert(ctx context.Context, tx *db.Tx, b Bot) error {
	_, err := tx.Exec(ctx, "INSERT INTO bots ("+columns+") VALUES ("+db.Slots(22)+")",
		b.WorkspaceID, b.ID, b.Name, b.Username, b.TelegramID, b.Token, b.Secret, b.Mode, b.IsEnabled, b.Greeting, b.GreetingOn,
		b.Away, b.AwayOn, b.Template, b.ScenarioOn, b.PollOffset, b.LastUpdateAt, b.LastError, b.LastErrorAt, b.Version, b.CreatedAt, b.UpdatedAt)
	return err
}

// save writes what people edit, on the version they saw; false when it is gone.
func save(ctx context.Context, tx *db.Tx, b Bot, seen int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE bots SET name = ?, username = ?, token = ?, webhook_secret = ?, mode = ?, is_enabled = ?, greeting = ?, greeting_on = ?,
		away = ?, away_on = ?, version = ?, updated_at = ? WHERE workspace_id = ? AND id = ? AND version = ? AND deleted_at IS NULL`,
		b.Name, b.Username, b.Token, b.Secret, b.Mode, b.IsEnabled, b.Greeting, b.GreetingOn,
		b.Away, b.AwayOn, b.Version, b.UpdatedAt, b.WorkspaceID, b.ID, seen)
	return n == 1, err
}
