package httpapi_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// byHeader signs in whoever the test names.
type byHeader map[string]ident.Principal

func (b byHeader) Authenticate(r *http.Request) (ident.Principal, error) {
	p, ok := b[r.Header.Get("X-Test-User")]
	if !ok {
		return p, errs.Unauthorized("Sign in first.")
	}
	return p, nil
}

type noteIn struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"20"`
	}
}

type noteOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

var ws = ident.New()

func newAPI(t *testing.T, d *db.DB) *httpapi.API {
	t.Helper()
	a, err := httpapi.New(httpapi.Config{
		DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Version: "test",
		Auth: byHeader{
			"operator": {UserID: ident.New(), WorkspaceID: ws, Role: ident.Operator},
			"viewer":   {UserID: ident.New(), WorkspaceID: ws, Role: ident.Viewer},
			"homeless": {UserID: ident.New()},
		},
		TrustedProxies: []string{"192.0.2.0/24"},
	})
	if err != nil {
		t.Fatal(err)
	}
	httpapi.Register(a, httpapi.Op{ID: "create_note", Method: "POST", Path: "/api/notes", Permission: ident.AnswerChats, Create: true, Status: 201},
		func(ctx context.Context, in *noteIn) (*noteOut, error) {
			out := &noteOut{}
			err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				id := ident.New()
				out.Body.ID = id.String()
				_, err := tx.Exec(ctx, "INSERT INTO notes (workspace_id, id, conversation_id, author_id, text, created_at) VALUES (?,?,?,?,?,?)", ws, id, ws, ws, in.Body.Text, clock.System{}.Now())
				return err
			})
			return out, err
		})
	httpapi.Register(a, httpapi.Op{ID: "fail", Method: "GET", Path: "/api/fail/{how}", Permission: httpapi.Public},
		func(_ context.Context, in *struct {
			How string `path:"how"`
		}) (*struct{}, error) {
			switch in.How {
			case "panic":
				panic("boom")
			case "limited":
				return nil, errs.Limited("Too often. Wait a minute.", time.Minute)
			case "conflict":
				return nil, errs.Wrap(errs.Conflict("Taken.").Code("taken"), "saving")
			case "hidden":
				return nil, errs.NotFound("bot")
			}
			return nil, io.ErrUnexpectedEOF
		})
	return a
}

func call(a http.Handler, method, path, user, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-Test-User", user)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func TestAnswers(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	for _, c := range []struct {
		name, method, path, user, body string
		status                         int
		contains                       string
	}{
		{"created", "POST", "/api/notes", "operator", `{"text":"hi"}`, 201, `"id"`},
		{"nobody", "POST", "/api/notes", "", `{"text":"hi"}`, 401, "Sign in"},
		{"too low a role", "POST", "/api/notes", "viewer", `{"text":"hi"}`, 403, "ANSWER_CHATS"},
		{"no company", "POST", "/api/notes", "homeless", `{"text":"hi"}`, 403, "no_company"},
		{"malformed", "POST", "/api/notes", "operator", `{"text":`, 400, "problem"},
		{"missing field", "POST", "/api/notes", "operator", `{}`, 422, `"field":"text"`},
		{"unknown field", "POST", "/api/notes", "operator", `{"text":"x","y":1}`, 422, `"field":"y"`},
		{"too long", "POST", "/api/notes", "operator", `{"text":"` + strings.Repeat("x", 21) + `"}`, 422, `"field":"text"`},
		{"too large", "POST", "/api/notes", "operator", `{"text":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "larger"},
		{"unknown address", "GET", "/api/nothing", "operator", "", 404, "no such address"},
		{"panic", "GET", "/api/fail/panic", "", "", 500, "request_id"},
		{"limited", "GET", "/api/fail/limited", "", "", 429, "Wait a minute"},
		{"conflict", "GET", "/api/fail/conflict", "", "", 409, `"code":"taken"`},
		{"not found", "GET", "/api/fail/hidden", "", "", 404, "no such bot"},
		{"internal", "GET", "/api/fail/eof", "", "", 500, "Something broke"},
		{"document", "GET", "/api/openapi.json", "", "", 200, "create_note"},
		{"readable document", "GET", "/api/docs", "", "", 200, "create_note"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := call(a, c.method, c.path, c.user, c.body)
			if c.name == "malformed" {
				if w.Code != 400 && w.Code != 422 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				return
			}
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.contains) {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("content type %s", w.Header().Get("Content-Type"))
			}
			if strings.Contains(w.Body.String(), "unexpected EOF") || w.Header().Get("X-Request-Id") == "" {
				t.Fatal("an internal text leaks or the request id is missing")
			}
		})
	}
	if w := call(a, "GET", "/api/fail/limited", "", ""); w.Header().Get("Retry-After") != "60" {
		t.Fatalf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	if w := call(a, "POST", "/api/notes", "operator", `{"text":"hi"}`, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Fatalf("a request from another site got %d", w.Code)
	}
}

func TestIdempotencyKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newAPI(t, d)
		count := func() int64 {
			n, err := db.One[int64](t.Context(), d.Read(), "SELECT count(*) FROM notes WHERE workspace_id = ?", ws)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		first := call(a, "POST", "/api/notes", "operator", `{"text":"a"}`, "Idempotency-Key", "k1")
		again := call(a, "POST", "/api/notes", "operator", `{"text":"a"}`, "Idempotency-Key", "k1")
		if first.Code != 201 || again.Code != 201 || again.Body.String() != first.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
			t.Fatalf("%d %s then %d %s", first.Code, first.Body, again.Code, again.Body)
		}
		if other := call(a, "POST", "/api/notes", "operator", `{"text":"b"}`, "Idempotency-Key", "k1"); other.Code != 422 {
			t.Fatalf("another body under the same key: %d", other.Code)
		}
		if bad := call(a, "POST", "/api/notes", "operator", `{"text":""}`, "Idempotency-Key", "k2"); bad.Code != 422 {
			t.Fatalf("%d", bad.Code)
		}
		if good := call(a, "POST", "/api/notes", "operator", `{"text":"c"}`, "Idempotency-Key", "k2"); good.Code != 201 {
			t.Fatalf("a refused request must not take the key: %d %s", good.Code, good.Body)
		}
		before := count()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if w := call(a, "POST", "/api/notes", "operator", `{"text":"race"}`, "Idempotency-Key", "k3"); w.Code != 201 && w.Code != 409 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		wg.Wait()
		if n := count() - before; n != 1 {
			t.Fatalf("%d notes of ten equal requests", n)
		}
	})
}

func TestCursorAndIfMatch(t *testing.T) {
	type key struct{ Seq int64 }
	var got key
	if ok, err := httpapi.DecodeCursor(httpapi.EncodeCursor(key{7}), &got); !ok || err != nil || got.Seq != 7 {
		t.Fatal(ok, err, got)
	}
	if _, err := httpapi.DecodeCursor("%%%", &got); !errs.Is(err, errs.KindInvalid) {
		t.Fatal(err)
	}
	if v, err := httpapi.IfMatch(httpapi.ETag(12)); err != nil || v != 12 {
		t.Fatal(v, err)
	}
	for _, s := range []string{"", "x", `"x"`} {
		if _, err := httpapi.IfMatch(s); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
