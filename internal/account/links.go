package account

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// What a one-time link is for, and how long it lives.
const (
	forSetup    = "setup"
	forReset    = "reset"
	forSignIn   = "signin"
	forTelegram = "telegram"

	setupLife    = 7 * 24 * time.Hour
	resetLife    = time.Hour
	signInLife   = 24 * time.Hour
	telegramLife = 15 * time.Minute

	// TelegramPrefix begins the start payload of a link to a member's Telegram.
	TelegramPrefix = "tl_"
)

func linkGone() *errs.Error {
	e := errs.NotFound("link").Code("link_invalid")
	e.Message = "This link is no longer valid. Ask for a new one."
	return e
}

func (s *Service) makeLink(ctx context.Context, q db.Querier, l link, life time.Duration) (string, time.Time, error) {
	token, hash := newToken()
	now := s.clock.Now()
	l.ExpiresAt = now.Add(life)
	return token, l.ExpiresAt, insertLink(ctx, q, hash, l, now)
}

// openLink reads a live link for a stranger, within the limit of the address.
func (s *Service) openLink(ctx context.Context, c Client, token, purpose string) (link, []byte, error) {
	back, err := s.limits.link.take(addressKey(c.IP), s.clock.Now())
	if err != nil {
		return link{}, nil, err
	}
	hash, ok := hashToken(token)
	if !ok {
		return link{}, nil, linkGone()
	}
	l, ok, err := liveLink(ctx, s.db.Read(), hash, purpose, s.clock.Now())
	if err == nil && !ok {
		err = linkGone()
	}
	if err != nil {
		return link{}, nil, err
	}
	back()
	return l, hash, nil
}

// SetupLink makes the link of a first run; needed is false once anybody exists.
func (s *Service) SetupLink(ctx context.Context) (token string, needed bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		some, err := anyUser(ctx, tx)
		if needed = !some; err != nil || some {
			return err
		}
		token, _, err = s.makeLink(ctx, tx, link{Purpose: forSetup}, setupLife)
		return err
	})
	return token, needed && err == nil, err
}

// CheckSetup returns until when the setup link can be used.
func (s *Service) CheckSetup(ctx context.Context, c Client, token string) (time.Time, error) {
	l, _, err := s.openLink(ctx, c, token, forSetup)
	if err != nil {
		return time.Time{}, err
	}
	some, err := anyUser(ctx, s.db.Read())
	if err == nil && some {
		err = linkGone()
	}
	return l.ExpiresAt, err
}

// Setup is what the first person says.
type Setup struct {
	Name, Email, Password, CompanyName string
	Language                           string // en when empty
	TimeZone                           string // the company's default when empty
}

// SetUp uses the setup link: the person becomes super admin and owner of the first
// company, and is signed in. It happens once in the life of an installation.
func (s *Service) SetUp(ctx context.Context, c Client, token string, in Setup) (Started, error) {
	_, hash, err := s.openLink(ctx, c, token, forSetup)
	if err != nil {
		return Started{}, err
	}
	if in.Language == "" {
		in.Language = "en"
	}
	u, err := s.newUser(ctx, in.Name, in.Email, in.Password, in.Language)
	if err != nil {
		return Started{}, err
	}
	u.IsSuperAdmin = true
	if in.CompanyName, err = cleanName("company_name", in.CompanyName); err != nil {
		return Started{}, err
	}
	var out Started
	err = s.db.InChat(as(ctx, u.ID, c), membersLock, func(ctx context.Context, tx *db.Tx) error {
		some, err := anyUser(ctx, tx)
		if err != nil {
			return err
		}
		if _, ok, err := useLink(ctx, tx, hash, forSetup, s.clock.Now()); err != nil || !ok || some {
			if err == nil {
				err = linkGone()
			}
			return err
		}
		if err := voidLinks(ctx, tx, forSetup, nil, s.clock.Now()); err != nil {
			return err
		}
		if err := insertUser(ctx, tx, u); err != nil {
			return err
		}
		ws, err := s.companies.Create(ctx, tx, in.CompanyName, in.Language, in.TimeZone)
		if err != nil {
			return err
		}
		if err := s.AddOwner(ctx, tx, ws, u.ID); err != nil {
			return err
		}
		out, err = s.start(ctx, tx, u.ID, u.PasswordHash, c, "", "setup")
		return err
	})
	return out, err
}

