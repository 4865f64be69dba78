package smoke

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// instance answers like a running Cartie whose one operation is broken.
func instance(t *testing.T, seen *[]string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/session", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Password string }
		if json.NewDecoder(r.Body).Decode(&in) != nil || in.Password != "right" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "cartie_session", Value: "s", Path: "/"})
	})
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"paths":{"/api/bots":{"get":{}},"/api/bots/{id}":{"get":{}},"/api/bots/{id}/broken":{"get":{}},"/api/events":{"get":{}},"/api/notes":{"post":{}}}}`))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.URL.Path)
		switch {
		case strings.HasSuffix(r.URL.Path, "/broken"):
			w.WriteHeader(http.StatusInternalServerError)
		case r.URL.Path == "/api/bots":
			_, _ = w.Write([]byte(`{"items":[{"id":"b1"}]}`))
		default:
			_, _ = w.Write([]byte(`{}`))
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestWalkFindsWhatIsBroken(t *testing.T) {
	var seen []string
	s := instance(t, &seen)
	var out bytes.Buffer
	findings, err := Run(t.Context(), Options{URL: s.URL, Email: "a@b.c", Password: "right", Browser: "none", Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 1 || findings[0].Where != "GET /api/bots/b1/broken" {
		t.Fatalf("found %+v", findings)
	}
	if slices.Contains(seen, "/api/events") || slices.Contains(seen, "/api/notes") || !slices.Contains(seen, "/api/bots/b1") || !slices.Contains(seen, "/health/deep") {
		t.Fatalf("walked %v", seen)
	}
}

func TestWrongPasswordIsAnError(t *testing.T) {
	var seen []string
	s := instance(t, &seen)
	if _, err := Run(t.Context(), Options{URL: s.URL, Email: "a@b.c", Password: "wrong", Browser: "none", Out: &bytes.Buffer{}}); err == nil || len(seen) != 0 {
		t.Fatalf("%v, walked %v", err, seen)
	}
}
