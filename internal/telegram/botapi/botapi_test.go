package botapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const token = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// serve answers every call with the handler.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return New(s.URL)
}

func TestAnswersAreClassified(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		kind    Kind
		notSent bool
	}{
		{403, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`, Blocked, true},
		{403, `{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}`, Blocked, true},
		{400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`, ChatNotFound, true},
		{400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}`, ChatNotFound, true},
		{400, `{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities"}`, BadRequest, true},
		{413, `{"ok":false,"error_code":413,"description":"Request Entity Too Large"}`, TooLarge, true},
		{401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`, Unauthorized, true},
		{404, `{"ok":false,"error_code":404,"description":"Not Found"}`, Unauthorized, true},
		{409, `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`, Conflict, true},
		{429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`, Limited, true},
		{500, `{"ok":false,"error_code":500,"description":"Internal Server Error"}`, Unknown, false},
		{502, `<html>Bad Gateway</html>`, Unknown, false},
		{200, `{"ok":tr`, Unknown, false},
	} {
		api := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		_, err := api.Call(t.Context(), token, "sendMessage", Params{"chat_id": 1})
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.NotSent != c.notSent {
			t.Errorf("%d %s: got %#v", c.status, c.body, err)
			continue
		}
		if c.kind == Limited && e.RetryAfter != 7*time.Second {
			t.Errorf("retry after %v", e.RetryAfter)
		}
		if strings.Contains(c.body, "migrate") && e.MigrateTo != -1001 {
			t.Errorf("migrate to %d", e.MigrateTo)
		}
	}
}

func TestWhatWasNotWrittenWasNotSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	hangsUp := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		c, _, _ := http.NewResponseController(w).Hijack()
		_ = c.Close()
	})
	notTLS := serve(t, func(http.ResponseWriter, *http.Request) {})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		api     *Client
		ctx     context.Context
		kind    Kind
		notSent bool
	}{
		"refused":             {New(closed), t.Context(), Unavailable, true},
		"no such host":        {New("http://telegram.invalid"), t.Context(), Unavailable, true},
		"no TLS":              {New(strings.Replace(notTLS.Base, "http:", "https:", 1)), t.Context(), Unavailable, true},
		"ended before":        {hangsUp, ended, Unavailable, true},
		"reset after reading": {hangsUp, t.Context(), Unknown, false},
	} {
		_, err := c.api.Call(c.ctx, token, "sendMessage", Params{"chat_id": 1})
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.NotSent != c.notSent {
			t.Errorf("%s: got %#v", name, err)
		}
		for err := err; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), token) {
				t.Errorf("%s: the token shows in %v", name, err)
			}
		}
	}
}

func TestTimeoutAfterWritingIsUnknown(t *testing.T) {
	got := make(chan struct{})
	release := make(chan struct{})
	api := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(got)
		<-release
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-got; cancel() }()
	_, err := api.Call(ctx, token, "sendMessage", Params{"chat_id": 1})
	close(release)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Unknown || e.NotSent || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %#v", err)
	}
}

func TestUploadStreamsAndABrokenFileIsNotSent(t *testing.T) {
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		f, h, err := r.FormFile("photo")
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b, _ := io.ReadAll(f)
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"name":%q,"size":%d,"chat":%q}}`, h.Filename, len(b), r.FormValue("chat_id"))
	})
	file := func(r io.Reader) File {
		return File{Field: "photo", Name: "car.jpg", Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
	}
	raw, err := api.Call(t.Context(), token, "sendPhoto", Params{"chat_id": int64(-5)}, file(strings.NewReader("jpeg")))
	if err != nil || string(raw) != `{"name":"car.jpg","size":4,"chat":"-5"}` {
		t.Fatalf("got %s %v", raw, err)
	}
	broken := errors.New("disk gone")
	_, err = api.Call(t.Context(), token, "sendPhoto", Params{"chat_id": 1},
		file(io.MultiReader(strings.NewReader("half"), failing{broken})))
	var e *Error
	if !errors.As(err, &e) || e.Kind != Unavailable || !e.NotSent || !errors.Is(err, broken) {
		t.Fatalf("got %#v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestDownloadIsBounded(t *testing.T) {
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/file/bot"+token+"/photos/a b.jpg" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Transfer-Encoding", "identity")
		_, _ = io.WriteString(w, "12345")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "67890")
	})
	body, err := api.Download(t.Context(), token, "photos/a b.jpg", 10)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(body); err != nil || string(b) != "1234567890" {
		t.Fatalf("got %q %v", b, err)
	}
	_ = body.Close()
	body, err = api.Download(t.Context(), token, "photos/a b.jpg", 9)
	if err == nil {
		_, err = io.ReadAll(body)
		_ = body.Close()
	}
	if KindOf(err) != TooLarge {
		t.Fatalf("got %v", err)
	}
	if _, err := api.Download(t.Context(), token, "photos/none.jpg", 9); KindOf(err) != BadRequest {
		t.Fatalf("got %v", err)
	}
	if _, err := api.Download(t.Context(), token, "../../etc", 9); KindOf(err) != BadRequest {
		t.Fatalf("got %v", err)
	}
}

func TestTypedCallsSpeakTheBotAPI(t *testing.T) {
	var path string
	var form map[string]string
	answer := `true`
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		path, form = strings.TrimPrefix(r.URL.Path, "/bot"+token+"/"), map[string]string{}
		for k := range r.PostForm {
			form[k] = r.PostForm.Get(k)
		}
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":%s}`, answer)
	})
	if err := api.SetWebhook(t.Context(), token, Webhook{URL: "https://x.example/hook", Secret: "s", AllowedUpdates: []string{"message"}}); err != nil {
		t.Fatal(err)
	}
	if path != "setWebhook" || form["allowed_updates"] != `["message"]` || form["secret_token"] != "s" {
		t.Fatalf("%s %v", path, form)
	}
	answer = `[{"update_id":7,"odd":1}]`
	u, err := api.GetUpdates(t.Context(), token, 7, 100, time.Hour, []string{"message"})
	if err != nil || len(u) != 1 || string(u[0]) != `{"update_id":7,"odd":1}` || form["timeout"] != "50" || form["offset"] != "7" {
		t.Fatalf("%s %v %v", u, err, form)
	}
	answer = `{"id":5,"is_bot":true,"username":"autohaus_bot"}`
	if me, err := api.GetMe(t.Context(), token); err != nil || me.Username != "autohaus_bot" || me.ID != 5 {
		t.Fatalf("%+v %v", me, err)
	}
	if _, err := api.GetMe(t.Context(), "no/token"); KindOf(err) != Unauthorized {
		t.Fatalf("got %v", err)
	}
}
