package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/blob"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
)

type world struct {
	*testing.T
	d     *db.DB
	clock *clock.Fake
	blobs blob.Store
	svc   *Service
	ws    uuid.UUID
	temp  string
}

func each(t *testing.T, test func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	w := &world{T: t, d: d, clock: c, blobs: blobs, ws: ident.New(), temp: t.TempDir()}
	w.svc = New(Config{DB: d, Clock: c, Events: events.NewLog(c, nil), Blobs: blobs, Temp: w.temp})
	t.Cleanup(func() {
		if left, err := os.ReadDir(w.temp); err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v %v", left, err)
		}
	})
	return w
}

func (w *world) store(name string, content []byte, hint Hint) Media {
	w.Helper()
	m, err := w.svc.Store(w.Context(), w.ws, name, bytes.NewReader(content), UploadLimit, hint)
	if err != nil {
		w.Fatal(err)
	}
	return m
}

func (w *world) count(query string, args ...any) int64 {
	w.Helper()
	n, err := db.One[int64](w.Context(), w.d.Read(), query, args...)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func sketch(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	return img
}

func pngOf(t testing.TB, width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, sketch(width, height)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameContentIsOneFile(t *testing.T) {
	each(t, func(w *world) {
		photo := pngOf(w, 900, 300)
		first := w.store("Audi A6.png", photo, Hint{})
		if first.Kind != "photo" || first.Mime != "image/png" || first.Width != 900 || first.Height != 300 || !first.HasThumb || first.Size != int64(len(photo)) {
			w.Fatalf("%+v", first)
		}
		again := w.store(`C:\photos\front.png`, photo, Hint{Kind: "document", Width: 5})
		if again.ID != first.ID || again.Kind != "document" || again.Name != "front.png" || again.Width != 900 {
			w.Fatalf("%+v", again)
		}
		other, err := w.svc.Store(w.Context(), ident.New(), "a.png", bytes.NewReader(photo), UploadLimit, Hint{})
		if err != nil || other.ID == first.ID {
			w.Fatalf("another company shares the row: %v", err)
		}
		if n := w.count("SELECT count(*) FROM media WHERE workspace_id = ?", w.ws); n != 1 {
			w.Fatalf("%d rows", n)
		}
		if n := w.count("SELECT count(*) FROM events WHERE workspace_id = ? AND kind = 'audit.media.stored' AND subject_id = ?", w.ws, first.ID); n != 2 {
			w.Fatalf("%d events", n)
		}
		got, m, err := w.svc.Open(w.Context(), w.ws, first.ID)
		if err != nil {
			w.Fatal(err)
		}
		defer got.Close()
		if b, err := io.ReadAll(got); err != nil || !bytes.Equal(b, photo) || m.Name != "front.png" {
			w.Fatalf("%d bytes, %v", len(b), err)
		}
		small, _, err := w.svc.openThumb(w.Context(), w.ws, first.ID)
		if err != nil {
			w.Fatal(err)
		}
		defer small.Close()
		if c, err := jpeg.DecodeConfig(small); err != nil || c.Width != 640 || c.Height != 213 {
			w.Fatalf("thumbnail %+v %v", c, err)
		}
	})
}

func TestConcurrentUploadsOfOneContent(t *testing.T) {
	each(t, func(w *world) {
		photo := pngOf(w, 50, 50)
		var wg sync.WaitGroup
		ids := make([]uuid.UUID, 6)
		for i := range ids {
			wg.Go(func() {
				m, err := w.svc.Store(w.Context(), w.ws, "x.png", bytes.NewReader(photo), UploadLimit, Hint{})
				if err != nil {
					w.Error(err)
				}
				ids[i] = m.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				w.Fatal("one content has two rows")
			}
		}
	})
}

func TestStoreRefuses(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	broken := errors.New("the line is cut")
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		r    io.Reader
		want func(error) bool
	}{
		{"over the limit", t.Context(), strings.NewReader(strings.Repeat("x", 101)), func(err error) bool { return errs.Is(err, errs.KindTooLarge) }},
		{"empty", t.Context(), strings.NewReader(""), func(err error) bool { return errs.Is(err, errs.KindInvalid) }},
		{"a reader that fails", t.Context(), io.MultiReader(strings.NewReader("abc"), failing{broken}), func(err error) bool { return errors.Is(err, broken) }},
		{"given up", stopped, strings.NewReader("abc"), func(err error) bool { return errors.Is(err, context.Canceled) }},
	} {
		if _, err := w.svc.Store(c.ctx, w.ws, "a.txt", c.r, 100, Hint{}); err == nil || !c.want(err) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if n := w.count("SELECT count(*) FROM media"); n != 0 {
		t.Fatalf("%d rows of refused files", n)
	}
	if _, err := w.svc.Store(t.Context(), w.ws, "a.txt", strings.NewReader(strings.Repeat("x", 100)), 100, Hint{}); err != nil {
		t.Fatalf("just at the limit: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A lost blob comes back with the next upload of the same content.
func TestStoreMendsALostBlob(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	m := w.store("a.png", pngOf(t, 20, 20), Hint{})
	for _, key := range []string{m.key(), m.thumbKey()} {
		if err := w.blobs.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.svc.Open(t.Context(), w.ws, m.ID); !errs.Is(err, errs.KindNotFound) {
		t.Fatal(err)
	}
	w.store("a.png", pngOf(t, 20, 20), Hint{})
	for _, open := range []opener{w.svc.Open, w.svc.openThumb} {
		f, _, err := open(t.Context(), w.ws, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
}

func TestReadsStayInTheCompany(t *testing.T) {
	each(t, func(w *world) {
		ctx, read, stranger := w.Context(), w.d.Read(), ident.New()
		a := w.store("a.txt", []byte("a"), Hint{})
		if got, err := w.svc.Get(ctx, read, w.ws, a.ID); err != nil || got.Name != "a.txt" {
			w.Fatalf("%v %v", got, err)
		}
		if _, err := w.svc.Get(ctx, read, stranger, a.ID); !errs.Is(err, errs.KindNotFound) {
			w.Fatal(err)
		}
		if _, _, err := w.svc.Open(ctx, stranger, a.ID); !errs.Is(err, errs.KindNotFound) {
			w.Fatal(err)
		}
	})
}

func TestFileIDs(t *testing.T) {
	each(t, func(w *world) {
		m, bot := w.store("a.png", pngOf(w, 9, 9), Hint{}), ident.New()
		keep := func(kind, fileID, unique string) {
			if err := w.d.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
				w.svc.KeepFileID(ctx, tx, w.ws, bot, m.ID, kind, fileID, unique)
				return nil
			}); err != nil {
				w.Fatal(err)
			}
		}
		keep("photo", "p1", "u1")
		keep("photo", "p2", "")
		keep("document", "d1", "u2")
		for _, c := range []struct {
			ws, bot uuid.UUID
			kind    string
			want    string
		}{
			{w.ws, bot, "photo", "p2"}, {w.ws, bot, "document", "d1"},
			{w.ws, bot, "sticker", ""}, {w.ws, ident.New(), "photo", ""}, {ident.New(), bot, "photo", ""},
		} {
			got, ok, err := w.svc.FileID(w.Context(), w.d.Read(), c.ws, c.bot, m.ID, c.kind)
			if err != nil || got != c.want || ok != (c.want != "") {
				w.Errorf("%s: %q %v %v", c.kind, got, ok, err)
			}
		}
		if _, ok, err := byUniqueID(w.Context(), w.d.Read(), w.ws, "u1"); err != nil || !ok {
			w.Fatalf("an unnamed repeat erased the unique id: %v", err)
		}
	})
}
