package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/ident"
)

// TestValuesComeBackInUnitsAndReads: the writer's connection, the read pool and PostgreSQL
// fill the same fields with the same values.
func TestValuesComeBackInUnitsAndReads(t *testing.T) {
	type word string
	type row struct {
		A uuid.UUID
		B *uuid.UUID
		C word
		D int
		E bool
		F *time.Time
		G db.JSON[[]int]
		H *string
		I []byte
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)
		id, other := ident.New(), ident.New()
		exec(t, d, `CREATE TABLE things (a UUID NOT NULL, b UUID, c TEXT, d BIGINT, e BOOLEAN, f `+timeType(d)+`, g TEXT, h TEXT, i `+bytesType(d)+`)`)
		exec(t, d, "INSERT INTO things VALUES (?,?,?,?,?,?,?,?,?)", id, &other, word("слово"), 7, true, &at, db.JSON[[]int]{V: []int{1, 2}}, nil, []byte{0, 255})
		exec(t, d, "INSERT INTO things VALUES (?,?,?,?,?,?,?,?,?)", other, (*uuid.UUID)(nil), word(""), -1, false, (*time.Time)(nil), db.JSON[[]int]{}, new(string), []byte{})
		check := func(ctx context.Context, q db.Querier) {
			t.Helper()
			got, ok, err := db.Maybe[row](ctx, q, "SELECT a, b, c, d, e, f, g, h, i FROM things WHERE a = ?", id)
			if err != nil || !ok || got.A != id || got.B == nil || *got.B != other || got.C != "слово" || got.D != 7 || !got.E ||
				got.F == nil || !got.F.Equal(at) || len(got.G.V) != 2 || got.H != nil || string(got.I) != "\x00\xff" {
				t.Fatalf("got %+v %v %v", got, ok, err)
			}
			got, ok, err = db.Maybe[row](ctx, q, "SELECT a, b, c, d, e, f, g, h, i FROM things WHERE a = ?", &other)
			if err != nil || !ok || got.B != nil || got.D != -1 || got.E || got.F != nil || got.H == nil || *got.H != "" {
				t.Fatalf("got %+v %v %v", got, ok, err)
			}
			text, err := db.One[string](ctx, q, "SELECT "+db.IDText(q, "a")+" AS text FROM things WHERE a = ?", id)
			if err != nil || text != id.String() {
				t.Fatalf("%s as text is %s: %v", id, text, err)
			}
			if _, _, err := db.Maybe[int64](ctx, q, "SELECT d FROM things"); err == nil || !strings.Contains(err.Error(), "more than one row") {
				t.Fatalf("two rows for one: %v", err)
			}
			if _, err := db.All[row](ctx, q, "SELECT a, 1 AS nobody FROM things"); err == nil || !strings.Contains(err.Error(), "nobody") {
				t.Fatalf("a column without a field: %v", err)
			}
			if _, err := db.All[string](ctx, q, "SELECT h FROM things"); err == nil {
				t.Fatal("NULL became a string")
			}
		}
		check(t.Context(), d.Read())
		if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { check(ctx, tx); return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

// TestAUnitThatPanicsWhileItReadsHarmsNobody: its statement is used again by the next one.
func TestAUnitThatPanicsWhileItReadsHarmsNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const query = "SELECT 1 UNION ALL SELECT 2 ORDER BY 1"
		for range 3 {
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				rows, err := tx.Query(ctx, query)
				if err != nil {
					return err
				}
				rows.Next()
				panic("in the middle")
			})
			if err == nil || !strings.Contains(err.Error(), "in the middle") {
				t.Fatal(err)
			}
			if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				list, err := db.All[int64](ctx, tx, query)
				if err == nil && len(list) != 2 {
					t.Errorf("got %v", list)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func timeType(d *db.DB) string {
	if d.Engine() == db.Postgres {
		return "TIMESTAMPTZ"
	}
	return "TIMESTAMP"
}

func bytesType(d *db.DB) string {
	if d.Engine() == db.Postgres {
		return "BYTEA"
	}
	return "BLOB"
}
