package messaging_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/inbox/inboxtest"
	"cartie/internal/messaging"
	carrier "cartie/internal/messaging/botapi"
	"cartie/internal/messaging/pace"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/lease"
	"cartie/internal/telegram/botapi"
)

type manySenders []messaging.Sender

func (m manySenders) Senders(context.Context) ([]messaging.Sender, error) { return m, nil }

func (manySenders) TokenRefused(context.Context, messaging.Sender) error { return nil }

// BenchmarkDispatcher sends texts that wait already, unpaced, with 100 bots and 10 chats
// each, to a server in the same process.
func BenchmarkDispatcher(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmark(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { benchmark(b, dbtest.Postgres(b)) })
}

func benchmark(b *testing.B, d *db.DB) {
	w := inboxtest.New(b, d)
	var calls atomic.Int64
	done := make(chan struct{})
	h := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		n := calls.Add(1)
		_, _ = fmt.Fprintf(rw, `{"ok":true,"result":{"message_id":%d}}`, n)
		if n == int64(b.N) {
			close(done)
		}
	}))
	defer h.Close()
	var senders manySenders
	var convs []uuid.UUID
	for i := range 100 {
		bot := w.AddBot(w.Workspace, fmt.Sprint("bot ", i))
		senders = append(senders, messaging.Sender{WorkspaceID: w.Workspace, BotID: bot, Token: fmt.Sprintf("%d:token", i)})
		for j := range 10 {
			in := w.From(int64(1000+i*10+j), "Клієнт", "добрий день")
			in.BotID = bot
			convs = append(convs, w.Receive(in).ConversationID)
		}
	}
	limits := pace.Unpaced()
	disp := messaging.NewDispatcher(d, clock.System{}, lease.New(d, clock.System{}, "bench"), senders,
		carrier.New(botapi.New(h.URL), nil, nil), talk{w.Inbox}, talk{w.Inbox}, messaging.Options{Limits: &limits})
	msgs := messaging.New(clock.System{}, talk{w.Inbox}, nil)
	for from := 0; from < b.N; from += 100 {
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < min(from+100, b.N); i++ {
				_, err := msgs.Send(ctx, tx, messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: convs[i%len(convs)], Content: text("Вітаємо! Авто ще є.")})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	b.ResetTimer()
	go func() { ended <- disp.Run(ctx) }()
	<-done
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sent/s")
	n, err := db.One[int64](b.Context(), d.Read(), "SELECT count(*) FROM deliveries WHERE state = 'sent'")
	if err != nil || n != int64(b.N) {
		b.Fatalf("%d of %d are sent: %v", n, b.N, err)
	}
}
