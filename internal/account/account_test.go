package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/workspace"
)

// world is an installation with its accounts.
type world struct {
	*account.Service
	t         *testing.T
	db        *db.DB
	clock     *clock.Fake
	companies *workspace.Companies
	bot       string // username of the one bot, none when empty
}

func (w *world) EnabledBot(context.Context, db.Querier, uuid.UUID) (string, bool, error) {
	return w.bot, w.bot != "", nil
}

var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	w := &world{t: t, db: d, clock: c, companies: workspace.NewCompanies(c)}
	w.Service = w.process()
	return w
}

// process is the accounts as another process of the same installation has them.
func (w *world) process() *account.Service {
	s, err := account.New(account.Config{
		DB: w.db, Clock: w.clock, Events: events.NewLog(w.clock, nil), Companies: w.companies, Bots: w, SignInLinks: true, Hash: cheap,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

const good = "three warm bricks"

func client() account.Client {
	return account.Client{IP: "203.0.113.9", UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", RequestID: "r-1"}
}

func (w *world) company(name string) uuid.UUID {
	w.t.Helper()
	var id uuid.UUID
	err := w.db.InTx(w.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = w.companies.Create(ctx, tx, name, "en", "")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// person makes somebody with a role in the company and signs them in.
func (w *world) person(email string, ws uuid.UUID, role ident.Role) session {
	w.t.Helper()
	_, err := w.CreateUser(w.t.Context(), account.NewUser{Name: "Person " + email, Email: email, Password: good, Company: ws, Role: role})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.signIn(email)
}

func (w *world) superAdmin(email string) session {
	w.t.Helper()
	if _, err := w.CreateUser(w.t.Context(), account.NewUser{Name: "Root", Email: email, Password: good, SuperAdmin: true}); err != nil {
		w.t.Fatal(err)
	}
	return w.signIn(email)
}

// session is a signed-in browser.
type session struct {
	w     *world
	token string
	id    uuid.UUID
	user  uuid.UUID
}

func (w *world) signIn(email string) session {
	w.t.Helper()
	st, err := w.SignIn(w.t.Context(), client(), email, good, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return w.session(st)
}

func (w *world) session(st account.Started) session {
	return session{w, st.Token, st.SessionID, st.UserID}
}

func withCookie(t *testing.T, token, company string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/session", nil)
	r.AddCookie(&http.Cookie{Name: account.CookieName, Value: token})
	if company != "" {
		r.Header.Set(account.CompanyHeader, company)
	}
	return r
}

func (s session) try(company string) (ident.Principal, error) {
	return s.w.Authenticate(withCookie(s.w.t, s.token, company))
}

func (s session) principal() ident.Principal {
	s.w.t.Helper()
	p, err := s.try("")
	if err != nil {
		s.w.t.Fatal(err)
	}
	return p
}

// member returns the membership id of the person.
func (s session) member(ws uuid.UUID) uuid.UUID {
	s.w.t.Helper()
	list, err := s.w.Members(s.w.t.Context(), s.w.db.Read(), ws)
	if err != nil {
		s.w.t.Fatal(err)
	}
	for _, m := range list {
		if m.UserID == s.user {
			return m.ID
		}
	}
	s.w.t.Fatal("not a member")
	return uuid.Nil
}

func (w *world) kinds() []string {
	w.t.Helper()
	list, err := db.All[string](w.t.Context(), w.db.Read(), "SELECT kind FROM events ORDER BY seq")
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func wantKind(t *testing.T, err error, kind errs.Kind, code string) {
	t.Helper()
	e := errs.As(err)
	if e == nil || e.Kind != kind || (code != "" && e.Token != code) {
		t.Helper()
		t.Fatalf("got %v, want %s %s", err, kind, code)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d)) })
}

func newSetup(email string) account.Setup {
	return account.Setup{Name: "Olena", Email: email, Password: good, CompanyName: "Автосалон Їжак", Language: "uk", TimeZone: "Europe/Kyiv"}
}

func TestSetupHappensOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		token, needed, err := w.SetupLink(ctx)
		must(t, err)
		if !needed || token == "" {
			t.Fatal("an empty installation needs a setup")
		}
		if _, err := w.CheckSetup(ctx, client(), token); err != nil {
			t.Fatal(err)
		}
		st, err := w.SetUp(ctx, client(), token, newSetup("olena@example.com"))
		must(t, err)
		p := w.session(st).principal()
		if !p.SuperAdmin || p.Role != ident.Owner || p.WorkspaceID == uuid.Nil || p.Language != "uk" {
			t.Fatalf("the first person is %+v", p)
		}
		ws, err := w.companies.Get(ctx, w.db.Read(), p.WorkspaceID)
		must(t, err)
		if ws.Slug != "avtosalon-izhak" || ws.Language != "uk" {
			t.Fatalf("the company is %+v", ws)
		}
		_, err = w.SetUp(ctx, client(), token, newSetup("other@example.com"))
		wantKind(t, err, errs.KindNotFound, "link_invalid")
		if _, needed, _ := w.SetupLink(ctx); needed {
			t.Fatal("the setup is offered again")
		}
	})
}

func TestSetupOfTwoAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, _, err := w.SetupLink(t.Context())
		must(t, err)
		b, _, err := w.process().SetupLink(t.Context())
		must(t, err)
		done := make(chan error, 3)
		for i, token := range []string{a, a, b} {
			go func() {
				_, err := w.SetUp(context.Background(), client(), token, newSetup("p"+string(rune('0'+i))+"@example.com"))
				done <- err
			}()
		}
		won := 0
		for range 3 {
			if err := <-done; err == nil {
				won++
			} else {
				wantKind(t, err, errs.KindNotFound, "link_invalid")
			}
		}
		n, err := db.One[int64](t.Context(), w.db.Read(), "SELECT COUNT(*) FROM users")
		must(t, err)
		if won != 1 || n != 1 {
			t.Fatalf("%d setups won, %d people exist", won, n)
		}
	})
}

