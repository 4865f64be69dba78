package events_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

func start(t *testing.T, d *db.DB) (*events.Hub, *events.Log) {
	t.Helper()
	hub := events.NewHub(d, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	if err := hub.Start(ctx); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); hub.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return hub, events.NewLog(clock.System{}, hub)
}

func next(t *testing.T, s *events.Subscription) events.Stored {
	t.Helper()
	select {
	case e, ok := <-s.C:
		if !ok {
			t.Fatal("the subscription ended")
		}
		return e
	case <-time.After(15 * time.Second):
		t.Fatal("no event came")
	}
	return events.Stored{}
}

func TestSubscribersGetTheirCompanyInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hub, log := start(t, d)
		ours, theirs := ident.New(), ident.New()
		sub := hub.Subscribe(ours)
		defer sub.Close()
		var wg sync.WaitGroup
		const n = 50
		for i := range n {
			wg.Go(func() {
				for _, ws := range []uuid.UUID{ours, theirs} {
					if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
						return log.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: "test.happened", SubjectType: "test", Data: map[string]int{"n": i}})
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		last := int64(0)
		for range n {
			e := next(t, sub)
			if e.WorkspaceID != ours || e.Seq <= last {
				t.Fatalf("seq %d after %d of %s", e.Seq, last, e.WorkspaceID)
			}
			last = e.Seq
		}
		list, err := events.OfWorkspace(t.Context(), d.Read(), ours, 0, 100)
		if err != nil || len(list) != n {
			t.Fatalf("%d stored: %v", len(list), err)
		}
	})
}

func TestRolledBackUnitTellsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hub, log := start(t, d)
		ws := ident.New()
		sub := hub.Subscribe(ws)
		defer sub.Close()
		publish := func(kind string, fail error) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if err := log.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: kind, SubjectType: "test"}); err != nil {
					return err
				}
				return fail
			})
		}
		if err := publish("test.failed", fmt.Errorf("no")); err == nil {
			t.Fatal("must fail")
		}
		if err := publish("test.kept", nil); err != nil {
			t.Fatal(err)
		}
		if e := next(t, sub); e.Kind != "test.kept" {
			t.Fatalf("got %s", e.Kind)
		}
	})
}

func TestActorComesFromTheRequest(t *testing.T) {
	d := dbtest.SQLite(t)
	log := events.NewLog(clock.System{}, nil)
	p := ident.Principal{UserID: ident.New(), IP: "10.0.0.7", RequestID: "r1", Impersonator: ident.New()}
	ctx := ident.With(t.Context(), p)
	ws := ident.New()
	if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return log.Publish(ctx, tx, events.Event{WorkspaceID: ws, Kind: "test.happened", SubjectType: "test"})
	}); err != nil {
		t.Fatal(err)
	}
	type row struct {
		ActorType      string
		ActorID        uuid.UUID
		ImpersonatorID uuid.UUID
		IP             string `db:"ip"`
	}
	got, err := db.One[row](t.Context(), d.Read(), "SELECT actor_type, actor_id, impersonator_id, ip FROM events WHERE workspace_id = ?", ws)
	if err != nil || got != (row{"user", p.UserID, p.Impersonator, p.IP}) {
		t.Fatalf("got %+v %v", got, err)
	}
}
