package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cartie/internal/platform/errs"
)

// stores lists every implementation; each must pass the same suite.
var stores = map[string]func(t *testing.T) Store{
	"folder": func(t *testing.T) Store {
		s, err := Open(filepath.Join(t.TempDir(), "media"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
	"bucket": func(t *testing.T) Store {
		_, address := newS3(t)
		s, err := Open(address)
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
}

func TestStores(t *testing.T) {
	suite := map[string]func(t *testing.T, s Store){
		"what is put can be opened":           putAndOpen,
		"seeks like a file":                   seeks,
		"put replaces":                        replaces,
		"an empty blob is a blob":             emptyBlob,
		"length unknown":                      unknownLength,
		"a large blob":                        largeBlob,
		"a wrong length stores nothing":       wrongLength,
		"a failing reader stores nothing":     failingReader,
		"a cancelled context stores nothing":  cancelled,
		"absent is not found":                 absentBlob,
		"delete is final and can be repeated": deletes,
		"bad keys are refused everywhere":     badKeys,
	}
	for kind, open := range stores {
		for name, test := range suite {
			t.Run(kind+"/"+name, func(t *testing.T) { test(t, open(t)) })
		}
	}
}

func put(t *testing.T, s Store, key string, data []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
}

func wantBlob(t *testing.T, s Store, key string, want []byte) {
	t.Helper()
	r, info, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%d bytes came back, not the %d that were put", len(got), len(want))
	}
	st, err := s.Stat(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size != int64(len(want)) || st.Size != info.Size || !st.Modified.Equal(info.Modified) || st.Modified.IsZero() {
		t.Fatalf("Open says %+v, Stat says %+v", info, st)
	}
}

func wantAbsent(t *testing.T, s Store, key string) {
	t.Helper()
	if _, err := s.Stat(t.Context(), key); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("Stat(%s): %v", key, err)
	}
	r, _, err := s.Open(t.Context(), key)
	if err == nil {
		r.Close()
	}
	if !errs.Is(err, errs.KindNotFound) {
		t.Errorf("Open(%s): %v", key, err)
	}
}

func wantUnavailable(t *testing.T, s Store) {
	t.Helper()
	if err := s.Put(t.Context(), "a", strings.NewReader("x"), 1); !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("Put: %v", err)
	}
	if _, err := s.Stat(t.Context(), "a"); !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("Stat: %v", err)
	}
}

// oneAttempt is the client of a store that does not wait and try again.
func oneAttempt(address string) (*minio.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	secret, _ := u.User.Password()
	return minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Region: "eu-central-1", MaxRetries: 1,
	})
}

// pattern is n bytes in which every place is recognisable.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return p
}

func putAndOpen(t *testing.T, s Store) {
	put(t, s, "ws-1/2026/photo_1.jpg", []byte("jpeg"))
	put(t, s, "ws-1/2026/photo_2.jpg", []byte("other"))
	wantBlob(t, s, "ws-1/2026/photo_1.jpg", []byte("jpeg"))
	wantBlob(t, s, "ws-1/2026/photo_2.jpg", []byte("other"))
}

func seeks(t *testing.T, s Store) {
	data := pattern(100_000)
	put(t, s, "a", data)
	r, _, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, c := range []struct {
		offset int64
		whence int
		at     int64
	}{{70_000, io.SeekStart, 70_000}, {10, io.SeekStart, 10}, {-5, io.SeekEnd, 99_995}, {0, io.SeekEnd, 100_000}, {0, io.SeekStart, 0}} {
		at, err := r.Seek(c.offset, c.whence)
		if err != nil || at != c.at {
			t.Fatalf("Seek(%d,%d) = %d, %v", c.offset, c.whence, at, err)
		}
		got, err := io.ReadAll(io.LimitReader(r, 5))
		if err != nil || !bytes.Equal(got, data[at:min(at+5, 100_000)]) {
			t.Fatalf("at %d read %x, %v", at, got, err)
		}
	}
}

func replaces(t *testing.T, s Store) {
	put(t, s, "a", []byte("first, and longer"))
	put(t, s, "a", []byte("second"))
	wantBlob(t, s, "a", []byte("second"))
}

func emptyBlob(t *testing.T, s Store) {
	put(t, s, "a", nil)
	wantBlob(t, s, "a", nil)
}

func unknownLength(t *testing.T, s Store) {
	data := pattern(300_000)
	if err := s.Put(t.Context(), "a", iotest.HalfReader(bytes.NewReader(data)), -1); err != nil {
		t.Fatal(err)
	}
	wantBlob(t, s, "a", data)
}

