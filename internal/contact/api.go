package contact

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// View is a contact on the wire.
type View struct {
	ID                uuid.UUID `json:"id" format:"uuid"`
	Name              string    `json:"name"`
	Phone             string    `json:"phone" doc:"E.164, empty when unknown"`
	Email             string    `json:"email"`
	Language          string    `json:"language"`
	Tags              []string  `json:"tags"`
	Notes             string    `json:"notes"`
	Identities        []Address `json:"identities"`
	LastInteractionAt time.Time `json:"last_interaction_at"`
	Version           int64     `json:"version"`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}

type contactOut struct {
	ETag string `header:"ETag"`
	Body View
}

type changeView struct {
	Seq   int64           `json:"seq"`
	Kind  string          `json:"kind"`
	Actor *actorView      `json:"actor" required:"false" doc:"Null: the channel or the program itself"`
	Data  json.RawMessage `json:"data"`
	At    time.Time       `json:"at"`
}

type actorView struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	Name string    `json:"name"`
}

func viewChange(c Change) changeView {
	v := changeView{Seq: c.Seq, Kind: c.Kind, Data: c.Data.V, At: c.At}
	if c.ActorID != nil {
		v.Actor = &actorView{*c.ActorID, c.ActorName}
	}
	return v
}

// Routes adds the operations of contacts.
func (s *Service) RegisterAPI(a *httpapi.API) {
	op := func(id, method, path, summary string) httpapi.Op {
		return httpapi.Op{ID: id, Method: method, Path: path, Summary: summary, Permission: ident.AnswerChats, Tags: []string{"Contacts"}}
	}
	httpapi.Register(a, op("get_contact", "GET", "/api/contacts/{id}", "One contact"),
		func(ctx context.Context, in *struct {
			ID uuid.UUID `path:"id" format:"uuid"`
		}) (*contactOut, error) {
			c, err := s.Get(ctx, company(ctx), in.ID)
			return s.out(ctx, c, err)
		})
	httpapi.Register(a, op("edit_contact", "PATCH", "/api/contacts/{id}", "Change a contact"),
		func(ctx context.Context, in *struct {
			ID      uuid.UUID `path:"id" format:"uuid"`
			IfMatch string    `header:"If-Match"`
			Body    struct {
				Name     *string   `json:"name,omitempty" maxLength:"800"`
				Phone    *string   `json:"phone,omitempty" maxLength:"64"`
				Email    *string   `json:"email,omitempty" maxLength:"320"`
				Language *string   `json:"language,omitempty" maxLength:"35"`
				Notes    *string   `json:"notes,omitempty" maxLength:"40000"`
				Tags     *[]string `json:"tags,omitempty" maxItems:"200"`
			}
		}) (*contactOut, error) {
			version, err := httpapi.IfMatch(in.IfMatch)
			if err != nil {
				return nil, err
			}
			b := in.Body
			c, err := s.Edit(ctx, company(ctx), in.ID, version,
				Patch{Name: b.Name, Phone: b.Phone, Email: b.Email, Language: b.Language, Notes: b.Notes, Tags: b.Tags})
			return s.out(ctx, c, err)
		})
	httpapi.Register(a, op("contact_history", "GET", "/api/contacts/{id}/history", "What happened to a contact, the newest first"),
		func(ctx context.Context, in *struct {
			ID     uuid.UUID `path:"id" format:"uuid"`
			Limit  int       `query:"limit" doc:"At most 100"`
			Cursor string    `query:"cursor"`
		}) (*struct{ Body httpapi.Page[changeView] }, error) {
			before := int64(1) << 62
			if _, err := httpapi.DecodeCursor(in.Cursor, &before); err != nil {
				return nil, err
			}
			limit := httpapi.Limit(in.Limit)
			list, err := s.History(ctx, company(ctx), in.ID, before, limit+1)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body httpapi.Page[changeView] }{}
			if len(list) > limit {
				list = list[:limit]
				out.Body.Next = httpapi.EncodeCursor(list[limit-1].Seq)
			}
			out.Body.Items = make([]changeView, 0, len(list))
			for _, c := range list {
				out.Body.Items = append(out.Body.Items, viewChange(c))
			}
			return out, nil
		})
}

func company(ctx context.Context) uuid.UUID {
	p, _ := ident.From(ctx)
	return p.WorkspaceID
}

func (s *Service) out(ctx context.Context, c Contact, err error) (*contactOut, error) {
	if err != nil {
		return nil, err
	}
	ids, err := s.Identities(ctx, company(ctx), c.ID)
	if err != nil {
		return nil, err
	}
	tags := c.Tags.V
	if tags == nil {
		tags = []string{}
	}
	return &contactOut{ETag: httpapi.ETag(c.Version), Body: View{
		ID: c.ID, Name: c.Name, Phone: c.Phone, Email: c.Email, Language: c.Language, Tags: tags, Notes: c.Notes, Identities: ids,
		LastInteractionAt: c.LastInteractionAt, Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}}, nil
}
