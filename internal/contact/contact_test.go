package contact_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/contact"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

type world struct {
	*testing.T
	d     *db.DB
	clock *clock.Fake
	svc   *contact.Service
	ws    uuid.UUID
}

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
		w := &world{T: t, d: d, clock: c, svc: contact.New(d, c, events.NewLog(c, nil)), ws: ident.New()}
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO workspaces (id, slug, name, plan, color, timezone, language, currency, country, hours, holidays, is_active, version, created_at, updated_at)
				VALUES (?,?,'Autohaus','FREE','','Europe/Kyiv','uk','UAH','UA','{}','[]',TRUE,1,?,?)`, w.ws, w.ws.String(), c.Now(), c.Now())
			return err
		})
		test(w)
	})
}

func (w *world) tx(f db.UnitFunc) {
	w.Helper()
	if err := w.d.InTx(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

func (w *world) touch(id contact.Identity) (c contact.Seen, created bool) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		c, created, err = w.svc.Touch(ctx, tx, w.ws, id)
		return err
	})
	return c, created
}

var olena = contact.Identity{Channel: "telegram", ExternalID: "42", Username: "olena", Name: "Олена Коваль", Language: "uk"}

func TestTouchKnowsAPersonAgain(t *testing.T) {
	each(t, func(w *world) {
		first, created := w.touch(olena)
		if !created || first.Name != "Олена Коваль" {
			w.Fatalf("got %+v %v", first, created)
		}
		w.clock.Advance(time.Hour)
		renamed := olena
		renamed.Name, renamed.Username, renamed.Language = "Olena", "olena_k", "en"
		again, created := w.touch(renamed)
		if created || again.ID != first.ID || again.Name != "Olena" || again.Language != "uk" {
			w.Fatalf("got %+v %v", again, created)
		}
		kept, err := w.svc.Get(w.Context(), w.ws, first.ID)
		if err != nil || kept.Name != "Olena" || kept.Version != 2 || !kept.LastInteractionAt.Equal(w.clock.Now()) {
			w.Fatalf("kept %+v %v", kept, err)
		}
		ids, err := w.svc.Identities(w.Context(), w.ws, first.ID)
		if err != nil || len(ids) != 1 || ids[0].Username != "olena_k" {
			w.Fatalf("addresses %+v %v", ids, err)
		}
	})
}

func TestEditedNameStays(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		name := "Олена (Audi A6)"
		if _, err := w.svc.Edit(w.Context(), w.ws, c.ID, 1, contact.Patch{Name: &name}); err != nil {
			w.Fatal(err)
		}
		renamed := olena
		renamed.Name = "Lena"
		if got, _ := w.touch(renamed); got.Name != name {
			w.Fatalf("a channel replaced an edited name by %q", got.Name)
		}
	})
}

func TestTwoPeopleEditOneContact(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		phone, notes := "050 123 45 67", "VIP"
		edited, err := w.svc.Edit(w.Context(), w.ws, c.ID, 1, contact.Patch{Phone: &phone})
		if err != nil || edited.Phone != "+380501234567" || edited.Version != 2 {
			w.Fatalf("got %+v %v", edited, err)
		}
		current, err := w.svc.Edit(w.Context(), w.ws, c.ID, 1, contact.Patch{Notes: &notes})
		if !errs.Is(err, errs.KindConflict) || current.Phone != "+380501234567" || current.Notes != "" {
			w.Fatalf("the second must see what the first wrote: %+v %v", current, err)
		}
		// an edit that changes nothing leaves the version and no trace
		same, err := w.svc.Edit(w.Context(), w.ws, c.ID, 2, contact.Patch{Phone: &phone})
		if err != nil || same.Version != 2 {
			w.Fatalf("got %+v %v", same, err)
		}
		h, err := w.svc.History(w.Context(), w.ws, c.ID, 1<<62, 10)
		if err != nil || len(h) != 2 || string(h[0].Data.V) == "" || h[1].Kind != "contact.changed" {
			w.Fatalf("history %+v %v", h, err)
		}
	})
}

func TestForeignContactIsNotFound(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		other, name := ident.New(), "x"
		if _, err := w.svc.Get(w.Context(), other, c.ID); !errs.Is(err, errs.KindNotFound) {
			w.Errorf("get: %v", err)
		}
		if _, err := w.svc.Edit(w.Context(), other, c.ID, 1, contact.Patch{Name: &name}); !errs.Is(err, errs.KindNotFound) {
			w.Errorf("edit: %v", err)
		}
		if _, err := w.svc.History(w.Context(), other, c.ID, 1<<62, 10); !errs.Is(err, errs.KindNotFound) {
			w.Errorf("history: %v", err)
		}
		err := w.d.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.svc.SetPhone(ctx, tx, other, c.ID, "+380501234567")
		})
		if !errs.Is(err, errs.KindNotFound) {
			w.Errorf("phone: %v", err)
		}
	})
}

func TestSharedPhoneIsKept(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		for range 2 { // sharing it again changes nothing
			w.tx(func(ctx context.Context, tx *db.Tx) error { return w.svc.SetPhone(ctx, tx, w.ws, c.ID, "380671112233") })
		}
		got, err := w.svc.Get(w.Context(), w.ws, c.ID)
		if err != nil || got.Phone != "+380671112233" || got.Version != 2 {
			w.Fatalf("got %+v %v", got, err)
		}
	})
}

func TestWhatAPersonSaysOfThemselvesInAChat(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			for in, want := range map[string]string{"050 123-45-67": "+380501234567", "380501234567": "+380501234567", "+49 151 23456789": "+4915123456789", "call me": ""} {
				got, err := w.svc.Phone(ctx, tx, w.ws, in)
				if got != want || (want == "") != errs.Is(err, errs.KindInvalid) {
					w.Errorf("%q: %q %v", in, got, err)
				}
			}
			for range 2 { // the same again changes nothing
				if err := w.svc.SetLanguage(ctx, tx, w.ws, c.ID, "ru"); err != nil {
					return err
				}
			}
			if err := w.svc.SetLanguage(ctx, tx, w.ws, c.ID, "не мова"); !errs.Is(err, errs.KindInvalid) {
				w.Errorf("an odd language: %v", err)
			}
			return w.svc.SetLanguage(ctx, tx, ident.New(), c.ID, "en") // another company's contact stays as it is
		})
		got, err := w.svc.Get(w.Context(), w.ws, c.ID)
		if err != nil || got.Language != "ru" || got.Version != 2 {
			w.Fatalf("got %+v %v", got, err)
		}
		if again, _ := w.touch(olena); again.Language != "ru" { // the channel says uk; the person said ru
			w.Errorf("the choice is lost: %+v", again)
		}
	})
}

func TestBadInputNamesItsField(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.touch(olena)
		s := func(v string) *string { return &v }
		long := make([]byte, 20_000)
		for i := range long {
			long[i] = 'x'
		}
		for field, p := range map[string]contact.Patch{
			"name":     {Name: s("  ")},
			"phone":    {Phone: s("12")},
			"email":    {Email: s("Olena <o@x.ua>")},
			"language": {Language: s("не мова")},
			"notes":    {Notes: s(string(long))},
			"tags":     {Tags: &[]string{string(long[:51])}},
		} {
			_, err := w.svc.Edit(w.Context(), w.ws, c.ID, 1, p)
			if e := errs.As(err); e == nil || e.Kind != errs.KindInvalid || e.Field != field {
				w.Errorf("%s: got %v", field, err)
			}
		}
		tags := []string{" Audi ", "audi", "", "лізинг"}
		got, err := w.svc.Edit(w.Context(), w.ws, c.ID, 1, contact.Patch{Tags: &tags})
		if err != nil || len(got.Tags.V) != 2 || got.Tags.V[0] != "Audi" {
			w.Fatalf("got %v %v", got.Tags.V, err)
		}
	})
}

func TestPhones(t *testing.T) {
	for _, c := range []struct {
		name   string
		read   func(string, string) (string, error)
		in, to string
	}{
		{"shared without plus", contact.SharedPhone, "380501234567", "+380501234567"},
		{"shared from another country", contact.SharedPhone, "48512345678", "+48512345678"},
		{"shared national", contact.SharedPhone, "0501234567", "+380501234567"},
		{"typed national", contact.TypedPhone, "(050) 123-45-67", "+380501234567"},
		{"typed international", contact.TypedPhone, "+49 30 901820", "+4930901820"},
		{"typed international without plus", contact.TypedPhone, "48512345678", "+48512345678"},
		{"words", contact.TypedPhone, "call me", ""},
		{"too short", contact.SharedPhone, "112", ""},
	} {
		got, err := c.read(c.in, "UA")
		if got != c.to || (err == nil) != (c.to != "") {
			t.Errorf("%s: got %q %v", c.name, got, err)
		}
	}
}
