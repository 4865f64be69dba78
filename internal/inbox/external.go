package inbox

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// ExternalID is Telegram's id of a message, of the first part of an album, 0 while it
// has none or the chat it was in has moved.
func (s *Service) ExternalID(ctx context.Context, q db.Querier, ws, message uuid.UUID) (int64, error) {
	id, _, err := db.Maybe[int64](ctx, q, `SELECT COALESCE(m.external_id, a.external_id, 0) FROM messages m
		LEFT JOIN attachments a ON a.workspace_id = m.workspace_id AND a.message_id = m.id
		WHERE m.workspace_id = ? AND m.id = ? ORDER BY a.position LIMIT 1`, ws, message)
	return max(id, 0), err
}
