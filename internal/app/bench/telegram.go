package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// fakeTelegram is a Bot API that says yes. It remembers the webhooks, as Telegram does, and
// when messages came.
type fakeTelegram struct {
	base    string
	latency time.Duration
	srv     *http.Server
	sent    atomic.Int64 // messages

	mu    sync.Mutex
	hooks []hook
	stamp bool
	times []time.Time // of messages, when stamp
}

// firstID is above the ids of what the chats write: both number the same chat.
const firstID = 1 << 40

// hook is what setWebhook agreed on.
type hook struct{ URL, Secret string }

func startTelegram(latency time.Duration, stamp bool) (*fakeTelegram, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &fakeTelegram{base: "http://" + l.Addr().String(), latency: latency, stamp: stamp}
	t.srv = &http.Server{Handler: t, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = t.srv.Serve(l) }()
	return t, nil
}

func (t *fakeTelegram) close() { _ = t.srv.Close() }

func (t *fakeTelegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := path.Base(r.URL.Path)
	switch method {
	case "getMe":
		id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), ":")
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"id":%s,"is_bot":true,"first_name":"Bench","username":"bench%s_bot"}}`, id, id)
	case "setWebhook":
		_ = r.ParseMultipartForm(1 << 20)
		t.mu.Lock()
		t.hooks = append(t.hooks, hook{r.FormValue("url"), r.FormValue("secret_token")})
		t.mu.Unlock()
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
	case "sendMessage":
		now := time.Now()
		_, _ = io.Copy(io.Discard, r.Body)
		n := t.sent.Add(1)
		if t.stamp {
			t.mu.Lock()
			t.times = append(t.times, now)
			t.mu.Unlock()
		}
		if t.latency > 0 {
			time.Sleep(t.latency) // a bench: this is the peer's time to answer
		}
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":%d,"chat":{"id":1,"type":"private"}}}`, firstID+n, now.Unix())
	default:
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
	}
}

// webhooks returns the path and the secret of each bot.
func (t *fakeTelegram) webhooks() ([]hook, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]hook, len(t.hooks))
	for i, h := range t.hooks {
		u, err := url.Parse(h.URL)
		if err != nil {
			return nil, err
		}
		out[i] = hook{u.RequestURI(), h.Secret}
	}
	return out, nil
}
