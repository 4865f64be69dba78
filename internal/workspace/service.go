package workspace

import (
	"context"
	"io"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// Members knows who works where.
type Members interface {
	Roles(ctx context.Context, q db.Querier, user uuid.UUID) (map[uuid.UUID]ident.Role, error)
	AddOwner(ctx context.Context, tx *db.Tx, ws, user uuid.UUID) error
	// AccessChanged makes open sessions look again once the unit is committed.
	AccessChanged(tx *db.Tx)
}

// Pictures keeps an uploaded picture and refuses what is none.
type Pictures interface {
	SavePicture(ctx context.Context, ws uuid.UUID, name string, from io.Reader) (mediaID uuid.UUID, err error)
}

// Publisher appends events.
type Publisher interface {
	Publish(ctx context.Context, tx *db.Tx, e events.Event) error
}

// Service is what people do with companies.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	events    Publisher
	companies *Companies
	members   Members
	pictures  Pictures
}

// NewService returns the service.
func NewService(d *db.DB, c clock.Clock, e Publisher, companies *Companies, m Members, p Pictures) *Service {
	return &Service{db: d, clock: c, events: e, companies: companies, members: m, pictures: p}
}

// Standing is a company with the person's role in it.
type Standing struct {
	Workspace
	Role ident.Role
}

// List returns the person's companies, for a super admin all of them, disabled ones
// included; after is the last id of the page before.
func (s *Service) List(ctx context.Context, p ident.Principal, after uuid.UUID, limit int) ([]Standing, error) {
	q := s.db.Read()
	roles, err := s.members.Roles(ctx, q, p.UserID)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	if !p.SuperAdmin {
		ids = []uuid.UUID{}
		for id := range roles {
			ids = append(ids, id)
		}
	}
	list, err := page(ctx, q, ids, after, limit)
	out := []Standing{}
	for _, w := range list {
		out = append(out, standing(w, roles))
	}
	return out, err
}

func standing(w Workspace, roles map[uuid.UUID]ident.Role) Standing {
	role, ok := roles[w.ID]
	if !ok {
		role = ident.SuperAdmin
	}
	return Standing{w, role}
}

// enter returns the company as the person sees it: not found for strangers and, unless
// the person is a super admin, when it is disabled.
func (s *Service) enter(ctx context.Context, q db.Querier, p ident.Principal, id uuid.UUID) (Standing, error) {
	roles, err := s.members.Roles(ctx, q, p.UserID)
	if err != nil {
		return Standing{}, err
	}
	w, err := byID(ctx, q, id)
	if err != nil {
		return Standing{}, err
	}
	if _, member := roles[id]; !p.SuperAdmin && (!member || !w.IsActive) {
		return Standing{}, errs.NotFound("company")
	}
	return standing(w, roles), nil
}

func (s *Service) enterWith(ctx context.Context, q db.Querier, p ident.Principal, id uuid.UUID, perm ident.Permission) (Standing, error) {
	st, err := s.enter(ctx, q, p, id)
	if err == nil && !p.SuperAdmin && !st.Role.Can(perm) {
		err = errs.Forbidden("Your role " + string(st.Role) + " lacks the right " + string(perm) + ". Ask an owner or administrator of the company.").Code("need_permission")
	}
	return st, err
}

// Get returns a company of the person.
func (s *Service) Get(ctx context.Context, p ident.Principal, id uuid.UUID) (Standing, error) {
	return s.enter(ctx, s.db.Read(), p, id)
}

// Create makes a company; whoever makes it owns it.
func (s *Service) Create(ctx context.Context, p ident.Principal, name string) (Standing, error) {
	if !p.Can(ident.ManageCompanies) {
		return Standing{}, errs.Forbidden("Your role lacks the right MANAGE_COMPANIES. Ask an owner or administrator of your company.").Code("need_permission")
	}
	var out Standing
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.roomFor(ctx, tx, p); err != nil {
			return err
		}
		language, timezone := p.Language, ""
		if p.WorkspaceID != uuid.Nil {
			here, err := byID(ctx, tx, p.WorkspaceID)
			if err != nil {
				return err
			}
			timezone = here.TimeZone
		}
		id, err := s.companies.Create(ctx, tx, name, language, timezone)
		if err != nil {
			return err
		}
		if err := s.members.AddOwner(ctx, tx, id, p.UserID); err != nil {
			return err
		}
		if err := s.changed(ctx, tx, id, map[string]any{"created": true}); err != nil {
			return err
		}
		w, err := byID(ctx, tx, id)
		out = Standing{w, ident.Owner}
		return err
	})
	return out, err
}

// maxOwned bounds the companies of one person; a super admin makes as many as needed.
const maxOwned = 50

