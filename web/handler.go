// Package web serves the React app that is built into the program.
//
//	/assets/*       hashed files: immutable, compressed at build time, 404 when absent
//	a page          index.html with a fresh CSP nonce, never cached
//	anything else   the same index.html with status 404: the app shows its own page for it
//
// Nothing here reads the session: the pages are the same for everyone, the data is not.
package web

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

const (
	// placeholder is what the build writes where the nonce belongs.
	placeholder = "__NONCE__"
	// nonceBytes is 144 bits: base64 needs no padding, and CSP asks for at least 128.
	nonceBytes = 18

	notBuilt = "The web interface is not part of this program: run `npm ci && npm run build` in web/ and build again.\n"
)

// asset is one file of the build in every form in which it can be sent.
type asset struct {
	contentType  string
	cacheControl string
	plain        []byte
	gzip         []byte
	brotli       []byte
}

// Handler serves one build of the app. It holds everything in memory and is safe for concurrent use.
type Handler struct {
	index  []byte // nil when the app was not built
	assets map[string]asset
}

// New reads a build (see [Dist]). A build without index.html is answered with 503 and a sentence.
func New(build fs.FS) (*Handler, error) {
	h := &Handler{assets: map[string]asset{}}
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(entry.Name(), ".") {
			// The build's manifest and placeholders are not for visitors.
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() || strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") {
			return nil
		}
		body, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		if name == "index.html" {
			h.index = body
			return nil
		}
		h.assets["/"+name], err = newAsset(build, name, body)
		return err
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

func newAsset(build fs.FS, name string, body []byte) (asset, error) {
	a := asset{contentType: contentType(name), cacheControl: "public, max-age=3600", plain: body}
	if strings.HasPrefix(name, "assets/") {
		// The name changes with the content.
		a.cacheControl = "public, max-age=31536000, immutable"
	}
	var err error
	if a.gzip, err = optional(build, name+".gz"); err != nil {
		return asset{}, err
	}
	a.brotli, err = optional(build, name+".br")
	return a, err
}

func optional(build fs.FS, name string) ([]byte, error) {
	body, err := fs.ReadFile(build, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return body, err
}

// contentType does not ask the machine's MIME tables, which differ and can be wrong.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webp":
		return "image/webp"
	case ".wasm":
		return "application/wasm"
	}
	if known := mime.TypeByExtension(path.Ext(name)); known != "" {
		return known
	}
	return "application/octet-stream"
}

// ServeHTTP answers GET and HEAD. Mount it at "/": API routes are more specific and win.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	header.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	if file, ok := h.assets[r.URL.Path]; ok {
		file.serve(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/assets/") || strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/media/") {
		// A page here would be taken for a script, a picture or an answer of the API.
		header.Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	h.page(w, r)
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Cache-Control", a.cacheControl)
	body := a.plain
	if a.gzip != nil || a.brotli != nil {
		header.Set("Vary", "Accept-Encoding")
		accepted := r.Header.Get("Accept-Encoding")
		switch {
		case a.brotli != nil && accepts(accepted, "br"):
			header.Set("Content-Encoding", "br")
			body = a.brotli
		case a.gzip != nil && accepts(accepted, "gzip"):
			header.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
	}
	write(w, r, http.StatusOK, body)
}

// accepts reads an Accept-Encoding header as far as it matters here: named, and not with weight zero.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		weight, isWeight := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !isWeight {
			return true
		}
		q, err := strconv.ParseFloat(weight, 64)
		return err == nil && q > 0
	}
	return false
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if h.index == nil {
		header.Set("Content-Type", "text/plain; charset=utf-8")
		write(w, r, http.StatusServiceUnavailable, []byte(notBuilt))
		return
	}
	nonce := newNonce()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy(nonce))
	status := http.StatusOK
	if !known(r.URL.Path) {
		status = http.StatusNotFound
	}
	write(w, r, status, bytes.ReplaceAll(h.index, []byte(placeholder), []byte(nonce)))
}

func newNonce() string {
	var raw [nonceBytes]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return base64.StdEncoding.EncodeToString(raw[:])
}

// policy allows the app's own files and nothing written into the page by anybody else.
// frame-src 'self' is for the sandbox's chat page beside the inbox.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "' 'strict-dynamic'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"font-src 'self'",
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"connect-src 'self'",
		"worker-src 'self' blob:",
		"manifest-src 'self'",
		"frame-src 'self'",
		"frame-ancestors 'self'",
		"base-uri 'none'",
		"form-action 'self'",
	}, "; ")
}

func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the visitor may be gone
}
