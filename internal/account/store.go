package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const userColumns = `id, email, name, password_hash, status, is_super_admin, language, telegram_user_id, telegram_username, version, created_at, updated_at`

func userByID(ctx context.Context, q db.Querier, id uuid.UUID) (User, error) {
	u, ok, err := db.Maybe[User](ctx, q, "SELECT "+userColumns+" FROM users WHERE id = ?", id)
	if err == nil && !ok {
		err = errs.NotFound("person")
	}
	return u, err
}

func userByEmail(ctx context.Context, q db.Querier, email string) (User, bool, error) {
	return db.Maybe[User](ctx, q, "SELECT "+userColumns+" FROM users WHERE email_folded = ?", db.Folded(email))
}

func anyUser(ctx context.Context, q db.Querier) (bool, error) {
	return db.Exists(ctx, q, "SELECT 1 FROM users LIMIT 1")
}

func insertUser(ctx context.Context, q db.Querier, u User) error {
	_, err := q.Exec(ctx, `INSERT INTO users (id, email, email_folded, name, password_hash, status, is_super_admin, language, telegram_username, version, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,?,'',1,?,?)`,
		u.ID, u.Email, db.Folded(u.Email), u.Name, u.PasswordHash, u.Status, u.IsSuperAdmin, u.Language, u.CreatedAt, u.CreatedAt)
	if db.IsUnique(err) {
		return errs.Conflict("There is already a person with this e-mail.").Code("email_taken").Because(err)
	}
	return err
}

func setPassword(ctx context.Context, q db.Querier, id uuid.UUID, hash string, now time.Time) error {
	_, err := q.Exec(ctx, "UPDATE users SET password_hash = ?, version = version + 1, updated_at = ? WHERE id = ?", hash, now, id)
	return err
}

func setProfile(ctx context.Context, q db.Querier, id uuid.UUID, name, language string, now time.Time) error {
	_, err := q.Exec(ctx, "UPDATE users SET name = ?, language = ?, version = version + 1, updated_at = ? WHERE id = ?", name, language, now, id)
	return err
}

func setUserStatus(ctx context.Context, q db.Querier, id uuid.UUID, status string, now time.Time) error {
	_, err := q.Exec(ctx, "UPDATE users SET status = ?, version = version + 1, updated_at = ? WHERE id = ?", status, now, id)
	return err
}

// Sessions.

type sessionRow struct {
	ID          uuid.UUID
	UserID      uuid.UUID
	WorkspaceID *uuid.UUID
	IP          string
	UserAgent   string
	CreatedAt   time.Time
	LastSeenAt  time.Time
	RotatedAt   time.Time
	ExpiresAt   time.Time
}

func insertSession(ctx context.Context, q db.Querier, hash []byte, r sessionRow) error {
	_, err := q.Exec(ctx, `INSERT INTO sessions (token_hash, id, user_id, workspace_id, ip, user_agent, created_at, last_seen_at, rotated_at, expires_at)
		VALUES (?,?,?,?,?,?,?,?,?,?)`,
		hash, r.ID, r.UserID, r.WorkspaceID, r.IP, r.UserAgent, r.CreatedAt, r.LastSeenAt, r.RotatedAt, r.ExpiresAt)
	return err
}

const sessionColumns = `id, user_id, workspace_id, ip, user_agent, created_at, last_seen_at, rotated_at, expires_at`

func sessionsOf(ctx context.Context, q db.Querier, user uuid.UUID, now time.Time) ([]sessionRow, error) {
	return db.All[sessionRow](ctx, q, "SELECT "+sessionColumns+" FROM sessions WHERE user_id = ? AND expires_at > ? ORDER BY last_seen_at DESC, id DESC LIMIT 100", user, now)
}

// touchSession keeps the address that it had when ip is not known.
func touchSession(ctx context.Context, q db.Querier, id uuid.UUID, ip string, now, expires time.Time) error {
	_, err := q.Exec(ctx, "UPDATE sessions SET last_seen_at = ?, ip = COALESCE(NULLIF(?, ''), ip), expires_at = ? WHERE id = ?", now, ip, expires, id)
	return err
}

// rotateSession gives the session a new token; false when another request was first.
func rotateSession(ctx context.Context, q db.Querier, id uuid.UUID, rotatedAt time.Time, hash []byte, now, previousUntil time.Time) (bool, error) {
	n, err := q.Exec(ctx, `UPDATE sessions SET previous_hash = token_hash, previous_until = ?, token_hash = ?, rotated_at = ?
		WHERE id = ? AND rotated_at = ?`, previousUntil, hash, now, id, rotatedAt)
	return n == 1, err
}

func deleteSession(ctx context.Context, q db.Querier, user, id uuid.UUID) (bool, error) {
	n, err := q.Exec(ctx, "DELETE FROM sessions WHERE user_id = ? AND id = ?", user, id)
	return n == 1, err
}

