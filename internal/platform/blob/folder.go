package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"cartie/internal/platform/errs"
)

const (
	// incoming holds files that are still being written. No key reaches it: a segment
	// of a key does not start with a dot.
	incoming = ".incoming"
	// abandoned is the age after which a file in incoming belongs to no living Put.
	abandoned = 48 * time.Hour
)

// folder keeps each blob as a file. os.Root refuses what would leave the folder, through
// symbolic links too.
type folder struct{ root *os.Root }

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: making the media folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: opening the media folder: %w", err)
	}
	f := &folder{root: root}
	if err := root.Mkdir(incoming, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("blob: the media folder is not writable: %w", err)
	}
	f.sweep(time.Now().Add(-abandoned))
	return f, nil
}

// sweep removes what a killed process left in incoming before the instant. Failing is
// harmless: the next start tries again.
func (f *folder) sweep(before time.Time) {
	entries, err := fs.ReadDir(f.root.FS(), incoming)
	if err != nil {
		return
	}
	for _, e := range entries {
		if st, err := e.Info(); err == nil && st.ModTime().Before(before) {
			_ = f.root.Remove(incoming + "/" + e.Name())
		}
	}
}

func (f *folder) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := f.put(ctx, key, r, size); err != nil {
		return fmt.Errorf("storing blob %s: %w", key, err)
	}
	return nil
}

func (f *folder) put(ctx context.Context, key string, r io.Reader, size int64) error {
	temp := incoming + "/" + strings.ToLower(rand.Text())
	if err := f.write(ctx, temp, r, size); err != nil {
		_ = f.root.Remove(temp)
		return err
	}
	dir := path.Dir(key)
	if err := f.makeDurable(dir); err != nil {
		_ = f.root.Remove(temp)
		return err
	}
	if err := f.root.Rename(temp, key); err != nil {
		_ = f.root.Remove(temp)
		return err
	}
	return f.sync(dir)
}

// write leaves a complete file on the disk itself, or an error.
func (f *folder) write(ctx context.Context, name string, r io.Reader, size int64) error {
	out, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if size >= 0 {
		r = newExactly(r, size)
	}
	_, err = io.Copy(out, untilDone{ctx, r})
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// makeDurable makes the folders of a key; each new name is synced in its parent, else a
// power loss could take the folder and the blob in it.
func (f *folder) makeDurable(dir string) error {
	if dir == "." {
		return nil
	}
	err := f.root.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err = f.makeDurable(path.Dir(dir)); err != nil {
			return err
		}
		err = f.root.Mkdir(dir, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		// Perhaps another Put made it this moment and has not synced it yet.
		return f.sync(path.Dir(dir))
	}
	if err != nil {
		return err
	}
	return f.sync(path.Dir(dir))
}

func (f *folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (f *folder) Open(_ context.Context, key string) (io.ReadSeekCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, Info{}, absent(err, key)
	}
	st, err := file.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, Info{}, absent(err, key)
	}
	return file, Info{Size: st.Size(), Modified: st.ModTime().UTC()}, nil
}

func (f *folder) Stat(_ context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	st, err := f.root.Stat(key)
	if err == nil && !st.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, absent(err, key)
	}
	return Info{Size: st.Size(), Modified: st.ModTime().UTC()}, nil
}

func (f *folder) Delete(ctx context.Context, key string) error {
	if _, err := f.Stat(ctx, key); err != nil {
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		return err
	}
	err := f.root.Remove(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deleting blob %s: %w", key, err)
	}
	return f.sync(path.Dir(key))
}

// absent turns a missing file, or a key below another blob's key, into not found.
func absent(err error, key string) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return errs.NotFound("file").Because(err)
	}
	return fmt.Errorf("reading blob %s: %w", key, err)
}

// untilDone stops a copy when its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
