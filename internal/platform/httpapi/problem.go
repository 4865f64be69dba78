package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/telemetry"
)

// Problem is an RFC 9457 answer. Detail is a sentence for a person; Code is stable and
// what the web app translates.
type Problem struct {
	Type      string  `json:"type" doc:"about:blank: the status says it all"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail" doc:"What happened and what to do, for a person"`
	Code      string  `json:"code,omitempty" doc:"Stable code of the sentence"`
	RequestID string  `json:"request_id,omitempty" doc:"What to tell the operator"`
	Errors    []Field `json:"errors,omitempty" doc:"Which inputs are wrong"`

	retryAfter int
}

// Field is one wrong input.
type Field struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
	Code   string `json:"code,omitempty"`
}

func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType says that the body is a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders adds Retry-After.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retryAfter)}}
}

const sentenceInternal = "Something broke on our side. Try again; if it stays, tell the operator the request id."

// newProblem is also how the framework reports input that its schema refuses.
func newProblem(status int, detail string, list ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
	for _, err := range list {
		var p2 *Problem
		if errors.As(err, &p2) {
			return p2
		}
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return newProblem(http.StatusRequestEntityTooLarge, "The request is too large.")
		}
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, fieldError(d))
		}
	}
	switch {
	case status == http.StatusBadRequest && len(p.Errors) > 0: // the body is not what its type says
		p.Code, p.Detail = "unreadable", "The request could not be read. Send its body as JSON."
	case status == http.StatusUnprocessableEntity && len(p.Errors) > 0:
		p.Code = "invalid"
		p.Detail = "Please check: " + p.Errors[0].Field + " — " + strings.TrimSuffix(p.Errors[0].Detail, ".") + "."
	}
	return p
}

// fieldError names the input: the framework reports a missing one at its parent.
func fieldError(d *huma.ErrorDetail) Field {
	f := Field{Field: fieldOf(d.Location), Detail: d.Message, Code: "invalid"}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ = strings.Cut(name, " ")
		f.Field = fieldOf(d.Location + "." + name)
		f.Detail, f.Code = "is missing", "required"
	}
	return f
}

// fieldOf turns the framework's "body.greeting.uk" into "greeting.uk".
func fieldOf(location string) string {
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(location, prefix); ok {
			return rest
		}
	}
	return location
}

var statusOf = map[errs.Kind]int{
	errs.KindInvalid: http.StatusUnprocessableEntity, errs.KindNotFound: http.StatusNotFound,
	errs.KindConflict: http.StatusConflict, errs.KindForbidden: http.StatusForbidden,
	errs.KindUnauthorized: http.StatusUnauthorized, errs.KindLimited: http.StatusTooManyRequests,
	errs.KindUnavailable: http.StatusServiceUnavailable, errs.KindTooLarge: http.StatusRequestEntityTooLarge,
}

// problem turns any error into an answer, and logs what the person is not told.
func (a *API) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	e := errs.As(err)
	if e == nil {
		if !errors.Is(err, context.Canceled) {
			a.log.ErrorContext(ctx, "request failed", "error", err)
		}
		p = newProblem(http.StatusInternalServerError, sentenceInternal).(*Problem)
		p.Code, p.RequestID = "internal", telemetry.RequestID(ctx)
		return p
	}
	if e.Kind == errs.KindUnavailable {
		a.log.WarnContext(ctx, "unavailable", "error", err)
	}
	p = newProblem(statusOf[e.Kind], e.Message).(*Problem)
	p.Code, p.RequestID = e.Token, telemetry.RequestID(ctx)
	if e.Field != "" {
		p.Errors = []Field{{Field: e.Field, Detail: e.Message, Code: e.Token}}
	}
	if e.RetryAfter > 0 {
		p.retryAfter = int(math.Ceil(e.RetryAfter.Seconds()))
	} else if e.Kind == errs.KindUnavailable {
		p.retryAfter = 1
	}
	return p
}

func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	if !errors.As(err, &p) {
		p = newProblem(http.StatusInternalServerError, sentenceInternal).(*Problem)
	}
	if p.RequestID == "" {
		p.RequestID = telemetry.RequestID(r.Context())
	}
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
