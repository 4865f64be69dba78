package intake

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
)

// SecretHeader carries the secret that setWebhook agreed on.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

// WebhookPath is where Telegram posts; it is relative to the public address.
const WebhookPath = "/api/telegram/webhook/{bot}"

// Bots finds the bot that an address names: not found when it is unknown, disabled or
// of a company that is switched off.
type Bots interface {
	Live(ctx context.Context, id uuid.UUID) (Bot, error)
	// Heard notes that Telegram reaches the bot.
	Heard(ctx context.Context, b Bot)
}

// retryAfter is how long Telegram waits when the database is away, in seconds.
const retryAfter = 5

// Webhook answers Telegram. The answers have no body: whoever knocks without the secret
// learns nothing about the bot or its company.
func Webhook(bots Bots, in *Intake, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(post(w, r, bots, in, log))
	})
}

func post(w http.ResponseWriter, r *http.Request, bots Bots, in *Intake, log *slog.Logger) int {
	id, err := uuid.Parse(r.PathValue("bot"))
	if err != nil {
		return http.StatusNotFound
	}
	b, err := bots.Live(r.Context(), id)
	if err != nil {
		if errs.Is(err, errs.KindNotFound) {
			return http.StatusNotFound
		}
		log.ErrorContext(r.Context(), "finding the bot of a webhook", "bot", id, "error", err)
		return away(w)
	}
	got := r.Header.Get(SecretHeader)
	if b.WebhookSecret == "" || subtle.ConstantTimeCompare([]byte(got), []byte(b.WebhookSecret)) != 1 {
		return http.StatusForbidden
	}
	if r.ContentLength > MaxBody {
		return http.StatusRequestEntityTooLarge
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusBadRequest
	}
	switch err := in.Accept(r.Context(), b, raw); {
	case err == nil:
		bots.Heard(r.Context(), b)
		return http.StatusOK
	case errs.Is(err, errs.KindInvalid):
		log.WarnContext(r.Context(), "a webhook body is no update", "bot", id, "error", err)
		return http.StatusBadRequest
	case errs.Is(err, errs.KindTooLarge):
		return http.StatusRequestEntityTooLarge
	default:
		log.ErrorContext(r.Context(), "an update could not be kept", "bot", id, "error", err)
		return away(w)
	}
}

func away(w http.ResponseWriter) int {
	w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	return http.StatusServiceUnavailable
}
