package botapi

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/OvyFlash/telegram-bot-api"
)

// Kind says what a failed call means for its caller.
type Kind string

const (
	Blocked      Kind = "blocked"        // the person or group does not take messages of this bot
	ChatNotFound Kind = "chat_not_found" // no such chat for this bot, or it moved (MigrateTo)
	BadRequest   Kind = "bad_request"    // Telegram refused the content
	TooLarge     Kind = "too_large"
	Unauthorized Kind = "unauthorized" // the token is not valid, or not any more
	Limited      Kind = "limited"      // wait RetryAfter
	Unavailable  Kind = "unavailable"  // the call never reached Telegram
	Conflict     Kind = "conflict"     // another poller, or a webhook is set
	Unknown      Kind = "unknown"      // written, but there is no answer to rely on
)

// Error is a failed call.
type Error struct {
	Kind        Kind
	Code        int    // Telegram's error_code, 0 when there was no answer
	Description string // Telegram's own words, or what the network said
	RetryAfter  time.Duration
	MigrateTo   int64 // the chat's id since it became a supergroup
	// NotSent is true when the call provably had no effect: it was refused, or the whole
	// request was never written. Only then may a message be sent again.
	NotSent bool
	cause   error
}

func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("bot api %s (%d): %s", e.Kind, e.Code, e.Description)
	}
	return fmt.Sprintf("bot api %s: %s", e.Kind, e.Description)
}

// Unwrap gives a cause that holds no URL.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the Error in the chain, "" when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

const defaultRetryAfter = 5 * time.Second

func classify(err error, token string, w *written) *Error {
	var refused *tgbotapi.Error
	if errors.As(err, &refused) {
		return answered(refused)
	}
	var source *sourceError
	if errors.As(err, &source) {
		// The body broke off, so the server never had a whole request.
		return &Error{Kind: Unavailable, NotSent: true, Description: source.Error(), cause: source.err}
	}
	out := &Error{Kind: Unknown, cause: err}
	var address *url.Error
	if errors.As(err, &address) { // its text quotes the token
		out.cause = address.Err
	}
	out.Description = strings.ReplaceAll(out.cause.Error(), token, "[redacted]")
	if strings.Contains(out.cause.Error(), token) {
		out.cause = nil
	}
	var dial *net.OpError
	dialed := errors.As(err, &dial) && dial.Op == "dial" // net/http redials only when nothing was written
	if dialed || !w.connected.Load() || w.incomplete.Load() {
		out.Kind, out.NotSent = Unavailable, true
	}
	return out
}

// answered classifies what Telegram itself said: {"ok": false, …}.
func answered(e *tgbotapi.Error) *Error {
	out := &Error{
		Code: e.Code, Description: e.Message, NotSent: true,
		RetryAfter: time.Duration(e.RetryAfter) * time.Second, MigrateTo: e.MigrateToChatID,
	}
	text := strings.ToLower(e.Message)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	switch {
	case e.Code >= http.StatusInternalServerError || e.Code == 0:
		// The server may have failed after the message was out.
		out.Kind, out.NotSent = Unknown, false
	case e.Code == http.StatusTooManyRequests:
		out.Kind = Limited
		if out.RetryAfter <= 0 {
			out.RetryAfter = defaultRetryAfter
		}
	case e.Code == http.StatusUnauthorized, e.Code == http.StatusNotFound: // a malformed token is answered 404
		out.Kind = Unauthorized
	case e.Code == http.StatusForbidden, has("user is deactivated", "bot was kicked", "bot was blocked"):
		out.Kind = Blocked
	case e.Code == http.StatusConflict:
		out.Kind = Conflict
	case e.Code == http.StatusRequestEntityTooLarge, has("too big", "too large"):
		out.Kind = TooLarge
	case out.MigrateTo != 0, has("chat not found", "peer_id_invalid", "group chat was deactivated", "chat_id_invalid"):
		out.Kind = ChatNotFound
	default:
		out.Kind = BadRequest
	}
	return out
}
