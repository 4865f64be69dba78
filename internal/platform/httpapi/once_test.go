package httpapi_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

func TestAnAnswerIsKeptForACallerWhoseConnectionBroke(t *testing.T) {
	d := dbtest.SQLite(t)
	a := newAPI(t, d)
	hangUp := func() {}
	httpapi.Register(a, httpapi.Op{ID: "create_thing", Method: "POST", Path: "/api/things", Permission: ident.AnswerChats, Create: true, Status: 201},
		func(ctx context.Context, in *noteIn) (*noteOut, error) {
			out, id := &noteOut{}, ident.New()
			err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO notes (workspace_id, id, conversation_id, author_id, text, created_at) VALUES (?,?,?,?,?,?)",
					ws, id, ws, ws, in.Body.Text, clock.System{}.Now())
				return err
			})
			if err != nil {
				return nil, err
			}
			hangUp()
			got, err := db.One[string](ctx, d.Read(), "SELECT text FROM notes WHERE workspace_id = ? AND id = ?", ws, id)
			out.Body.ID = id.String() + got
			return out, err
		})
	ctx, cancel := context.WithCancel(t.Context())
	hangUp = cancel
	r := httptest.NewRequestWithContext(ctx, "POST", "/api/things", strings.NewReader(`{"text":"a"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Test-User", "operator")
	r.Header.Set("Idempotency-Key", "k")
	a.ServeHTTP(httptest.NewRecorder(), r)
	again := call(a, "POST", "/api/things", "operator", `{"text":"a"}`, "Idempotency-Key", "k")
	if again.Code != 201 || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Fatalf("asked again: %d %s, want the answer of the first request", again.Code, again.Body)
	}
}
