package inbox

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// PendingFile is a file of a received message that is still to be fetched.
type PendingFile struct {
	ID           uuid.UUID
	Kind         string
	FileID       string
	FileUniqueID string
	Name         string
	Mime         string
	Size         int64
	Width        int
	Height       int
	Duration     int // seconds
}

// PendingFiles returns those of the attachments that wait for their file.
func (s *Service) PendingFiles(ctx context.Context, q db.Querier, ws uuid.UUID, ids []uuid.UUID) ([]PendingFile, error) {
	return db.All[PendingFile](ctx, q, `SELECT id, kind, file_id, file_unique_id, name, mime, size, width, height, duration FROM attachments
		WHERE workspace_id = ? AND state = '`+Pending+`' AND id IN (`+db.Slots(len(ids))+`) ORDER BY position`, db.Args(ids, ws)...)
}