// newUser checks what a new person says and hashes the password, outside of any unit.
func (s *Service) newUser(ctx context.Context, name, email, password, language string) (User, error) {
	name, err := cleanName("name", name)
	if err != nil {
		return User{}, err
	}
	if email, err = cleanEmail("email", email); err != nil {
		return User{}, err
	}
	if err := checkLanguage("language", language); err != nil {
		return User{}, err
	}
	if err := checkPassword("password", password, email); err != nil {
		return User{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	return User{ID: ident.New(), Name: name, Email: email, PasswordHash: hash, Status: Active, Language: language, CreatedAt: s.clock.Now()}, nil
}

// AddOwner makes the user the owner of a new company.
func (s *Service) AddOwner(ctx context.Context, tx *db.Tx, ws, user uuid.UUID) error {
	return s.addMember(ctx, tx, ws, user, ident.Owner)
}

func (s *Service) addMember(ctx context.Context, tx *db.Tx, ws, user uuid.UUID, role ident.Role) error {
	tx.AfterCommit(s.known.forget)
	id := ident.New()
	if err := insertMember(ctx, tx, ws, id, user, role, s.clock.Now()); err != nil {
		return err
	}
	// whoever made a reset link before might not be allowed to now
	if err := voidLinks(ctx, tx, forReset, &user, s.clock.Now()); err != nil {
		return err
	}
	return s.memberEvent(ctx, tx, ws, id, user, map[string]any{"role": role, "status": Active, "added": true})
}

// For the command line: whoever holds the machine holds the installation.

// NewUser is a person made on the command line.
type NewUser struct {
	Name, Email, Password string
	Language              string // en when empty
	SuperAdmin            bool
	// Company and Role make the person a member, when given.
	Company uuid.UUID
	Role    ident.Role
}

// CreateUser makes a person.
func (s *Service) CreateUser(ctx context.Context, in NewUser) (uuid.UUID, error) {
	if in.Language == "" {
		in.Language = "en"
	}
	if in.Company != uuid.Nil && !in.Role.Valid() {
		return uuid.Nil, errs.Invalid("role", "Choose one of the roles.").Code("role_unknown")
	}
	u, err := s.newUser(ctx, in.Name, in.Email, in.Password, in.Language)
	if err != nil {
		return uuid.Nil, err
	}
	u.IsSuperAdmin = in.SuperAdmin
	return u.ID, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertUser(ctx, tx, u); err != nil {
			return err
		}
		if in.Company != uuid.Nil {
			return s.addMember(ctx, tx, in.Company, u.ID, in.Role)
		}
		return s.userEvent(ctx, tx, u.ID, map[string]any{"added": true})
	})
}

// ResetLink makes a password link for the person with the e-mail.
func (s *Service) ResetLink(ctx context.Context, email string) (token string, expires time.Time, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, ok, err := userByEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if !ok {
			return errs.NotFound("person")
		}
		token, expires, err = s.resetLink(ctx, tx, u.ID, nil)
		return err
	})
	return token, expires, err
}

func (s *Service) resetLink(ctx context.Context, tx *db.Tx, user uuid.UUID, by *uuid.UUID) (string, time.Time, error) {
	if err := voidLinks(ctx, tx, forReset, &user, s.clock.Now()); err != nil {
		return "", time.Time{}, err
	}
	token, expires, err := s.makeLink(ctx, tx, link{Purpose: forReset, UserID: &user, CreatedBy: by}, resetLife)
	if err != nil {
		return "", time.Time{}, err
	}
	return token, expires, s.userEvent(ctx, tx, user, map[string]any{"reset_link": true})
}

