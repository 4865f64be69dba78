package account_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/workspace"
)

// site is the world behind its HTTP edge.
type site struct {
	*world
	api *httpapi.API
	log bytes.Buffer
}

// SavePicture takes any file for a picture.
func (*site) SavePicture(_ context.Context, _ uuid.UUID, _ string, from io.Reader) (uuid.UUID, error) {
	_, err := io.Copy(io.Discard, from)
	return ident.New(), err
}

func newSite(w *world) *site {
	w.t.Helper()
	s := &site{world: w}
	api, err := httpapi.New(httpapi.Config{Auth: w.Service, DB: w.db, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Version: "test", TrustedProxies: []string{"192.0.2.1"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.RegisterAPI(api, "", slog.New(slog.NewTextHandler(&s.log, nil)))
	workspace.NewService(w.db, w.clock, events.NewLog(w.clock, nil), w.companies, w.Service, s).RegisterAPI(api)
	s.api = api
	return s
}

// browser keeps its cookie, as a browser does.
type browser struct {
	s      *site
	cookie *http.Cookie
	header http.Header
}

func (s *site) browser() *browser { return &browser{s: s, header: http.Header{}} }

func (s *site) as(who session) *browser {
	b := s.browser()
	b.cookie = &http.Cookie{Name: account.CookieName, Value: who.token}
	return b
}

type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (b *browser) do(method, path, body string) answer {
	b.s.t.Helper()
	r := httptest.NewRequestWithContext(b.s.t.Context(), method, path, strings.NewReader(body))
	for k, v := range b.header {
		r.Header[k] = v
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	rec := httptest.NewRecorder()
	b.s.api.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if c.Name == account.CookieName {
			b.cookie = c
		}
	}
	return answer{rec, b.s.t}
}

func (a answer) want(status int, contains ...string) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("got %d, want %d: %s", a.Code, status, a.Body)
	}
	for _, s := range contains {
		if !strings.Contains(a.Body.String(), s) {
			a.t.Fatalf("%q is not in %s", s, a.Body)
		}
	}
	return a
}

func (a answer) field(path ...string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal(a.Body.Bytes(), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	for _, k := range path {
		m, ok := v.(map[string]any)
		if !ok || m[k] == nil {
			a.t.Fatalf("no %v in %s", path, a.Body)
		}
		v = m[k]
	}
	return v
}

func tail(url any) string { return url.(string)[strings.LastIndex(url.(string), "/")+1:] }

func TestFromSetupToAColleague(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(w)
		owner := s.browser()
		owner.do("GET", "/api/session", "").want(401, "signed_out")
		token, _, err := w.SetupLink(t.Context())
		must(t, err)
		owner.do("GET", "/api/setup/"+token, "").want(200, "expires_at")
		owner.do("POST", "/api/setup/"+token, `{"name":"O","email":"o@example.com","password":"123","company_name":"Їжак"}`).want(422, `"field":"password"`)
		a := owner.do("POST", "/api/setup/"+token, `{"name":"Olena","email":"o@example.com","password":"`+good+`","company_name":"Їжак","language":"uk"}`)
		a.want(200, `"role":"OWNER"`, `"is_super_admin":true`, `"slug":"izhak"`, `"hours":{`, "MANAGE_BOTS")
		if c := owner.cookie; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.MaxAge != 90*24*3600 {
			t.Fatalf("the cookie is %+v", c)
		}
		id := a.field("workspace", "id").(string)
		owner.do("GET", "/api/session", "").want(200, `"name":"Olena"`)

		a = owner.do("POST", "/api/companies/"+id+"/invites", `{"email":"ivan@example.com","role":"OPERATOR"}`).want(201)
		url := a.field("url").(string)
		if !strings.HasPrefix(url, "http://example.com/invite/") {
			t.Fatalf("the link is %s", url)
		}
		list := owner.do("GET", "/api/companies/"+id+"/invites", "").want(200, "ivan@example.com")
		if strings.Contains(list.Body.String(), "url") {
			t.Fatal("the link is told again")
		}
		ivan := s.browser()
		ivan.do("GET", "/api/invites/"+tail(url), "").want(200, `"company_name":"Їжак"`, `"has_account":false`, `"invited_by":"Olena"`)
		ivan.do("POST", "/api/invites/"+tail(url), `{"name":"Ivan","password":"`+good+`"}`).want(200, `"role":"OPERATOR"`)
		ivan.do("POST", "/api/companies/"+id+"/invites", `{"email":"x@example.com","role":"VIEWER"}`).want(403, "need_permission")
		ivan.do("POST", "/api/companies", `{"name":"Mine"}`).want(403, "need_permission")
		ivan.do("GET", "/api/companies/"+id+"/audit", "").want(403, "need_permission")
		ivan.do("POST", "/api/profile/telegram-link", "").want(409, "no_bot")
		w.bot = "shop_bot"
		ivan.do("POST", "/api/profile/telegram-link", "").want(200, "https://t.me/shop_bot?start=tl_")
		ivan.do("DELETE", "/api/profile/telegram-link", "").want(204)
		ivan.do("PATCH", "/api/profile", `{"name":"Ivan P.","language":"ru"}`).want(200, `"name":"Ivan P."`, `"language":"ru"`)
		ivan.do("PATCH", "/api/profile", `{"language":"de"}`).want(422, `"field":"language"`)
		ivan.do("GET", "/api/roles", "").want(200, `"role":"OWNER"`, "VIEW_COSTS")

		members := owner.do("GET", "/api/companies/"+id+"/members", "").want(200, "ivan@example.com").field("items").([]any)
		ivanID := members[1].(map[string]any)["id"].(string)
		owner.do("PATCH", "/api/companies/"+id+"/members/"+ivanID, `{"role":"MANAGER"}`).want(200, `"role":"MANAGER"`)
		owner.do("PATCH", "/api/companies/"+id+"/members/"+ivanID, `{"role":"ROOT"}`).want(422, `"field":"role"`)
		ivan.do("GET", "/api/session", "").want(200, `"role":"MANAGER"`)
		reset := owner.do("POST", "/api/companies/"+id+"/members/"+ivanID+"/reset-link", "").want(200).field("url")
		stranger := s.browser()
		stranger.do("GET", "/api/resets/"+tail(reset), "").want(200, "ivan@example.com")
		stranger.do("POST", "/api/resets/"+tail(reset), `{"password":"another good one"}`).want(204)
		ivan.do("GET", "/api/session", "").want(401)
		ivan.do("POST", "/api/session", `{"email":"ivan@example.com","password":"`+good+`"}`).want(401, "bad_credentials")
		ivan.do("POST", "/api/session", `{"email":"ivan@example.com","password":"another good one"}`).want(200)
		ivan.do("POST", "/api/profile/password", `{"current":"another good one","new":"`+good+`"}`).want(204)
		ivan.do("GET", "/api/sessions", "").want(200, `"is_current":true`)
		ivan.do("DELETE", "/api/sessions", "").want(204)
		ivan.do("DELETE", "/api/sessions/"+uuid.NewString(), "").want(404)

		owner.do("DELETE", "/api/companies/"+id+"/members/"+ivanID, "").want(204)
		if v := ivan.do("GET", "/api/session", "").want(200, `"companies":[]`); strings.Contains(v.Body.String(), `"workspace"`) {
			t.Fatal("a removed member still has a company")
		}
		audit := owner.do("GET", "/api/companies/"+id+"/audit?limit=100", "").want(200, "invite.created", "invite.accepted", "member.changed", "session.started", `"name":"Olena"`, `"data":{`)
		if strings.Contains(audit.Body.String(), tail(url)) {
			t.Fatal("the audit holds a secret")
		}
		page := owner.do("GET", "/api/companies/"+id+"/audit?limit=2", "").want(200)
		next := owner.do("GET", "/api/companies/"+id+"/audit?limit=2&cursor="+page.field("next").(string), "").want(200)
		if first, second := page.field("items").([]any)[1].(map[string]any)["seq"].(float64), next.field("items").([]any)[0].(map[string]any)["seq"].(float64); second >= first {
			t.Fatalf("page 2 begins at %v after %v", second, first)
		}
		owner.do("DELETE", "/api/session", "").want(204)
		owner.do("GET", "/api/session", "").want(401)
	})
}

