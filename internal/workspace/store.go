package workspace

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

const columns = `id, slug, name, plan, color, logo_media_id, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at`

func byID(ctx context.Context, q db.Querier, id uuid.UUID) (Workspace, error) {
	w, ok, err := db.Maybe[Workspace](ctx, q, "SELECT "+columns+" FROM workspaces WHERE id = ? AND deleted_at IS NULL", id)
	if err == nil && !ok {
		err = errs.NotFound("company")
	}
	return w, err
}

// page returns the companies after a key in the order of making; ids limits it to
// those, nil to none of them but all.
func page(ctx context.Context, q db.Querier, ids []uuid.UUID, after uuid.UUID, limit int) ([]Workspace, error) {
	query, args := "SELECT "+columns+" FROM workspaces WHERE deleted_at IS NULL AND id > ?", []any{after}
	if ids != nil {
		query += " AND is_active AND id IN (" + db.Slots(len(ids)) + ")"
		args = db.Args(ids, args...)
	}
	return db.All[Workspace](ctx, q, query+" ORDER BY id LIMIT ?", append(args, limit)...)
}

// insert reports false when the slug is taken.
func insert(ctx context.Context, q db.Querier, w Workspace) (bool, error) {
	n, err := q.Exec(ctx, `INSERT INTO workspaces (id, slug, name, plan, color, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (slug) DO NOTHING`,
		w.ID, w.Slug, w.Name, w.Plan, w.Color, w.TimeZone, w.Language, w.Currency, w.Country, w.Hours, w.Holidays, w.IsActive, w.Version, w.CreatedAt, w.CreatedAt)
	return n == 1, err
}

// update reports false when somebody else changed the version.
func update(ctx context.Context, q db.Querier, w Workspace, version int64, now time.Time) (bool, error) {
	n, err := q.Exec(ctx, `UPDATE workspaces SET name = ?, color = ?, logo_media_id = ?, timezone = ?, language = ?, currency = ?, country = ?, hours = ?, holidays = ?,
		is_active = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ? AND deleted_at IS NULL`,
		w.Name, w.Color, w.LogoMediaID, w.TimeZone, w.Language, w.Currency, w.Country, w.Hours, w.Holidays, w.IsActive, now, w.ID, version)
	return n == 1, err
}

// Entry is one line of a company's history.
type Entry struct {
	Seq         int64
	Kind        string
	At          time.Time
	ActorType   string
	ActorID     *uuid.UUID
	ActorName   *string
	SubjectType string
	SubjectID   *uuid.UUID
	Data        db.JSON[map[string]any]
	IP          string
}

// history returns a company's events before a seq, the latest first.
func history(ctx context.Context, q db.Querier, ws uuid.UUID, before int64, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, q, `SELECT e.seq, e.kind, e.at, e.actor_type, e.actor_id, u.name AS actor_name, e.subject_type, e.subject_id, e.data, e.ip
		FROM events e LEFT JOIN users u ON u.id = e.actor_id WHERE e.workspace_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`, ws, before, limit)
}
