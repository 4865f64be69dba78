package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
)

const (
	secret = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	token  = "110201543:" + secret
)

func TestContextStandsInEveryRecord(t *testing.T) {
	var out bytes.Buffer
	workspace := uuid.MustParse("01890000-0000-7000-8000-000000000001")
	ctx := WithWorkspace(WithRequestID(context.Background(), "req-7"), workspace)
	log := NewLogger(&out, LogOptions{})
	log.With("part", "intake").InfoContext(ctx, "accepted", "updates", 3)

	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "time")
	want := `map[level:INFO msg:accepted part:intake request_id:req-7 updates:3 workspace_id:` + workspace.String() + `]`
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
	if RequestID(ctx) != "req-7" || RequestID(context.Background()) != "" {
		t.Error("the request id does not come back")
	}

	out.Reset()
	log.Info("outside")
	if strings.Contains(out.String(), "request_id") || strings.Contains(out.String(), "workspace_id") {
		t.Errorf("ids without a context: %s", out.String())
	}
}

type connection struct {
	Name     string
	BotToken string
	Proxy    struct{ Password, Host string }
	Headers  []map[string]string
}

type lazy struct{}

func (lazy) LogValue() slog.Value {
	return slog.GroupValue(slog.String("token", secret), slog.String("seen", "yes"))
}

func TestNoSecretReachesTheLog(t *testing.T) {
	c := connection{Name: "seen", BotToken: secret, Headers: []map[string]string{{"Authorization": secret}, {"u": token}}}
	c.Proxy.Password, c.Proxy.Host = secret, "seen"
	address, err := url.Parse("https://api.telegram.org/bot" + token + "/getMe")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]func(*slog.Logger){
		"message":            func(l *slog.Logger) { l.Info("seen https://api.telegram.org/bot" + token + "/getMe") },
		"string":             func(l *slog.Logger) { l.Info("seen", "url", "bot"+token) },
		"escaped":            func(l *slog.Logger) { l.Info("seen", "url", "bot"+url.QueryEscape(token)) },
		"error":              func(l *slog.Logger) { l.Info("seen", "err", fmt.Errorf("call: %w", errors.New("bot"+token))) },
		"stringer":           func(l *slog.Logger) { l.Info("seen", "url", address) },
		"struct":             func(l *slog.Logger) { l.Info("x", "connection", c) },
		"pointer":            func(l *slog.Logger) { l.Info("x", "connection", &c) },
		"slice":              func(l *slog.Logger) { l.Info("seen", "urls", []string{token}) },
		"bytes":              func(l *slog.Logger) { l.Info("seen", "body", []byte(token)) },
		"url password":       func(l *slog.Logger) { l.Info("seen", "proxy", "socks5://user:"+secret+"@10.0.0.1:1080") },
		"attribute token":    func(l *slog.Logger) { l.Info("seen", "token", secret) },
		"attribute Password": func(l *slog.Logger) { l.Info("seen", "Password", secret) },
		"attribute secret":   func(l *slog.Logger) { l.Info("seen", "webhook_secret", secret) },
		"attribute header":   func(l *slog.Logger) { l.Info("seen", "Authorization", "Bearer "+secret) },
		"attribute api key":  func(l *slog.Logger) { l.Info("seen", "X-Api-Key", secret) },
		"attribute of any":   func(l *slog.Logger) { l.Info("seen", "token", struct{ V string }{secret}) },
		"group member":       func(l *slog.Logger) { l.Info("seen", slog.Group("bot", "token", secret)) },
		"secret group":       func(l *slog.Logger) { l.Info("seen", slog.Group("secrets", "a", secret)) },
		"with":               func(l *slog.Logger) { l.With("token", secret).Info("seen") },
		"with group":         func(l *slog.Logger) { l.WithGroup("secret").Info("seen", "a", secret) },
		"log valuer":         func(l *slog.Logger) { l.Info("x", "v", lazy{}) },
	}
	for name, write := range cases {
		for _, text := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/text=%v", name, text), func(t *testing.T) {
				var out bytes.Buffer
				write(NewLogger(&out, LogOptions{Text: text}))
				if strings.Contains(out.String(), secret) {
					t.Errorf("the secret is in the log: %s", out.String())
				}
				if !strings.Contains(out.String(), "seen") {
					t.Errorf("the rest is gone: %s", out.String())
				}
			})
		}
	}
}

func TestOrdinaryValuesStayAsTheyAre(t *testing.T) {
	for _, s := range []string{
		"", "12:30:45", "http://host:8080/path@x", "2026-11-23T07:00:00Z", "chat 123456:short", "mail: a@b.c",
		"phone +380501234567: called",
	} {
		if got := Redact(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	if got := Redact("bot" + token + "/x"); got != "bot110201543:[redacted]/x" {
		t.Errorf("got %q", got)
	}
}

func TestLevel(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out, LogOptions{Level: slog.LevelWarn})
	log.Info("quiet")
	log.Warn("loud")
	if strings.Contains(out.String(), "quiet") || !strings.Contains(out.String(), "loud") {
		t.Errorf("%s", out.String())
	}
}
