package media

import (
	"context"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

const columns = `media.workspace_id, media.id, media.sha256, media.mime, media.kind, media.name, media.size,
	media.width, media.height, media.duration, media.has_thumb, media.created_at`

const (
	// Known content takes the name and kind it was last given; what only a sender can
	// say is not lost when a later one does not.
	qUpsert = `INSERT INTO media (workspace_id, id, sha256, mime, kind, name, size, width, height, duration, has_thumb, created_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (workspace_id, sha256) DO UPDATE SET mime = excluded.mime, kind = excluded.kind,
			name = CASE WHEN excluded.name = '' THEN media.name ELSE excluded.name END,
			width = CASE WHEN excluded.width = 0 THEN media.width ELSE excluded.width END,
			height = CASE WHEN excluded.height = 0 THEN media.height ELSE excluded.height END,
			duration = CASE WHEN excluded.duration = 0 THEN media.duration ELSE excluded.duration END,
			has_thumb = media.has_thumb OR excluded.has_thumb
		RETURNING workspace_id, id, sha256, mime, kind, name, size, width, height, duration, has_thumb, created_at`
	qGet = `SELECT ` + columns + ` FROM media WHERE workspace_id = ? AND id = ?`

	qFileID     = `SELECT file_id FROM media_file_ids WHERE workspace_id = ? AND bot_id = ? AND media_id = ? AND kind = ?`
	qKeepFileID = `INSERT INTO media_file_ids (workspace_id, bot_id, media_id, kind, file_id, file_unique_id, created_at)
		VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (workspace_id, bot_id, media_id, kind) DO UPDATE SET file_id = excluded.file_id,
			file_unique_id = CASE WHEN excluded.file_unique_id = '' THEN media_file_ids.file_unique_id ELSE excluded.file_unique_id END`
	// The second condition lets the partial index serve.
	qByUniqueID = `SELECT ` + columns + ` FROM media_file_ids f
		JOIN media ON media.workspace_id = f.workspace_id AND media.id = f.media_id
		WHERE f.workspace_id = ? AND f.file_unique_id = ? AND f.file_unique_id <> '' LIMIT 1`
)

func upsert(ctx context.Context, tx *db.Tx, m Media) (Media, error) {
	kept, err := db.One[Media](ctx, tx, qUpsert, m.WorkspaceID, m.ID, m.SHA256, m.Mime, m.Kind, m.Name, m.Size,
		m.Width, m.Height, m.Duration, m.HasThumb, m.CreatedAt)
	return kept, errs.Wrap(err, "keeping a file")
}

func byUniqueID(ctx context.Context, q db.Querier, ws uuid.UUID, fileUniqueID string) (Media, bool, error) {
	if fileUniqueID == "" {
		return Media{}, false, nil
	}
	return db.Maybe[Media](ctx, q, qByUniqueID, ws, fileUniqueID)
}
