package account

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// Pages of the web app to which links lead.
const (
	SetupPage  = "/setup/"
	SignInPage = "/signin/"
	InvitePage = "/invite/"
	ResetPage  = "/reset/"
)

// Request gives an operation what its JSON does not hold: cookie, address, origin.
type Request struct {
	Cookie string `cookie:"cartie_session" hidden:"true"`
	r      *http.Request
}

// Resolve keeps the request.
func (in *Request) Resolve(ctx huma.Context) []error {
	in.r, _ = humago.Unwrap(ctx)
	return nil
}

func (in *Request) client(ctx context.Context) Client {
	p, _ := ident.From(ctx)
	return Client{IP: p.IP, UserAgent: in.r.UserAgent(), RequestID: p.RequestID}
}

type none struct{}

type sessionOut struct {
	SetCookie string `header:"Set-Cookie" hidden:"true"`
	Body      SessionView
}

type cookieOut struct {
	SetCookie string `header:"Set-Cookie" hidden:"true"`
}

// LinkPath names a link.
type LinkPath struct {
	Token string `path:"token" maxLength:"100"`
}

// web is the HTTP side of the service.
type web struct {
	*Service
	api    *httpapi.API
	public string // origin of links, without a slash at the end; the request's own when empty
	log    *slog.Logger
}

// RegisterAPI adds the operations. publicURL is the origin that links lead to; empty
// takes the one that the request came to.
func (s *Service) RegisterAPI(api *httpapi.API, publicURL string, log *slog.Logger) {
	w := &web{Service: s, api: api, public: strings.TrimRight(publicURL, "/"), log: log}
	w.mountSession()
	w.mountLinks()
	w.mountProfile()
	w.mountMembers()
}

// cookie spells the session cookie; an empty token removes it.
func (w *web) cookie(r *http.Request, st Started) string {
	c := http.Cookie{
		Name: CookieName, Value: st.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		// an operator who says https but names no proxies must not lose the flag
		Secure: w.api.Secure(r) || strings.HasPrefix(w.public, "https://"),
		MaxAge: int(st.ExpiresAt.Sub(w.clock.Now()) / time.Second),
	}
	if st.Token == "" {
		c.MaxAge = -1
	}
	return c.String()
}

func (w *web) link(r *http.Request, page, token string) string {
	origin := w.public
	if origin == "" {
		origin = "http://" + r.Host
		if w.api.Secure(r) {
			origin = "https://" + r.Host
		}
	}
	return origin + page + token
}

// begun answers with the cookie and the view of a new session.
func (w *web) begun(ctx context.Context, r *http.Request, st Started, err error) (*sessionOut, error) {
	if err != nil {
		return nil, err
	}
	v, err := w.viewOf(ctx, st)
	return &sessionOut{SetCookie: w.cookie(r, st), Body: v}, err
}

var sessionTag = []string{"session"}

type sessionItem struct {
	ID         uuid.UUID `json:"id"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at" doc:"To about five minutes"`
	IP         string    `json:"ip"`
	UserAgent  string    `json:"user_agent" doc:"In short: browser, system"`
	IsCurrent  bool      `json:"is_current"`
}

