package account

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const (
	// CookieName is the session cookie.
	CookieName = "cartie_session"
	// CompanyHeader names the company of one request; a browser tab keeps its own.
	CompanyHeader = "Cartie-Workspace"

	idleLife     = 14 * 24 * time.Hour
	absoluteLife = 90 * 24 * time.Hour
	// rotateAfter is the age at which a token is replaced.
	rotateAfter = 24 * time.Hour
	// previousLife is how long the replaced token still works, for requests on their way.
	previousLife = 60 * time.Second
	// touchEvery bounds how often being seen is written down.
	touchEvery = 5 * time.Minute
	// knownFor bounds how long another process's change goes unseen.
	knownFor = 2 * time.Second
	maxKnown = 10_000
	maxAgent = 300 // bytes of a user agent that are kept
)

// Started is a session that has just got its token: the only moment the token is known.
type Started struct {
	Token     string
	SessionID uuid.UUID
	UserID    uuid.UUID
	ExpiresAt time.Time // absolute: the cookie may live as long
}

func unauthorized() *errs.Error {
	return errs.Unauthorized("Sign in to continue.").Code("signed_out")
}

// Authenticate says who sends the request and in which company: the one that the
// header names, else the session's own. A company that the person is not in, or that is
// disabled, leaves the principal without a company: it never falls back to another one.
// Unauthorized comes back when nobody is signed in.
func (s *Service) Authenticate(r *http.Request) (ident.Principal, error) {
	cookie, err := r.Cookie(CookieName)
	if err != nil {
		return ident.Principal{}, unauthorized()
	}
	hash, ok := hashToken(cookie.Value)
	if !ok {
		return ident.Principal{}, unauthorized()
	}
	var company *uuid.UUID
	if name := r.Header.Get(CompanyHeader); name != "" {
		id, err := uuid.Parse(name)
		if err != nil {
			id = uuid.Nil // no company has it
		}
		company = &id
	}
	return s.principal(r.Context(), hash, company)
}

func (s *Service) principal(ctx context.Context, hash []byte, company *uuid.UUID) (ident.Principal, error) {
	now := s.clock.Now()
	st, err := s.standing(ctx, hash, company, now)
	if err != nil {
		return ident.Principal{}, err
	}
	if now.Sub(st.LastSeenAt) >= touchEvery {
		if err := s.touch(ctx, st, now); err != nil {
			return ident.Principal{}, err
		}
	}
	p := ident.Principal{UserID: st.UserID, SessionID: st.SessionID, Name: st.Name, Language: st.Language, SuperAdmin: st.SuperAdmin}
	switch {
	case st.WorkspaceID == nil:
	case st.Role != nil:
		p.WorkspaceID, p.Role = *st.WorkspaceID, *st.Role
	case st.SuperAdmin:
		p.WorkspaceID, p.Role = *st.WorkspaceID, ident.SuperAdmin
	}
	return p, nil
}

func (s *Service) standing(ctx context.Context, hash []byte, company *uuid.UUID, now time.Time) (standing, error) {
	k := knownKey{hash: [32]byte(hash)}
	if company != nil {
		k.company, k.named = *company, true
	}
	st, ok, era := s.known.get(k, now)
	if !ok {
		var err error
		st, ok, err = standingOf(ctx, s.db.Read(), hash, company, now)
		if err != nil {
			return standing{}, errs.Wrap(err, "reading the session")
		}
		if !ok || st.Status != Active {
			return standing{}, unauthorized()
		}
		s.known.put(k, st, era, now)
	}
	if !now.Before(st.ExpiresAt) {
		return standing{}, unauthorized()
	}
	return st, nil
}

func (s *Service) touch(ctx context.Context, st standing, now time.Time) error {
	from, _ := ident.From(ctx)
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(s.known.forget)
		return touchSession(ctx, tx, st.SessionID, from.IP, now, expiry(st.CreatedAt, now))
	})
	return errs.Wrap(err, "noting the session as seen")
}

// cut keeps at most n bytes of what a stranger sent, as valid UTF-8: a header may hold
// anything, and PostgreSQL refuses anything else.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}

