package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// SessionView is everything the web app needs to start.
type SessionView struct {
	User      PersonView     `json:"user"`
	Workspace *WorkspaceView `json:"workspace,omitempty" doc:"The current company; absent when none is chosen"`
	Companies []CompanyView  `json:"companies"`
	Server    ServerView     `json:"server"`
}

// PersonView is the signed-in person.
type PersonView struct {
	ID             uuid.UUID `json:"id"`
	Name           string    `json:"name"`
	Email          string    `json:"email"`
	Language       string    `json:"language" enum:"en,uk,ru"`
	IsSuperAdmin   bool      `json:"is_super_admin"`
	TelegramLinked bool      `json:"telegram_linked" doc:"Notices of the current company arrive in Telegram"`
}

// CompanyView is a company in the switcher.
type CompanyView struct {
	ID      uuid.UUID  `json:"id"`
	Name    string     `json:"name"`
	Slug    string     `json:"slug"`
	Color   string     `json:"color"`
	LogoURL string     `json:"logo_url,omitempty"`
	Role    ident.Role `json:"role" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER,SUPER_ADMIN"`
}

// WorkspaceView is the current company.
type WorkspaceView struct {
	CompanyView
	Permissions []ident.Permission     `json:"permissions"`
	TimeZone    string                 `json:"timezone"`
	Language    string                 `json:"language" enum:"en,uk,ru"`
	Currency    string                 `json:"currency"`
	Country     string                 `json:"country"`
	Hours       map[string][][2]string `json:"hours"`
	Holidays    []HolidayView          `json:"holidays"`
}

// HolidayView is a day on which the company is closed.
type HolidayView struct {
	Date string `json:"date" format:"date"`
	Name string `json:"name"`
}

// ServerView is about the installation.
type ServerView struct {
	Version string `json:"version"`
	Sandbox bool   `json:"telegram_base_is_sandbox" doc:"Telegram is the local sandbox: no real person is written to"`
}

type companyRow struct {
	ID          uuid.UUID
	Name        string
	Slug        string
	Color       string
	LogoMediaID *uuid.UUID
	Timezone    string
	Language    string
	Currency    string
	Country     string
	Hours       db.JSON[map[string][][2]string]
	Holidays    db.JSON[[]HolidayView]
	Role        *ident.Role
	CreatedAt   time.Time
}

func (r companyRow) view() CompanyView {
	v := CompanyView{ID: r.ID, Name: r.Name, Slug: r.Slug, Color: r.Color, Role: ident.SuperAdmin}
	if r.Role != nil {
		v.Role = *r.Role
	}
	if r.LogoMediaID != nil {
		v.LogoURL = "/api/media/" + r.ID.String() + "/" + r.LogoMediaID.String()
	}
	return v
}

const companySelect = `SELECT w.id, w.name, w.slug, w.color, w.logo_media_id, w.timezone, w.language, w.currency, w.country, w.hours, w.holidays, w.created_at, m.role
	FROM workspaces w LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = ? AND m.status = 'active' AND m.deleted_at IS NULL
	WHERE w.is_active AND w.deleted_at IS NULL `

// maxSwitcher bounds the companies in the switcher; a super admin finds the others on
// the companies page.
const maxSwitcher = 100

// View returns what the web app needs to start. A tab that names a company the person
// cannot enter is told about the session's own.
func (s *Service) View(ctx context.Context, p ident.Principal) (SessionView, error) {
	q := s.db.Read()
	u, err := userByID(ctx, q, p.UserID)
	if err != nil {
		return SessionView{}, err
	}
	out := SessionView{
		User:      PersonView{ID: u.ID, Name: u.Name, Email: u.Email, Language: u.Language, IsSuperAdmin: u.IsSuperAdmin},
		Companies: []CompanyView{},
		Server:    s.server,
	}
	theirs := "AND m.role IS NOT NULL "
	if u.IsSuperAdmin {
		theirs = ""
	}
	list, err := db.All[companyRow](ctx, q, companySelect+theirs+"ORDER BY CASE WHEN m.role IS NULL THEN 1 ELSE 0 END, w.name, w.id LIMIT ?", u.ID, maxSwitcher)
	if err != nil {
		return SessionView{}, err
	}
	for _, r := range list {
		out.Companies = append(out.Companies, r.view())
	}
	current := p.WorkspaceID
	if current == uuid.Nil {
		own, ok, err := db.Maybe[sessionRow](ctx, q, "SELECT "+sessionColumns+" FROM sessions WHERE id = ?", p.SessionID)
		if err != nil {
			return SessionView{}, err
		}
		if ok && own.WorkspaceID != nil {
			current = *own.WorkspaceID
		}
	}
	r, ok, err := db.Maybe[companyRow](ctx, q, companySelect+theirs+"AND w.id = ?", u.ID, current)
	if err != nil || !ok {
		return out, err
	}
	role := r.view().Role
	grants := role.Grants()
	if u.IsSuperAdmin {
		grants = ident.SuperAdmin.Grants()
	}
	out.Workspace = &WorkspaceView{
		CompanyView: r.view(), Permissions: grants,
		TimeZone: r.Timezone, Language: r.Language, Currency: r.Currency, Country: r.Country, Hours: r.Hours.V, Holidays: r.Holidays.V,
	}
	out.User.TelegramLinked, err = db.Exists(ctx, q, "SELECT 1 FROM telegram_links WHERE workspace_id = ? AND user_id = ?", r.ID, u.ID)
	return out, err
}

// viewOf returns the view of a session that has just begun.
func (s *Service) viewOf(ctx context.Context, st Started) (SessionView, error) {
	hash, ok := hashToken(st.Token)
	if !ok {
		return SessionView{}, errs.Unauthorized("Sign in to continue.")
	}
	p, err := s.principal(ctx, hash, nil)
	if err != nil {
		return SessionView{}, err
	}
	return s.View(ctx, p)
}
