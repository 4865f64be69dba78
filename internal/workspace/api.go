package workspace

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

type companyItem struct {
	ID        uuid.UUID  `json:"id"`
	Name      string     `json:"name"`
	Slug      string     `json:"slug"`
	Color     string     `json:"color"`
	LogoURL   string     `json:"logo_url,omitempty"`
	Role      ident.Role `json:"role" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER,SUPER_ADMIN"`
	TimeZone  string     `json:"timezone"`
	Language  string     `json:"language" enum:"en,uk,ru"`
	Currency  string     `json:"currency"`
	Country   string     `json:"country"`
	Hours     Hours      `json:"hours" doc:"Day (mon…sun) → intervals of HH:MM; none at all means always open"`
	Holidays  []Holiday  `json:"holidays"`
	IsActive  bool       `json:"is_active"`
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
}

func item(s Standing) companyItem {
	c := companyItem{
		ID: s.ID, Name: s.Name, Slug: s.Slug, Color: s.Color, Role: s.Role, TimeZone: s.TimeZone, Language: s.Language, Currency: s.Currency, Country: s.Country,
		Hours: s.Hours.V, Holidays: s.Holidays.V, IsActive: s.IsActive, Version: s.Version, CreatedAt: s.CreatedAt,
	}
	if s.LogoMediaID != nil {
		c.LogoURL = "/api/media/" + s.ID.String() + "/" + s.LogoMediaID.String()
	}
	return c
}

type companyOut struct {
	ETag string `header:"ETag"`
	Body companyItem
}

func answer(s Standing, err error) (*companyOut, error) {
	if err != nil {
		return nil, err
	}
	return &companyOut{ETag: httpapi.ETag(s.Version), Body: item(s)}, nil
}

// CompanyPath names a company.
type CompanyPath struct {
	ID uuid.UUID `path:"id"`
}

type entryItem struct {
	Seq         int64          `json:"seq"`
	Kind        string         `json:"kind"`
	At          time.Time      `json:"at"`
	Actor       *actorItem     `json:"actor,omitempty" doc:"Absent when the system or a customer acted"`
	ActorType   string         `json:"actor_type" enum:"user,contact,system"`
	SubjectType string         `json:"subject_type"`
	SubjectID   *uuid.UUID     `json:"subject_id,omitempty"`
	Data        map[string]any `json:"data" doc:"Ids and states of the change"`
	IP          string         `json:"ip,omitempty"`
}

type actorItem struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

const maxLogo = 10 << 20 // bytes

var tag = []string{"companies"}

