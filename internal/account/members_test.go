package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/workspace"
)

func ptr[T any](v T) *T { return &v }

func TestCompanyOfARequest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, second, foreign := w.company("Mine"), w.company("Second"), w.company("Foreign")
		s := w.person("olena@example.com", mine, ident.Manager)
		root := w.superAdmin("root@example.com")
		must(t, w.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.AddOwner(ctx, tx, second, s.user) }))

		for _, c := range []struct {
			name   string
			who    session
			header string
			ws     uuid.UUID
			role   ident.Role
		}{
			{"the session's own", s, "", mine, ident.Manager},
			{"another of theirs, in this tab", s, second.String(), second, ident.Owner},
			{"a foreign one: none, not the session's own", s, foreign.String(), uuid.Nil, ""},
			{"one that does not exist", s, uuid.NewString(), uuid.Nil, ""},
			{"nonsense", s, "../etc", uuid.Nil, ""},
			{"a super admin is let in everywhere", root, foreign.String(), foreign, ident.SuperAdmin},
		} {
			p, err := c.who.try(c.header)
			must(t, err)
			if p.WorkspaceID != c.ws || p.Role != c.role {
				t.Errorf("%s: got %s %s", c.name, p.WorkspaceID, p.Role)
			}
			if c.ws == uuid.Nil && p.Can(ident.AnswerChats) {
				t.Errorf("%s: has rights", c.name)
			}
		}

		must(t, w.Choose(t.Context(), s.principal(), second))
		if p := s.principal(); p.WorkspaceID != second {
			t.Fatal("the chosen company is not kept")
		}
		wantKind(t, w.Choose(t.Context(), s.principal(), foreign), errs.KindNotFound, "")
	})
}

func TestDisablingActsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		owner := w.person("owner@example.com", ws, ident.Owner)
		root := w.superAdmin("root@example.com")
		pages := workspace.NewService(w.db, w.clock, events.NewLog(w.clock, nil), w.companies, w.Service, nil)
		s := w.person("olena@example.com", ws, ident.Manager)
		in := func() uuid.UUID { return s.principal().WorkspaceID }
		if in() != ws {
			t.Fatal("not in")
		}

		_, err := w.ChangeMember(ctx, owner.principal(), ws, s.member(ws), account.Change{Role: ptr(ident.Viewer)})
		must(t, err)
		if p := s.principal(); p.Can(ident.AnswerChats) || p.Role != ident.Viewer {
			t.Fatal("the former role still counts")
		}
		member := s.member(ws)
		_, err = w.ChangeMember(ctx, owner.principal(), ws, member, account.Change{Status: ptr(account.Disabled)})
		must(t, err)
		if in() != uuid.Nil {
			t.Fatal("a disabled membership still opens the company")
		}
		_, err = w.ChangeMember(ctx, owner.principal(), ws, member, account.Change{Status: ptr(account.Active)})
		must(t, err)
		if in() != ws {
			t.Fatal("the membership does not come back")
		}

		company, err := pages.Get(ctx, root.principal(), ws)
		must(t, err)
		company, err = pages.Change(ctx, root.principal(), ws, company.Version, workspace.Edit{IsActive: ptr(false)})
		must(t, err)
		if in() != uuid.Nil {
			t.Fatal("a disabled company is still open")
		}
		_, err = pages.Get(ctx, s.principal(), ws)
		wantKind(t, err, errs.KindNotFound, "")
		_, err = pages.Change(ctx, root.principal(), ws, company.Version, workspace.Edit{IsActive: ptr(true)})
		must(t, err)
		if in() != ws {
			t.Fatal("the company does not come back")
		}

		must(t, w.SetUserStatus(ctx, root.principal(), s.user, account.Disabled))
		_, err = s.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
		must(t, w.SetUserStatus(ctx, root.principal(), s.user, account.Active))
		_, err = s.try("")
		wantKind(t, err, errs.KindUnauthorized, "") // the session ended for good

		s = w.signIn("olena@example.com")
		must(t, w.RemoveMember(ctx, owner.principal(), ws, member))
		if in() != uuid.Nil {
			t.Fatal("a removed member is still in")
		}
		wantKind(t, w.SetUserStatus(ctx, owner.principal(), s.user, account.Disabled), errs.KindForbidden, "need_super_admin")
	})
}

func TestLastOwnerStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		a := w.person("a@example.com", ws, ident.Owner)
		root := w.superAdmin("root@example.com")
		member := a.member(ws)
		for name, try := range map[string]func() error{
			"demote": func() error {
				_, err := w.ChangeMember(ctx, a.principal(), ws, member, account.Change{Role: ptr(ident.Admin)})
				return err
			},
			"disable": func() error {
				_, err := w.ChangeMember(ctx, root.principal(), ws, member, account.Change{Status: ptr(account.Disabled)})
				return err
			},
			"remove":   func() error { return w.RemoveMember(ctx, root.principal(), ws, member) },
			"lock out": func() error { return w.SetUserStatus(ctx, root.principal(), a.user, account.Disabled) },
		} {
			if err := try(); errs.As(err) == nil || errs.As(err).Token != "last_owner" {
				t.Errorf("%s: %v", name, err)
			}
		}
		b := w.person("b@example.com", ws, ident.Owner)
		must(t, w.SetUserStatus(ctx, root.principal(), b.user, account.Disabled))
		wantKind(t, w.RemoveMember(ctx, a.principal(), ws, member), errs.KindConflict, "last_owner") // a locked-out owner is none
		must(t, w.SetUserStatus(ctx, root.principal(), b.user, account.Active))
		b = w.signIn("b@example.com")

		done := make(chan error, 2) // two owners demote each other
		for _, pair := range [][2]session{{a, b}, {b, a}} {
			p, target := pair[0].principal(), pair[1].member(ws)
			go func() {
				_, err := w.ChangeMember(context.Background(), p, ws, target, account.Change{Role: ptr(ident.Admin)})
				done <- err
			}()
		}
		won := 0
		for range 2 {
			if <-done == nil {
				won++
			}
		}
		owners, err := db.One[int64](ctx, w.db.Read(), "SELECT COUNT(*) FROM memberships WHERE workspace_id = ? AND role = 'OWNER'", ws)
		must(t, err)
		if won != 1 || owners != 1 {
			t.Fatalf("%d won, %d owners are left", won, owners)
		}
	})
}

func TestNobodyRisesAboveThemselves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws, foreign := t.Context(), w.company("One"), w.company("Foreign")
		owner := w.person("owner@example.com", ws, ident.Owner)
		admin := w.person("admin@example.com", ws, ident.Admin)
		manager := w.person("manager@example.com", ws, ident.Manager)
		stranger := w.person("stranger@example.com", foreign, ident.Owner)
		change := func(who session, target session, c account.Change) error {
			_, err := w.ChangeMember(ctx, who.principal(), ws, target.member(ws), c)
			return err
		}
		invite := func(who session, role ident.Role) error {
			_, _, err := w.Invite(ctx, who.principal(), ws, "new@example.com", role)
			return err
		}
		reset := func(who, target session) error {
			_, _, err := w.MemberResetLink(ctx, who.principal(), ws, target.member(ws))
			return err
		}
		for _, c := range []struct {
			name string
			err  error
			kind errs.Kind
			code string
		}{
			{"admin makes themselves owner", change(admin, admin, account.Change{Role: ptr(ident.Owner)}), errs.KindForbidden, "role_above_yours"},
			{"admin demotes the owner", change(admin, owner, account.Change{Role: ptr(ident.Viewer)}), errs.KindForbidden, "role_above_yours"},
			{"admin disables the owner", change(admin, owner, account.Change{Status: ptr(account.Disabled)}), errs.KindForbidden, "role_above_yours"},
			{"admin removes the owner", w.RemoveMember(ctx, admin.principal(), ws, owner.member(ws)), errs.KindForbidden, "role_above_yours"},
			{"admin invites an owner", invite(admin, ident.Owner), errs.KindForbidden, "role_above_yours"},
			{"admin resets the owner's password", reset(admin, owner), errs.KindForbidden, "role_above_yours"},
			{"manager changes a role", change(manager, manager, account.Change{Role: ptr(ident.Admin)}), errs.KindForbidden, "need_permission"},
			{"manager invites", invite(manager, ident.Viewer), errs.KindForbidden, "need_permission"},
			{"manager resets a password", reset(manager, manager), errs.KindForbidden, "need_permission"},
			{"a stranger changes a role", change(stranger, manager, account.Change{Role: ptr(ident.Viewer)}), errs.KindNotFound, "not_found"},
			{"a stranger invites", invite(stranger, ident.Viewer), errs.KindNotFound, "not_found"},
			{"a stranger resets a password", reset(stranger, manager), errs.KindNotFound, "not_found"},
			{"a member of another company by id", func() error {
				_, err := w.ChangeMember(ctx, owner.principal(), ws, stranger.member(foreign), account.Change{Role: ptr(ident.Viewer)})
				return err
			}(), errs.KindNotFound, "not_found"},
			{"a made-up role", change(owner, manager, account.Change{Role: ptr(ident.Role("ROOT"))}), errs.KindInvalid, "role_unknown"},
			{"super admin as a role", change(owner, manager, account.Change{Role: ptr(ident.SuperAdmin)}), errs.KindInvalid, "role_unknown"},
			{"a made-up status", change(owner, manager, account.Change{Status: ptr("archived")}), errs.KindInvalid, "status_unknown"},
		} {
			if e := errs.As(c.err); e == nil || e.Kind != c.kind || e.Token != c.code {
				t.Errorf("%s: got %v", c.name, c.err)
			}
		}
		_, err := w.People(ctx, stranger.principal(), ws)
		wantKind(t, err, errs.KindNotFound, "")
		must(t, change(owner, manager, account.Change{Role: ptr(ident.Admin)}))
	})
}