func TestSetupRefusesBadInput(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	token, _, err := w.SetupLink(t.Context())
	must(t, err)
	for field, change := range map[string]func(*account.Setup){
		"name":         func(s *account.Setup) { s.Name = "  " },
		"email":        func(s *account.Setup) { s.Email = "olena" },
		"password":     func(s *account.Setup) { s.Password = "qwerty" },
		"company_name": func(s *account.Setup) { s.CompanyName = "" },
		"language":     func(s *account.Setup) { s.Language = "de" },
		"timezone":     func(s *account.Setup) { s.TimeZone = "Kyiv/Europe" },
	} {
		in := newSetup("olena@example.com")
		change(&in)
		_, err := w.SetUp(t.Context(), client(), token, in)
		if e := errs.As(err); e == nil || e.Kind != errs.KindInvalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := w.SetUp(t.Context(), client(), token, newSetup("olena@example.com")); err != nil {
		t.Fatalf("the link was used up by bad input: %v", err)
	}
}

func TestSetupLinkExpires(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	token, _, err := w.SetupLink(t.Context())
	must(t, err)
	w.clock.Advance(7 * 24 * time.Hour)
	_, err = w.SetUp(t.Context(), client(), token, newSetup("olena@example.com"))
	wantKind(t, err, errs.KindNotFound, "link_invalid")
}

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ws := w.company("One")
		s := w.person("Olena@Example.com", ws, ident.Manager)
		p := s.principal()
		if p.UserID != s.user || p.WorkspaceID != ws || p.Role != ident.Manager || p.SessionID != s.id {
			t.Fatalf("got %+v", p)
		}
		if _, err := w.SignIn(t.Context(), client(), "oLENA@example.COM", good, ""); err != nil {
			t.Fatalf("the case of the e-mail matters: %v", err)
		}
		if !strings.Contains(strings.Join(w.kinds(), " "), "session.started") {
			t.Fatal("no audit row")
		}
	})
}

func TestSignInRefusesAllTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ws := w.company("One")
		w.person("olena@example.com", ws, ident.Manager)
		gone := w.person("gone@example.com", ws, ident.Manager)
		must(t, w.SetUserStatus(t.Context(), ident.Principal{}, gone.user, account.Disabled))
		var sentences []string
		for _, c := range []struct{ email, password string }{
			{"olena@example.com", "wrong wrong wrong"},
			{"olena@example.com", ""},
			{"nobody@example.com", good},
			{"gone@example.com", good},
			{"", ""},
			{strings.Repeat("x", 500), strings.Repeat("y", 900)},
		} {
			_, err := w.SignIn(t.Context(), client(), c.email, c.password, "")
			wantKind(t, err, errs.KindUnauthorized, "bad_credentials")
			sentences = append(sentences, err.Error())
		}
		for _, s := range sentences {
			if s != sentences[0] {
				t.Fatalf("the answers differ: %q", sentences)
			}
		}
	})
}

func TestSignInIsLimited(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.person("olena@example.com", w.company("One"), ident.Manager)
	ctx := t.Context()
	for _, email := range []string{"olena@example.com", "nobody@example.com"} { // known or not: the same limit
		var err error
		tries := 0
		for ; tries < 50; tries++ {
			c := account.Client{IP: "198.51.100." + string(rune('1'+tries%9))}
			if _, err = w.SignIn(ctx, c, email, "wrong wrong wrong", ""); errs.Is(err, errs.KindLimited) {
				break
			}
		}
		if tries != 6 || errs.As(err).RetryAfter <= 0 {
			t.Fatalf("%s: limited after %d tries: %v", email, tries, err)
		}
	}
	_, err := w.SignIn(ctx, client(), "olena@example.com", good, "")
	wantKind(t, err, errs.KindLimited, "too_many_attempts")
	w.clock.Advance(time.Minute)
	if _, err := w.SignIn(ctx, client(), "olena@example.com", good, ""); err != nil {
		t.Fatalf("the limit does not pass: %v", err)
	}

	attacker := account.Client{IP: "192.0.2.66"}
	tries := 0
	for ; tries < 100; tries++ {
		if _, err = w.SignIn(ctx, attacker, "p"+uuid.NewString()+"@example.com", "wrong wrong wrong", ""); errs.Is(err, errs.KindLimited) {
			break
		}
	}
	if tries != 20 {
		t.Fatalf("one address tries %d e-mails", tries)
	}
	if _, err := w.SignIn(ctx, client(), "olena@example.com", good, ""); err != nil {
		t.Fatalf("another address is limited as well: %v", err)
	}
}

func TestSuccessfulSignInsAreNotLimited(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.person("olena@example.com", w.company("One"), ident.Manager)
	for range 60 {
		w.signIn("olena@example.com")
	}
}

func TestSigningInEndsTheSessionBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.person("olena@example.com", w.company("One"), ident.Manager)
		s.principal()
		_, err := w.SignIn(t.Context(), client(), "olena@example.com", good, s.token)
		must(t, err)
		_, err = s.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
	})
}

func TestAuthenticateRefusesStrangers(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, token := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 5000)} {
		_, err := w.Authenticate(withCookie(t, token, ""))
		wantKind(t, err, errs.KindUnauthorized, "signed_out")
	}
	_, err := w.Authenticate(httptest.NewRequest(http.MethodGet, "/", nil))
	wantKind(t, err, errs.KindUnauthorized, "signed_out")
}
