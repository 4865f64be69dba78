package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
)

// contents is everything that a company owns, row by row: every table that is led by a
// workspace, the company itself, its people and their sessions.
func contents(t testing.TB, w *apptest.World, b *belongings) string {
	t.Helper()
	var out []string
	for _, table := range tables(t, w, "workspace_id") {
		if table == "leases" {
			continue
		}
		out = append(out, rows(t, w, table, "workspace_id = ?", b.ID)...)
	}
	out = append(out, rows(t, w, "workspaces", "id = ?", b.ID)...)
	for _, p := range []any{b.Owner.UserID, b.member.UserID} {
		out = append(out, rows(t, w, "users", "id = ?", p)...)
	}
	return strings.Join(out, "\n")
}

// tables lists those that have the column.
func tables(t testing.TB, w *apptest.World, column string) []string {
	t.Helper()
	query := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = ? WHERE m.type = 'table' ORDER BY 1`
	if w.App.DB.Engine() == db.Postgres {
		query = `SELECT CAST(c.table_name AS text) FROM information_schema.columns c JOIN information_schema.tables i USING (table_schema, table_name)
			WHERE c.table_schema = 'public' AND i.table_type = 'BASE TABLE' AND c.column_name = ? ORDER BY 1`
	}
	list, err := db.All[string](t.Context(), w.App.DB.Read(), query, column)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 15 {
		t.Fatalf("only %v have %s", list, column)
	}
	return list
}

func rows(t testing.TB, w *apptest.World, table, where string, args ...any) []string {
	t.Helper()
	whole := "CAST(x AS text)"
	if w.App.DB.Engine() == db.SQLite {
		columns, err := db.All[string](t.Context(), w.App.DB.Read(), "SELECT name FROM pragma_table_info(?)", table)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range columns {
			columns[i] = `quote("` + c + `")`
		}
		whole = strings.Join(columns, " || ',' || ")
	}
	list, err := db.All[string](t.Context(), w.App.DB.Read(), "SELECT "+whole+" FROM "+table+" x WHERE "+where, args...)
	if err != nil {
		t.Fatal(fmt.Errorf("reading %s: %w", table, err))
	}
	for i, r := range list {
		list[i] = table + ": " + r
	}
	slices.Sort(list)
	return list
}

// difference lists the lines that only one of them has.
func difference(before, now string) string {
	was, is := strings.Split(before, "\n"), strings.Split(now, "\n")
	var out []string
	for _, l := range was {
		if !slices.Contains(is, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}
