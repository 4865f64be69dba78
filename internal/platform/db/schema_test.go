package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
)

type column struct {
	Table string `db:"table_name"`
	Name  string `db:"column_name"`
	Type  string `db:"data_type"`
	Null  bool   `db:"nullable"`
}

// sameType maps each engine's type to one word.
var sameType = map[string]string{
	"uuid": "id", "UUID": "id", "text": "text", "jsonb": "text", "bytea": "bytes", "bigint": "integer", "integer": "integer",
	"boolean": "boolean", "timestamp with time zone": "instant",
	"TEXT": "text", "BLOB": "bytes", "BIGINT": "integer", "INTEGER": "integer", "BOOLEAN": "boolean", "TIMESTAMP": "instant",
}

func ours(table string) bool {
	return !strings.HasPrefix(table, "river_") && !strings.HasPrefix(table, "search_fts") && !strings.HasPrefix(table, "goose_") && !strings.HasPrefix(table, "sqlite_")
}

func columns(t *testing.T, d *db.DB) []string {
	t.Helper()
	q := `SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type, (c."notnull" = 0 AND c.pk = 0) AS nullable
		FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	if d.Engine() == db.Postgres {
		q = `SELECT table_name, column_name, data_type, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_schema = 'public'`
	}
	rows, err := db.All[column](t.Context(), d.Read(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range rows {
		// the transaction id exists only where commit order differs from the order of numbers
		if !ours(c.Table) || c.Table == "events" && c.Name == "xid" {
			continue
		}
		kind := sameType[c.Type]
		if kind == "" {
			t.Fatalf("%s.%s has the type %s, which the other engine lacks", c.Table, c.Name, c.Type)
		}
		out = append(out, fmt.Sprintf("%s.%s %s null=%v", c.Table, c.Name, kind, c.Null))
	}
	slices.Sort(out)
	return out
}

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	lite, pg := dbtest.SQLite(t), dbtest.Postgres(t)
	if diff := cmp.Diff(columns(t, lite), columns(t, pg)); diff != "" {
		t.Errorf("columns differ (-sqlite +postgres):\n%s", diff)
	}
	index := func(d *db.DB, q string) []string {
		names, err := db.All[string](t.Context(), d.Read(), q)
		if err != nil {
			t.Fatal(err)
		}
		names = slices.DeleteFunc(names, func(n string) bool { return !ours(n) })
		slices.Sort(names)
		return names
	}
	if diff := cmp.Diff(
		index(lite, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"),
		index(pg, "SELECT indexname FROM pg_indexes i WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"),
	); diff != "" {
		t.Errorf("indexes differ (-sqlite +postgres):\n%s", diff)
	}
}

// notLedByWorkspace are the tables that belong to the installation, not to a company, and
// search_entries, whose rows need a number for the full-text index.
var notLedByWorkspace = []string{"users", "sessions", "one_time_links", "leases", "events", "workspaces", "search_entries"}

func TestPrimaryKeysLeadWithTheWorkspace(t *testing.T) {
	d := dbtest.SQLite(t)
	tables, err := db.All[string](t.Context(), d.Read(), "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if !ours(table) || slices.Contains(notLedByWorkspace, table) {
			continue
		}
		first, err := db.One[string](t.Context(), d.Read(), "SELECT name FROM pragma_table_info('"+table+"') WHERE pk = 1")
		if err != nil || first != "workspace_id" {
			t.Errorf("%s: the primary key leads with %q (%v)", table, first, err)
		}
	}
}
