package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const inviteLife = 7 * 24 * time.Hour

func needUsers(p ident.Principal) error {
	if !p.Can(ident.ManageUsers) {
		return errs.Forbidden("Your role lacks the right to manage people. Ask an owner or administrator of the company.").Code("need_permission")
	}
	return nil
}

func tooHigh() error {
	return errs.Forbidden("This role is above yours.").Code("role_above_yours")
}

// People lists the members of a company that the principal belongs to.
func (s *Service) People(ctx context.Context, p ident.Principal, ws uuid.UUID) ([]Member, error) {
	q := s.db.Read()
	if _, err := principalIn(ctx, q, p, ws); err != nil {
		return nil, err
	}
	list, err := membersOf(ctx, q, ws)
	if err != nil {
		return nil, err
	}
	seen, err := seenAt(ctx, q, ws)
	for i := range list {
		if at, ok := seen[list[i].UserID]; ok {
			list[i].LastSeenAt = &at
		}
	}
	return list, err
}

// Members returns everybody who works in the company.
func (s *Service) Members(ctx context.Context, q db.Querier, ws uuid.UUID) ([]Member, error) {
	list, err := membersOf(ctx, q, ws)
	out := []Member{}
	for _, m := range list {
		if m.Works() {
			out = append(out, m)
		}
	}
	return out, err
}

// Holding returns the users who hold the right in the company.
func (s *Service) Holding(ctx context.Context, q db.Querier, ws uuid.UUID, perm ident.Permission) ([]uuid.UUID, error) {
	list, err := s.Members(ctx, q, ws)
	out := []uuid.UUID{}
	for _, m := range list {
		if m.Role.Can(perm) {
			out = append(out, m.UserID)
		}
	}
	return out, err
}

// TelegramOf returns the Telegram account that a working member connected, false when
// there is none.
func (s *Service) TelegramOf(ctx context.Context, q db.Querier, ws, user uuid.UUID) (telegramID int64, ok bool, err error) {
	return db.Maybe[int64](ctx, q, `SELECT u.telegram_user_id FROM users u
		JOIN memberships m ON m.user_id = u.id AND m.workspace_id = ? AND m.status = 'active' AND m.deleted_at IS NULL
		WHERE u.id = ? AND u.status = 'active' AND u.telegram_user_id IS NOT NULL`, ws, user)
}

// Roles returns the companies in which the user works now, with the role in each.
func (s *Service) Roles(ctx context.Context, q db.Querier, user uuid.UUID) (map[uuid.UUID]ident.Role, error) {
	list, err := belongings(ctx, q, user)
	out := map[uuid.UUID]ident.Role{}
	for _, b := range list {
		if b.Status == Active {
			out[b.WorkspaceID] = b.Role
		}
	}
	return out, err
}

// TelegramChat is where a member wants to be told.
type TelegramChat struct {
	UserID   uuid.UUID
	BotID    uuid.UUID
	ChatID   int64
	Language string
}

// TelegramChats returns the linked chats of those of the users who work in the company.
func (s *Service) TelegramChats(ctx context.Context, q db.Querier, ws uuid.UUID, users []uuid.UUID) ([]TelegramChat, error) {
	if len(users) == 0 {
		return nil, nil
	}
	return db.All[TelegramChat](ctx, q, `SELECT t.user_id, t.bot_id, t.chat_id, u.language FROM telegram_links t
		JOIN users u ON u.id = t.user_id AND u.status = 'active'
		JOIN memberships m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id AND m.status = 'active' AND m.deleted_at IS NULL
		WHERE t.workspace_id = ? AND t.user_id IN (`+db.Slots(len(users))+`)`, db.Args(users, ws)...)
}

// Change is what is to be different about a member; nil leaves it.
type Change struct {
	Role   *ident.Role
	Status *string
}

// ChangeMember gives a member another role or status. Nobody touches a role above
// their own or gives one, and the last working owner stays.
func (s *Service) ChangeMember(ctx context.Context, p ident.Principal, ws, id uuid.UUID, c Change) (Member, error) {
	if c.Role != nil && !c.Role.Valid() {
		return Member{}, errs.Invalid("role", "Choose one of the roles.").Code("role_unknown")
	}
	if c.Status != nil && *c.Status != Active && *c.Status != Disabled {
		return Member{}, errs.Invalid("status", "The status is active or disabled.").Code("status_unknown")
	}
	var out Member
	err := s.db.InChat(ctx, membersLock, func(ctx context.Context, tx *db.Tx) error {
		in, m, err := s.manage(ctx, tx, p, ws, id)
		if err != nil {
			return err
		}
		role, status := m.Role, m.Status
		if c.Role != nil {
			role = *c.Role
		}
		if c.Status != nil {
			status = *c.Status
		}
		if role != m.Role && !rank(in).Outranks(role) {
			return tooHigh()
		}
		if m.Role == ident.Owner && (role != ident.Owner || status != Active) {
			if err := s.keepOwner(ctx, tx, ws, m.UserID); err != nil {
				return err
			}
		}
		if err := updateMember(ctx, tx, ws, id, role, status, s.clock.Now()); err != nil {
			return err
		}
		tx.AfterCommit(s.known.forget)
		if err := s.memberEvent(ctx, tx, ws, id, m.UserID, map[string]any{"role": role, "status": status, "was_role": m.Role, "was_status": m.Status}); err != nil {
			return err
		}
		out, err = memberByID(ctx, tx, ws, id)
		return err
	})
	return out, err
}

