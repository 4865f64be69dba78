package telemetry

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	return w.Body.String()
}

func wantLine(t *testing.T, text, line string) {
	t.Helper()
	for l := range strings.SplitSeq(text, "\n") {
		if l == line {
			return
		}
	}
	t.Errorf("no line %q", line)
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	m := NewMetrics()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /chats/{id}", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "x") })
	mux.HandleFunc("POST /chats/{id}", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusConflict) })
	mux.HandleFunc("/silent", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /panics", func(http.ResponseWriter, *http.Request) { panic("poison") })
	h := m.Middleware(mux)

	for _, c := range [][2]string{
		{"GET", "/chats/1"}, {"GET", "/chats/2"}, {"POST", "/chats/1"}, {"GET", "/silent"},
		{"GET", "/wp-admin.php"}, {"GET", "/.env"}, {"BREW", "/silent"}, {"GET", "/panics"},
	} {
		func() {
			defer func() { recover() }()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(c[0], c[1], nil))
		}()
	}

	text := scrape(t, m)
	for _, line := range []string{
		`cartie_http_requests_total{method="GET",route="/chats/{id}",status="200"} 2`,
		`cartie_http_requests_total{method="POST",route="/chats/{id}",status="409"} 1`,
		`cartie_http_requests_total{method="GET",route="/silent",status="200"} 1`,
		`cartie_http_requests_total{method="GET",route="unmatched",status="404"} 2`,
		`cartie_http_requests_total{method="other",route="/silent",status="200"} 1`,
		`cartie_http_requests_total{method="GET",route="/panics",status="500"} 1`,
		`cartie_http_request_duration_seconds_count{method="GET",route="/chats/{id}"} 2`,
	} {
		wantLine(t, text, line)
	}
	if !strings.Contains(text, "go_goroutines ") || !strings.Contains(text, "process_open_fds ") {
		t.Error("runtime or process figures are missing")
	}
}

func TestStreamsFlushThroughAndAreNotTimed(t *testing.T) {
	m := NewMetrics()
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: 1\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		w.(http.Flusher).Flush()
		<-release
	})
	server := httptest.NewServer(m.Middleware(mux))
	defer server.Close()
	res, err := http.Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n') // arrives while the handler still runs
	if err != nil || line != "data: 1\n" {
		t.Fatalf("%q, %v", line, err)
	}
	close(release)
	server.Close()
	text := scrape(t, m)
	wantLine(t, text, `cartie_http_requests_total{method="GET",route="/events",status="200"} 1`)
	if strings.Contains(text, `duration_seconds_count{method="GET",route="/events"}`) {
		t.Error("a stream was timed")
	}
}

func TestRegistriesAreApart(t *testing.T) {
	a, b := NewMetrics(), NewMetrics()
	a.Middleware(http.NewServeMux()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if strings.Contains(scrape(t, b), "cartie_http_requests_total{") {
		t.Error("one registry shows the other's requests")
	}
}
