package scenario_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/scenario"
)

// A step with its storage: 200 chats that answer one question of the lead flow after the
// other, each in a unit of its own.
func BenchmarkHandle(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			s, err := scenario.New(clock.System{}, events.NewLog(clock.System{}, nil), scenario.Ports{
				Sender: silent{}, Leads: w, Support: w, Requests: w, Dictionary: w, Contacts: w, Conversations: w,
			})
			if err != nil {
				b.Fatal(err)
			}
			const chats = 200
			all := make(chan *chat, chats)
			for range chats {
				all <- w.chat(scenario.ClientLead)
			}
			says := []string{"/buy", "Ann", "BMW X5", "25000", "Kyiv"}
			b.SetParallelism(20)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					c := <-all
					u := c.Update
					u.Text, u.MessageID = says[c.n%len(says)], ident.New()
					c.n++
					if err := w.d.InTx(b.Context(), func(ctx context.Context, tx *db.Tx) error {
						_, err := s.Handle(ctx, tx, u)
						return err
					}); err != nil {
						b.Error(err)
					}
					all <- c
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

// silent says nothing, so that the steps alone are measured.
type silent struct{}

func (silent) Send(context.Context, *db.Tx, scenario.Message) error { return nil }
func (silent) AnswerCallback(context.Context, *db.Tx, uuid.UUID, uuid.UUID, string, string) error {
	return nil
}
