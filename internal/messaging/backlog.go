package messaging

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// Backlog counts at most limit deliveries of a bot that wait and that are under way, and
// says when the first waiting one was due.
func Backlog(ctx context.Context, q db.Querier, ws, bot uuid.UUID, limit int) (queued, sending int64, oldest *time.Time, err error) {
	type row struct {
		State string
		DueAt time.Time
	}
	rows, err := db.All[row](ctx, q, `SELECT state, due_at FROM deliveries
		WHERE workspace_id = ? AND bot_id = ? AND state IN ('queued', 'sending') ORDER BY due_at LIMIT ?`, ws, bot, limit)
	for _, r := range rows {
		if r.State == Sending {
			sending++
			continue
		}
		queued++
		if oldest == nil {
			oldest = &r.DueAt
		}
	}
	return queued, sending, oldest, err
}