func (w *web) mountSession() {
	httpapi.Register(w.api, httpapi.Op{
		ID: "get_session", Method: http.MethodGet, Path: "/api/session", Permission: httpapi.SignedIn, Tags: sessionTag,
		Summary: "Who is signed in, in which company, and which others there are",
	}, func(ctx context.Context, in *struct{ Request }) (*sessionOut, error) {
		p, _ := ident.From(ctx)
		v, err := w.View(ctx, p)
		if err != nil {
			return nil, err
		}
		out := &sessionOut{Body: v}
		if st, done, err := w.Rotate(ctx, p); err != nil {
			return nil, err
		} else if done {
			out.SetCookie = w.cookie(in.r, st)
		}
		return out, nil
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "sign_in", Method: http.MethodPost, Path: "/api/session", Permission: httpapi.Public, Tags: sessionTag, Summary: "Sign in", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"1000"`
		}
	}) (*sessionOut, error) {
		st, err := w.SignIn(ctx, in.client(ctx), strings.TrimSpace(in.Body.Email), in.Body.Password, in.Cookie)
		return w.begun(ctx, in.r, st, err)
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "sign_out", Method: http.MethodDelete, Path: "/api/session", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "Sign out",
	}, func(ctx context.Context, in *struct{ Request }) (*cookieOut, error) {
		p, _ := ident.From(ctx)
		return &cookieOut{SetCookie: w.cookie(in.r, Started{})}, w.SignOut(ctx, p)
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "switch_workspace", Method: http.MethodPost, Path: "/api/session/workspace", Permission: httpapi.SignedIn, Tags: sessionTag,
		Summary: "Make a company the session's own", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		Body struct {
			WorkspaceID uuid.UUID `json:"workspace_id"`
		}
	}) (*sessionOut, error) {
		p, _ := ident.From(ctx)
		if err := w.Choose(ctx, p, in.Body.WorkspaceID); err != nil {
			return nil, err
		}
		p.WorkspaceID = in.Body.WorkspaceID
		v, err := w.View(ctx, p)
		return &sessionOut{Body: v}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "list_sessions", Method: http.MethodGet, Path: "/api/sessions", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "Where you are signed in",
	}, func(ctx context.Context, _ *none) (*struct{ Body httpapi.Page[sessionItem] }, error) {
		p, _ := ident.From(ctx)
		list, err := w.Sessions(ctx, p)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body httpapi.Page[sessionItem] }{}
		out.Body.Items = []sessionItem{}
		for _, r := range list {
			out.Body.Items = append(out.Body.Items, sessionItem{r.ID, r.CreatedAt, r.LastSeenAt, r.IP, device(r.UserAgent), r.ID == p.SessionID})
		}
		return out, nil
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "end_session", Method: http.MethodDelete, Path: "/api/sessions/{id}", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "End one of your sessions",
	}, func(ctx context.Context, in *struct {
		ID uuid.UUID `path:"id"`
	}) (*none, error) {
		p, _ := ident.From(ctx)
		return nil, w.Revoke(ctx, p, in.ID)
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "end_other_sessions", Method: http.MethodDelete, Path: "/api/sessions", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "End all your other sessions",
	}, func(ctx context.Context, _ *none) (*none, error) {
		p, _ := ident.From(ctx)
		return nil, w.RevokeOthers(ctx, p)
	})

	type roleRow struct {
		Role        ident.Role         `json:"role"`
		Permissions []ident.Permission `json:"permissions"`
	}
	type roleTable struct {
		Items       []roleRow          `json:"items" doc:"From the most to the least powerful"`
		Permissions []ident.Permission `json:"permissions" doc:"Every right, in the order to show"`
	}
	httpapi.Register(w.api, httpapi.Op{
		ID: "list_roles", Method: http.MethodGet, Path: "/api/roles", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "The table of roles and rights",
	}, func(context.Context, *none) (*struct{ Body roleTable }, error) {
		t := roleTable{Permissions: ident.Permissions}
		for _, r := range ident.Roles {
			t.Items = append(t.Items, roleRow{r, r.Grants()})
		}
		return &struct{ Body roleTable }{t}, nil
	})

	w.mountClientErrors()
}

// mountClientErrors takes reports of errors in the browser: they go to the log, cut and
// limited, never to a table.
func (w *web) mountClientErrors() {
	reports := newLimit(10, 30*time.Second)
	httpapi.Register(w.api, httpapi.Op{
		ID: "report_client_error", Method: http.MethodPost, Path: "/api/client-errors", Permission: httpapi.Public, Tags: sessionTag,
		Summary: "Report an error of the web app", MaxBody: 32 << 10, Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		Request
		Body struct {
			Message   string `json:"message" maxLength:"2000"`
			Stack     string `json:"stack,omitempty" maxLength:"16000"`
			URL       string `json:"url" maxLength:"2000"`
			RequestID string `json:"request_id,omitempty" maxLength:"100"`
			Version   string `json:"version,omitempty" maxLength:"100"`
		}
	}) (*none, error) {
		p, _ := ident.From(ctx)
		if _, err := reports.take(addressKey(p.IP), w.clock.Now()); err != nil {
			return nil, err
		}
		path, _, _ := strings.Cut(in.Body.URL, "?") // a query may hold what a person typed
		for _, page := range []string{SetupPage, SignInPage, InvitePage, ResetPage} {
			if before, _, found := strings.Cut(path, page); found {
				path = before + page
			}
		}
		w.log.WarnContext(ctx, "error in the browser", "message", in.Body.Message, "stack", in.Body.Stack, "page", path,
			"failed_request", in.Body.RequestID, "version", in.Body.Version, "agent", device(in.r.UserAgent()))
		return nil, nil
	})
}

func (w *web) mountLinks() {
	httpapi.Register(w.api, httpapi.Op{
		ID: "get_setup", Method: http.MethodGet, Path: "/api/setup/{token}", Permission: httpapi.Public, Tags: sessionTag, Summary: "Whether the setup link works",
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
	}) (*struct {
		Body struct {
			ExpiresAt time.Time `json:"expires_at"`
		}
	}, error) {
		at, err := w.CheckSetup(ctx, in.client(ctx), in.Token)
		out := &struct {
			Body struct {
				ExpiresAt time.Time `json:"expires_at"`
			}
		}{}
		out.Body.ExpiresAt = at
		return out, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "set_up", Method: http.MethodPost, Path: "/api/setup/{token}", Permission: httpapi.Public, Tags: sessionTag,
		Summary: "Make the first person and company", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
		Body struct {
			Name        string `json:"name" maxLength:"200"`
			Email       string `json:"email" maxLength:"254"`
			Password    string `json:"password" maxLength:"1000"`
			CompanyName string `json:"company_name" maxLength:"200"`
			Language    string `json:"language,omitempty" maxLength:"10"`
			TimeZone    string `json:"timezone,omitempty" maxLength:"60"`
		}
	}) (*sessionOut, error) {
		b := in.Body
		st, err := w.SetUp(ctx, in.client(ctx), in.Token, Setup{
			Name: b.Name, Email: b.Email, Password: b.Password, CompanyName: b.CompanyName, Language: b.Language, TimeZone: b.TimeZone,
		})
		return w.begun(ctx, in.r, st, err)
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "sign_in_by_link", Method: http.MethodPost, Path: "/api/signin/{token}", Permission: httpapi.Public, Tags: sessionTag,
		Summary: "Sign in by a one-click link (demo)", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
	}) (*sessionOut, error) {
		st, err := w.SignInByLink(ctx, in.client(ctx), in.Token, in.Cookie)
		return w.begun(ctx, in.r, st, err)
	})

	type inviteView struct {
		Email       string     `json:"email"`
		CompanyName string     `json:"company_name"`
		InvitedBy   string     `json:"invited_by"`
		Role        ident.Role `json:"role"`
		ExpiresAt   time.Time  `json:"expires_at"`
		HasAccount  bool       `json:"has_account" doc:"The person signs in instead of choosing a password"`
	}
	httpapi.Register(w.api, httpapi.Op{
		ID: "get_invite", Method: http.MethodGet, Path: "/api/invites/{token}", Permission: httpapi.Public, Tags: sessionTag, Summary: "What an invite offers",
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
	}) (*struct{ Body inviteView }, error) {
		inv, has, err := w.CheckInvite(ctx, in.client(ctx), in.Token)
		return &struct{ Body inviteView }{inviteView{inv.Email, inv.CompanyName, inv.InviterName, inv.Role, inv.ExpiresAt, has}}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "accept_invite", Method: http.MethodPost, Path: "/api/invites/{token}", Permission: httpapi.Public, Tags: sessionTag,
		Summary: "Accept an invite: signed in, or with a name and a password", Status: http.StatusOK,
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
		Body struct {
			Name     string `json:"name,omitempty" maxLength:"200"`
			Password string `json:"password,omitempty" maxLength:"1000"`
			Language string `json:"language,omitempty" maxLength:"10"`
		}
	}) (*sessionOut, error) {
		p, _ := ident.From(ctx)
		if p.UserID == uuid.Nil {
			st, err := w.Join(ctx, in.client(ctx), in.Token, in.Body.Name, in.Body.Password, in.Body.Language)
			return w.begun(ctx, in.r, st, err)
		}
		ws, err := w.AcceptInvite(ctx, p, in.client(ctx), in.Token)
		if err != nil {
			return nil, err
		}
		p.WorkspaceID = ws
		v, err := w.View(ctx, p)
		return &sessionOut{Body: v}, err
	})

	type resetView struct {
		Name      string    `json:"name"`
		Email     string    `json:"email"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	httpapi.Register(w.api, httpapi.Op{
		ID: "get_reset", Method: http.MethodGet, Path: "/api/resets/{token}", Permission: httpapi.Public, Tags: sessionTag, Summary: "Whose password a link changes",
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
	}) (*struct{ Body resetView }, error) {
		r, err := w.CheckReset(ctx, in.client(ctx), in.Token)
		return &struct{ Body resetView }{resetView(r)}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "reset_password", Method: http.MethodPost, Path: "/api/resets/{token}", Permission: httpapi.Public, Tags: sessionTag,
		Summary: "Choose a new password by a link", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		Request
		LinkPath
		Body struct {
			Password string `json:"password" maxLength:"1000"`
		}
	}) (*none, error) {
		return nil, w.UseReset(ctx, in.client(ctx), in.Token, in.Body.Password)
	})
}