// SignInLink makes a link that signs the person in with one click: the demo only.
func (s *Service) SignInLink(ctx context.Context, email string) (token string, err error) {
	if !s.signIn {
		return "", errs.Forbidden("One-click sign-in exists in the demo only.").Code("sign_in_links_off")
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, ok, err := userByEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if !ok {
			return errs.NotFound("person")
		}
		token, _, err = s.makeLink(ctx, tx, link{Purpose: forSignIn, UserID: &u.ID}, signInLife)
		return err
	})
	return token, err
}

// SignInByLink uses a one-click link. It works until it expires: whoever tries the demo
// clicks more than once, and the demo listens on its own machine only.
func (s *Service) SignInByLink(ctx context.Context, c Client, token, old string) (Started, error) {
	if !s.signIn {
		return Started{}, linkGone()
	}
	l, _, err := s.openLink(ctx, c, token, forSignIn)
	if err != nil {
		return Started{}, err
	}
	var out Started
	err = s.db.InTx(as(ctx, *l.UserID, c), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = s.start(ctx, tx, *l.UserID, "", c, old, "link")
		return err
	})
	return out, err
}

// Reset is whose password a reset link changes.
type Reset struct {
	Name, Email string
	ExpiresAt   time.Time
}

// CheckReset reads a reset link.
func (s *Service) CheckReset(ctx context.Context, c Client, token string) (Reset, error) {
	l, _, err := s.openLink(ctx, c, token, forReset)
	if err != nil {
		return Reset{}, err
	}
	u, err := userByID(ctx, s.db.Read(), *l.UserID)
	if err != nil {
		return Reset{}, err
	}
	return Reset{Name: u.Name, Email: u.Email, ExpiresAt: l.ExpiresAt}, nil
}

// UseReset sets a new password and ends every session and link of the person.
func (s *Service) UseReset(ctx context.Context, c Client, token, password string) error {
	l, hash, err := s.openLink(ctx, c, token, forReset)
	if err != nil {
		return err
	}
	u, err := userByID(ctx, s.db.Read(), *l.UserID)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password, u.Email); err != nil {
		return err
	}
	passwordHash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.InTx(as(ctx, u.ID, c), func(ctx context.Context, tx *db.Tx) error {
		now := s.clock.Now()
		if _, ok, err := useLink(ctx, tx, hash, forReset, now); err != nil || !ok {
			if err == nil {
				err = linkGone()
			}
			return err
		}
		if err := setPassword(ctx, tx, u.ID, passwordHash, now); err != nil {
			return err
		}
		for _, purpose := range []string{forReset, forSignIn, forTelegram} {
			if err := voidLinks(ctx, tx, purpose, &u.ID, now); err != nil {
				return err
			}
		}
		if err := s.revokeAll(ctx, tx, nil, u.ID, uuid.Nil); err != nil {
			return err
		}
		return s.userEvent(ctx, tx, u.ID, map[string]any{"password": "reset"})
	})
}

// TelegramLink is an address that ties the person's Telegram to the account.
type TelegramLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// LinkTelegram makes the address; it leads to a bot of the principal's company.
func (s *Service) LinkTelegram(ctx context.Context, p ident.Principal) (TelegramLink, error) {
	var out TelegramLink
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, ok, err := memberOfUser(ctx, tx, p.WorkspaceID, p.UserID); err != nil || !ok {
			if err == nil {
				err = errs.Conflict("Only members of the company can connect Telegram here.").Code("not_a_member")
			}
			return err
		}
		bot, ok, err := s.bots.EnabledBot(ctx, tx, p.WorkspaceID)
		if err != nil {
			return err
		}
		if !ok {
			return errs.Conflict("Connect and enable a bot first: it is the one that will write to you.").Code("no_bot")
		}
		if err := voidLinks(ctx, tx, forTelegram, &p.UserID, s.clock.Now()); err != nil {
			return err
		}
		token, expires, err := s.makeLink(ctx, tx, link{Purpose: forTelegram, UserID: &p.UserID, WorkspaceID: &p.WorkspaceID}, telegramLife)
		out = TelegramLink{URL: s.botLink(bot, TelegramPrefix+token), ExpiresAt: expires}
		return err
	})
	return out, err
}

