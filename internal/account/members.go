package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

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
		if role != m.Role {
			// whoever made a reset link before might not be allowed to now
			if err := voidLinks(ctx, tx, forReset, &m.UserID, s.clock.Now()); err != nil {
				return err
			}
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
