package account

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

type memberItem struct {
	ID             uuid.UUID  `json:"id"`
	UserID         uuid.UUID  `json:"user_id"`
	Name           string     `json:"name"`
	Email          string     `json:"email"`
	Role           ident.Role `json:"role" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER"`
	Status         string     `json:"status" enum:"active,disabled"`
	TelegramLinked bool       `json:"telegram_linked"`
	CreatedAt      time.Time  `json:"created_at"`
	LastSeenAt     *time.Time `json:"last_seen_at,omitempty"`
}

func memberOut(m Member) memberItem {
	status := m.Status
	if !m.Works() {
		status = Disabled
	}
	return memberItem{m.ID, m.UserID, m.Name, m.Email, m.Role, status, m.TelegramLinked, m.CreatedAt, m.LastSeenAt}
}

type inviteItem struct {
	ID        uuid.UUID  `json:"id"`
	Email     string     `json:"email"`
	Role      ident.Role `json:"role" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER"`
	InvitedBy string     `json:"invited_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	URL       string     `json:"url,omitempty" doc:"The link to hand over: told once, when the invite is made"`
}

func inviteOut(i Invite) inviteItem {
	return inviteItem{ID: i.ID, Email: i.Email, Role: i.Role, InvitedBy: i.InviterName, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

// CompanyPath names a company.
type CompanyPath struct {
	ID uuid.UUID `path:"id"`
}

// MemberPath names a member of a company.
type MemberPath struct {
	CompanyPath
	MemberID uuid.UUID `path:"member_id"`
}

var companiesTag = []string{"companies"}

func (w *web) mountMembers() {
	httpapi.Register(w.api, httpapi.Op{
		ID: "list_members", Method: http.MethodGet, Path: "/api/companies/{id}/members", Permission: httpapi.SignedIn, Tags: companiesTag, Summary: "The people of a company",
	}, func(ctx context.Context, in *CompanyPath) (*struct{ Body httpapi.Page[memberItem] }, error) {
		p, _ := ident.From(ctx)
		list, err := w.People(ctx, p, in.ID)
		out := &struct{ Body httpapi.Page[memberItem] }{httpapi.Page[memberItem]{Items: []memberItem{}}}
		for _, m := range list {
			out.Body.Items = append(out.Body.Items, memberOut(m))
		}
		return out, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "change_member", Method: http.MethodPatch, Path: "/api/companies/{id}/members/{member_id}", Permission: httpapi.SignedIn, Tags: companiesTag,
		Summary: "Change a member's role or status",
	}, func(ctx context.Context, in *struct {
		MemberPath
		Body struct {
			Role   *ident.Role `json:"role,omitempty" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER"`
			Status *string     `json:"status,omitempty" enum:"active,disabled"`
		}
	}) (*struct{ Body memberItem }, error) {
		p, _ := ident.From(ctx)
		m, err := w.ChangeMember(ctx, p, in.ID, in.MemberID, Change{Role: in.Body.Role, Status: in.Body.Status})
		return &struct{ Body memberItem }{memberOut(m)}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "remove_member", Method: http.MethodDelete, Path: "/api/companies/{id}/members/{member_id}", Permission: httpapi.SignedIn, Tags: companiesTag,
		Summary: "Take a person out of a company",
	}, func(ctx context.Context, in *MemberPath) (*none, error) {
		p, _ := ident.From(ctx)
		return nil, w.RemoveMember(ctx, p, in.ID, in.MemberID)
	})

	type resetLinkOut struct {
		URL       string    `json:"url" doc:"Told once; it works once, for an hour"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	httpapi.Register(w.api, httpapi.Op{
		ID: "reset_link", Method: http.MethodPost, Path: "/api/companies/{id}/members/{member_id}/reset-link", Permission: httpapi.SignedIn, Tags: companiesTag,
		Summary: "Make a password link for a member", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		MemberPath
	}) (*struct{ Body resetLinkOut }, error) {
		p, _ := ident.From(ctx)
		token, expires, err := w.MemberResetLink(ctx, p, in.ID, in.MemberID)
		return &struct{ Body resetLinkOut }{resetLinkOut{w.link(in.r, ResetPage, token), expires}}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "list_invites", Method: http.MethodGet, Path: "/api/companies/{id}/invites", Permission: httpapi.SignedIn, Tags: companiesTag, Summary: "The open invites of a company",
	}, func(ctx context.Context, in *CompanyPath) (*struct{ Body httpapi.Page[inviteItem] }, error) {
		p, _ := ident.From(ctx)
		list, err := w.Invites(ctx, p, in.ID)
		out := &struct{ Body httpapi.Page[inviteItem] }{httpapi.Page[inviteItem]{Items: []inviteItem{}}}
		for _, i := range list {
			out.Body.Items = append(out.Body.Items, inviteOut(i))
		}
		return out, err
	})

	// No Idempotency-Key: the answer holds a secret that must not be stored. A second
	// invite for the same e-mail ends the first.
	httpapi.Register(w.api, httpapi.Op{
		ID: "create_invite", Method: http.MethodPost, Path: "/api/companies/{id}/invites", Permission: httpapi.SignedIn, Tags: companiesTag,
		Summary: "Invite a person by a link", Status: http.StatusCreated,
	}, func(ctx context.Context, in *struct {
		Request
		CompanyPath
		Body struct {
			Email string     `json:"email" maxLength:"254"`
			Role  ident.Role `json:"role" enum:"OWNER,ADMIN,MANAGER,OPERATOR,DEALER,VIEWER"`
		}
	}) (*struct{ Body inviteItem }, error) {
		p, _ := ident.From(ctx)
		inv, token, err := w.Invite(ctx, p, in.ID, in.Body.Email, in.Body.Role)
		if err != nil {
			return nil, err
		}
		item := inviteOut(inv)
		item.URL = w.link(in.r, InvitePage, token)
		return &struct{ Body inviteItem }{item}, nil
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "revoke_invite", Method: http.MethodDelete, Path: "/api/companies/{id}/invites/{invite_id}", Permission: httpapi.SignedIn, Tags: companiesTag,
		Summary: "End an open invite",
	}, func(ctx context.Context, in *struct {
		CompanyPath
		InviteID uuid.UUID `path:"invite_id"`
	}) (*none, error) {
		p, _ := ident.From(ctx)
		return nil, w.RevokeInvite(ctx, p, in.ID, in.InviteID)
	})
}