func (s *Service) roomFor(ctx context.Context, tx *db.Tx, p ident.Principal) error {
	if p.SuperAdmin {
		return nil
	}
	roles, err := s.members.Roles(ctx, tx, p.UserID)
	owned := 0
	for _, r := range roles {
		if r == ident.Owner {
			owned++
		}
	}
	if err == nil && owned >= maxOwned {
		err = errs.Conflict("You own 50 companies. Ask an administrator of the whole installation for more.").Code("too_many_companies")
	}
	return err
}

// Edit is what is to be different about a company; nil leaves it.
type Edit struct {
	Name, Color, TimeZone, Language, Currency, Country *string
	Hours                                              *Hours
	Holidays                                           *[]Holiday
	IsActive                                           *bool // super admins only
}

func (e Edit) apply(w *Workspace) {
	for _, f := range []struct{ from, to *string }{
		{e.Name, &w.Name}, {e.Color, &w.Color}, {e.TimeZone, &w.TimeZone}, {e.Language, &w.Language}, {e.Currency, &w.Currency}, {e.Country, &w.Country},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if e.Hours != nil {
		w.Hours.V = *e.Hours
	}
	if e.Holidays != nil {
		w.Holidays.V = append([]Holiday{}, *e.Holidays...)
	}
	if e.IsActive != nil {
		w.IsActive = *e.IsActive
	}
}

// fields names what the edit touches, for the event.
func (e Edit) fields() []string {
	out := []string{}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"name", e.Name != nil}, {"color", e.Color != nil}, {"timezone", e.TimeZone != nil}, {"language", e.Language != nil},
		{"currency", e.Currency != nil}, {"country", e.Country != nil}, {"hours", e.Hours != nil}, {"holidays", e.Holidays != nil}, {"is_active", e.IsActive != nil},
	} {
		if f.set {
			out = append(out, f.name)
		}
	}
	return out
}

// Change edits the version that the person saw.
func (s *Service) Change(ctx context.Context, p ident.Principal, id uuid.UUID, version int64, e Edit) (Standing, error) {
	return s.edit(ctx, p, id, func(w *Workspace) (int64, map[string]any, error) {
		was := w.IsActive
		e.apply(w)
		if w.IsActive != was && !p.SuperAdmin {
			return 0, nil, errs.Forbidden("Only an administrator of the whole installation may enable or disable a company.").Code("need_super_admin")
		}
		return version, map[string]any{"fields": e.fields(), "is_active": w.IsActive}, w.check()
	})
}

// SetLogo keeps the picture and makes it the company's logo.
func (s *Service) SetLogo(ctx context.Context, p ident.Principal, id uuid.UUID, name string, from io.Reader) (Standing, error) {
	if _, err := s.enterWith(ctx, s.db.Read(), p, id, ident.ManageSettings); err != nil {
		return Standing{}, err
	}
	media, err := s.pictures.SavePicture(ctx, id, name, from)
	if err != nil {
		return Standing{}, err
	}
	return s.edit(ctx, p, id, func(w *Workspace) (int64, map[string]any, error) {
		w.LogoMediaID = &media
		return w.Version, map[string]any{"fields": []string{"logo"}}, nil
	})
}

// IsLogo reports whether the file is the company's logo, which every member sees.
func (s *Service) IsLogo(ctx context.Context, ws, media uuid.UUID) (bool, error) {
	return db.Exists(ctx, s.db.Read(), "SELECT 1 FROM workspaces WHERE id = ? AND logo_media_id = ?", ws, media)
}

// edit runs one change of a company; change returns the version it is based on.
func (s *Service) edit(ctx context.Context, p ident.Principal, id uuid.UUID, change func(*Workspace) (int64, map[string]any, error)) (Standing, error) {
	var out Standing
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		st, err := s.enterWith(ctx, tx, p, id, ident.ManageSettings)
		if err != nil {
			return err
		}
		version, data, err := change(&st.Workspace)
		if err != nil {
			return err
		}
		ok, err := update(ctx, tx, st.Workspace, version, s.clock.Now())
		if err != nil {
			return err
		}
		if !ok {
			return httpapi.Stale()
		}
		s.members.AccessChanged(tx)
		if err := s.changed(ctx, tx, id, data); err != nil {
			return err
		}
		w, err := byID(ctx, tx, id)
		out = Standing{w, st.Role}
		return err
	})
	return out, err
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, id uuid.UUID, data map[string]any) error {
	return s.events.Publish(ctx, tx, events.Event{WorkspaceID: id, Kind: "workspace.changed", SubjectType: "workspace", SubjectID: &id, Data: data})
}

// History returns what happened in the company before a seq, the latest first.
func (s *Service) History(ctx context.Context, p ident.Principal, id uuid.UUID, before int64, limit int) ([]Entry, error) {
	q := s.db.Read()
	if _, err := s.enterWith(ctx, q, p, id, ident.ViewLogs); err != nil {
		return nil, err
	}
	return history(ctx, q, id, before, limit)
}
