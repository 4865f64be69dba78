// Package blob keeps media and exports: bytes under a key, in a folder or in an
// S3-compatible bucket, behind one small interface.
//
//	Put ──▶ (temporary, synced) ──▶ key     whole or not at all, replaces what was there
//	Open, Stat ◀── key                      seekable, so that a browser may ask for ranges
//	Delete                                  what is absent counts as deleted
//
// What a blob is (its MIME type, its owner, its name for people) stands in the database;
// here it is only bytes. Errors: invalid for a bad key, not found, unavailable when the
// store does not answer; ErrSize when the reader did not hold what was announced.
package blob

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"cartie/internal/platform/errs"
)

// Store keeps blobs. Both implementations pass one conformance suite.
type Store interface {
	// Put stores size bytes of r under the key; size -1 takes r to its end. The blob is
	// visible and durable when Put returns nil; otherwise the key holds what it held.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open returns the blob for reading and seeking; ctx must live until Close.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)
	Stat(ctx context.Context, key string) (Info, error)
	Delete(ctx context.Context, key string) error
}

// Info is what the store itself knows about a blob.
type Info struct {
	Size     int64 // bytes
	Modified time.Time
}

// ErrSize says that the reader held fewer or more bytes than Put was told.
var ErrSize = errors.New("blob: the content is not as long as announced")

// maxKey bounds a key in bytes: short of the 255 of a file name and the 1024 of S3.
const maxKey = 240

// Open returns the store at an address:
//
//	/var/lib/cartie/media or file:///var/lib/cartie/media
//	s3://key:secret@host[:port]/bucket?region=eu-central-1&insecure=1
//
// Key and secret are percent-encoded where they hold reserved characters; insecure=1
// speaks HTTP instead of HTTPS. The secret appears in no error.
func Open(address string) (Store, error) {
	if address == "" {
		return nil, errors.New("blob: the address of the store is empty")
	}
	if !strings.Contains(address, "://") {
		return openFolder(address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("blob: the address of the store is not a URL") // the cause quotes the secret
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" {
			return nil, errors.New("blob: a folder is written file:///path, with three slashes")
		}
		return openFolder(u.Path)
	case "s3":
		return openBucket(u)
	}
	return nil, fmt.Errorf("blob: %s:// is no store; use a path, file:// or s3://", u.Scheme)
}

// checkKey keeps keys to what is one name on every file system and in every bucket: no
// upper case, no hidden or empty segments, nothing that climbs.
func checkKey(key string) error {
	bad := func(why string) error { return errs.Invalid("key", "The media key "+why+".") }
	if key == "" || len(key) > maxKey {
		return bad(fmt.Sprintf("must have 1 to %d characters", maxKey))
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment[0] == '.' || strings.Contains(segment, "..") {
			return bad("must not hold empty parts, parts that start with a dot, or two dots")
		}
	}
	for _, c := range []byte(key) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '/', c == '_', c == '-', c == '.':
		default:
			return bad("may hold a-z, 0-9 and / _ - . only")
		}
	}
	return nil
}

// exactly reads size bytes of r and fails with ErrSize when r holds fewer or more. The
// last bytes are held back until r is known to end, so a store cannot take them first.
type exactly struct {
	r    *bufio.Reader
	left int64
	err  error
}

func newExactly(r io.Reader, size int64) *exactly {
	e := &exactly{r: bufio.NewReader(r), left: size}
	if size == 0 {
		e.err = e.end()
	}
	return e
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	p = p[:min(int64(len(p)), e.left)]
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0:
		if e.err = e.end(); e.err != io.EOF {
			return 0, e.err
		}
		return n, nil
	case errors.Is(err, io.EOF):
		e.err = ErrSize
	default:
		e.err = err
	}
	return n, e.err
}

// end returns io.EOF when nothing is left in the source.
func (e *exactly) end() error {
	_, err := e.r.Peek(1)
	if err == nil {
		return ErrSize
	}
	return err
}
