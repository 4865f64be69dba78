package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

const insertNote = `INSERT INTO notes (workspace_id, id, conversation_id, author_id, text, created_at) VALUES (?,?,?,?,?,?)`

var (
	ws  = ident.New()
	now = time.Date(2026, 10, 25, 1, 2, 3, 4_000_000, time.UTC)
)

func addNote(ctx context.Context, tx *db.Tx, text string) error {
	_, err := tx.Exec(ctx, insertNote, ws, ident.New(), ws, ws, text, now)
	return err
}

func texts(t *testing.T, d *db.DB) []string {
	t.Helper()
	out, err := db.All[string](t.Context(), d.Read(), "SELECT text FROM notes WHERE workspace_id = ? ORDER BY id", ws)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		hooks := 0
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.AfterCommit(func() { hooks++ })
			return addNote(ctx, tx, "kept")
		}); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			tx.AfterCommit(func() { hooks++ })
			if err := addNote(ctx, tx, "rolled back"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := addNote(ctx, tx, "panicked"); err != nil {
				return err
			}
			panic("no way")
		})
		var p *db.PanicError
		if !errors.As(err, &p) || p.Value != "no way" {
			t.Fatalf("got %v", err)
		}
		if got := texts(t, d); len(got) != 1 || got[0] != "kept" || hooks != 1 {
			t.Fatalf("left %v, %d hooks", got, hooks)
		}
	})
}

func TestFailedUnitLeavesItsNeighboursAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		var failed atomic.Int64
		for i := range 60 {
			wg.Go(func() {
				err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if err := addNote(ctx, tx, fmt.Sprint(i)); err != nil {
						return err
					}
					if i%5 == 0 {
						return errs.Conflict("Not this one.")
					}
					return nil
				})
				if err != nil {
					failed.Add(1)
				}
			})
		}
		wg.Wait()
		if got := len(texts(t, d)); got != 48 || failed.Load() != 12 {
			t.Fatalf("%d rows, %d failures", got, failed.Load())
		}
	})
}

// TestUnitThatOnlyRefusesCostsItsNeighboursNothing: what wrote nothing is not undone, so
// those who share its commit do not run again.
func TestUnitThatOnlyRefusesCostsItsNeighboursNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = d.InTx(t.Context(), func(context.Context, *db.Tx) error { close(held); <-hold; return nil })
	})
	<-held
	refused := errors.New("refused")
	var runs, failed atomic.Int64
	for i := range 40 { // fewer than share one commit
		wg.Go(func() {
			if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				runs.Add(1)
				if i%4 == 0 {
					if _, err := db.Exists(ctx, tx, "SELECT 1 FROM notes"); err != nil {
						return err
					}
					return refused
				}
				return addNote(ctx, tx, fmt.Sprint(i))
			}); errors.Is(err, refused) {
				failed.Add(1)
			}
		})
	}
	close(hold)
	wg.Wait()
	if got := len(texts(t, d)); got != 30 || failed.Load() != 10 || runs.Load() != 40 {
		t.Fatalf("%d rows, %d refused, %d runs", got, failed.Load(), runs.Load())
	}
}

func TestExpectedWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, "CREATE TABLE claims (id BIGINT PRIMARY KEY)")
		taken := errors.New("taken")
		claim := func(then db.UnitFunc) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if err := tx.Expect(ctx, taken, "INSERT INTO claims (id) VALUES (?) ON CONFLICT DO NOTHING", 1); err != nil {
					return err
				}
				return then(ctx, tx)
			})
		}
		ways := map[string]db.UnitFunc{
			"nothing": func(context.Context, *db.Tx) error { return nil },
			"push": func(ctx context.Context, tx *db.Tx) error {
				tx.Push(ctx, insertNote, ws, ident.New(), ws, ws, "x", now)
				return nil
			},
			"exec": func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE notes SET text = text")
				return err
			},
			"read and push": func(ctx context.Context, tx *db.Tx) error {
				if _, err := db.Exists(ctx, tx, "SELECT 1 FROM notes"); err != nil {
					return err
				}
				return addNote(ctx, tx, "x")
			},
			"a statement that fails by itself": func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO claims (id) VALUES (1)")
				return err
			},
		}
		boom := errors.New("boom")
		if err := claim(func(context.Context, *db.Tx) error { return boom }); !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		if err := claim(ways["read and push"]); err != nil { // the failed unit's claim is gone
			t.Fatal(err)
		}
		for name, then := range ways {
			if err := claim(then); !errors.Is(err, taken) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if got := texts(t, d); len(got) != 1 {
			t.Fatalf("left %v", got)
		}
	})
}

func TestNestedWorkIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, f := range map[string]func(ctx context.Context) error{
			"transaction": func(ctx context.Context) error {
				return d.InTx(ctx, func(context.Context, *db.Tx) error { return nil })
			},
			"chat": func(ctx context.Context) error {
				return d.InChat(ctx, "c", func(context.Context, *db.Tx) error { return nil })
			},
			"read": func(ctx context.Context) error { return d.Ping(ctx) },
		} {
			err := d.InTx(t.Context(), func(ctx context.Context, _ *db.Tx) error { return f(ctx) })
			if err == nil || err.Error() != "nested transaction" && !errors.Is(err, context.Canceled) && !containsNested(err) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func containsNested(err error) bool {
	for err != nil {
		if err.Error() == "nested transaction" {
			return true
		}
		err = errors.Unwrap(err)
	}
	return false
}

func TestCancelledCallerDoesNotBreakTheUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			cancel()
			return addNote(ctx, tx, "finished")
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(ctx, func(context.Context, *db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Fatalf("a unit must not start for a caller who left: %v", err)
		}
		if got := texts(t, d); len(got) != 1 {
			t.Fatalf("left %v", got)
		}
	})
}

func TestPushedErrorsFailTheUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		id := ident.New()
		push := func(ctx context.Context, tx *db.Tx) error {
			tx.Push(ctx, insertNote, ws, id, ws, ws, "pushed", now)
			return nil
		}
		if err := d.InTx(t.Context(), push); err != nil {
			t.Fatal(err)
		}
		err := d.InTx(t.Context(), push)
		if !db.IsUnique(err) {
			t.Fatalf("got %v", err)
		}
		// a pushed write is seen by the statement that follows
		err = d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			tx.Push(ctx, insertNote, ws, ident.New(), ws, ws, "second", now)
			n, err := db.One[int64](ctx, tx, "SELECT count(*) FROM notes WHERE workspace_id = ?", ws)
			if err == nil && n != 2 {
				err = fmt.Errorf("sees %d", n)
			}
			tx.Push(ctx, insertNote, ws, ident.New(), ws, ws, "third", now)
			if _, err := tx.Exec(ctx, "UPDATE notes SET text = ? WHERE workspace_id = ?", "x?", ws); err != nil {
				return err
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := texts(t, d); len(got) != 3 || got[2] != "x?" {
			t.Fatalf("got %v", got)
		}
	})
}

func TestChatLockKeepsOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				err := d.InChat(t.Context(), "bot/1", func(ctx context.Context, tx *db.Tx) error {
					n, err := db.One[int64](ctx, tx, "SELECT count(*) FROM notes WHERE workspace_id = ?", ws)
					if err != nil {
						return err
					}
					return addNote(ctx, tx, fmt.Sprintf("%03d", n))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for _, s := range texts(t, d) {
			seen[s] = true
		}
		if len(seen) != 40 {
			t.Fatalf("%d distinct numbers of 40: two units interleaved", len(seen))
		}
	})
}

func TestScan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		type row struct {
			ID     uuid.UUID
			Text   db.JSON[map[string]string]
			UsedAt *time.Time
			At     time.Time
			Flag   bool
		}
		id := ident.New()
		err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO canned_replies (workspace_id, id, shortcut, title, text, version, created_at, updated_at) VALUES (?,?,?,?,?,1,?,?)`,
				ws, id, "hi", "Hi", db.JSON[map[string]string]{V: map[string]string{"uk": "Вітаю"}}, now, now)
			if err != nil {
				return err
			}
			at, err := db.One[time.Time](ctx, tx, "UPDATE canned_replies SET version = canned_replies.version + 1 WHERE workspace_id = ? RETURNING created_at", ws)
			if err == nil && !at.Equal(now) {
				err = fmt.Errorf("returned %v", at)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := db.One[row](ctx, d.Read(), "SELECT id, text, created_at AS at, CAST(NULL AS timestamp) AS used_at, version > 1 AS flag FROM canned_replies WHERE workspace_id = ?", ws)
		if err != nil {
			t.Fatal(err)
		}
		if r.ID != id || r.Text.V["uk"] != "Вітаю" || !r.At.Equal(now) || r.At.Location() != time.UTC || r.UsedAt != nil || !r.Flag {
			t.Fatalf("got %+v", r)
		}
		if _, err := db.One[row](ctx, d.Read(), "SELECT id FROM canned_replies WHERE workspace_id = ?", id); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("got %v", err)
		}
		if at, err := db.One[*time.Time](ctx, d.Read(), "SELECT max(created_at) FROM notes WHERE workspace_id = ?", id); err != nil || at != nil {
			t.Fatalf("got %v %v", at, err)
		}
		ids, err := db.All[uuid.UUID](ctx, d.Read(), "SELECT id FROM canned_replies WHERE id IN ("+db.Slots(2)+")", db.Args([]uuid.UUID{id, ws})...)
		if err != nil || len(ids) != 1 {
			t.Fatalf("got %v %v", ids, err)
		}
		if _, err := d.Read().Exec(ctx, "DELETE FROM notes"); err == nil {
			t.Fatal("the read pool must not write")
		}
	})
}

func TestMigrateTwiceAndCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.CheckSchema(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Migrate(t.Context()); err != nil || n != 0 {
			t.Fatalf("%d migrations ran again: %v", n, err)
		}
	})
	d, err := db.Open(t.Context(), db.Config{URL: t.TempDir() + "/new.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.CheckSchema(t.Context()); !errs.Is(err, errs.KindConflict) {
		t.Fatalf("an empty file is not what the code expects: %v", err)
	}
}

func TestFolded(t *testing.T) {
	if db.Folded("ÄІЇ Straße") != db.Folded("äії STRASSE") {
		t.Fatal("folding must hold for every script")
	}
}