func expiry(created, seen time.Time) time.Time {
	idle, absolute := seen.Add(idleLife), created.Add(absoluteLife)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

// In returns the principal as it stands in the company, not found for a stranger: for
// paths that name their company.
func (s *Service) In(ctx context.Context, p ident.Principal, ws uuid.UUID) (ident.Principal, error) {
	if ws == p.WorkspaceID && ws != uuid.Nil {
		return p, nil
	}
	return principalIn(ctx, s.db.Read(), p, ws)
}

// principalIn looks at the company itself, disabled or not; only a super admin enters
// a disabled one.
func principalIn(ctx context.Context, q db.Querier, p ident.Principal, ws uuid.UUID) (ident.Principal, error) {
	type row struct {
		IsActive bool
		Role     *ident.Role
	}
	r, ok, err := db.Maybe[row](ctx, q, `SELECT w.is_active, m.role FROM workspaces w
		LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = ? AND m.status = 'active' AND m.deleted_at IS NULL
		WHERE w.id = ? AND w.deleted_at IS NULL`, p.UserID, ws)
	if err != nil {
		return ident.Principal{}, err
	}
	p.WorkspaceID = ws
	switch {
	case !ok:
	case r.Role != nil && (r.IsActive || p.SuperAdmin):
		p.Role = *r.Role
		return p, nil
	case p.SuperAdmin:
		p.Role = ident.SuperAdmin
		return p, nil
	}
	return ident.Principal{}, errs.NotFound("company")
}

// SignIn checks the password and starts a session. Every failure has the same answer
// and the same cost, whoever the e-mail belongs to. old is the token that the browser
// still had; its session ends.
func (s *Service) SignIn(ctx context.Context, c Client, email, password, old string) (Started, error) {
	now := s.clock.Now()
	backAddress, err := s.limits.loginAddress.take(addressKey(c.IP), now)
	if err != nil {
		return Started{}, err
	}
	folded := db.Folded(email)
	folded = cut(folded, maxEmail)
	backEmail, err := s.limits.loginEmail.take(folded, now)
	if err != nil {
		return Started{}, err
	}
	u, found, err := userByEmail(ctx, s.db.Read(), folded)
	if err != nil {
		return Started{}, err
	}
	hash := u.PasswordHash
	if !found || u.Status != Active {
		hash = ""
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return Started{}, err
	}
	if !ok {
		return Started{}, errs.Unauthorized("The e-mail or the password is not right.").Code("bad_credentials")
	}
	backAddress()
	backEmail()
	var out Started
	err = s.db.InTx(as(ctx, u.ID, c), func(ctx context.Context, tx *db.Tx) error {
		out, err = s.start(ctx, tx, u.ID, hash, c, old, "password")
		return err
	})
	return out, err
}

// start opens a session inside a unit. When passwordHash is given it must still be the
// user's: a password changed meanwhile refuses the old one.
func (s *Service) start(ctx context.Context, tx *db.Tx, user uuid.UUID, passwordHash string, c Client, old, how string) (Started, error) {
	u, err := userByID(ctx, tx, user)
	if err != nil {
		return Started{}, err
	}
	if u.Status != Active || (passwordHash != "" && u.PasswordHash != passwordHash) {
		return Started{}, errs.Unauthorized("The e-mail or the password is not right.").Code("bad_credentials")
	}
	ws, err := homeCompany(ctx, tx, u)
	if err != nil {
		return Started{}, err
	}
	if err := s.endOld(ctx, tx, old); err != nil {
		return Started{}, err
	}
	now := s.clock.Now()
	token, hash := newToken()
	row := sessionRow{
		ID: ident.New(), UserID: u.ID, WorkspaceID: ws, IP: c.IP, UserAgent: cut(c.UserAgent, maxAgent),
		CreatedAt: now, LastSeenAt: now, RotatedAt: now, ExpiresAt: expiry(now, now),
	}
	if err := insertSession(ctx, tx, hash, row); err != nil {
		return Started{}, err
	}
	if err := s.sessionEvent(ctx, tx, "session.started", ws, row.ID, u.ID, map[string]any{"how": how}); err != nil {
		return Started{}, err
	}
	return Started{Token: token, SessionID: row.ID, UserID: u.ID, ExpiresAt: now.Add(absoluteLife)}, nil
}

// endOld ends the session that the browser had before.
func (s *Service) endOld(ctx context.Context, tx *db.Tx, token string) error {
	hash, ok := hashToken(token)
	if !ok {
		return nil
	}
	tx.AfterCommit(s.known.forget)
	r, ok, err := db.Maybe[sessionRow](ctx, tx, "DELETE FROM sessions WHERE token_hash = ? RETURNING "+sessionColumns, hash)
	if err != nil || !ok {
		return err
	}
	return s.revokedEvent(ctx, tx, r.WorkspaceID, r.ID, r.UserID, nil)
}

// Rotate replaces the token of the principal's session when it is old enough; false
// when it is young, or when another request did it first: that one carries the cookie.
func (s *Service) Rotate(ctx context.Context, p ident.Principal) (Started, bool, error) {
	now := s.clock.Now()
	row, ok, err := db.Maybe[sessionRow](ctx, s.db.Read(), "SELECT "+sessionColumns+" FROM sessions WHERE id = ?", p.SessionID)
	if err != nil || !ok || now.Sub(row.RotatedAt) < rotateAfter {
		return Started{}, false, err
	}
	return s.rotate(ctx, row, now)
}

func (s *Service) rotate(ctx context.Context, row sessionRow, now time.Time) (Started, bool, error) {
	token, hash := newToken()
	var done bool
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tx.AfterCommit(s.known.forget)
		done, err = rotateSession(ctx, tx, row.ID, row.RotatedAt, hash, now, now.Add(previousLife))
		return err
	})
	if err != nil || !done {
		return Started{}, false, err
	}
	return Started{Token: token, SessionID: row.ID, UserID: row.UserID, ExpiresAt: row.CreatedAt.Add(absoluteLife)}, true, nil
}

