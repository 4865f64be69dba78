package intake_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/intake"
)

type liveBots struct {
	bot intake.Bot
	err error
}

func (l liveBots) Live(_ context.Context, id uuid.UUID) (intake.Bot, error) {
	if l.err == nil && id != l.bot.ID {
		return intake.Bot{}, errs.NotFound("bot")
	}
	return l.bot, l.err
}

func (l liveBots) Heard(context.Context, intake.Bot) {}

func (w *world) server(bots intake.Bots) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+intake.WebhookPath, intake.Webhook(bots, w.in, slog.New(slog.DiscardHandler)))
	return mux
}

func knock(h http.Handler, bot fmt.Stringer, secret, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/api/telegram/webhook/"+bot.String(), strings.NewReader(body))
	r.Header.Set(intake.SecretHeader, secret)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestWebhookAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.server(liveBots{bot: w.bot})
		for name, c := range map[string]struct {
			bot    uuid.UUID
			secret string
			body   string
			want   int
		}{
			"applied":        {w.bot.ID, "s3cret", text(1, 100, 1, "hi"), 200},
			"wrong secret":   {w.bot.ID, "s3cres", text(2, 100, 2, "forged"), 403},
			"no secret":      {w.bot.ID, "", text(3, 100, 3, "forged"), 403},
			"unknown bot":    {uuid.New(), "s3cret", text(4, 100, 4, "lost"), 404},
			"malformed":      {w.bot.ID, "s3cret", `{"update_id":`, 400},
			"oversized":      {w.bot.ID, "s3cret", `{"update_id":5,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
			"wrong, too big": {w.bot.ID, "nope", strings.Repeat("x", 1<<21), 403},
		} {
			rec := knock(h, c.bot, c.secret, c.body)
			if rec.Code != c.want || rec.Body.Len() != 0 {
				t.Errorf("%s: %d %q", name, rec.Code, rec.Body)
			}
		}
		if got := w.texts(); !slices.Equal(got, []string{"hi"}) {
			t.Errorf("kept %q", got)
		}
		noHook := w.bot
		noHook.WebhookSecret = ""
		if rec := knock(w.server(liveBots{bot: noHook}), w.bot.ID, "", text(6, 100, 6, "x")); rec.Code != 403 {
			t.Errorf("a bot without a webhook answers %d", rec.Code)
		}
	})
}

func TestWebhookAsksToComeAgainWhenTheDatabaseIsAway(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	h := w.server(liveBots{bot: w.bot})
	_ = w.d.Close()
	if rec := knock(h, w.bot.ID, "s3cret", text(1, 100, 1, "hi")); rec.Code != 503 || rec.Header().Get("Retry-After") == "" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	h = w.server(liveBots{err: errs.Unavailable("away")})
	if rec := knock(h, w.bot.ID, "s3cret", text(1, 100, 1, "hi")); rec.Code != 503 {
		t.Fatalf("%d", rec.Code)
	}
}

// Telegram posts one chat's updates one after the other and chats in parallel.
func TestWebhookKeepsTheOrderOfEachChat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.server(liveBots{bot: w.bot})
		const chats, each = 6, 10
		var wg sync.WaitGroup
		for c := range chats {
			wg.Go(func() {
				for m := range each {
					if rec := knock(h, w.bot.ID, "s3cret", text(int64(c*each+m), int64(100+c), int64(m+1), fmt.Sprintf("%02d", m))); rec.Code != 200 {
						t.Errorf("answered %d", rec.Code)
					}
				}
			})
		}
		wg.Wait()
		got := w.texts()
		if len(got) != chats*each {
			t.Fatalf("%d messages", len(got))
		}
		for c := range chats {
			if part := got[c*each : (c+1)*each]; !slices.IsSorted(part) {
				t.Errorf("a chat's order is %q", part)
			}
		}
	})
}
