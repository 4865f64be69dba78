package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"cartie/web"
)

const index = `<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><script nonce="__NONCE__" src="/assets/app-1.js"></script>`

func build() fstest.MapFS {
	return fstest.MapFS{
		".keep":               {},
		".vite/manifest.json": {Data: []byte(`{"secret":true}`)},
		"index.html":          {Data: []byte(index)},
		"assets/app-1.js":     {Data: []byte("plain")},
		"assets/app-1.js.gz":  {Data: []byte("gzipped")},
		"assets/app-1.js.br":  {Data: []byte("brotli")},
		"assets/inter.woff2":  {Data: []byte("font")},
		"robots.txt":          {Data: []byte("User-agent: *")},
	}
}

func get(t *testing.T, files fstest.MapFS, method, path, encoding string) *http.Response {
	t.Helper()
	handler, err := web.New(files)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(method, path, nil)
	if encoding != "" {
		request.Header.Set("Accept-Encoding", encoding)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAssetsAreImmutableAndComeCompressed(t *testing.T) {
	for _, c := range []struct{ accept, coding, body string }{
		{"gzip, deflate, br, zstd", "br", "brotli"},
		{"gzip", "gzip", "gzipped"},
		{"br;q=0, gzip;q=0.5", "gzip", "gzipped"},
		{"", "", "plain"},
		{"identity", "", "plain"},
	} {
		response := get(t, build(), http.MethodGet, "/assets/app-1.js", c.accept)
		if got := response.Header.Get("Content-Encoding"); got != c.coding {
			t.Errorf("Accept-Encoding %q: encoded as %q, want %q", c.accept, got, c.coding)
		}
		if got := body(t, response); got != c.body {
			t.Errorf("Accept-Encoding %q: body %q, want %q", c.accept, got, c.body)
		}
		if got := response.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("Cache-Control is %q", got)
		}
		if got := response.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
			t.Errorf("Content-Type is %q", got)
		}
		if got := response.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Vary is %q", got)
		}
	}
}

func TestAbsentFilesAreNeverThePage(t *testing.T) {
	for _, path := range []string{"/assets/app-0.js", "/assets/", "/assets/app-1.js.br", "/api/nothing", "/media/x/y"} {
		response := get(t, build(), http.MethodGet, path, "")
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, response.StatusCode)
		}
		if strings.Contains(body(t, response), "<!doctype") {
			t.Errorf("%s: answered with the page", path)
		}
	}
	response := get(t, build(), http.MethodGet, "/.vite/manifest.json", "")
	if strings.Contains(body(t, response), "secret") {
		t.Error("the build's manifest is served")
	}
}

func TestPagesCarryAFreshNonce(t *testing.T) {
	nonceOf := func(path string, status int) string {
		response := get(t, build(), http.MethodGet, path, "")
		if response.StatusCode != status {
			t.Errorf("%s: status %d, want %d", path, response.StatusCode, status)
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q", path, got)
		}
		csp := response.Header.Get("Content-Security-Policy")
		found := regexp.MustCompile(`script-src 'nonce-([^']{24})' 'strict-dynamic'`).FindStringSubmatch(csp)
		if found == nil {
			t.Fatalf("%s: no nonce in %q", path, csp)
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy allows something unsafe: %q", path, csp)
		}
		for _, directive := range []string{"default-src 'none'", "frame-src 'self'", "frame-ancestors 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, directive) {
				t.Errorf("%s: policy lacks %s", path, directive)
			}
		}
		text := body(t, response)
		if strings.Contains(text, "__NONCE__") || strings.Count(text, found[1]) != 2 {
			t.Errorf("%s: the page does not carry the nonce of its policy: %s", path, text)
		}
		return found[1]
	}
	if nonceOf("/", 200) == nonceOf("/inbox", 200) {
		t.Error("two requests share a nonce")
	}
	nonceOf("/inbox/", 200)
	nonceOf("/setup/abc", 200)
	nonceOf("/setup/", 404)
	nonceOf("/setup/abc/more", 404)
	nonceOf("/no-such-page", 404)
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	for _, path := range []string{"/", "/assets/app-1.js", "/assets/gone.js", "/no-such-page", "/robots.txt"} {
		header := get(t, build(), http.MethodGet, path, "").Header
		if header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: no nosniff", path)
		}
		if header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: no Referrer-Policy", path)
		}
		if !strings.Contains(header.Get("Permissions-Policy"), "microphone=(self)") {
			t.Errorf("%s: the microphone is not for us alone", path)
		}
	}
}

func TestOnlyReadingIsAnswered(t *testing.T) {
	response := get(t, build(), http.MethodPost, "/inbox", "")
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", response.StatusCode)
	}
	head := get(t, build(), http.MethodHead, "/inbox", "")
	if head.StatusCode != http.StatusOK || body(t, head) != "" || head.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d with length %q", head.StatusCode, head.Header.Get("Content-Length"))
	}
}

func TestAProgramWithoutTheAppSaysSo(t *testing.T) {
	response := get(t, fstest.MapFS{".keep": {}}, http.MethodGet, "/", "")
	if response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", response.StatusCode)
	}
	if !strings.Contains(body(t, response), "npm run build") {
		t.Error("the answer does not say what to do")
	}
}

func TestTheEmbeddedBuildCanBeRead(t *testing.T) {
	if _, err := web.New(web.Dist()); err != nil {
		t.Fatal(err)
	}
}
