package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// qAttended looks at the last hundred messages only, by the thread's index.
const qAttended = `SELECT 1 FROM conversations c WHERE c.workspace_id = ? AND c.id = ? AND (c.assignee_id IS NOT NULL OR EXISTS
	(SELECT 1 FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.seq > c.last_seq - 100
		AND m.direction = 'out' AND m.author_id IS NOT NULL AND m.created_at >= ?))`

// Attended reports whether people look after a conversation: it has an assignee, or a
// member wrote in it since.
func (s *Service) Attended(ctx context.Context, tx *db.Tx, ws, conversation uuid.UUID, since time.Time) (bool, error) {
	return db.Exists(ctx, tx, qAttended, ws, conversation, since)
}
