package blob

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// s3 is the part of the S3 protocol that the store uses: PUT, GET with ranges, HEAD,
// DELETE and multipart uploads of one bucket, each request signed with version 4.
type s3 struct {
	t  *testing.T
	mu sync.Mutex

	objects map[string][]byte
	parts   map[string]map[int][]byte // by upload id
	ranges  int                       // GETs that asked for a range
	down    bool
}

func newS3(t *testing.T) (*s3, string) {
	s := &s3{t: t, objects: map[string][]byte{}, parts: map[string]map[int][]byte{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	return s, "s3://AKID:s%2Fcret@" + host + "/media?region=eu-central-1&insecure=1"
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	auth := r.Header.Get("Authorization")
	if !strings.HasPrefix(auth, "AWS4-HMAC-SHA256 Credential=AKID/") ||
		!strings.Contains(auth, "/eu-central-1/s3/aws4_request") || !strings.Contains(auth, "Signature=") {
		s.t.Errorf("%s %s is not signed: %q", r.Method, r.URL.Path, auth)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	key, ok := strings.CutPrefix(r.URL.Path, "/media/")
	if !ok {
		s.refuse(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodPost && q.Has("uploads"):
		id := strconv.Itoa(len(s.parts) + 1)
		s.parts[id] = map[int][]byte{}
		fmt.Fprintf(w, `<InitiateMultipartUploadResult><Bucket>media</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>`, key, id)
	case r.Method == http.MethodPut && q.Has("uploadId"):
		body, err := content(r)
		if err != nil {
			s.refuse(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		n, _ := strconv.Atoi(q.Get("partNumber"))
		s.parts[q.Get("uploadId")][n] = body
		w.Header().Set("ETag", etag(body))
	case r.Method == http.MethodPost && q.Has("uploadId"):
		parts := s.parts[q.Get("uploadId")]
		var whole []byte
		for _, n := range slices.Sorted(maps.Keys(parts)) {
			whole = append(whole, parts[n]...)
		}
		s.objects[key] = whole
		delete(s.parts, q.Get("uploadId"))
		fmt.Fprintf(w, `<CompleteMultipartUploadResult><Bucket>media</Bucket><Key>%s</Key><ETag>"x"</ETag></CompleteMultipartUploadResult>`, key)
	case r.Method == http.MethodDelete && q.Has("uploadId"):
		delete(s.parts, q.Get("uploadId"))
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPut:
		body, err := content(r)
		if err != nil {
			s.refuse(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		s.objects[key] = body
		w.Header().Set("ETag", etag(body))
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		body, ok := s.objects[key]
		if !ok {
			s.refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		if r.Header.Get("Range") != "" {
			s.ranges++
		}
		w.Header().Set("ETag", etag(body))
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, "", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), bytes.NewReader(body))
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.t.Errorf("unexpected %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotImplemented)
	}
}

func (s *s3) refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: code})
}

func etag(body []byte) string {
	sum := md5.Sum(body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// content undoes the chunks that a signed upload over plain HTTP is sent in:
// hex length;chunk-signature=... CRLF bytes CRLF, until a chunk of length 0.
func content(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	in := bufio.NewReader(r.Body)
	var out []byte
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		length, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(length, 16, 64)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			if want := r.Header.Get("X-Amz-Decoded-Content-Length"); want != strconv.Itoa(len(out)) {
				return nil, fmt.Errorf("%s bytes announced, %d came", want, len(out))
			}
			return out, nil
		}
		chunk := make([]byte, n+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		out = append(out, chunk[:n]...)
	}
}

func TestBucketAsksForRanges(t *testing.T) {
	server, address := newS3(t)
	store, err := Open(address)
	if err != nil {
		t.Fatal(err)
	}
	data := pattern(1 << 20)
	if err := store.Put(t.Context(), "film.mp4", bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	r, _, err := store.Open(t.Context(), "film.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Seek(900_000, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 16)
	if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, data[900_000:900_016]) {
		t.Fatalf("read %x, %v", got, err)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	if server.ranges == 0 {
		t.Error("the whole object was fetched for 16 bytes")
	}
}

func TestBucketThatDoesNotAnswerIsUnavailable(t *testing.T) {
	server, address := newS3(t)
	store, err := Open(address)
	if err != nil {
		t.Fatal(err)
	}
	store.(*bucket).client, err = oneAttempt(address)
	if err != nil {
		t.Fatal(err)
	}
	server.mu.Lock()
	server.down = true
	server.mu.Unlock()
	wantUnavailable(t, store)
}
