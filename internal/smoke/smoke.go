// Package smoke walks a running instance as a signed-in person would: every GET of the
// API with ids taken from its own lists, and every page in a real browser.
//
//	sign in ──► GET each operation ──► 5xx? ──► open each page ──► console error? empty?
package smoke

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Options say what to walk.
type Options struct {
	URL      string // of the instance
	Email    string
	Password string
	// SignIn is a one-click link's token, instead of e-mail and password.
	SignIn string
	// Pages are the page routes, `{name}` standing for a segment.
	Pages []string
	// Browser is the path of Chromium; empty searches for it. "none" walks the API only.
	Browser string
	Out     io.Writer
}

// Finding is one thing that is wrong.
type Finding struct{ Where, What string }

type walker struct {
	opt      Options
	http     *http.Client
	findings []Finding
	walked   int
}

// Run walks the instance and returns what is wrong; an error means that it could not walk.
func Run(ctx context.Context, opt Options) ([]Finding, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	opt.URL = strings.TrimRight(opt.URL, "/")
	w := &walker{opt: opt, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	if err := w.signIn(ctx); err != nil {
		return nil, err
	}
	if err := w.walkAPI(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintf(opt.Out, "%d addresses of the API walked\n", w.walked)
	if opt.Browser != "none" {
		if err := w.walkPages(ctx); err != nil {
			return nil, err
		}
		fmt.Fprintf(opt.Out, "%d pages opened\n", len(opt.Pages))
	}
	return w.findings, nil
}

func (w *walker) found(where, format string, args ...any) {
	w.findings = append(w.findings, Finding{where, fmt.Sprintf(format, args...)})
}

func (w *walker) signIn(ctx context.Context) error {
	path, body := "/api/session", map[string]string{"email": w.opt.Email, "password": w.opt.Password}
	if w.opt.SignIn != "" {
		path, body = "/api/signin/"+url.PathEscape(w.opt.SignIn), nil
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		b = nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.opt.URL+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := w.http.Do(req)
	if err != nil {
		return fmt.Errorf("reaching %s: %w", w.opt.URL, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 2000))
		return fmt.Errorf("signing in: %s: %s", res.Status, text)
	}
	return nil
}

// get answers with the body; a 5xx is a finding.
func (w *walker) get(ctx context.Context, path string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.opt.URL+path, nil)
	if err != nil {
		return 0, nil, err
	}
	res, err := w.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(res.Body, 8<<20))
	w.walked++
	if res.StatusCode >= 500 {
		w.found("GET "+path, "%s", res.Status)
	}
	return res.StatusCode, body, err
}

type document struct {
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

// streams never end, so they are not walked.
var streams = []string{"/api/events"}

func (w *walker) walkAPI(ctx context.Context) error {
	status, body, err := w.get(ctx, "/api/openapi.json")
	if err != nil {
		return err
	}
	var doc document
	if status != http.StatusOK || json.Unmarshal(body, &doc) != nil {
		return errors.New("the instance has no API document at /api/openapi.json")
	}
	paths := []string{"/health", "/health/live", "/health/deep", "/api/docs"}
	for path, methods := range doc.Paths {
		if _, ok := methods["get"]; ok && !slices.Contains(streams, path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		full := w.fill(ctx, path)
		status, body, err := w.get(ctx, full)
		if err != nil {
			w.found("GET "+full, "%v", err)
		} else if status == http.StatusOK && len(bytes.TrimSpace(body)) == 0 {
			w.found("GET "+full, "an empty answer")
		}
	}
	return nil
}

// fill replaces each {name} by the id of the first entry of the list before it.
func (w *walker) fill(ctx context.Context, path string) string {
	for {
		before, rest, ok := strings.Cut(path, "{")
		if !ok {
			return path
		}
		_, after, _ := strings.Cut(rest, "}")
		path = before + w.firstID(ctx, strings.TrimSuffix(before, "/")) + after
	}
}

const nobody = "00000000-0000-7000-8000-000000000000"

func (w *walker) firstID(ctx context.Context, list string) string {
	if !strings.HasPrefix(list, "/api/") {
		list = map[string]string{"/companies": "/api/companies", "/telegram": "/api/bots"}[list]
		if list == "" {
			return nobody
		}
	}
	_, body, err := w.get(ctx, list)
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err != nil || json.Unmarshal(body, &page) != nil || len(page.Items) == 0 || page.Items[0].ID == "" {
		return nobody
	}
	return page.Items[0].ID
}

// browser finds Chromium.
func browser(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errors.New("there is no Chromium on this machine: install it, name it with --browser, or walk the API alone with --browser none")
}