// SignOut ends the principal's session.
func (s *Service) SignOut(ctx context.Context, p ident.Principal) error {
	return s.Revoke(ctx, p, p.SessionID)
}

// Revoke ends one session of the principal; its requests are refused from now on.
func (s *Service) Revoke(ctx context.Context, p ident.Principal, session uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(s.known.forget)
		ok, err := deleteSession(ctx, tx, p.UserID, session)
		if err != nil {
			return err
		}
		if !ok {
			return errs.NotFound("session")
		}
		return s.revokedEvent(ctx, tx, company(p), session, p.UserID, nil)
	})
}

// RevokeOthers ends every session of the principal but the one that asks.
func (s *Service) RevokeOthers(ctx context.Context, p ident.Principal) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.revokeAll(ctx, tx, company(p), p.UserID, p.SessionID)
	})
}

func (s *Service) revokeAll(ctx context.Context, tx *db.Tx, ws *uuid.UUID, user, except uuid.UUID) error {
	tx.AfterCommit(s.known.forget)
	n, err := deleteSessions(ctx, tx, user, except)
	if err != nil || n == 0 {
		return err
	}
	return s.revokedEvent(ctx, tx, ws, uuid.Nil, user, map[string]any{"count": n})
}

func company(p ident.Principal) *uuid.UUID {
	if p.WorkspaceID == uuid.Nil {
		return nil
	}
	return &p.WorkspaceID
}

// Sessions lists where the principal is signed in, the latest seen first.
func (s *Service) Sessions(ctx context.Context, p ident.Principal) ([]sessionRow, error) {
	return sessionsOf(ctx, s.db.Read(), p.UserID, s.clock.Now())
}

// Choose makes the company the session's own.
func (s *Service) Choose(ctx context.Context, p ident.Principal, ws uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		in, err := principalIn(ctx, tx, p, ws)
		if err != nil {
			return err
		}
		open, err := db.Exists(ctx, tx, "SELECT 1 FROM workspaces WHERE id = ? AND is_active", ws)
		if err != nil {
			return err
		}
		if !open {
			return errs.Conflict("The company is disabled.").Code("company_disabled")
		}
		tx.AfterCommit(s.known.forget)
		if err := setSessionCompany(ctx, tx, p.SessionID, ws); err != nil {
			return err
		}
		return s.sessionEvent(ctx, tx, "session.company_chosen", &in.WorkspaceID, p.SessionID, p.UserID, nil)
	})
}

// AccessChanged makes every request look again once the unit is committed: for
// whoever changes what decides about access, such as a company being disabled.
func (s *Service) AccessChanged(tx *db.Tx) { tx.AfterCommit(s.known.forget) }

// known remembers answers of Authenticate for a moment, so that a burst of requests of
// one page costs one query.
type known struct {
	mu   sync.Mutex
	era  int64 // grows with every forget: an answer read before is not put back after
	rows map[knownKey]knownRow
}

type knownKey struct {
	hash    [32]byte
	company uuid.UUID
	named   bool
}

type knownRow struct {
	standing standing
	at       time.Time
}

func (k *known) get(key knownKey, now time.Time) (standing, bool, int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.rows[key]
	if age := now.Sub(r.at); !ok || age >= knownFor || age < 0 {
		return standing{}, false, k.era
	}
	return r.standing, true, k.era
}

func (k *known) put(key knownKey, st standing, era int64, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if era != k.era {
		return
	}
	if k.rows == nil || len(k.rows) >= maxKnown {
		k.rows = map[knownKey]knownRow{}
	}
	k.rows[key] = knownRow{st, now}
}

func (k *known) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.era++
	k.rows = nil
}