// RemoveMember takes a person out of the company.
func (s *Service) RemoveMember(ctx context.Context, p ident.Principal, ws, id uuid.UUID) error {
	return s.db.InChat(ctx, membersLock, func(ctx context.Context, tx *db.Tx) error {
		_, m, err := s.manage(ctx, tx, p, ws, id)
		if err != nil {
			return err
		}
		if m.Role == ident.Owner {
			if err := s.keepOwner(ctx, tx, ws, m.UserID); err != nil {
				return err
			}
		}
		tx.AfterCommit(s.known.forget)
		if err := removeMember(ctx, tx, ws, id, m.UserID, s.clock.Now()); err != nil {
			return err
		}
		return s.memberEvent(ctx, tx, ws, id, m.UserID, map[string]any{"removed": true, "was_role": m.Role})
	})
}

// manage checks that the principal may change the member, and returns both.
func (s *Service) manage(ctx context.Context, tx *db.Tx, p ident.Principal, ws, id uuid.UUID) (ident.Principal, Member, error) {
	in, err := principalIn(ctx, tx, p, ws)
	if err != nil {
		return in, Member{}, err
	}
	if err := needUsers(in); err != nil {
		return in, Member{}, err
	}
	m, err := memberByID(ctx, tx, ws, id)
	if err == nil && !rank(in).Outranks(m.Role) {
		err = tooHigh()
	}
	return in, m, err
}

func (s *Service) keepOwner(ctx context.Context, tx *db.Tx, ws, user uuid.UUID) error {
	other, err := otherOwner(ctx, tx, ws, user)
	if err == nil && !other {
		err = errs.Conflict("This is the last owner of the company. Make somebody else an owner first.").Code("last_owner")
	}
	return err
}

// SetUserStatus lets a person in or keeps them out of the whole installation; for
// super admins and the command line (a zero principal).
func (s *Service) SetUserStatus(ctx context.Context, p ident.Principal, user uuid.UUID, status string) error {
	if p.UserID != uuid.Nil && !p.SuperAdmin {
		return errs.Forbidden("Only an administrator of the whole installation may do this.").Code("need_super_admin")
	}
	if status != Active && status != Disabled {
		return errs.Invalid("status", "The status is active or disabled.").Code("status_unknown")
	}
	return s.db.InChat(ctx, membersLock, func(ctx context.Context, tx *db.Tx) error {
		if _, err := userByID(ctx, tx, user); err != nil {
			return err
		}
		if status == Disabled {
			list, err := belongings(ctx, tx, user)
			if err != nil {
				return err
			}
			for _, b := range list {
				if b.Role != ident.Owner || b.Status != Active {
					continue
				}
				if err := s.keepOwner(ctx, tx, b.WorkspaceID, user); err != nil {
					return err
				}
			}
			if err := s.revokeAll(ctx, tx, nil, user, uuid.Nil); err != nil {
				return err
			}
		}
		tx.AfterCommit(s.known.forget)
		if err := setUserStatus(ctx, tx, user, status, s.clock.Now()); err != nil {
			return err
		}
		return s.userEvent(ctx, tx, user, map[string]any{"status": status})
	})
}

// MemberResetLink makes a password link for a member, to be handed over. Whoever sets
// the password can act as the person everywhere, so the principal must be able to
// manage the person in each of their companies.
func (s *Service) MemberResetLink(ctx context.Context, p ident.Principal, ws, id uuid.UUID) (token string, expires time.Time, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, m, err := s.manage(ctx, tx, p, ws, id)
		if err != nil {
			return err
		}
		if !p.SuperAdmin {
			if err := s.mayReset(ctx, tx, p, m); err != nil {
				return err
			}
		}
		token, expires, err = s.resetLink(ctx, tx, m.UserID, &p.UserID)
		return err
	})
	return token, expires, err
}

func (s *Service) mayReset(ctx context.Context, tx *db.Tx, p ident.Principal, m Member) error {
	refused := errs.Forbidden("Only an administrator of the whole installation can reset this person's password.").Code("reset_above_you")
	if m.IsSuperAdmin {
		return refused
	}
	mine, err := s.Roles(ctx, tx, p.UserID)
	if err != nil {
		return err
	}
	theirs, err := belongings(ctx, tx, m.UserID)
	if err != nil {
		return err
	}
	for _, b := range theirs {
		if r := mine[b.WorkspaceID]; !r.Can(ident.ManageUsers) || !r.Outranks(b.Role) {
			return refused
		}
	}
	return nil
}

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
	return db.All[Invite](ctx, q, inviteSelect+"AND i.workspace_id = ? ORDER BY i.id DESC LIMIT 200", s.clock.Now(), ws)
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
