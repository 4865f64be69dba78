package inbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
)

// BenchmarkReceive keeps plain texts of 40 people in known conversations, 40 at a time.
func BenchmarkReceive(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		w := inboxtest.New(b, d)
		for i := range 40 {
			w.Conversation(int64(i+1), fmt.Sprint("Клієнт ", i), 1)
		}
		w.Clock.Advance(time.Hour)
		work := make(chan int)
		done := make(chan error)
		for range 40 {
			go func() {
				var last error
				for n := range work {
					in := w.From(int64(n%40+1), fmt.Sprint("Клієнт ", n%40), "Добрий день, чи є Audi A6?")
					in.ExternalID, in.Raw = int64(1000+n), `{"message_id":1}`
					if err := d.InChat(context.Background(), fmt.Sprint(n%40), func(ctx context.Context, tx *db.Tx) error {
						_, err := w.Inbox.Receive(ctx, tx, in)
						return err
					}); err != nil {
						last = err
					}
				}
				done <- last
			}()
		}
		b.ResetTimer()
		for n := range b.N {
			work <- n
		}
		close(work)
		for range 40 {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReads lists, searches and opens chats among 20,000 conversations.
func BenchmarkReads(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		w := inboxtest.New(b, d)
		ids, err := inboxtest.Seed(b.Context(), d, inboxtest.SeedPlan{
			Workspace: w.Workspace, Bots: []uuid.UUID{w.Bot}, Assignees: []uuid.UUID{w.Operator.UserID},
			Conversations: 20_000, Messages: 5, FirstChat: 1, Until: w.Clock.Now(),
		})
		if err != nil {
			b.Fatal(err)
		}
		middle := &inbox.Place{At: w.Clock.Now().Add(-10_000 * time.Second), ID: ids[0]}
		for name, f := range map[string]inbox.Filter{
			"first page": {}, "middle": {After: middle}, "mine": {View: inbox.Mine, UserID: w.Operator.UserID, After: middle},
			"unassigned": {View: inbox.Unassigned, After: middle}, "unread": {Unread: true, After: middle},
			"common search": {Search: "коваль"}, "search in vain": {Search: "неіснуюче"},
		} {
			f.Limit = 30
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if _, _, err := w.Inbox.List(b.Context(), w.Workspace, f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("open chat", func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				if _, _, err := w.Inbox.Thread(b.Context(), w.Workspace, ids[n%len(ids)], inbox.Page{Limit: 50}); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func engines(b *testing.B, bench func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, dbtest.Postgres(b)) })
}
