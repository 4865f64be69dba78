// Package dbtest gives each test a migrated database of its own, on both engines.
//
// PostgreSQL is one cluster for all packages of a test run: CARTIE_TEST_POSTGRES names
// it, or the first package starts one from Debian's binaries and the last to leave
// stops it. A database per test is copied from a migrated template.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
)

// Each runs the test on SQLite and on PostgreSQL. Without PostgreSQL that part skips.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

var template struct {
	once sync.Once
	file []byte
	err  error
}

// SQLite returns a database in a file of its own, copied from a migrated one.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, SQLiteFile(t))
}

// SQLiteFile returns the path of a migrated file that nobody has open.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	template.once.Do(func() { template.file, template.err = makeTemplate() })
	if template.err != nil {
		t.Fatalf("making the template: %v", template.err)
	}
	path := filepath.Join(t.TempDir(), "cartie.db")
	if err := os.WriteFile(path, template.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func makeTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "cartie-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "t.db")
	d, err := db.Open(context.Background(), db.Config{URL: path, SyncNormal: true})
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil { // the last close folds the write-ahead log in
		return nil, err
	}
	return os.ReadFile(path)
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{URL: url, SyncNormal: true, MaxConns: 6})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// Postgres returns a database of its own in the test cluster.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL returns the address of a migrated database that is dropped after the test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	base, err := cluster()
	if err != nil {
		t.Skipf("PostgreSQL is not available for tests: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tmpl, err := pgTemplate(ctx, base)
	if err != nil {
		t.Fatalf("making the PostgreSQL template: %v", err)
	}
	name := "t_" + strings.ReplaceAll(ident.New().String(), "-", "")
	if err := admin(ctx, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, tmpl)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = admin(ctx, base, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))
	})
	return withDatabase(base, name)
}

var pgTmpl struct {
	once sync.Once
	name string
	err  error
}

// pgTemplate makes the migrated template once per process.
func pgTemplate(ctx context.Context, base string) (string, error) {
	pgTmpl.once.Do(func() {
		name := fmt.Sprintf("template_%d_%d", os.Getpid(), time.Now().UnixNano())
		if pgTmpl.err = admin(ctx, base, "CREATE DATABASE "+name); pgTmpl.err != nil {
			return
		}
		d, err := db.Open(ctx, db.Config{URL: withDatabase(base, name), MaxConns: 4})
		if err != nil {
			pgTmpl.err = err
			return
		}
		_, pgTmpl.err = d.Migrate(ctx)
		_ = d.Close()
		pgTmpl.name = name
	})
	return pgTmpl.name, pgTmpl.err
}

func admin(ctx context.Context, base, sql string) error {
	c, err := pgx.Connect(ctx, withDatabase(base, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	return err
}

func withDatabase(base, name string) string {
	head, query, _ := strings.Cut(base, "?")
	at := strings.LastIndex(head, "/")
	return head[:at+1] + name + "?" + query
}

// Plan returns how the engine would run the statement, one step a line.
func Plan(t testing.TB, d *db.DB, query string, args ...any) string {
	t.Helper()
	word := "EXPLAIN QUERY PLAN "
	if d.Engine() == db.Postgres {
		word = "EXPLAIN "
	}
	rows, err := d.Read().Query(t.Context(), word+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var line string
		if d.Engine() == db.Postgres {
			err = rows.Scan(&line)
		} else {
			var id, parent, unused int
			err = rows.Scan(&id, &parent, &unused, &line)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}