// deleteSessions ends the sessions of the user except one, all when except is zero.
func deleteSessions(ctx context.Context, q db.Querier, user, except uuid.UUID) (int64, error) {
	return q.Exec(ctx, "DELETE FROM sessions WHERE user_id = ? AND id <> ?", user, except)
}

func setSessionCompany(ctx context.Context, q db.Querier, id, ws uuid.UUID) error {
	_, err := q.Exec(ctx, "UPDATE sessions SET workspace_id = ? WHERE id = ?", ws, id)
	return err
}

// homeCompany picks where a new session begins: where the person was last, else the
// company joined first; a super admin without one begins in the oldest.
func homeCompany(ctx context.Context, q db.Querier, u User) (*uuid.UUID, error) {
	ws, ok, err := db.Maybe[uuid.UUID](ctx, q, `SELECT m.workspace_id FROM memberships m
		JOIN workspaces w ON w.id = m.workspace_id AND w.is_active AND w.deleted_at IS NULL
		LEFT JOIN sessions s ON s.user_id = m.user_id AND s.workspace_id = m.workspace_id
		WHERE m.user_id = ? AND m.status = 'active' AND m.deleted_at IS NULL
		ORDER BY CASE WHEN s.last_seen_at IS NULL THEN 1 ELSE 0 END, s.last_seen_at DESC, m.created_at, m.id LIMIT 1`, u.ID)
	if err == nil && !ok && u.IsSuperAdmin {
		ws, ok, err = db.Maybe[uuid.UUID](ctx, q, "SELECT id FROM workspaces WHERE is_active AND deleted_at IS NULL ORDER BY created_at, id LIMIT 1")
	}
	if err != nil || !ok {
		return nil, err
	}
	return &ws, nil
}

// standing is all that one request needs to know about its session.
type standing struct {
	SessionID   uuid.UUID
	UserID      uuid.UUID
	Name        string
	Language    string
	Status      string
	SuperAdmin  bool
	WorkspaceID *uuid.UUID
	Role        *ident.Role
	CreatedAt   time.Time
	LastSeenAt  time.Time
	RotatedAt   time.Time
	ExpiresAt   time.Time
}

const (
	qStanding = `SELECT s.id AS session_id, s.user_id, u.name, u.language, u.status, u.is_super_admin AS super_admin,
		w.id AS workspace_id, m.role, s.created_at, s.last_seen_at, s.rotated_at, s.expires_at
		FROM sessions s JOIN users u ON u.id = s.user_id
		LEFT JOIN workspaces w ON w.is_active AND w.deleted_at IS NULL AND w.id = `
	qStandingMember = ` LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = s.user_id AND m.status = 'active' AND m.deleted_at IS NULL `
	qByCurrent      = qStandingMember + `WHERE s.token_hash = ?`
	qByPrevious     = qStandingMember + `WHERE s.previous_hash = ? AND s.previous_until > ?`
)

// standingOf reads the session of a token hash, in the named company or else in the
// session's own.
func standingOf(ctx context.Context, q db.Querier, hash []byte, company *uuid.UUID, now time.Time) (standing, bool, error) {
	head, args := qStanding+"s.workspace_id", []any{}
	if company != nil {
		head, args = qStanding+"?", []any{*company}
	}
	st, ok, err := db.Maybe[standing](ctx, q, head+qByCurrent, append(args, hash)...)
	if err != nil || ok {
		return st, ok, err
	}
	return db.Maybe[standing](ctx, q, head+qByPrevious, append(args, hash, now)...)
}

// Memberships.

const memberSelect = `SELECT m.id, m.workspace_id, m.user_id, u.name, u.email, u.language, m.role, m.status, u.status AS user_status, u.is_super_admin,
	m.version, m.created_at,
	EXISTS (SELECT 1 FROM telegram_links t WHERE t.workspace_id = m.workspace_id AND t.user_id = m.user_id) AS telegram_linked
	FROM memberships m JOIN users u ON u.id = m.user_id
	WHERE m.workspace_id = ? AND m.deleted_at IS NULL `

func membersOf(ctx context.Context, q db.Querier, ws uuid.UUID) ([]Member, error) {
	return db.All[Member](ctx, q, memberSelect+"ORDER BY m.created_at, m.id LIMIT 500", ws)
}

func memberByID(ctx context.Context, q db.Querier, ws, id uuid.UUID) (Member, error) {
	m, ok, err := db.Maybe[Member](ctx, q, memberSelect+"AND m.id = ?", ws, id)
	if err == nil && !ok {
		err = errs.NotFound("member")
	}
	return m, err
}

func memberOfUser(ctx context.Context, q db.Querier, ws, user uuid.UUID) (Member, bool, error) {
	return db.Maybe[Member](ctx, q, memberSelect+"AND m.user_id = ?", ws, user)
}

