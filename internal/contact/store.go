package contact

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

const columns = `c.id, c.name, c.name_edited, c.phone, c.email, c.language, c.tags, c.notes, c.last_interaction_at, c.version, c.created_at, c.updated_at`

const (
	// A contact whose person writes again is no longer deleted: Touch does not look at
	// deleted_at and its writes clear it.
	qByIdentity = `SELECT c.id, c.name, c.name_edited, c.language, i.username, c.last_interaction_at, c.deleted_at IS NOT NULL AS is_deleted FROM identities i
		JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
		WHERE i.workspace_id = ? AND i.channel = ? AND i.external_id = ?`
	qRenameIdentity = `UPDATE identities SET username = ?, username_folded = ? WHERE workspace_id = ? AND channel = ? AND external_id = ?`
	qSeen           = `UPDATE contacts SET last_interaction_at = ?, deleted_at = NULL WHERE workspace_id = ? AND id = ?`
	qTouch          = `UPDATE contacts SET name = ?, name_folded = ?, language = ?, last_interaction_at = ?, updated_at = ?,
		version = contacts.version + 1, deleted_at = NULL WHERE workspace_id = ? AND id = ?`
	qClaimIdentity = `INSERT INTO identities (workspace_id, id, contact_id, channel, external_id, username, username_folded, created_at)
		VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT (workspace_id, channel, external_id) DO UPDATE SET username = excluded.username, username_folded = excluded.username_folded
		RETURNING contact_id`
	qInsert = `INSERT INTO contacts (workspace_id, id, name, name_folded, name_edited, phone, email, language, tags, notes,
		last_interaction_at, version, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	qByID        = `SELECT ` + columns + ` FROM contacts c WHERE c.workspace_id = ? AND c.id = ? AND c.deleted_at IS NULL`
	qSetPhone    = `UPDATE contacts SET phone = ?, version = contacts.version + 1, updated_at = ? WHERE workspace_id = ? AND id = ? AND phone <> ?`
	qSetLanguage = `UPDATE contacts SET language = ?, version = contacts.version + 1, updated_at = ? WHERE workspace_id = ? AND id = ? AND language <> ?`
	qEdit        = `UPDATE contacts SET name = ?, name_folded = ?, name_edited = ?, phone = ?, email = ?, language = ?, tags = ?, notes = ?,
		updated_at = ?, version = contacts.version + 1 WHERE workspace_id = ? AND id = ? AND version = ? AND deleted_at IS NULL`
	qIdentities = `SELECT channel, external_id, username FROM identities WHERE workspace_id = ? AND contact_id = ? ORDER BY created_at, id`
	qCountry    = `SELECT country FROM workspaces WHERE id = ?`
	qHistory    = `SELECT e.seq, e.kind, e.actor_type, e.actor_id, COALESCE(u.name, '') AS actor_name, e.data, e.at FROM events e
		LEFT JOIN users u ON u.id = e.actor_id AND e.actor_type = 'user'
		WHERE e.workspace_id = ? AND e.subject_id = ? AND e.subject_type = 'contact' AND e.seq < ?
		AND e.kind NOT IN ('message.received', 'message.sent', 'message.state') ORDER BY e.seq DESC LIMIT ?`
)

// Address is an identity as people read it.
type Address struct {
	Channel    string `json:"channel"`
	ExternalID string `json:"external_id"`
	Username   string `json:"username"`
}

type knownContact struct {
	ID         uuid.UUID
	Name       string
	NameEdited bool
	Language   string
	Username   string

	LastInteractionAt time.Time
	IsDeleted         bool
}

func byIdentity(ctx context.Context, q db.Querier, ws uuid.UUID, id Identity) (knownContact, bool, error) {
	return db.Maybe[knownContact](ctx, q, qByIdentity, ws, id.Channel, id.ExternalID)
}

func byID(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Contact, error) {
	c, ok, err := db.Maybe[Contact](ctx, q, qByID, ws, id)
	if err == nil && !ok {
		err = errs.NotFound("contact")
	}
	return c, err
}

func country(ctx context.Context, q db.Querier, ws uuid.UUID) (string, error) {
	c, _, err := db.Maybe[string](ctx, q, qCountry, ws)
	return c, errs.Wrap(err, "reading the company's country")
}

// Change is one entry of a contact's history.
type Change struct {
	Seq       int64
	Kind      string
	ActorType string
	ActorID   *uuid.UUID
	ActorName string
	Data      db.JSON[json.RawMessage]
	At        time.Time
}

// History returns what happened to the contact, newest first, before the given seq.
func (s *Service) History(ctx context.Context, ws, id uuid.UUID, before int64, limit int) ([]Change, error) {
	if _, err := byID(ctx, s.db.Read(), ws, id); err != nil {
		return nil, err
	}
	return db.All[Change](ctx, s.db.Read(), qHistory, ws, id, before, limit)
}
