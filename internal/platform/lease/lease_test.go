package lease

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
)

func TestOneOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		c := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		a, b := New(d, c, "a"), New(d, c, "b")
		ta, ok, err := a.Acquire(ctx, "bot:1", time.Hour)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if _, ok, err := b.Acquire(ctx, "bot:1", time.Hour); err != nil || ok {
			t.Fatal("two owners", err)
		}
		if again, ok, _ := a.Acquire(ctx, "bot:1", time.Hour); !ok || again != ta {
			t.Fatal("the owner must keep its token")
		}
		if err := a.Release(ctx, "bot:1", ta); err != nil {
			t.Fatal(err)
		}
		tb, ok, err := b.Acquire(ctx, "bot:1", time.Hour)
		if err != nil || !ok || tb <= ta {
			t.Fatalf("token %d after %d: %v", tb, ta, err)
		}
		if ok, _ := a.Renew(ctx, "bot:1", ta, time.Hour); ok {
			t.Fatal("a lost lease must not be renewed")
		}
		if ok, _ := b.Renew(ctx, "bot:1", tb, time.Hour); !ok {
			t.Fatal("the owner must be able to renew")
		}
		holds := func(token int64) (ok bool) {
			if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				ok, err = Holds(ctx, tx, "bot:1", token)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if holds(ta) || !holds(tb) {
			t.Fatal("the old token must be refused, the new one hold")
		}
		tc, ok, err := a.TakeOver(ctx, "bot:1", time.Hour)
		if err != nil || !ok || tc <= tb || holds(tb) {
			t.Fatalf("takeover: %d %v %v", tc, ok, err)
		}
	})
}

func TestExpiredLeaseIsTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		c := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		a, b := New(d, c, "a"), New(d, c, "b")
		if _, ok, err := a.Acquire(ctx, "x", -time.Second); err != nil || !ok { // over as soon as taken
			t.Fatal(ok, err)
		}
		if _, ok, err := b.Acquire(ctx, "x", time.Minute); err != nil || !ok {
			t.Fatal("an expired lease must be free", err)
		}
	})
}

func TestRaceHasOneWinner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wins atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				l := New(d, clock.System{}, string(rune('a'+i)))
				if _, ok, err := l.Acquire(t.Context(), "race", time.Hour); err != nil {
					t.Error(err)
				} else if ok {
					wins.Add(1)
				}
			})
		}
		wg.Wait()
		if wins.Load() != 1 {
			t.Fatalf("%d winners", wins.Load())
		}
	})
}
