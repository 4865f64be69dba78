// Package telemetry says what the program does: log records and metrics.
//
//	slog.…Context(ctx, …) ──▶ + request and workspace of ctx ──▶ redaction ──▶ JSON or text
//	requests ──▶ Metrics.Middleware ──▶ count, duration ──▶ Metrics.Handler (Prometheus)
//
// Redaction is the last net, not a licence: secrets do not belong in log calls. It takes
// what stands under a name that sounds secret, Telegram bot tokens and passwords in URLs,
// in every message and attribute.
package telemetry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// LogOptions of NewLogger.
type LogOptions struct {
	Level slog.Leveler // info when nil
	Text  bool         // for people at a terminal; JSON otherwise
}

// NewLogger makes a logger that adds the request and workspace of the context and
// redacts secrets.
func NewLogger(w io.Writer, o LogOptions) *slog.Logger {
	h := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: redact}
	if o.Text {
		return slog.New(fromContext{slog.NewTextHandler(w, h)})
	}
	return slog.New(fromContext{slog.NewJSONHandler(w, h)})
}

type (
	requestKey   struct{}
	workspaceKey struct{}
)

// WithRequestID names the request that ctx serves.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request that ctx serves, "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// WithWorkspace names the workspace that ctx works for, for the log only: it grants nothing.
func WithWorkspace(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, workspaceKey{}, id)
}

// fromContext adds request_id and workspace_id to each record.
type fromContext struct{ slog.Handler }

func (h fromContext) Handle(ctx context.Context, r slog.Record) error {
	request := RequestID(ctx)
	workspace, ok := ctx.Value(workspaceKey{}).(uuid.UUID)
	if request != "" || ok {
		r = r.Clone()
	}
	if request != "" {
		r.AddAttrs(slog.String("request_id", request))
	}
	if ok {
		r.AddAttrs(slog.String("workspace_id", workspace.String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h fromContext) WithAttrs(attrs []slog.Attr) slog.Handler {
	return fromContext{h.Handler.WithAttrs(attrs)}
}

func (h fromContext) WithGroup(name string) slog.Handler {
	return fromContext{h.Handler.WithGroup(name)}
}

const redacted = "[redacted]"

var (
	// botToken is the shape Telegram documents: the bot's id, a colon, the secret. The colon
	// is escaped where a URL went through an encoder.
	botToken = regexp.MustCompile(`(\d{6,})(:|%3[Aa])[A-Za-z0-9_-]{30,}`)
	// userInfo is name:password@ in a URL: proxies, databases, buckets.
	userInfo = regexp.MustCompile(`(://[^/\s:@"]*):[^/\s@"]+@`)
)

// secretWords mark an attribute as secret wherever they stand in its name.
var secretWords = []string{"token", "password", "passwd", "secret", "authorization", "cookie", "api_key", "apikey", "init_data", "initdata"}

// Redact takes bot tokens and passwords of URLs out of a text; the bot's id stays, to tell
// which bot it was.
func Redact(s string) string {
	if strings.Contains(s, ":") || strings.Contains(s, "%3") {
		s = botToken.ReplaceAllString(s, "$1:"+redacted)
		s = userInfo.ReplaceAllString(s, "$1:"+redacted+"@")
	}
	return s
}

func soundsSecret(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// redact is slog's hook for every attribute, the message included.
func redact(groups []string, a slog.Attr) slog.Attr {
	if soundsSecret(a.Key) {
		return slog.String(a.Key, redacted)
	}
	for _, g := range groups {
		if soundsSecret(g) {
			return slog.String(a.Key, redacted)
		}
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Redact(a.Value.String()))
	case slog.KindAny:
		a.Value = redactAny(a.Value.Any())
	}
	return a
}

func redactAny(v any) slog.Value {
	switch v := v.(type) {
	case nil, *slog.Source, slog.Level:
		return slog.AnyValue(v)
	case error:
		return slog.StringValue(Redact(v.Error()))
	case fmt.Stringer:
		return slog.StringValue(Redact(v.String()))
	case []byte:
		return slog.StringValue(fmt.Sprintf("%d bytes", len(v)))
	}
	// Whatever else it is, it is logged as its JSON, without secret members.
	raw, err := json.Marshal(v)
	if err != nil {
		return slog.StringValue(Redact(fmt.Sprintf("%+v", v)))
	}
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return slog.StringValue(Redact(string(raw)))
	}
	return slog.AnyValue(redactTree(tree))
}

func redactTree(v any) any {
	switch v := v.(type) {
	case string:
		return Redact(v)
	case []any:
		for i := range v {
			v[i] = redactTree(v[i])
		}
	case map[string]any:
		for k := range v {
			if soundsSecret(k) {
				v[k] = redacted
			} else {
				v[k] = redactTree(v[k])
			}
		}
	}
	return v
}
