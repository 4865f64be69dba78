package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const (
	inviteLife = 7 * 24 * time.Hour
	// maxInvites are open in a company at once: all of them can be seen and revoked.
	maxInvites = 200
)

// Invite is a link by which a person joins a company.
type Invite struct {
	ID          uuid.UUID
	WorkspaceID uuid.UUID
	Email       string
	Role        ident.Role
	InvitedBy   uuid.UUID
	InviterName string
	CompanyName string
	CreatedAt   time.Time
	ExpiresAt   time.Time
}

const inviteSelect = `SELECT i.id, i.workspace_id, i.email, i.role, i.invited_by, u.name AS inviter_name, w.name AS company_name, i.created_at, i.expires_at
	FROM invites i JOIN users u ON u.id = i.invited_by JOIN workspaces w ON w.id = i.workspace_id AND w.is_active AND w.deleted_at IS NULL
	WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ? `

func inviteByHash(ctx context.Context, q db.Querier, hash []byte, now time.Time) (Invite, bool, error) {
	return db.Maybe[Invite](ctx, q, inviteSelect+"AND i.token_hash = ?", now, hash)
}

// Invite makes a link for the e-mail; an older one for the same e-mail ends.
func (s *Service) Invite(ctx context.Context, p ident.Principal, ws uuid.UUID, email string, role ident.Role) (Invite, string, error) {
	email, err := cleanEmail("email", email)
	if err != nil {
		return Invite{}, "", err
	}
	if !role.Valid() {
		return Invite{}, "", errs.Invalid("role", "Choose one of the roles.").Code("role_unknown")
	}
	var out Invite
	token, hash := newToken()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		in, err := principalIn(ctx, tx, p, ws)
		if err != nil {
			return err
		}
		if err := needUsers(in); err != nil {
			return err
		}
		if !rank(in).Outranks(role) {
			return tooHigh()
		}
		member, err := db.Exists(ctx, tx, `SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
			WHERE m.workspace_id = ? AND m.deleted_at IS NULL AND u.email_folded = ?`, ws, db.Folded(email))
		if err != nil {
			return err
		}
		if member {
			return errs.Conflict("This person is already a member of the company.").Code("already_member")
		}
		now := s.clock.Now()
		pending, err := db.All[Invite](ctx, tx, inviteSelect+"AND i.workspace_id = ?", now, ws)
		if err != nil {
			return err
		}
		for _, old := range pending {
			if db.Folded(old.Email) != db.Folded(email) {
				continue
			}
			if err := s.endInvite(ctx, tx, old, now); err != nil {
				return err
			}
		}
		if len(pending) >= maxInvites {
			return errs.Conflict("The company has 200 open invites. Revoke those that are not needed.").Code("too_many_invites")
		}
		id := ident.New()
		if _, err := tx.Exec(ctx, `INSERT INTO invites (workspace_id, id, email, role, token_hash, invited_by, created_at, expires_at) VALUES (?,?,?,?,?,?,?,?)`,
			ws, id, email, role, hash, p.UserID, now, now.Add(inviteLife)); err != nil {
			return err
		}
		if err := s.inviteEvent(ctx, tx, "invite.created", ws, id, role); err != nil {
			return err
		}
		out, err = db.One[Invite](ctx, tx, inviteSelect+"AND i.workspace_id = ? AND i.id = ?", now, ws, id)
		return err
	})
	return out, token, err
}

// Invites lists the open invites of a company.
func (s *Service) Invites(ctx context.Context, p ident.Principal, ws uuid.UUID) ([]Invite, error) {
	q := s.db.Read()
	in, err := principalIn(ctx, q, p, ws)
	if err != nil {
		return nil, err
	}
	if err := needUsers(in); err != nil {
		return nil, err
	}
	return db.All[Invite](ctx, q, inviteSelect+"AND i.workspace_id = ? ORDER BY i.id DESC LIMIT ?", s.clock.Now(), ws, maxInvites)
}

// RevokeInvite ends an open invite.
func (s *Service) RevokeInvite(ctx context.Context, p ident.Principal, ws, id uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		in, err := principalIn(ctx, tx, p, ws)
		if err != nil {
			return err
		}
		if err := needUsers(in); err != nil {
			return err
		}
		now := s.clock.Now()
		inv, ok, err := db.Maybe[Invite](ctx, tx, inviteSelect+"AND i.workspace_id = ? AND i.id = ?", now, ws, id)
		if err == nil && !ok {
			err = errs.NotFound("invite")
		}
		if err != nil {
			return err
		}
		return s.endInvite(ctx, tx, inv, now)
	})
}

func (s *Service) endInvite(ctx context.Context, tx *db.Tx, inv Invite, now time.Time) error {
	if _, err := tx.Exec(ctx, "UPDATE invites SET revoked_at = ? WHERE workspace_id = ? AND id = ?", now, inv.WorkspaceID, inv.ID); err != nil {
		return err
	}
	return s.inviteEvent(ctx, tx, "invite.revoked", inv.WorkspaceID, inv.ID, inv.Role)
}

