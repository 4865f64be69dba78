package notification

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

type item struct {
	ID        uuid.UUID         `json:"id"`
	Kind      Kind              `json:"kind"`
	Params    map[string]string `json:"params" doc:"What the text of the kind needs"`
	Link      string            `json:"link" doc:"Path in the web app"`
	ReadAt    *time.Time        `json:"read_at,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
}

type bell struct {
	httpapi.Page[item]
	UnreadCount int64 `json:"unread_count" doc:"Up to 100"`
}

// RegisterAPI adds the operations.
func (s *Service) RegisterAPI(api *httpapi.API) {
	tags := []string{"notifications"}
	httpapi.Register(api, httpapi.Op{
		ID: "list_notifications", Method: http.MethodGet, Path: "/api/notifications", Permission: httpapi.Member, Tags: tags,
		Summary: "Your notifications in the company, the latest first",
	}, func(ctx context.Context, in *struct {
		Cursor string `query:"cursor"`
		Limit  int    `query:"limit"`
	}) (*struct{ Body bell }, error) {
		p, _ := ident.From(ctx)
		var before uuid.UUID
		if _, err := httpapi.DecodeCursor(in.Cursor, &before); err != nil {
			return nil, err
		}
		limit := httpapi.Limit(in.Limit)
		list, err := s.List(ctx, p, before, limit+1)
		if err != nil {
			return nil, err
		}
		count, err := s.Unread(ctx, p)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body bell }{bell{Page: httpapi.Page[item]{Items: []item{}}, UnreadCount: count}}
		if len(list) > limit {
			list = list[:limit]
			out.Body.Next = httpapi.EncodeCursor(list[limit-1].ID)
		}
		for _, n := range list {
			out.Body.Items = append(out.Body.Items, item{n.ID, n.Kind, n.Params.V, n.Link, n.ReadAt, n.CreatedAt})
		}
		return out, nil
	})

	httpapi.Register(api, httpapi.Op{
		ID: "read_notifications", Method: http.MethodPost, Path: "/api/notifications/read", Permission: httpapi.Member, Tags: tags,
		Summary: "Mark notifications as read", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		Body struct {
			IDs []uuid.UUID `json:"ids,omitempty" maxItems:"200"`
			All bool        `json:"all,omitempty"`
		}
	}) (*struct{}, error) {
		p, _ := ident.From(ctx)
		ids := in.Body.IDs
		switch {
		case in.Body.All:
			ids = nil
		case len(ids) == 0:
			return nil, errs.Invalid("ids", "Name the notifications, or say all.").Code("ids_missing")
		}
		return nil, s.Read(ctx, p, ids)
	})
}
