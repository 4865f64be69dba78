package notification

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// Notification is one line of a person's bell.
type Notification struct {
	ID        uuid.UUID
	Kind      Kind
	Params    db.JSON[map[string]string]
	Link      string
	ReadAt    *time.Time
	CreatedAt time.Time
}

func insert(ctx context.Context, tx *db.Tx, ws, id, user uuid.UUID, n Notice, now time.Time) {
	tx.Push(ctx, "INSERT INTO notifications (workspace_id, id, user_id, kind, params, link, created_at) VALUES (?,?,?,?,?,?,?)",
		ws, id, user, string(n.Kind), db.JSON[map[string]string]{V: n.Params}, n.Link, now)
}

func list(ctx context.Context, q db.Querier, ws, user, before uuid.UUID, limit int) ([]Notification, error) {
	query, args := "SELECT id, kind, params, link, read_at, created_at FROM notifications WHERE workspace_id = ? AND user_id = ?", []any{ws, user}
	if before != uuid.Nil {
		query, args = query+" AND id < ?", append(args, before)
	}
	return db.All[Notification](ctx, q, query+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
}

func unread(ctx context.Context, q db.Querier, ws, user uuid.UUID) (int64, error) {
	return db.One[int64](ctx, q, "SELECT COUNT(*) FROM (SELECT 1 FROM notifications WHERE workspace_id = ? AND user_id = ? AND read_at IS NULL LIMIT 100) AS few", ws, user)
}

// unreadOf returns the users who have the same notice unread.
func unreadOf(ctx context.Context, q db.Querier, ws uuid.UUID, n Notice) (map[uuid.UUID]bool, error) {
	users, err := db.All[uuid.UUID](ctx, q, "SELECT DISTINCT user_id FROM notifications WHERE workspace_id = ? AND read_at IS NULL AND kind = ? AND link = ?", ws, string(n.Kind), n.Link)
	out := map[uuid.UUID]bool{}
	for _, u := range users {
		out[u] = true
	}
	return out, err
}

// told returns the users who have the same notice, read or not.
func told(ctx context.Context, q db.Querier, ws uuid.UUID, n Notice) (map[uuid.UUID]bool, error) {
	users, err := db.All[uuid.UUID](ctx, q, "SELECT user_id FROM notifications WHERE workspace_id = ? AND link = ? AND kind = ?", ws, n.Link, string(n.Kind))
	out := map[uuid.UUID]bool{}
	for _, u := range users {
		out[u] = true
	}
	return out, err
}

func markRead(ctx context.Context, tx *db.Tx, ws, user uuid.UUID, ids []uuid.UUID, now time.Time) (int64, error) {
	query, args := "UPDATE notifications SET read_at = ? WHERE workspace_id = ? AND user_id = ? AND read_at IS NULL", []any{now, ws, user}
	if ids != nil {
		query, args = query+" AND id IN ("+db.Slots(len(ids))+")", db.Args(ids, args...)
	}
	return tx.Exec(ctx, query, args...)
}

// sweep removes up to limit notifications made before the instant.
func sweep(ctx context.Context, tx *db.Tx, before time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM notifications WHERE (workspace_id, id) IN
		(SELECT workspace_id, id FROM notifications WHERE created_at < ? ORDER BY created_at LIMIT ?)`, before, limit)
}