func TestCookieIsSecureBehindAProxyOfOurs(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.person("o@example.com", w.company("One"), ident.Owner)
	b := newSite(w).browser()
	b.header.Set("X-Forwarded-Proto", "https") // the test's address is the trusted proxy's
	b.do("POST", "/api/session", `{"email":"o@example.com","password":"`+good+`"}`).want(200)
	if !b.cookie.Secure {
		t.Fatal("the cookie travels in the clear")
	}
}

func TestRotationOverHTTP(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b := newSite(w).as(w.person("o@example.com", w.company("One"), ident.Owner))
	before := b.cookie.Value
	b.do("GET", "/api/session", "").want(200)
	if b.cookie.Value != before {
		t.Fatal("a young token is replaced")
	}
	w.clock.Advance(25 * time.Hour)
	b.do("GET", "/api/session", "").want(200)
	if b.cookie.Value == before {
		t.Fatal("an old token is kept")
	}
	b.do("GET", "/api/session", "").want(200)
}

// A tab that names a company that the person cannot enter gets nothing done there, nor
// in another company by mistake; only the session tells where it stands.
func TestForeignCompanyInTheHeader(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(w)
		mine, foreign := w.company("Mine"), w.company("Foreign")
		b := s.as(w.person("o@example.com", mine, ident.Owner))
		for _, id := range []string{foreign.String(), uuid.NewString(), "nonsense"} {
			b.header.Set(account.CompanyHeader, id)
			b.do("POST", "/api/profile/telegram-link", "").want(403, "no_company")
			if got := b.do("GET", "/api/session", "").want(200).field("workspace", "id"); got != mine.String() {
				t.Fatalf("the session stands in %v", got)
			}
		}
		b.header.Del(account.CompanyHeader)
		some := uuid.NewString()
		for _, c := range []struct{ method, path, body string }{
			{"GET", "", ""},
			{"PATCH", "", `{"name":"X"}`},
			{"GET", "/members", ""},
			{"PATCH", "/members/" + some, `{"role":"VIEWER"}`},
			{"DELETE", "/members/" + some, ""},
			{"POST", "/members/" + some + "/reset-link", ""},
			{"GET", "/invites", ""},
			{"POST", "/invites", `{"email":"x@example.com","role":"VIEWER"}`},
			{"DELETE", "/invites/" + some, ""},
			{"GET", "/audit", ""},
		} {
			b.header.Set("If-Match", `"1"`)
			b.do(c.method, "/api/companies/"+foreign.String()+c.path, c.body).want(404, "not_found")
		}
		b.do("POST", "/api/session/workspace", `{"workspace_id":"`+foreign.String()+`"}`).want(404)
		b.do("POST", "/api/session/workspace", `{"workspace_id":"`+mine.String()+`"}`).want(200)
		b.do("GET", "/api/companies/nonsense", "").want(422)
	})
}

func TestCompanyPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(w)
		ws := w.company("One")
		owner, viewer := s.as(w.person("o@example.com", ws, ident.Owner)), s.as(w.person("v@example.com", ws, ident.Viewer))
		root := s.as(w.superAdmin("root@example.com"))
		path := "/api/companies/" + ws.String()
		if tag := owner.do("GET", path, "").want(200, `"version":1`).Header().Get("ETag"); tag != `"1"` {
			t.Fatalf("the ETag is %s", tag)
		}
		owner.do("PATCH", path, `{"name":"X"}`).want(422, "need_if_match")
		owner.header.Set("If-Match", `"1"`)
		for field, body := range map[string]string{
			"name":             `{"name":"  "}`,
			"color":            `{"color":"red"}`,
			"timezone":         `{"timezone":"Mars/Olympus"}`,
			"language":         `{"language":"de"}`,
			"currency":         `{"currency":"ZZZZ"}`,
			"country":          `{"country":"Narnia"}`,
			"hours.mon":        `{"hours":{"mon":[["22:00","02:00"]]}}`,
			"hours":            `{"hours":{"monday":[["09:00","18:00"]]}}`,
			"holidays[0].date": `{"holidays":[{"date":"2026-02-30","name":"x"}]}`,
			"holidays[1].date": `{"holidays":[{"date":"2026-02-03","name":"x"},{"date":"2026-02-03","name":"y"}]}`,
		} {
			a := owner.do("PATCH", path, body)
			if a.Code != 422 || !strings.Contains(a.Body.String(), `"field":"`+field) {
				t.Errorf("%s: %d %s", field, a.Code, a.Body)
			}
		}
		owner.do("PATCH", path, `{"hours":{"mon":"always"}}`).want(422)
		owner.do("PATCH", path, `{"is_active":false}`).want(403, "need_super_admin")
		viewer.header.Set("If-Match", `"1"`)
		viewer.do("PATCH", path, `{"name":"X"}`).want(403, "need_permission")
		owner.do("PATCH", path, `{"name":"Two","color":"#AABBCC","timezone":"Europe/Berlin","currency":"eur","country":"de","hours":{"mon":[["09:00","12:00"],["13:00","24:00"]]},"holidays":[{"date":"2026-12-26","name":"B"},{"date":"2026-12-25","name":"A"}]}`).
			want(200, `"name":"Two"`, `"color":"#aabbcc"`, `"currency":"EUR"`, `"country":"DE"`, `"version":2`, `[{"date":"2026-12-25","name":"A"},{"date":"2026-12-26","name":"B"}]`)
		owner.do("PATCH", path, `{"name":"Three"}`).want(409, "stale")

		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		part, err := m.CreateFormFile("file", "logo.png")
		must(t, err)
		_, _ = part.Write([]byte("\x89PNG\r\n\x1a\n"))
		must(t, m.Close())
		owner.header.Set("Content-Type", m.FormDataContentType())
		owner.do("POST", path+"/logo", form.String()).want(200, `"logo_url":"/api/media/`+ws.String())
		viewer.header.Set("Content-Type", m.FormDataContentType())
		viewer.do("POST", path+"/logo", form.String()).want(403, "need_permission")
		owner.header.Del("Content-Type")
		owner.do("GET", "/api/session", "").want(200, `"logo_url":"/api/media/`)

		other := owner.do("POST", "/api/companies", `{"name":"Two"}`).want(201, `"slug":"two"`, `"role":"OWNER"`, `"timezone":"Europe/Berlin"`)
		again := owner.do("POST", "/api/companies", `{"name":"Two"}`).want(201, `"slug":"two-2"`)
		owner.do("POST", "/api/companies", `{"name":" "}`).want(422, `"field":"name"`)
		if n := len(owner.do("GET", "/api/companies", "").want(200).field("items").([]any)); n != 3 {
			t.Fatalf("the owner has %d companies", n)
		}
		first := root.do("GET", "/api/companies?limit=2", "").want(200)
		rest := root.do("GET", "/api/companies?limit=2&cursor="+first.field("next").(string), "").want(200)
		if n := len(rest.field("items").([]any)); n != 1 {
			t.Fatalf("%d companies on the second page", n)
		}
		viewer.do("GET", "/api/companies/"+other.field("id").(string), "").want(404)

		root.header.Set("If-Match", `"1"`)
		off := "/api/companies/" + again.field("id").(string)
		root.do("PATCH", off, `{"is_active":false}`).want(200, `"is_active":false`)
		owner.do("GET", off, "").want(404)
		root.do("GET", off, "").want(200)
		root.do("POST", "/api/session/workspace", `{"workspace_id":"`+again.field("id").(string)+`"}`).want(409, "company_disabled")
	})
}