func (w *web) mountProfile() {
	httpapi.Register(w.api, httpapi.Op{
		ID: "change_profile", Method: http.MethodPatch, Path: "/api/profile", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "Change your name or language",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name     *string `json:"name,omitempty" maxLength:"200"`
			Language *string `json:"language,omitempty" enum:"en,uk,ru"`
		}
	}) (*sessionOut, error) {
		p, _ := ident.From(ctx)
		if err := w.ChangeProfile(ctx, p, in.Body.Name, in.Body.Language); err != nil {
			return nil, err
		}
		v, err := w.View(ctx, p)
		return &sessionOut{Body: v}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "change_password", Method: http.MethodPost, Path: "/api/profile/password", Permission: httpapi.SignedIn, Tags: sessionTag,
		Summary: "Change your password; your other sessions end", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct {
		Request
		Body struct {
			Current string `json:"current" maxLength:"1000"`
			New     string `json:"new" maxLength:"1000"`
		}
	}) (*cookieOut, error) {
		p, _ := ident.From(ctx)
		st, err := w.ChangePassword(ctx, p, in.Body.Current, in.Body.New)
		if err != nil {
			return nil, err
		}
		return &cookieOut{SetCookie: w.cookie(in.r, st)}, nil
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "link_telegram", Method: http.MethodPost, Path: "/api/profile/telegram-link", Permission: httpapi.Member, Tags: sessionTag,
		Summary: "Make a link that connects your Telegram", Status: http.StatusOK,
	}, func(ctx context.Context, _ *none) (*struct{ Body TelegramLink }, error) {
		p, _ := ident.From(ctx)
		l, err := w.LinkTelegram(ctx, p)
		return &struct{ Body TelegramLink }{l}, err
	})

	httpapi.Register(w.api, httpapi.Op{
		ID: "unlink_telegram", Method: http.MethodDelete, Path: "/api/profile/telegram-link", Permission: httpapi.SignedIn, Tags: sessionTag, Summary: "Disconnect your Telegram",
	}, func(ctx context.Context, _ *none) (*none, error) {
		p, _ := ident.From(ctx)
		return nil, w.UnlinkTelegram(ctx, p)
	})
}