// TelegramPerson is who pressed Start.
type TelegramPerson struct {
	BotID    uuid.UUID
	UserID   int64
	ChatID   int64
	Username string
}

// ConsumeTelegramLink ties the Telegram person to the account when the start payload
// is one of our links, and returns the member to greet. Payloads of other kinds, used
// and old ones are false: they are an ordinary start.
func (s *Service) ConsumeTelegramLink(ctx context.Context, tx *db.Tx, ws uuid.UUID, payload string, from TelegramPerson) (Member, bool, error) {
	token, ok := strings.CutPrefix(payload, TelegramPrefix)
	if !ok {
		return Member{}, false, nil
	}
	hash, ok := hashToken(token)
	if !ok {
		return Member{}, false, nil
	}
	now := s.clock.Now()
	l, ok, err := liveLink(ctx, tx, hash, forTelegram, now)
	if err != nil || !ok || l.WorkspaceID == nil || *l.WorkspaceID != ws {
		return Member{}, false, err
	}
	m, ok, err := memberOfUser(ctx, tx, ws, *l.UserID)
	if err != nil || !ok || !m.Works() {
		return Member{}, false, err
	}
	if _, ok, err := useLink(ctx, tx, hash, forTelegram, now); err != nil || !ok {
		return Member{}, false, err
	}
	// One Telegram person is one account: the newer link wins.
	for _, st := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM telegram_links WHERE user_id IN (SELECT id FROM users WHERE telegram_user_id = ? AND id <> ?)", []any{from.UserID, m.UserID}},
		{"DELETE FROM telegram_links WHERE user_id IN (SELECT id FROM users WHERE id = ? AND telegram_user_id <> ?)", []any{m.UserID, from.UserID}},
		{"UPDATE users SET telegram_user_id = NULL, telegram_username = '', version = version + 1, updated_at = ? WHERE telegram_user_id = ? AND id <> ?", []any{now, from.UserID, m.UserID}},
		{"UPDATE users SET telegram_user_id = ?, telegram_username = ?, version = version + 1, updated_at = ? WHERE id = ?", []any{from.UserID, from.Username, now, m.UserID}},
		{`INSERT INTO telegram_links (workspace_id, user_id, bot_id, chat_id, created_at) VALUES (?,?,?,?,?)
			ON CONFLICT (workspace_id, user_id) DO UPDATE SET bot_id = excluded.bot_id, chat_id = excluded.chat_id, created_at = excluded.created_at`,
			[]any{ws, m.UserID, from.BotID, from.ChatID, now}},
	} {
		if _, err := tx.Exec(ctx, st.query, st.args...); err != nil {
			return Member{}, false, err
		}
	}
	m.TelegramLinked = true
	ctx = ident.With(ctx, ident.Principal{UserID: m.UserID})
	return m, true, s.memberEvent(ctx, tx, ws, m.ID, m.UserID, map[string]any{"telegram": "linked"})
}

// UnlinkTelegram forgets the person's Telegram in every company.
func (s *Service) UnlinkTelegram(ctx context.Context, p ident.Principal) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM telegram_links WHERE user_id = ?", p.UserID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE users SET telegram_user_id = NULL, telegram_username = '', version = version + 1, updated_at = ? WHERE id = ?", s.clock.Now(), p.UserID); err != nil {
			return err
		}
		return s.userEvent(ctx, tx, p.UserID, map[string]any{"telegram": "unlinked"})
	})
}

// TelegramUser returns the working member behind a Telegram person.
func (s *Service) TelegramUser(ctx context.Context, tx *db.Tx, ws uuid.UUID, telegramUserID int64) (Member, bool, error) {
	m, ok, err := db.Maybe[Member](ctx, tx, memberSelect+"AND u.telegram_user_id = ? AND m.status = 'active' AND u.status = 'active'", ws, telegramUserID)
	return m, ok, err
}