func TestRetriedCompanyIsMadeOnce(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b := newSite(w).as(w.person("o@example.com", w.company("One"), ident.Owner))
	b.header.Set("Idempotency-Key", "k1")
	first := b.do("POST", "/api/companies", `{"name":"New"}`).want(201)
	second := b.do("POST", "/api/companies", `{"name":"New"}`).want(201)
	if first.field("id") != second.field("id") {
		t.Fatal("made twice")
	}
}

func TestLimitedSignInSaysWhenToRetry(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b := newSite(w).browser()
	body := `{"email":"nobody@example.com","password":"wrong wrong wrong"}`
	for range 6 {
		b.do("POST", "/api/session", body).want(401, "bad_credentials")
	}
	if after := b.do("POST", "/api/session", body).want(429, "too_many_attempts").Header().Get("Retry-After"); after != "30" {
		t.Fatalf("Retry-After is %q", after)
	}
}

func TestBrowserErrors(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := newSite(w)
	b := s.browser()
	b.do("POST", "/api/client-errors", `{"message":"boom","url":"https://x.example/reset/SECRET?q=SECRET","stack":"at f"}`).want(204)
	if line := s.log.String(); !strings.Contains(line, "boom") || strings.Contains(line, "SECRET") {
		t.Fatalf("logged %s", line)
	}
	b.do("POST", "/api/client-errors", `{"message":"`+strings.Repeat("x", 3000)+`","url":"/"}`).want(422)
	var last answer
	for range 30 {
		last = b.do("POST", "/api/client-errors", `{"message":"boom","url":"/"}`)
	}
	last.want(429)
}

func TestOneClickLinkOverHTTP(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := newSite(w)
	w.person("demo@example.com", w.company("Demo"), ident.Owner)
	token, err := w.SignInLink(t.Context(), "demo@example.com")
	must(t, err)
	b := s.browser()
	b.do("POST", "/api/signin/"+token, "").want(200, `"email":"demo@example.com"`)
	b.do("GET", "/api/session", "").want(200)
	s.browser().do("POST", "/api/signin/"+token, "").want(200)
	w.clock.Advance(25 * time.Hour)
	s.browser().do("POST", "/api/signin/"+token, "").want(404, "link_invalid")
}