// seenAt returns when each member of the company was last seen.
func seenAt(ctx context.Context, q db.Querier, ws uuid.UUID) (map[uuid.UUID]time.Time, error) {
	type row struct {
		UserID     uuid.UUID
		LastSeenAt time.Time
	}
	rows, err := db.All[row](ctx, q, `SELECT s.user_id, s.last_seen_at FROM sessions s
		JOIN memberships m ON m.user_id = s.user_id AND m.workspace_id = ? AND m.deleted_at IS NULL`, ws)
	out := map[uuid.UUID]time.Time{}
	for _, r := range rows {
		if r.LastSeenAt.After(out[r.UserID]) {
			out[r.UserID] = r.LastSeenAt
		}
	}
	return out, err
}

func insertMember(ctx context.Context, q db.Querier, ws, id, user uuid.UUID, role ident.Role, now time.Time) error {
	_, err := q.Exec(ctx, `INSERT INTO memberships (workspace_id, id, user_id, role, status, version, created_at, updated_at) VALUES (?,?,?,?,?,1,?,?)`,
		ws, id, user, role, Active, now, now)
	if db.IsUnique(err) {
		return errs.Conflict("This person is already a member of the company.").Code("already_member").Because(err)
	}
	return err
}

func updateMember(ctx context.Context, q db.Querier, ws, id uuid.UUID, role ident.Role, status string, now time.Time) error {
	_, err := q.Exec(ctx, "UPDATE memberships SET role = ?, status = ?, version = version + 1, updated_at = ? WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL",
		role, status, now, ws, id)
	return err
}

func removeMember(ctx context.Context, q db.Querier, ws, id, user uuid.UUID, now time.Time) error {
	if _, err := q.Exec(ctx, "UPDATE memberships SET deleted_at = ?, version = version + 1, updated_at = ? WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL", now, now, ws, id); err != nil {
		return err
	}
	_, err := q.Exec(ctx, "DELETE FROM telegram_links WHERE workspace_id = ? AND user_id = ?", ws, user)
	return err
}

// otherOwner reports whether the company has a working owner besides the user.
func otherOwner(ctx context.Context, q db.Querier, ws, user uuid.UUID) (bool, error) {
	return db.Exists(ctx, q, `SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id AND u.status = 'active'
		WHERE m.workspace_id = ? AND m.user_id <> ? AND m.role = 'OWNER' AND m.status = 'active' AND m.deleted_at IS NULL LIMIT 1`, ws, user)
}

// Belonging is one live membership of a person.
type Belonging struct {
	WorkspaceID uuid.UUID
	Role        ident.Role
	Status      string
}

func belongings(ctx context.Context, q db.Querier, user uuid.UUID) ([]Belonging, error) {
	return db.All[Belonging](ctx, q, `SELECT m.workspace_id, m.role, m.status FROM memberships m JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL
		WHERE m.user_id = ? AND m.deleted_at IS NULL ORDER BY m.created_at, m.id LIMIT 500`, user)
}

// One-time links.

type link struct {
	Purpose     string
	UserID      *uuid.UUID
	WorkspaceID *uuid.UUID
	CreatedBy   *uuid.UUID
	ExpiresAt   time.Time
	UsedAt      *time.Time
}

const linkColumns = "purpose, user_id, workspace_id, created_by, expires_at, used_at"

func insertLink(ctx context.Context, q db.Querier, hash []byte, l link, now time.Time) error {
	_, err := q.Exec(ctx, `INSERT INTO one_time_links (token_hash, purpose, user_id, workspace_id, created_by, created_at, expires_at) VALUES (?,?,?,?,?,?,?)`,
		hash, l.Purpose, l.UserID, l.WorkspaceID, l.CreatedBy, now, l.ExpiresAt)
	return err
}

func liveLink(ctx context.Context, q db.Querier, hash []byte, purpose string, now time.Time) (link, bool, error) {
	return db.Maybe[link](ctx, q, "SELECT "+linkColumns+" FROM one_time_links WHERE token_hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?", hash, purpose, now)
}

// useLink marks the link used and returns it; false when it is not live: of two who
// use it at the same time one gets it.
func useLink(ctx context.Context, q db.Querier, hash []byte, purpose string, now time.Time) (link, bool, error) {
	return db.Maybe[link](ctx, q, "UPDATE one_time_links SET used_at = ? WHERE token_hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? RETURNING "+linkColumns,
		now, hash, purpose, now)
}

// voidLinks ends the live links of a purpose, of one user when user is given.
func voidLinks(ctx context.Context, q db.Querier, purpose string, user *uuid.UUID, now time.Time) error {
	query, args := "UPDATE one_time_links SET used_at = ? WHERE purpose = ? AND used_at IS NULL", []any{now, purpose}
	if user != nil {
		query, args = query+" AND user_id = ?", append(args, *user)
	}
	_, err := q.Exec(ctx, query, args...)
	return err
}
