package settings_test

import (
	"context"
	"testing"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/settings"
)

type window struct {
	Days int `json:"days"`
}

func TestSettingOfOneCompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, ws, now := t.Context(), ident.New(), time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		put := func(days int, version int64) (v settings.Value[window], err error) {
			err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				v, err = settings.Put(ctx, tx, ws, "lead.duplicates", window{days}, version, now)
				return err
			})
			return v, err
		}
		get := func() settings.Value[window] {
			v, err := settings.Get(ctx, d.Read(), ws, "lead.duplicates", window{14})
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if v := get(); v.V.Days != 14 || v.Version != 0 {
			t.Fatalf("the default: %+v", v)
		}
		if v, err := put(7, 0); err != nil || v.Version != 1 {
			t.Fatalf("the first: %+v %v", v, err)
		}
		if _, err := put(9, 0); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("over an unseen value: %v", err)
		}
		if v, err := put(30, 1); err != nil || v.Version != 2 {
			t.Fatalf("the second: %+v %v", v, err)
		}
		if _, err := put(31, 1); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("over a newer value: %v", err)
		}
		if v := get(); v.V.Days != 30 || v.Version != 2 {
			t.Fatalf("kept: %+v", v)
		}
		other, err := settings.Get(ctx, d.Read(), ident.New(), "lead.duplicates", window{14})
		if err != nil || other.V.Days != 14 {
			t.Fatalf("another company: %+v %v", other, err)
		}
	})
}
