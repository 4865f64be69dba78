package account_test

import (
	"context"
	"testing"
	"time"

	"cartie/internal/account"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func TestSessionLives(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ws := w.company("One")
		idle := w.person("idle@example.com", ws, ident.Viewer)
		busy := w.person("busy@example.com", ws, ident.Viewer)
		day := 24 * time.Hour
		for range 13 {
			w.clock.Advance(day)
			busy.principal()
		}
		w.clock.Advance(day - time.Minute)
		idle.principal()
		w.clock.Advance(14 * day)
		_, err := idle.try("")
		wantKind(t, err, errs.KindUnauthorized, "")

		busy = w.signIn("busy@example.com")
		for range 89 {
			w.clock.Advance(day)
			busy.principal()
		}
		w.clock.Advance(day)
		_, err = busy.try("")
		wantKind(t, err, errs.KindUnauthorized, "") // ninety days, however busy
	})
}

func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.person("olena@example.com", w.company("One"), ident.Manager)
		p := s.principal()
		if _, done, err := w.Rotate(ctx, p); err != nil || done {
			t.Fatalf("a young token is rotated: %v", err)
		}
		w.clock.Advance(24 * time.Hour)

		type result struct {
			st   account.Started
			done bool
			err  error
		}
		results := make(chan result, 8)
		for range cap(results) { // a page sends its requests at once
			go func() {
				st, done, err := w.Rotate(context.Background(), p)
				if err == nil {
					_, err = w.Authenticate(withCookie(t, s.token, ""))
				}
				results <- result{st, done, err}
			}()
		}
		var fresh []account.Started
		for range cap(results) {
			r := <-results
			must(t, r.err)
			if r.done {
				fresh = append(fresh, r.st)
			}
		}
		if len(fresh) != 1 {
			t.Fatalf("%d cookies were given", len(fresh))
		}
		next := w.session(fresh[0])
		if next.principal().SessionID != s.id {
			t.Fatal("the new token leads elsewhere")
		}
		w.clock.Advance(57 * time.Second)
		s.principal() // a slow request with the old cookie
		w.clock.Advance(3 * time.Second)
		_, err := s.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
		next.principal()
	})
}

func TestRevokeActsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ws := t.Context(), w.company("One")
		a := w.person("olena@example.com", ws, ident.Manager)
		b, c := w.signIn("olena@example.com"), w.signIn("olena@example.com")
		other := w.person("ivan@example.com", ws, ident.Manager)
		pa := a.principal()
		b.principal()
		list, err := w.Sessions(ctx, pa)
		must(t, err)
		if len(list) != 3 {
			t.Fatalf("%d sessions", len(list))
		}
		wantKind(t, w.Revoke(ctx, pa, other.id), errs.KindNotFound, "") // not one's own
		other.principal()
		must(t, w.Revoke(ctx, pa, b.id))
		_, err = b.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
		c.principal()
		must(t, w.RevokeOthers(ctx, pa))
		_, err = c.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
		a.principal()
		must(t, w.SignOut(ctx, pa))
		_, err = a.try("")
		wantKind(t, err, errs.KindUnauthorized, "")
	})
}

func TestRevokeReachesOtherProcessesWithinTwoSeconds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.person("olena@example.com", w.company("One"), ident.Manager)
		there := w.process()
		ask := func() error {
			_, err := there.Authenticate(withCookie(t, s.token, ""))
			return err
		}
		must(t, ask())
		must(t, w.SignOut(t.Context(), s.principal()))
		w.clock.Advance(2 * time.Second)
		wantKind(t, ask(), errs.KindUnauthorized, "")
	})
}

func TestChangingThePassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.person("olena@example.com", w.company("One"), ident.Manager)
		other := w.signIn("olena@example.com")
		p := s.principal()
		_, err := w.ChangePassword(ctx, p, "not the password", "another good one")
		wantKind(t, err, errs.KindInvalid, "password_wrong")
		_, err = w.ChangePassword(ctx, p, good, "short")
		wantKind(t, err, errs.KindInvalid, "password_short")
		st, err := w.ChangePassword(ctx, p, good, "another good one")
		must(t, err)
		for _, old := range []session{s, other} {
			_, err := old.try("")
			wantKind(t, err, errs.KindUnauthorized, "")
		}
		w.session(st).principal()
		_, err = w.SignIn(ctx, client(), "olena@example.com", good, "")
		wantKind(t, err, errs.KindUnauthorized, "bad_credentials")
		if _, err := w.SignIn(ctx, client(), "olena@example.com", "another good one", ""); err != nil {
			t.Fatal(err)
		}
	})
}
