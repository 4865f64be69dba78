package account_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// PostgreSQL refuses what is not UTF-8: neither a header nor a cut may bring it there.
func TestSignInWithBrokenText(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person("olena@example.com", w.company("One"), ident.Manager)
		for _, agent := range []string{"\xff\xfe", "Mozilla \xc3", strings.Repeat("a", 299) + "ї"} {
			c := client()
			c.UserAgent = agent
			st, err := w.SignIn(t.Context(), c, "olena@example.com", good, "")
			must(t, err)
			list, err := w.Sessions(t.Context(), w.session(st).principal())
			must(t, err)
			for _, s := range list {
				if !utf8.ValidString(s.UserAgent) || len(s.UserAgent) > 300 {
					t.Errorf("kept as %q", s.UserAgent)
				}
			}
		}
		_, err := w.SignIn(t.Context(), client(), "a"+strings.Repeat("ї", 200), good, "")
		wantKind(t, err, errs.KindUnauthorized, "bad_credentials")
	})
}

func TestNamesThatHide(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := w.person("olena@example.com", w.company("One"), ident.Manager)
	for given, want := range map[string]string{
		"Olena\u202e Kovalenko": "Olena Kovalenko", "\x1b[31mOlena\x00": "[31mOlena", "Олена\u00a0К": "Олена К", "O\u2019Neil 👩\u200d🔧": "O\u2019Neil 👩\u200d🔧",
		"\u200b": "", "\u2066\u2069": "", " \t": "", "\x00": "",
	} {
		err := w.ChangeProfile(t.Context(), s.principal(), &given, nil)
		if want == "" {
			wantKind(t, err, errs.KindInvalid, "name_empty")
			continue
		}
		must(t, err)
		if got := s.principal().Name; got != want {
			t.Errorf("%q is kept as %q", given, got)
		}
	}
	for _, email := range []string{"root\u200b@example.com", "root\u202e@example.com", "ro\u00adot@example.com", "ro ot@example.com", "root\u00a0x@example.com"} {
		_, err := w.CreateUser(t.Context(), account.NewUser{Name: "Root", Email: email, Password: good})
		wantKind(t, err, errs.KindInvalid, "email_invalid")
	}
}

// A link that an administrator made for a small role must not open a larger one.
func TestResetLinkEndsWhenTheRoleGrows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws, other := t.Context(), w.company("One"), w.company("Other")
		admin, owner := w.person("admin@example.com", ws, ident.Admin), w.person("owner@example.com", ws, ident.Owner)
		for name, grow := range map[string]func(session) error{
			"another role": func(s session) error {
				_, err := w.ChangeMember(ctx, owner.principal(), ws, s.member(ws), account.Change{Role: ptr(ident.Owner)})
				return err
			},
			"another company": func(s session) error {
				return w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return w.AddOwner(ctx, tx, other, s.user) })
			},
		} {
			s := w.person(strings.ReplaceAll(name, " ", ".")+"@example.com", ws, ident.Operator)
			token, _, err := w.MemberResetLink(ctx, admin.principal(), ws, s.member(ws))
			must(t, err)
			must(t, grow(s))
			wantKind(t, w.UseReset(ctx, client(), token, "another good one"), errs.KindNotFound, "link_invalid")
		}
	})
}

// A browser may listen to any company of its person: each must hear that a session ended.
func TestRevokedSessionIsToldInEveryCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, other := w.company("One"), w.company("Other")
		a := w.person("olena@example.com", one, ident.Manager)
		must(t, w.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.AddOwner(ctx, tx, other, a.user) }))
		for name, end := range map[string]func(session) error{
			"one":    func(b session) error { return w.Revoke(t.Context(), a.principal(), b.id) },
			"others": func(session) error { return w.RevokeOthers(t.Context(), a.principal()) },
			"nowhere": func(b session) error {
				p := a.principal()
				p.WorkspaceID = uuid.Nil
				return w.Revoke(t.Context(), p, b.id)
			},
		} {
			b := w.signIn("olena@example.com")
			told := func() int64 {
				n, err := db.One[int64](t.Context(), w.db.Read(), "SELECT COUNT(DISTINCT workspace_id) FROM events WHERE kind = 'session.revoked' AND workspace_id IN (?, ?)", one, other)
				must(t, err)
				return n
			}
			must(t, w.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "DELETE FROM events WHERE kind = 'session.revoked'")
				return err
			}))
			must(t, end(b))
			if n := told(); n != 2 {
				t.Errorf("%s: %d of two companies are told", name, n)
			}
		}
	})
}

var quiet = slog.New(slog.DiscardHandler)

func TestCookieIsSecureOnAnHTTPSAddress(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.person("o@example.com", w.company("One"), ident.Owner)
	s := newSite(w)
	api, err := httpapi.New(httpapi.Config{Auth: w.Service, DB: w.db, Clock: w.clock, Log: quiet, Version: "test"}) // no proxy is trusted
	must(t, err)
	w.RegisterAPI(api, "https://crm.example.com", quiet)
	s.api = api
	b := s.browser()
	b.do("POST", "/api/session", `{"email":"o@example.com","password":"`+good+`"}`).want(200)
	if !b.cookie.Secure || !b.cookie.HttpOnly {
		t.Fatalf("%+v", b.cookie)
	}
}

func TestOpenInvitesAndOwnedCompaniesAreBounded(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	ctx, ws := t.Context(), w.company("One")
	owner := w.person("owner@example.com", ws, ident.Owner)
	invite := func(n int) (account.Invite, error) {
		inv, _, err := w.Invite(ctx, owner.principal(), ws, fmt.Sprintf("p%d@example.com", n), ident.Viewer)
		return inv, err
	}
	var last account.Invite
	for n := range 200 {
		inv, err := invite(n)
		must(t, err)
		last = inv
	}
	_, err := invite(200)
	wantKind(t, err, errs.KindConflict, "too_many_invites")
	must(t, w.RevokeInvite(ctx, owner.principal(), ws, last.ID))
	_, err = invite(200)
	must(t, err)

	b := newSite(w).as(owner)
	for range 49 {
		b.do("POST", "/api/companies", `{"name":"Branch"}`).want(201)
	}
	b.do("POST", "/api/companies", `{"name":"Branch"}`).want(409, "too_many_companies")
	newSite(w).as(w.superAdmin("root@example.com")).do("POST", "/api/companies", `{"name":"Branch"}`).want(201)
}
