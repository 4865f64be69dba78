package media

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"cartie/internal/media/picture"
	"cartie/internal/platform/errs"
)

// spooled is a file on its way in: read once, hashed, waiting to be looked at.
type spooled struct {
	file   *os.File
	size   int64
	sha256 []byte
	head   []byte // the first picture.SniffLen bytes
	named  bool   // still in its folder
}

// spool copies r to a temporary file. Errors: too large, invalid when there is nothing.
func spool(ctx context.Context, dir string, r io.Reader, limit int64) (*spooled, error) {
	file, err := os.CreateTemp(dir, "cartie-media-*")
	if err != nil {
		return nil, fmt.Errorf("making room for a file: %w", err)
	}
	// Without a name the file ends with the process, however that ends. Where an open
	// file keeps its name, close removes it.
	f := &spooled{file: file, named: os.Remove(file.Name()) != nil}
	if err := f.fill(ctx, r, limit); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *spooled) fill(ctx context.Context, r io.Reader, limit int64) error {
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f.file, hash), io.LimitReader(cancelled{ctx, r}, limit+1))
	if err != nil {
		return errs.Wrap(err, "receiving a file")
	}
	if n > limit {
		return tooLarge(limit)
	}
	if n == 0 {
		return errs.Invalid("file", "The file is empty.").Code("file_empty")
	}
	f.size, f.sha256 = n, hash.Sum(nil)
	f.head = make([]byte, min(n, picture.SniffLen))
	if _, err := f.file.ReadAt(f.head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading a received file: %w", err)
	}
	return nil
}

// reader reads from the beginning.
func (f *spooled) reader() io.Reader { return io.NewSectionReader(f.file, 0, f.size) }

// tail returns up to n of the last bytes.
func (f *spooled) tail(n int64) ([]byte, error) {
	out := make([]byte, min(n, f.size))
	if _, err := f.file.ReadAt(out, f.size-int64(len(out))); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading a received file: %w", err)
	}
	return out, nil
}

func (f *spooled) close() {
	_ = f.file.Close()
	if f.named {
		_ = os.Remove(f.file.Name())
	}
}

func tooLarge(limit int64) error {
	return errs.TooLarge(fmt.Sprintf("The file is larger than %d MB. Send a smaller one.", limit>>20)).Code("file_too_large")
}

// cancelled ends a copy when its context does.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