// CheckInvite reads an open invite for whoever holds its link; hasAccount says that the
// person signs in instead of choosing a password.
func (s *Service) CheckInvite(ctx context.Context, c Client, token string) (inv Invite, hasAccount bool, err error) {
	inv, _, err = s.openInvite(ctx, c, token)
	if err != nil {
		return Invite{}, false, err
	}
	_, hasAccount, err = userByEmail(ctx, s.db.Read(), inv.Email)
	return inv, hasAccount, err
}

func (s *Service) openInvite(ctx context.Context, c Client, token string) (Invite, []byte, error) {
	back, err := s.limits.link.take(addressKey(c.IP), s.clock.Now())
	if err != nil {
		return Invite{}, nil, err
	}
	hash, ok := hashToken(token)
	if !ok {
		return Invite{}, nil, linkGone()
	}
	inv, ok, err := inviteByHash(ctx, s.db.Read(), hash, s.clock.Now())
	if err == nil && !ok {
		err = linkGone()
	}
	if err != nil {
		return Invite{}, nil, err
	}
	back()
	return inv, hash, nil
}

// useInvite marks the invite used, once, and checks that the inviter may still give
// the role.
func (s *Service) useInvite(ctx context.Context, tx *db.Tx, hash []byte) (Invite, error) {
	now := s.clock.Now()
	inv, ok, err := inviteByHash(ctx, tx, hash, now)
	if err != nil {
		return Invite{}, err
	}
	if !ok {
		return Invite{}, linkGone()
	}
	n, err := tx.Exec(ctx, "UPDATE invites SET accepted_at = ? WHERE workspace_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?", now, inv.WorkspaceID, inv.ID, now)
	if err != nil {
		return Invite{}, err
	}
	inviter, err := userByID(ctx, tx, inv.InvitedBy)
	if err != nil {
		return Invite{}, err
	}
	roles, err := s.Roles(ctx, tx, inviter.ID)
	if err != nil {
		return Invite{}, err
	}
	r := roles[inv.WorkspaceID]
	if inviter.IsSuperAdmin {
		r = ident.SuperAdmin
	}
	if n != 1 || inviter.Status != Active || !r.Can(ident.ManageUsers) || !r.Outranks(inv.Role) {
		return Invite{}, linkGone()
	}
	return inv, s.inviteEvent(ctx, tx, "invite.accepted", inv.WorkspaceID, inv.ID, inv.Role)
}

// AcceptInvite joins the signed-in person, whose e-mail must be the invited one, and
// makes the company the session's own.
func (s *Service) AcceptInvite(ctx context.Context, p ident.Principal, c Client, token string) (ws uuid.UUID, err error) {
	_, hash, err := s.openInvite(ctx, c, token)
	if err != nil {
		return uuid.Nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := userByID(ctx, tx, p.UserID)
		if err != nil {
			return err
		}
		inv, err := s.useInvite(ctx, tx, hash)
		if err != nil {
			return err
		}
		if db.Folded(u.Email) != db.Folded(inv.Email) {
			return errs.Conflict("This invite is for " + inv.Email + ". Sign in as that person, or ask for an invite of your own.").Code("invite_for_another")
		}
		if err := s.addMember(ctx, tx, inv.WorkspaceID, u.ID, inv.Role); err != nil {
			return err
		}
		ws = inv.WorkspaceID
		return setSessionCompany(ctx, tx, p.SessionID, ws)
	})
	return ws, err
}

// Join makes a person from an invite and signs them in.
func (s *Service) Join(ctx context.Context, c Client, token, name, password, language string) (Started, error) {
	inv, hash, err := s.openInvite(ctx, c, token)
	if err != nil {
		return Started{}, err
	}
	if language == "" {
		language = "en"
	}
	if _, exists, err := userByEmail(ctx, s.db.Read(), inv.Email); err != nil || exists {
		if err == nil {
			err = errs.Conflict("You already have an account. Sign in to accept the invite.").Code("sign_in_first")
		}
		return Started{}, err
	}
	u, err := s.newUser(ctx, name, inv.Email, password, language)
	if err != nil {
		return Started{}, err
	}
	var out Started
	err = s.db.InTx(as(ctx, u.ID, c), func(ctx context.Context, tx *db.Tx) error {
		inv, err := s.useInvite(ctx, tx, hash)
		if err != nil {
			return err
		}
		if err := insertUser(ctx, tx, u); err != nil {
			return err
		}
		if err := s.addMember(ctx, tx, inv.WorkspaceID, u.ID, inv.Role); err != nil {
			return err
		}
		out, err = s.start(ctx, tx, u.ID, u.PasswordHash, c, "", "invite")
		return err
	})
	return out, err
}
