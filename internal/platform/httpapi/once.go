package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// KeepKeys is how long an Idempotency-Key is remembered.
const KeepKeys = 24 * time.Hour

var errTaken = errors.New("idempotency key is taken")

type keptAnswer struct {
	BodyHash []byte
	Status   int
	Headers  db.JSON[map[string]string]
	Body     string
}

// once runs a create under its Idempotency-Key. The key is claimed inside the create's
// own transaction, so that both exist or neither; the answer is added afterwards.
func (a *API) once(w http.ResponseWriter, r *http.Request, route Route, key string, h http.Handler) {
	ctx := r.Context()
	if len(key) > 200 {
		a.WriteError(w, r, errs.Invalid("Idempotency-Key", "The Idempotency-Key is longer than 200 characters."))
		return
	}
	if !printable(key) {
		a.WriteError(w, r, errs.Invalid("Idempotency-Key", "Write the Idempotency-Key in printable ASCII characters."))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.WriteError(w, r, errs.TooLarge("The request is too large."))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(append([]byte(r.URL.Path+"\n"), body...))
	p, _ := ident.From(ctx)
	id := []any{p.WorkspaceID, p.UserID, route.ID, key}

	if done, err := a.replay(w, r, id, sum[:]); err != nil || done {
		if err != nil {
			a.WriteError(w, r, err)
		}
		return
	}
	claimed := false
	// Who sends a key asks again when the connection breaks: the work goes on to its end, so
	// that there is an answer to repeat.
	ctx = db.WithPrelude(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO idempotency_keys (workspace_id, principal_id, operation, key, body_hash, status, headers, body, created_at)
			VALUES (?,?,?,?,?,0,?,'',?) ON CONFLICT DO NOTHING`, append(id, sum[:], db.JSON[map[string]string]{V: map[string]string{}}, a.clock.Now())...)
		if err == nil && n == 0 {
			err = errs.Conflict("The same request is being worked on. Wait for its answer.").Code("in_progress").Because(errTaken)
		}
		if err == nil {
			tx.AfterCommit(func() { claimed = true })
		}
		return err
	})
	rec := &answerRecorder{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(rec, r.WithContext(ctx))
	if claimed && rec.status < 500 {
		a.keep(ctx, id, rec)
	} else if rec.status == http.StatusConflict && !claimed {
		// another request with this key may have won while ours ran
		if done, err := a.replay(w, r, id, sum[:]); err == nil && done {
			return
		}
	}
	for k, v := range rec.header {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.status)
	_, _ = w.Write(rec.body.Bytes())
}

// replay answers from what is kept under the key; false when there is nothing.
func (a *API) replay(w http.ResponseWriter, r *http.Request, id []any, sum []byte) (bool, error) {
	kept, ok, err := db.Maybe[keptAnswer](r.Context(), a.db.Read(), `SELECT body_hash, status, headers, body FROM idempotency_keys
		WHERE workspace_id = ? AND principal_id = ? AND operation = ? AND key = ?`, id...)
	if err != nil || !ok {
		return false, err
	}
	if !bytes.Equal(kept.BodyHash, sum) {
		return false, errs.Invalid("Idempotency-Key", "This Idempotency-Key was used with another request. Take a new one.").Code("key_reused")
	}
	if kept.Status == 0 {
		return false, errs.Conflict("This was already done, but its answer was lost. Reload to see the result.").Code("answer_lost")
	}
	for k, v := range kept.Headers.V {
		w.Header().Set(k, v)
	}
	w.Header().Set("Idempotent-Replayed", "true")
	w.WriteHeader(kept.Status)
	_, _ = io.WriteString(w, kept.Body)
	return true, nil
}

func (a *API) keep(ctx context.Context, id []any, rec *answerRecorder) {
	headers := map[string]string{}
	for _, k := range []string{"Content-Type", "ETag", "Location"} {
		if v := rec.header.Get(k); v != "" {
			headers[k] = v
		}
	}
	err := a.db.InTx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		args := append([]any{rec.status, db.JSON[map[string]string]{V: headers}, rec.body.String()}, id...)
		_, err := tx.Exec(ctx, `UPDATE idempotency_keys SET status = ?, headers = ?, body = ?
			WHERE workspace_id = ? AND principal_id = ? AND operation = ? AND key = ?`, args...)
		return err
	})
	if err != nil {
		a.log.WarnContext(ctx, "keeping an answer", "error", err)
	}
}

// ForgetKeys removes up to 200 old keys; it reports whether more may remain.
func (a *API) ForgetKeys(ctx context.Context) (more bool, err error) {
	type row struct {
		WorkspaceID, PrincipalID uuid.UUID
		Operation, Key           string
	}
	old, err := db.All[row](ctx, a.db.Read(), "SELECT workspace_id, principal_id, operation, key FROM idempotency_keys WHERE created_at < ? LIMIT 200", a.clock.Now().Add(-KeepKeys))
	if err != nil || len(old) == 0 {
		return false, err
	}
	err = a.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, k := range old {
			tx.Push(ctx, "DELETE FROM idempotency_keys WHERE workspace_id = ? AND principal_id = ? AND operation = ? AND key = ?",
				k.WorkspaceID, k.PrincipalID, k.Operation, k.Key)
		}
		return nil
	})
	return len(old) == 200, err
}

type answerRecorder struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

func (r *answerRecorder) Header() http.Header { return r.header }

func (r *answerRecorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
}

func (r *answerRecorder) Write(p []byte) (int, error) {
	r.wrote = true
	return r.body.Write(p)
}
