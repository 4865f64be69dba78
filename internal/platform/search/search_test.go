package search_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/search"
)

func TestWordsAndPieces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, ws := t.Context(), ident.New()
		olena, golf := ident.New(), ident.New()
		put := func(ws uuid.UUID, id uuid.UUID, texts ...string) {
			t.Helper()
			if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				search.Put(ctx, tx, ws, "contact", id, texts...)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		put(ws, olena, "Олена  Коваль", "+380501234567", "olena@example.com", "")
		put(ws, golf, "VW Golf 7", `100% "new"_`)
		put(ident.New(), ident.New(), "Олена Чужа")
		find := func(what string) []uuid.UUID {
			t.Helper()
			cond, args := search.Where(d.Read(), ws, "contact", "e.id", what)
			ids, err := db.All[uuid.UUID](ctx, d.Read(), "SELECT e.id FROM search_entries e WHERE "+cond, args...)
			if err != nil {
				t.Fatalf("%q: %v", what, err)
			}
			return ids
		}
		for what, want := range map[string]uuid.UUID{
			"олена": olena, "ОЛЕН": olena, "валь": olena, "0501234": olena, "ко ол": olena, "коваль олена": olena, "example.c": olena,
			"golf": golf, "vw": golf, "7": golf, "100%": golf, `"new"`: golf, "_": uuid.Nil, "v go": golf,
			"олена golf": uuid.Nil, "xyz": uuid.Nil, "' OR 1=1 --": uuid.Nil, "*": uuid.Nil, "w": uuid.Nil,
		} {
			got := find(what)
			if want == uuid.Nil && len(got) != 0 || want != uuid.Nil && (len(got) != 1 || got[0] != want) {
				t.Errorf("%q finds %v", what, got)
			}
		}
		put(ws, olena, "Олена Мельник")
		if got := find("коваль"); len(got) != 0 {
			t.Errorf("the old name finds %v", got)
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			search.Remove(ctx, tx, ws, "contact", olena)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := find("мельник"); len(got) != 0 {
			t.Errorf("what is gone finds %v", got)
		}
		if cond, _ := search.Where(d.Read(), ws, "contact", "e.id", "  "); cond != "" {
			t.Errorf("nothing asked gives %q", cond)
		}
	})
}