func largeBlob(t *testing.T, s Store) {
	data := pattern(partSize + partSize/2) // more than one part of an upload
	put(t, s, "a", data)
	wantBlob(t, s, "a", data)
}

func wrongLength(t *testing.T, s Store) {
	put(t, s, "a", []byte("kept"))
	for _, size := range []int64{0, 1, 6, 8, 5000} {
		for _, key := range []string{"a", "fresh"} {
			err := s.Put(t.Context(), key, strings.NewReader("7 bytes"), size)
			if !errors.Is(err, ErrSize) {
				t.Errorf("announced %d: %v", size, err)
			}
		}
	}
	wantBlob(t, s, "a", []byte("kept"))
	wantAbsent(t, s, "fresh")
}

func failingReader(t *testing.T, s Store) {
	broken := errors.New("the sender hung up")
	for _, size := range []int64{-1, 100} {
		r := io.MultiReader(strings.NewReader("begin"), iotest.ErrReader(broken))
		if err := s.Put(t.Context(), "a", r, size); !errors.Is(err, broken) {
			t.Errorf("announced %d: %v", size, err)
		}
	}
	wantAbsent(t, s, "a")
}

func cancelled(t *testing.T, s Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, "a", strings.NewReader("x"), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	wantAbsent(t, s, "a")
}

func absentBlob(t *testing.T, s Store) {
	put(t, s, "dir/blob", []byte("x"))
	for _, key := range []string{"nothing", "dir", "dir/other", "dir/blob/below"} {
		wantAbsent(t, s, key)
	}
}

func deletes(t *testing.T, s Store) {
	put(t, s, "dir/a", []byte("x"))
	put(t, s, "dir/b", []byte("y"))
	for range 2 {
		if err := s.Delete(t.Context(), "dir/a"); err != nil {
			t.Fatal(err)
		}
	}
	wantAbsent(t, s, "dir/a")
	if err := s.Delete(t.Context(), "dir"); err != nil { // a folder is no blob
		t.Fatal(err)
	}
	wantBlob(t, s, "dir/b", []byte("y"))
}

func badKeys(t *testing.T, s Store) {
	for _, key := range []string{
		"", "/etc/passwd", "../up", "a/../b", "a//b", "a/", ".hidden", "a/.hidden", incoming + "/x",
		"Upper", "space here", "ünïcode", "back\\slash", "nul\x00", "a..b", strings.Repeat("a", maxKey+1),
	} {
		if err := s.Put(t.Context(), key, strings.NewReader("x"), 1); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("Put(%q): %v", key, err)
		}
		if _, _, err := s.Open(t.Context(), key); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("Open(%q): %v", key, err)
		}
		if _, err := s.Stat(t.Context(), key); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("Stat(%q): %v", key, err)
		}
		if err := s.Delete(t.Context(), key); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("Delete(%q): %v", key, err)
		}
	}
}

func TestFolderLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	s, err := Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a/b/c", []byte("x"))
	if err := s.Put(t.Context(), "a/b/d", iotest.ErrReader(errors.New("broken")), -1); err == nil {
		t.Fatal("a broken reader was stored")
	}
	var files []string
	_ = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
			if st, _ := d.Info(); st.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", path, st.Mode())
			}
		}
		return err
	})
	if len(files) != 1 || files[0] != "a/b/c" {
		t.Errorf("files: %v", files)
	}
}

func TestFolderSweepsWhatAKilledProcessLeft(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(dir, incoming, "old"), filepath.Join(dir, incoming, "young")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-abandoned - time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old file is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("a file that may still be written is gone: %v", err)
	}
}

func TestFolderDoesNotFollowLinksOut(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r, _, err := s.Open(t.Context(), "link/secret"); err == nil {
		r.Close()
		t.Error("a link led out of the media folder")
	}
	if err := s.Put(t.Context(), "link/new", strings.NewReader("x"), 1); err == nil {
		t.Error("wrote outside the media folder")
	}
}

func TestBadAddressesAreRefusedWithoutTheSecret(t *testing.T) {
	for _, address := range []string{
		"", "ftp://host/x", "file://host/path", "file://",
		"s3://host/bucket", "s3://key@host/bucket", "s3://key:hush@host", "s3://key:hush@/bucket",
		"s3://key:hush@host/a/b", "s3://key:hush@host/bucket?insecure=maybe", "s3://key:hush%zz@host/bucket",
	} {
		_, err := Open(address)
		if err == nil {
			t.Errorf("%q was accepted", address)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}
