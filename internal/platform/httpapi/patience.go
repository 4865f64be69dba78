package httpapi

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// A caller who announces a body and never sends it would hold a connection and a
// goroutine for ever. Whoever sends at least slowestLine is never cut off.
const (
	basePatience = 30 * time.Second
	slowestLine  = 32 << 10 // bytes a second
)

// patience is how long a body of that many bytes may take.
func patience(bytes int64) time.Duration {
	return basePatience + time.Duration(bytes)*time.Second/slowestLine
}

// bounded gives every request with a body a deadline to send it; mount prolongs it for
// routes that take large ones, once the caller may use them.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		expect(w, r, DefaultMaxBody)
		r.Body = &hurried{ReadCloser: r.Body, w: w}
		next.ServeHTTP(w, r)
	})
}

// expect sets the deadline for a body of at most limit bytes.
func expect(w http.ResponseWriter, r *http.Request, limit int64) {
	if r.ContentLength >= 0 {
		limit = min(limit, r.ContentLength)
	}
	// a writer without deadlines is a test's: nothing to hold there
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience(limit)))
}

// hurried lifts the deadline at the end of the body: the answer may take its time, and a
// connection whose reads fail counts as given up.
type hurried struct {
	io.ReadCloser
	w http.ResponseWriter
}

func (b *hurried) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = http.NewResponseController(b.w).SetReadDeadline(time.Time{})
	}
	return n, err
}
