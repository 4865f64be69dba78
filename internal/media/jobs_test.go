package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/rivertype"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/jobs"
)

// shelf is Telegram with the files of one bot.
type shelf struct {
	files map[string][]byte
	err   error
	calls int
	limit int64
}

func (s *shelf) Fetch(_ context.Context, _, _ uuid.UUID, fileID string, limit int64) (io.ReadCloser, error) {
	s.calls++
	s.limit = limit
	if s.err != nil {
		return nil, s.err
	}
	b, ok := s.files[fileID]
	if !ok {
		return nil, errs.Invalid("file_id", "Telegram does not know this file.")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// rows are the attachments in the database.
type rows struct{ done chan struct{} }

func (r rows) AttachmentReady(ctx context.Context, tx *db.Tx, ws, id, media uuid.UUID) error {
	return r.set(ctx, tx, "ready", &media, "", ws, id)
}

func (r rows) AttachmentFailed(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, tooLarge bool, reason string) error {
	if tooLarge {
		return r.set(ctx, tx, "too_large", nil, reason, ws, id)
	}
	return r.set(ctx, tx, "failed", nil, reason, ws, id)
}

func (r rows) set(ctx context.Context, tx *db.Tx, state string, media *uuid.UUID, reason string, ws, id uuid.UUID) error {
	n, err := tx.Exec(ctx, "UPDATE attachments SET state = ?, media_id = ?, error = ? WHERE workspace_id = ? AND id = ?", state, media, reason, ws, id)
	if err == nil && n == 0 {
		err = errs.NotFound("attachment")
	}
	tx.AfterCommit(func() {
		if r.done != nil {
			close(r.done)
		}
	})
	return err
}

type attachment struct {
	State   string
	MediaID *uuid.UUID
	Error   string
}

func (w *world) waiting(fileID, uniqueID string) Fetch {
	w.Helper()
	a := Fetch{
		Workspace: w.ws, Bot: ident.New(), Attachment: ident.New(), FileID: fileID, FileUniqueID: uniqueID,
		FileKind: "photo", Mime: "image/jpeg", AskedAt: w.clock.Now(),
	}
	if err := w.d.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO attachments (workspace_id, id, message_id, conversation_id, position, kind, file_id, file_unique_id,
			name, mime, size, width, height, duration, state, error, created_at) VALUES (?,?,?,?,0,'photo',?,?,'','',0,0,0,0,'pending','',?)`,
			a.Workspace, a.Attachment, ident.New(), ident.New(), fileID, uniqueID, w.clock.Now())
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *world) attachment(a Fetch) attachment {
	w.Helper()
	got, err := db.One[attachment](w.Context(), w.d.Read(), "SELECT state, media_id, error FROM attachments WHERE workspace_id = ? AND id = ?", a.Workspace, a.Attachment)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func (w *world) fetcher(tg Telegram) *fetcher { return &fetcher{w.svc, tg, rows{}} }

func discarded(err error) bool {
	var cancel *rivertype.JobCancelError
	return errors.As(err, &cancel)
}

func TestFetchKeepsTheFileAndItsID(t *testing.T) {
	each(t, func(w *world) {
		tg := &shelf{files: map[string][]byte{"f1": pngOf(w, 30, 20)}}
		a := w.waiting("f1", "u1")
		if err := w.fetcher(tg).work(w.Context(), a); err != nil {
			w.Fatal(err)
		}
		got := w.attachment(a)
		if got.State != "ready" || got.MediaID == nil || tg.limit != FetchLimit {
			w.Fatalf("%+v", got)
		}
		m, err := w.svc.Get(w.Context(), w.d.Read(), w.ws, *got.MediaID)
		if err != nil || m.Mime != "image/png" || m.Width != 30 || !m.HasThumb {
			w.Fatalf("%+v %v", m, err)
		}
		if id, ok, err := w.svc.FileID(w.Context(), w.d.Read(), w.ws, a.Bot, m.ID, "photo"); err != nil || !ok || id != "f1" {
			w.Fatalf("forwarding it back would upload it: %q %v", id, err)
		}

		// the same file comes to another bot: no download, and that bot's id is kept
		b := w.waiting("f2", "u1")
		if err := w.fetcher(tg).work(w.Context(), b); err != nil {
			w.Fatal(err)
		}
		if again := w.attachment(b); again.State != "ready" || *again.MediaID != m.ID || tg.calls != 1 {
			w.Fatalf("%+v after %d downloads", again, tg.calls)
		}
		if id, _, _ := w.svc.FileID(w.Context(), w.d.Read(), w.ws, b.Bot, m.ID, "photo"); id != "f2" {
			w.Fatalf("the second bot has %q", id)
		}

		// in another company the unique id means nothing
		c := w.waiting("f1", "u1")
		c.Workspace = ident.New()
		if err := w.fetcher(tg).work(w.Context(), c); !discarded(err) || tg.calls != 2 {
			w.Fatalf("%v after %d downloads", err, tg.calls) // its attachment does not exist there
		}
		if n := w.count("SELECT count(*) FROM media WHERE workspace_id = ?", c.Workspace); n != 0 {
			w.Fatal("a failed unit left its row")
		}
	})
}

func TestFetchFails(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			name    string
			size    int64
			err     error
			content []byte
			later   time.Duration
			calls   int
			state   string
			outcome func(error) bool
		}{
			{"announced too large", FetchLimit + 1, nil, nil, 0, 0, "too_large", func(err error) bool { return err == nil }},
			{"found too large", 0, nil, make([]byte, FetchLimit+1), 0, 1, "too_large", func(err error) bool { return err == nil }},
			{"refused as too large", 0, errs.TooLarge("Too large."), nil, 0, 1, "too_large", func(err error) bool { return err == nil }},
			{"unknown to Telegram", 0, errs.Invalid("file_id", "wrong file_id"), nil, 0, 1, "failed", discarded},
			{"the bot was revoked", 0, errs.Unauthorized("The token is not valid any more."), nil, 0, 1, "failed", discarded},
			{"nothing in it", 0, nil, []byte{}, 0, 1, "failed", discarded},
			{"no answer", 0, errs.Unavailable("No answer."), nil, 0, 1, "pending", func(err error) bool { return errs.Is(err, errs.KindUnavailable) }},
			{"paused", 0, errs.Limited("Wait.", time.Second), nil, time.Hour, 1, "pending", func(err error) bool { return errs.Is(err, errs.KindLimited) }},
			{"no answer for half a day", 0, errs.Unavailable("No answer."), nil, 11 * time.Hour, 1, "failed", discarded},
		} {
			tg := &shelf{err: c.err, files: map[string][]byte{"f": c.content}}
			a := w.waiting("f", "")
			a.Size = c.size
			w.clock.Advance(c.later)
			err := w.fetcher(tg).work(w.Context(), a)
			got := w.attachment(a)
			if !c.outcome(err) || got.State != c.state || tg.calls != c.calls || got.MediaID != nil {
				w.Errorf("%s: %+v, %d calls, %v", c.name, got, tg.calls, err)
			}
			if (got.Error == "") != (got.State == "pending") {
				w.Errorf("%s: the reason is %q", c.name, got.Error)
			}
		}
	})
}

// What failed once for a passing reason succeeds on the next attempt.
func TestFetchTriesAgain(t *testing.T) {
	each(t, func(w *world) {
		tg := &shelf{err: io.ErrUnexpectedEOF, files: map[string][]byte{"f": []byte("price list")}}
		a := w.waiting("f", "u")
		if err := w.fetcher(tg).work(w.Context(), a); err == nil || discarded(err) {
			w.Fatal(err)
		}
		tg.err = nil
		if err := w.fetcher(tg).work(w.Context(), a); err != nil || w.attachment(a).State != "ready" {
			w.Fatalf("%v %+v", err, w.attachment(a))
		}
		// a job that ran to its end and was not marked so runs once more
		if err := w.fetcher(tg).work(w.Context(), a); err != nil || tg.calls != 2 {
			w.Fatalf("%v after %d downloads", err, tg.calls)
		}
	})
}

func TestDownloadRunsAsAJob(t *testing.T) {
	each(t, func(w *world) {
		done := make(chan struct{})
		r := jobs.NewRegistry()
		w.svc.RegisterJobs(r, &shelf{files: map[string][]byte{"f": []byte("price list")}}, rows{done})
		client, err := jobs.New(w.d, r, jobs.Config{Work: true, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			w.Fatal(err)
		}
		w.svc.Jobs = client
		a := w.waiting("f", "u")
		if err := w.d.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error { return w.svc.Download(ctx, tx, a) }); err != nil {
			w.Fatal(err)
		}
		if err := client.Start(context.WithoutCancel(w.Context())); err != nil {
			w.Fatal(err)
		}
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			w.Error("the job did not run")
		}
		stop, cancel := context.WithTimeout(context.WithoutCancel(w.Context()), 20*time.Second)
		defer cancel()
		if err := client.Stop(stop); err != nil {
			w.Fatal(err)
		}
		if got := w.attachment(a); got.State != "ready" {
			w.Fatalf("%+v", got)
		}
	})
}

// Whether a file was fetched before is asked for each one: the answer must not scan.
func TestUniqueIDIsIndexed(t *testing.T) {
	d := dbtest.SQLite(t)
	rows, err := d.Read().Query(t.Context(), "EXPLAIN QUERY PLAN "+qByUniqueID, ident.New(), "u")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var details []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		details = append(details, detail)
	}
	if all := strings.Join(details, "; "); !strings.Contains(all, "media_file_ids_unique") || strings.Contains(all, "SCAN") {
		t.Fatal(all)
	}
}