// RegisterAPI adds the operations.
func (s *Service) RegisterAPI(api *httpapi.API) {
	httpapi.Register(api, httpapi.Op{
		ID: "list_companies", Method: http.MethodGet, Path: "/api/companies", Permission: httpapi.SignedIn, Tags: tag, Summary: "Your companies; all of them for a super admin",
	}, func(ctx context.Context, in *struct {
		Cursor string `query:"cursor"`
		Limit  int    `query:"limit"`
	}) (*struct{ Body httpapi.Page[companyItem] }, error) {
		p, _ := ident.From(ctx)
		var after uuid.UUID
		if _, err := httpapi.DecodeCursor(in.Cursor, &after); err != nil {
			return nil, err
		}
		limit := httpapi.Limit(in.Limit)
		list, err := s.List(ctx, p, after, limit+1)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body httpapi.Page[companyItem] }{httpapi.Page[companyItem]{Items: []companyItem{}}}
		if len(list) > limit {
			list = list[:limit]
			out.Body.Next = httpapi.EncodeCursor(list[limit-1].ID)
		}
		for _, w := range list {
			out.Body.Items = append(out.Body.Items, item(w))
		}
		return out, nil
	})

	httpapi.Register(api, httpapi.Op{
		ID: "create_company", Method: http.MethodPost, Path: "/api/companies", Permission: httpapi.SignedIn, Tags: tag, Summary: "Make a company; you become its owner",
		Status: http.StatusCreated, Create: true,
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name string `json:"name" maxLength:"200"`
		}
	}) (*companyOut, error) {
		p, _ := ident.From(ctx)
		return answer(s.Create(ctx, p, in.Body.Name))
	})

	httpapi.Register(api, httpapi.Op{
		ID: "get_company", Method: http.MethodGet, Path: "/api/companies/{id}", Permission: httpapi.SignedIn, Tags: tag, Summary: "One company",
	}, func(ctx context.Context, in *CompanyPath) (*companyOut, error) {
		p, _ := ident.From(ctx)
		return answer(s.Get(ctx, p, in.ID))
	})

	httpapi.Register(api, httpapi.Op{
		ID: "change_company", Method: http.MethodPatch, Path: "/api/companies/{id}", Permission: httpapi.SignedIn, Tags: tag, Summary: "Change a company's settings",
	}, func(ctx context.Context, in *struct {
		CompanyPath
		IfMatch string `header:"If-Match"`
		Body    struct {
			Name     *string    `json:"name,omitempty" maxLength:"200"`
			Color    *string    `json:"color,omitempty" maxLength:"20"`
			TimeZone *string    `json:"timezone,omitempty" maxLength:"60"`
			Language *string    `json:"language,omitempty" maxLength:"10"`
			Currency *string    `json:"currency,omitempty" maxLength:"10"`
			Country  *string    `json:"country,omitempty" maxLength:"10"`
			Hours    *Hours     `json:"hours,omitempty"`
			Holidays *[]Holiday `json:"holidays,omitempty"`
			IsActive *bool      `json:"is_active,omitempty" doc:"Super admins only"`
		}
	}) (*companyOut, error) {
		p, _ := ident.From(ctx)
		version, err := httpapi.IfMatch(in.IfMatch)
		if err != nil {
			return nil, err
		}
		b := in.Body
		return answer(s.Change(ctx, p, in.ID, version, Edit{
			Name: b.Name, Color: b.Color, TimeZone: b.TimeZone, Language: b.Language, Currency: b.Currency, Country: b.Country,
			Hours: b.Hours, Holidays: b.Holidays, IsActive: b.IsActive,
		}))
	})

	httpapi.Register(api, httpapi.Op{
		ID: "upload_logo", Method: http.MethodPost, Path: "/api/companies/{id}/logo", Permission: httpapi.SignedIn, Tags: tag, Summary: "Set a company's logo",
		Status: http.StatusOK, MaxBody: maxLogo,
	}, func(ctx context.Context, in *struct {
		CompanyPath
		RawBody huma.MultipartFormFiles[struct {
			File huma.FormFile `form:"file" required:"true"`
		}]
	}) (*companyOut, error) {
		p, _ := ident.From(ctx)
		f := in.RawBody.Data().File
		if !f.IsSet {
			return nil, errs.Invalid("file", "Choose a picture.").Code("file_missing")
		}
		defer func() { _ = f.Close() }()
		return answer(s.SetLogo(ctx, p, in.ID, f.Filename, f))
	})

	httpapi.Register(api, httpapi.Op{
		ID: "list_audit", Method: http.MethodGet, Path: "/api/companies/{id}/audit", Permission: httpapi.SignedIn, Tags: tag, Summary: "What happened in a company, the latest first",
	}, func(ctx context.Context, in *struct {
		CompanyPath
		Cursor string `query:"cursor"`
		Limit  int    `query:"limit"`
	}) (*struct{ Body httpapi.Page[entryItem] }, error) {
		p, _ := ident.From(ctx)
		before := int64(math.MaxInt64)
		if _, err := httpapi.DecodeCursor(in.Cursor, &before); err != nil {
			return nil, err
		}
		limit := httpapi.Limit(in.Limit)
		list, err := s.History(ctx, p, in.ID, before, limit+1)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body httpapi.Page[entryItem] }{httpapi.Page[entryItem]{Items: []entryItem{}}}
		if len(list) > limit {
			list = list[:limit]
			out.Body.Next = httpapi.EncodeCursor(list[limit-1].Seq)
		}
		for _, e := range list {
			x := entryItem{Seq: e.Seq, Kind: e.Kind, At: e.At, ActorType: e.ActorType, SubjectType: e.SubjectType, SubjectID: e.SubjectID, Data: e.Data.V, IP: e.IP}
			if e.ActorID != nil && e.ActorName != nil {
				x.Actor = &actorItem{*e.ActorID, *e.ActorName}
			}
			out.Body.Items = append(out.Body.Items, x)
		}
		return out, nil
	})
}
