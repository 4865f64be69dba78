package httpapi_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
)

type textsIn struct {
	Search string `query:"q"`
	Body   struct {
		Greeting map[string]string `json:"greeting,omitempty"`
		Tags     *[]string         `json:"tags,omitempty"`
		Days     []struct {
			Name string `json:"name"`
		} `json:"days,omitempty"`
	}
}

func TestTextsThatNoDatabaseKeeps(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	httpapi.Register(a, httpapi.Op{ID: "texts", Method: "POST", Path: "/api/texts", Permission: httpapi.Public},
		func(context.Context, *textsIn) (*struct{}, error) { return nil, nil })
	for _, c := range []struct {
		query, body, field string // no field: it is taken
	}{
		{"ok", `{"greeting":{"uk":"Вітаю 🚗"},"tags":["a"],"days":[{"name":"x"}]}`, ""},
		{"", `{"greeting":{"uk":"a\ud800b"}}`, ""}, // read as U+FFFD
		{"", `{"greeting":{"uk":"a\u0000b"}}`, "greeting.uk"},
		{"", `{"greeting":{"u\u0000k":"b"}}`, "greeting"},
		{"", `{"tags":["a","\u0000"]}`, "tags"},
		{"", `{"days":[{"name":"\u0000"}]}`, "days.name"},
		{"\x00", `{}`, "q"},
		{"\xff", `{}`, "q"},
		{"\xed\xa0\x80", `{}`, "q"},
	} {
		w := call(a, "POST", "/api/texts?q="+url.QueryEscape(c.query), "", c.body)
		switch {
		case c.field == "" && w.Code >= 300:
			t.Errorf("%q %s: %d %s", c.query, c.body, w.Code, w.Body)
		case c.field != "" && (w.Code != 422 || !strings.Contains(w.Body.String(), `"field":"`+c.field+`"`)):
			t.Errorf("%q %s: %d %s, want the field %s", c.query, c.body, w.Code, w.Body, c.field)
		}
	}
	var name string
	if _, err := httpapi.DecodeCursor(base64.RawURLEncoding.EncodeToString([]byte(`"\u0000"`)), &name); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a cursor with NUL: %v", err)
	}
}

func TestIdempotencyKeyIsText(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	for _, key := range []string{"\xff\xfe", "ключ", "a\tb", strings.Repeat("k", 201)} {
		if w := call(a, "POST", "/api/notes", "operator", `{"text":"hi"}`, "Idempotency-Key", key); w.Code != 422 {
			t.Errorf("%q: %d %s", key, w.Code, w.Body)
		}
	}
}

// deadlines notes until when a body may arrive.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}

func TestBodiesHaveADeadline(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	a.Handle(httpapi.Route{ID: "large", Method: "POST", Path: "/api/large", Permission: httpapi.Member, MaxBody: 64 << 20},
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	send := func(method, path, user, body string, length int64) []time.Time {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.ContentLength = length
		r.Header.Set("X-Test-User", user)
		r.Header.Set("Content-Type", "application/json")
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		a.ServeHTTP(w, r)
		return w.set
	}
	if set := send("GET", "/api/openapi.json", "", "", 0); len(set) != 0 {
		t.Errorf("without a body: %v", set)
	}
	if set := send("POST", "/api/notes", "operator", `{"text":"hi"}`, 13); len(set) < 3 || set[0].IsZero() || set[1].Before(set[0]) || !set[len(set)-1].IsZero() {
		t.Errorf("a body read to its end, with the framework's own deadline between: %v", set)
	}
	for _, path := range []string{"/api/notes", "/api/nothing", "/anything"} {
		if set := send("POST", path, "", `{"text":"hi"}`, 1<<20); len(set) != 1 || set[0].IsZero() {
			t.Errorf("%s, refused unread: %v", path, set)
		}
	}
	small, large := send("POST", "/api/large", "", "x", 64<<20), send("POST", "/api/large", "operator", "x", 64<<20)
	if len(small) != 1 || len(large) != 2 || !large[1].After(large[0].Add(10*time.Minute)) {
		t.Errorf("only who may use the route gets the time for a large body: %v %v", small, large)
	}
}

// The deadline stands on the connection itself, also below the middleware.
func TestDeadlineLeavesTheNextRequestAlone(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	srv := httptest.NewServer(a)
	defer srv.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for range 3 {
		if _, err := conn.Write([]byte("POST /api/notes HTTP/1.1\r\nHost: x\r\nX-Test-User: operator\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"text\":\"hi\"}")); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != 201 {
			t.Fatal(res, err)
		}
		if _, err := in.Discard(int(res.ContentLength)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenStreamsAreCounted(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	opened, end := make(chan struct{}), make(chan struct{})
	a.Handle(httpapi.Route{ID: "stream", Method: "GET", Path: "/api/stream", Permission: httpapi.Member, Stream: true},
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			opened <- struct{}{}
			<-end
		}))
	var wg sync.WaitGroup
	open := func(user string) { wg.Go(func() { call(a, "GET", "/api/stream", user, "") }); <-opened }
	for range 50 {
		open("operator")
	}
	if w := call(a, "GET", "/api/stream", "operator", ""); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Fatalf("one stream too many: %d %s", w.Code, w.Body)
	}
	open("viewer") // another person
	close(end)
	wg.Wait()
	end = make(chan struct{})
	open("operator") // all are given back
	close(end)
	wg.Wait()
}