// Whoever sets a password acts as the person in all companies of that person.
func TestResetLinkCannotReachAnotherCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws, other := t.Context(), w.company("One"), w.company("Other")
		admin := w.person("admin@example.com", ws, ident.Admin)
		victim := w.person("victim@example.com", ws, ident.Viewer)
		link := func(who session) error {
			_, _, err := w.MemberResetLink(ctx, who.principal(), ws, victim.member(ws))
			return err
		}
		must(t, link(admin))
		must(t, w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return w.AddOwner(ctx, tx, other, victim.user) }))
		wantKind(t, link(admin), errs.KindForbidden, "reset_above_you")
		must(t, link(w.superAdmin("root@example.com")))

		root := w.signIn("root@example.com")
		must(t, w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return w.AddOwner(ctx, tx, ws, root.user) }))
		owner := w.person("owner@example.com", ws, ident.Owner)
		_, _, err := w.MemberResetLink(ctx, owner.principal(), ws, root.member(ws))
		wantKind(t, err, errs.KindForbidden, "reset_above_you")
	})
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		admin := w.person("admin@example.com", ws, ident.Admin)
		s := w.person("olena@example.com", ws, ident.Manager)
		first, _, err := w.MemberResetLink(ctx, admin.principal(), ws, s.member(ws))
		must(t, err)
		token, _, err := w.MemberResetLink(ctx, admin.principal(), ws, s.member(ws))
		must(t, err)
		_, err = w.CheckReset(ctx, client(), first)
		wantKind(t, err, errs.KindNotFound, "link_invalid") // a newer one replaces it
		r, err := w.CheckReset(ctx, client(), token)
		must(t, err)
		if r.Email != "olena@example.com" {
			t.Fatalf("got %+v", r)
		}
		wantKind(t, w.UseReset(ctx, client(), token, "short"), errs.KindInvalid, "password_short")
		done := make(chan error, 2) // two at the same time
		for _, password := range []string{"another good one", "a third good one"} {
			go func() { done <- w.UseReset(context.Background(), client(), token, password) }()
		}
		e1, e2 := <-done, <-done
		if (e1 == nil) == (e2 == nil) {
			t.Fatalf("used twice or not at all: %v, %v", e1, e2)
		}
		_, err = s.try("")
		wantKind(t, err, errs.KindUnauthorized, "")

		token, _, err = w.ResetLink(ctx, "olena@example.com")
		must(t, err)
		w.clock.Advance(time.Hour)
		wantKind(t, w.UseReset(ctx, client(), token, "another good one"), errs.KindNotFound, "link_invalid")
	})
}

func TestLinksAreLimited(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var err error
	tries := 0
	for ; tries < 100; tries++ {
		if _, err = w.CheckReset(t.Context(), client(), "guess"); errs.Is(err, errs.KindLimited) {
			break
		}
	}
	if tries != 20 {
		t.Fatalf("%d guesses are let through", tries)
	}
	for name, err := range map[string]error{
		"invite": func() error { _, _, err := w.CheckInvite(t.Context(), client(), "guess"); return err }(),
		"setup":  func() error { _, err := w.CheckSetup(t.Context(), client(), "guess"); return err }(),
		"signin": func() error { _, err := w.SignInByLink(t.Context(), client(), "guess", ""); return err }(),
	} {
		if !errs.Is(err, errs.KindLimited) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneClickLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		s := w.person("demo@example.com", ws, ident.Owner)
		token, err := w.SignInLink(ctx, "demo@example.com")
		must(t, err)
		st, err := w.SignInByLink(ctx, client(), token, s.token)
		must(t, err)
		if w.session(st).principal().UserID != s.user {
			t.Fatal("somebody else came in")
		}
		_, err = w.SignInByLink(ctx, client(), token, "")
		must(t, err)
		w.clock.Advance(25 * time.Hour)
		_, err = w.SignInByLink(ctx, client(), token, "")
		wantKind(t, err, errs.KindNotFound, "link_invalid")

		plain, err := account.New(account.Config{DB: w.db, Clock: w.clock, Events: events.NewLog(w.clock, nil), Companies: w.companies, Bots: w, Hash: cheap})
		must(t, err)
		_, err = plain.SignInLink(ctx, "demo@example.com")
		wantKind(t, err, errs.KindForbidden, "sign_in_links_off")
		token, err = w.SignInLink(ctx, "demo@example.com")
		must(t, err)
		_, err = plain.SignInByLink(ctx, client(), token, "")
		wantKind(t, err, errs.KindNotFound, "link_invalid")
	})
}

func TestTelegramLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws, other := t.Context(), w.company("One"), w.company("Other")
		s := w.person("olena@example.com", ws, ident.Manager)
		_, err := w.LinkTelegram(ctx, s.principal())
		wantKind(t, err, errs.KindConflict, "no_bot")
		w.bot = "cartie_test_bot"
		l, err := w.LinkTelegram(ctx, s.principal())
		must(t, err)
		const head = "https://t.me/cartie_test_bot?start="
		if l.URL[:len(head)] != head || len(l.URL)-len(head) > 64 {
			t.Fatalf("got %s", l.URL)
		}
		payload := l.URL[len(head):]
		bot := ident.New()
		consume := func(ws uuid.UUID, payload string, telegram int64) (m account.Member, ok bool) {
			t.Helper()
			must(t, w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				m, ok, err = w.ConsumeTelegramLink(ctx, tx, ws, payload, account.TelegramPerson{BotID: bot, UserID: telegram, ChatID: telegram, Username: "olena"})
				return err
			}))
			return m, ok
		}
		for _, bad := range []string{"", "hello", "tl_", "tl_guess", "pr_" + payload[3:]} {
			if _, ok := consume(ws, bad, 77); ok {
				t.Fatalf("%q is taken for a link", bad)
			}
		}
		if _, ok := consume(other, payload, 77); ok {
			t.Fatal("a bot of another company took the link")
		}
		m, ok := consume(ws, payload, 77)
		if !ok || m.UserID != s.user {
			t.Fatalf("got %+v %v", m, ok)
		}
		if _, ok := consume(ws, payload, 78); ok {
			t.Fatal("the link works twice")
		}
		if id, ok, err := w.TelegramOf(ctx, w.db.Read(), ws, s.user); err != nil || !ok || id != 77 {
			t.Fatalf("got %d %v %v", id, ok, err)
		}
		if _, ok, _ := w.TelegramOf(ctx, w.db.Read(), other, s.user); ok {
			t.Fatal("another company sees the Telegram account")
		}
		chats, err := w.TelegramChats(ctx, w.db.Read(), ws, []uuid.UUID{s.user, uuid.New()})
		must(t, err)
		if len(chats) != 1 || chats[0].ChatID != 77 || chats[0].BotID != bot {
			t.Fatalf("got %+v", chats)
		}
		must(t, w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			m, ok, err := w.TelegramUser(ctx, tx, ws, 77)
			if err == nil && (!ok || m.UserID != s.user) {
				t.Fatal("staff is not recognised")
			}
			if _, ok, _ := w.TelegramUser(ctx, tx, other, 77); ok {
				t.Fatal("staff of another company")
			}
			return err
		}))

		// The same Telegram connects another account: it leaves the first.
		ivan := w.person("ivan@example.com", ws, ident.Manager)
		l, err = w.LinkTelegram(ctx, ivan.principal())
		must(t, err)
		if m, ok := consume(ws, l.URL[len(head):], 77); !ok || m.UserID != ivan.user {
			t.Fatal("the second account is not connected")
		}
		chats, err = w.TelegramChats(ctx, w.db.Read(), ws, []uuid.UUID{s.user, ivan.user})
		must(t, err)
		if len(chats) != 1 || chats[0].UserID != ivan.user {
			t.Fatalf("got %+v", chats)
		}
		must(t, w.UnlinkTelegram(ctx, ivan.principal()))
		if chats, _ := w.TelegramChats(ctx, w.db.Read(), ws, []uuid.UUID{ivan.user}); len(chats) != 0 {
			t.Fatal("the link stays")
		}

		l, err = w.LinkTelegram(ctx, s.principal())
		must(t, err)
		w.clock.Advance(15 * time.Minute)
		if _, ok := consume(ws, l.URL[len(head):], 77); ok {
			t.Fatal("an old link works")
		}
	})
}

func TestSweepKeepsWhatIsInUse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		w.person("old@example.com", ws, ident.Viewer)
		_, _, err := w.ResetLink(ctx, "old@example.com")
		must(t, err)
		w.clock.Advance(40 * 24 * time.Hour)
		s := w.person("new@example.com", ws, ident.Viewer)
		token, _, err := w.ResetLink(ctx, "new@example.com")
		must(t, err)
		must(t, w.Sweep(ctx))
		count := func(table string) int64 {
			n, err := db.One[int64](ctx, w.db.Read(), "SELECT COUNT(*) FROM "+table)
			must(t, err)
			return n
		}
		if sessions, links := count("sessions"), count("one_time_links"); sessions != 1 || links != 1 {
			t.Fatalf("%d sessions, %d links are left", sessions, links)
		}
		s.principal()
		_, err = w.CheckReset(ctx, client(), token)
		must(t, err)
	})
}
