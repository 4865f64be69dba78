package account_test

import (
	"context"
	"testing"
	"time"

	"cartie/internal/account"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func TestInviteOfANewPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		owner := w.person("owner@example.com", ws, ident.Owner)
		_, first, err := w.Invite(ctx, owner.principal(), ws, "new@example.com", ident.Viewer)
		must(t, err)
		_, token, err := w.Invite(ctx, owner.principal(), ws, "NEW@example.com", ident.Operator)
		must(t, err)
		_, _, err = w.CheckInvite(ctx, client(), first)
		wantKind(t, err, errs.KindNotFound, "link_invalid")
		inv, has, err := w.CheckInvite(ctx, client(), token)
		must(t, err)
		if has || inv.CompanyName != "One" || inv.Role != ident.Operator {
			t.Fatalf("got %+v %v", inv, has)
		}
		_, err = w.Join(ctx, client(), token, "New", "short", "uk")
		wantKind(t, err, errs.KindInvalid, "password_short")

		type result struct {
			st  account.Started
			err error
		}
		done := make(chan result, 2) // two at the same time
		for range 2 {
			go func() {
				st, err := w.Join(context.Background(), client(), token, "New", good, "uk")
				done <- result{st, err}
			}()
		}
		var in []account.Started
		for range 2 {
			if r := <-done; r.err == nil {
				in = append(in, r.st)
			}
		}
		if len(in) != 1 {
			t.Fatalf("%d people came in by one invite", len(in))
		}
		if p := w.session(in[0]).principal(); p.WorkspaceID != ws || p.Role != ident.Operator {
			t.Fatalf("got %+v", p)
		}
		_, err = w.Join(ctx, client(), token, "New", good, "uk")
		wantKind(t, err, errs.KindNotFound, "link_invalid")
		_, _, err = w.Invite(ctx, owner.principal(), ws, "new@example.com", ident.Viewer)
		wantKind(t, err, errs.KindConflict, "already_member")
	})
}

func TestInviteOfSomebodyWithAnAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws, home := t.Context(), w.company("One"), w.company("Home")
		owner := w.person("owner@example.com", ws, ident.Owner)
		s := w.person("olena@example.com", home, ident.Manager)
		_, token, err := w.Invite(ctx, owner.principal(), ws, "Olena@example.com", ident.Admin)
		must(t, err)
		if _, has, err := w.CheckInvite(ctx, client(), token); err != nil || !has {
			t.Fatalf("got %v %v", has, err)
		}
		_, err = w.Join(ctx, client(), token, "Impostor", good, "en")
		wantKind(t, err, errs.KindConflict, "sign_in_first")
		_, err = w.AcceptInvite(ctx, owner.principal(), client(), token)
		wantKind(t, err, errs.KindConflict, "invite_for_another")
		joined, err := w.AcceptInvite(ctx, s.principal(), client(), token)
		must(t, err)
		if p := s.principal(); joined != ws || p.WorkspaceID != ws || p.Role != ident.Admin {
			t.Fatalf("got %+v", p)
		}
		_, err = w.AcceptInvite(ctx, s.principal(), client(), token)
		wantKind(t, err, errs.KindNotFound, "link_invalid")
	})
}

func TestInviteEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		owner := w.person("owner@example.com", ws, ident.Owner)
		admin := w.person("admin@example.com", ws, ident.Admin)
		invite := func(who session) (account.Invite, string) {
			inv, token, err := w.Invite(ctx, who.principal(), ws, "new@example.com", ident.Admin)
			must(t, err)
			return inv, token
		}
		refused := func(token string) {
			t.Helper()
			_, err := w.Join(ctx, client(), token, "New", good, "en")
			wantKind(t, err, errs.KindNotFound, "link_invalid")
		}

		inv, token := invite(owner)
		must(t, w.RevokeInvite(ctx, admin.principal(), ws, inv.ID))
		refused(token)
		wantKind(t, w.RevokeInvite(ctx, owner.principal(), ws, inv.ID), errs.KindNotFound, "")

		_, token = invite(owner)
		w.clock.Advance(7 * 24 * time.Hour)
		refused(token)
		owner, admin = w.signIn("owner@example.com"), w.signIn("admin@example.com")

		_, token = invite(admin) // who invited is demoted meanwhile
		_, err := w.ChangeMember(ctx, owner.principal(), ws, admin.member(ws), account.Change{Role: ptr(ident.Manager)})
		must(t, err)
		refused(token)

		inv, _ = invite(owner)
		other := w.company("Other")
		foreign := w.person("foreign@example.com", other, ident.Owner)
		wantKind(t, w.RevokeInvite(ctx, foreign.principal(), other, inv.ID), errs.KindNotFound, "")
	})
}
