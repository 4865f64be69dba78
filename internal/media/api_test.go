package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// byHeader signs in whoever the test names, in their one company.
type byHeader map[string]ident.Principal

func (b byHeader) Authenticate(r *http.Request) (ident.Principal, error) {
	p, ok := b[r.Header.Get("X-Test-User")]
	if !ok {
		return p, errs.Unauthorized("Sign in first.")
	}
	if ws := r.Header.Get(httpapi.HeaderWorkspace); ws != "" && ws != p.WorkspaceID.String() {
		return ident.Principal{}, errs.NotFound("company")
	}
	return p, nil
}

type logos map[uuid.UUID]uuid.UUID // by company

func (l logos) IsLogo(_ context.Context, ws, media uuid.UUID) (bool, error) {
	return l[ws] == media, nil
}

type site struct {
	*world
	api   *httpapi.API
	logos logos
	other uuid.UUID // a company of somebody else
}

func newSite(w *world) *site {
	s := &site{world: w, logos: logos{}, other: ident.New()}
	var err error
	s.api, err = httpapi.New(httpapi.Config{
		DB: w.d, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Version: "test",
		Auth: byHeader{
			"operator": {UserID: ident.New(), WorkspaceID: w.ws, Role: ident.Operator},
			"dealer":   {UserID: ident.New(), WorkspaceID: w.ws, Role: ident.Dealer},
			"stranger": {UserID: ident.New(), WorkspaceID: s.other, Role: ident.Owner},
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.svc.RegisterAPI(s.api, s.logos)
	return s
}

func (s *site) do(user string, r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("X-Test-User", user)
	rec := httptest.NewRecorder()
	s.api.ServeHTTP(rec, r)
	return rec
}

func (s *site) get(user, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.do(user, r)
}

type field struct{ name, file, mime, value string }

// form streams its fields, so that a large file is in memory on neither side.
func form(fields ...field) *http.Request {
	pr, pw := io.Pipe()
	m := multipart.NewWriter(pw)
	go func() {
		for _, f := range fields {
			h := textproto.MIMEHeader{}
			h.Set("Content-Disposition", `form-data; name="`+f.name+`"`)
			if f.file != "" {
				h.Set("Content-Disposition", `form-data; name="`+f.name+`"; filename="`+f.file+`"`)
				h.Set("Content-Type", f.mime)
			}
			part, err := m.CreatePart(h)
			if err == nil {
				_, _ = io.WriteString(part, f.value)
			}
		}
		_ = m.Close()
		_ = pw.Close()
	}()
	r := httptest.NewRequest("POST", "/api/media", pr)
	r.ContentLength = -1
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func TestUploadAndServe(t *testing.T) {
	each(t, func(w *world) {
		s := newSite(w)
		photo := string(pngOf(w, 800, 400))
		rec := s.do("operator", form(field{"file", "Audi A6.png", "image/png", photo}))
		var got map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Code != 201 {
			w.Fatalf("%d %s", rec.Code, rec.Body)
		}
		url := "/api/media/" + w.ws.String() + "/" + got["id"].(string)
		want := map[string]any{
			"id": got["id"], "kind": "photo", "name": "Audi A6.png", "mime": "image/png", "size": float64(len(photo)),
			"width": 800.0, "height": 400.0, "duration": 0.0, "url": url, "thumb_url": url + "/thumb",
		}
		for k, v := range want {
			if got[k] != v {
				w.Errorf("%s is %v", k, got[k])
			}
		}
		if len(got) != len(want) || rec.Header().Get("Location") != url {
			w.Errorf("%v at %s", got, rec.Header().Get("Location"))
		}

		whole := s.get("operator", url)
		etag := whole.Header().Get("ETag")
		if whole.Code != 200 || whole.Body.String() != photo || len(etag) != 66 {
			w.Fatalf("%d, %d bytes, %s", whole.Code, whole.Body.Len(), etag)
		}
		for k, v := range map[string]string{
			"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
			"Cache-Control":           "private, max-age=31536000, immutable",
			"Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Disposition":     `inline; filename="Audi A6.png"`,
		} {
			if whole.Header().Get(k) != v {
				w.Errorf("%s: %q", k, whole.Header().Get(k))
			}
		}
		part := s.get("operator", url, "Range", "bytes=10-19", "If-Range", etag)
		if part.Code != 206 || part.Body.String() != photo[10:20] {
			w.Errorf("a range: %d %q", part.Code, part.Body)
		}
		if beyond := s.get("operator", url, "Range", "bytes=99999999-"); beyond.Code != 416 {
			w.Errorf("beyond the end: %d", beyond.Code)
		}
		if known := s.get("operator", url, "If-None-Match", etag); known.Code != 304 || known.Body.Len() != 0 {
			w.Errorf("what the browser has: %d", known.Code)
		}
		small := s.get("operator", url+"/thumb")
		if small.Code != 200 || small.Header().Get("Content-Type") != "image/jpeg" || small.Header().Get("ETag") == etag ||
			!strings.HasPrefix(small.Body.String(), "\xff\xd8") {
			w.Errorf("thumbnail: %d %v", small.Code, small.Header())
		}
	})
}

func TestWhoSeesFiles(t *testing.T) {
	each(t, func(w *world) {
		s := newSite(w)
		m := w.store("a.png", pngOf(w, 40, 40), Hint{})
		logo := w.store("logo.png", pngOf(w, 41, 41), Hint{})
		bare := w.store("list.csv", []byte("a;b"), Hint{})
		s.logos[w.ws] = logo.ID
		ws, other := w.ws.String(), s.other.String()
		for _, c := range []struct {
			name, user, path string
			headers          []string
			status           int
		}{
			{"an operator", "operator", m.URL(), nil, 200},
			{"nobody", "", m.URL(), nil, 401},
			{"a dealer has no business in chats", "dealer", m.URL(), nil, 403},
			{"nor with its thumbnail", "dealer", m.ThumbURL(), nil, 403},
			{"nor learns what exists", "dealer", "/api/media/" + ws + "/" + ident.New().String(), nil, 403},
			{"a dealer sees the logo", "dealer", logo.URL(), nil, 200},
			{"and its thumbnail", "dealer", logo.ThumbURL(), nil, 200},
			{"another company's member", "stranger", m.URL(), nil, 404},
			{"who names its own company in the header", "stranger", m.URL(), []string{httpapi.HeaderWorkspace, other}, 404},
			{"who puts its own company in the path", "stranger", "/api/media/" + other + "/" + m.ID.String(), nil, 404},
			{"no such file", "operator", "/api/media/" + ws + "/" + ident.New().String(), nil, 404},
			{"no id", "operator", "/api/media/" + ws + "/x", nil, 404},
			{"no thumbnail", "operator", bare.URL() + "/thumb", nil, 404},
		} {
			rec := s.get(c.user, c.path, c.headers...)
			if rec.Code != c.status {
				w.Errorf("%s: %d %s", c.name, rec.Code, rec.Body)
			}
			if rec.Code != 200 && (rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("ETag") != "") {
				w.Errorf("%s: a refusal is kept by the browser: %v", c.name, rec.Header())
			}
		}
		for user, status := range map[string]int{"": 401, "dealer": 403, "operator": 201} {
			if rec := s.do(user, form(field{"file", "a.txt", "text/plain", "hi"})); rec.Code != status {
				w.Errorf("upload by %q: %d", user, rec.Code)
			}
		}
	})
}

func TestNothingRunsInTheBrowser(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := newSite(w)
	for _, c := range []struct{ name, mime, content string }{
		{"page.html", "text/html", "<!doctype html><script>alert(1)</script>"},
		{"innocent.png", "image/png", "<html><body onload=alert(1)>"},
		{"drawing.svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`},
		{"feed.xml", "text/xml", `<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"><script>1</script></x>`},
		{"app.js", "text/javascript", "#!/usr/bin/env node\nalert(1)"},
		{"Договір.pdf", "application/pdf", "%PDF-1.7\n"},
	} {
		rec := s.do("operator", form(field{"file", c.name, c.mime, c.content}))
		var m media
		if err := json.Unmarshal(rec.Body.Bytes(), &m); err != nil || rec.Code != 201 || m.Kind != "document" || m.ThumbURL != "" {
			t.Fatalf("%s: %d %s", c.name, rec.Code, rec.Body)
		}
		h := s.get("operator", m.URL).Header()
		if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", c.name, h)
		}
		if ct := h.Get("Content-Type"); ct != "application/octet-stream" && ct != "application/pdf" && ct != "text/plain" {
			t.Errorf("%s is served as %s", c.name, ct)
		}
		if c.name == "Договір.pdf" && !strings.Contains(h.Get("Content-Disposition"), "filename*=utf-8''%D0%94%D0%BE") {
			t.Errorf("the name is lost: %s", h.Get("Content-Disposition"))
		}
	}
}

// A picture of a few bytes that announces 900 megapixels is kept, but nobody's browser is
// invited to decode it.
func TestPixelBombIsNotShown(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := newSite(w)
	bomb := pngOf(t, 9, 9)
	binary.BigEndian.PutUint32(bomb[16:], 30_000)
	binary.BigEndian.PutUint32(bomb[20:], 30_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for content, want := range map[string]string{string(bomb): "attachment", string(pngOf(t, 9, 9)): "inline"} {
		rec := s.do("operator", form(field{"file", "a.png", "image/png", content}))
		var m media
		if err := json.Unmarshal(rec.Body.Bytes(), &m); err != nil || rec.Code != 201 || m.Mime != "image/png" {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if got := s.get("operator", m.URL).Header().Get("Content-Disposition"); !strings.HasPrefix(got, want+";") {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestUploadAnswersInWords(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := newSite(w)
	file := field{"file", "v.ogg", "audio/ogg", string(opusFile(7, 48_000*2))}
	torn := form(field{"file", "a.txt", "text/plain", "hello"})
	body, err := io.ReadAll(torn.Body)
	if err != nil {
		t.Fatal(err)
	}
	torn.Body = io.NopCloser(bytes.NewReader(body[:len(body)-30]))
	announced := form()
	announced.ContentLength = maxUpload + 1
	for _, c := range []struct {
		name     string
		r        *http.Request
		status   int
		contains string
	}{
		{"kind before the file", form(field{name: "kind", value: "voice"}, file), 201, `"kind":"voice","name":"v.ogg","mime":"audio/ogg"`},
		{"kind behind the file", form(file, field{name: "kind", value: "document"}), 201, `"kind":"document"`},
		{"a kind that does not fit", form(file, field{name: "kind", value: "video_note"}), 201, `"kind":"document"`},
		{"the duration", form(file), 201, `"duration":2`},
		{"a kind that nobody knows", form(file, field{name: "kind", value: "hologram"}), 422, "unknown_kind"},
		{"two files", form(file, file), 422, "one_file"},
		{"no file", form(field{name: "kind", value: "voice"}), 422, "file_required"},
		{"an empty file", form(field{"file", "a.txt", "text/plain", ""}), 422, "file_empty"},
		{"no form", httptest.NewRequest("POST", "/api/media", strings.NewReader("{}")), 422, "file_required"},
		{"torn", torn, 422, "upload_broken"},
		{"a header with NUL", form(field{"file", "a\x00b.txt", "text/plain", "hi"}), 422, "upload_broken"},
		{"51 MB", form(field{"file", "a.bin", "application/x", strings.Repeat("x", 51<<20)}), 413, "file_too_large"},
		{"without end", form(field{"file", "a.bin", "application/x", strings.Repeat("x", maxUpload+1)}), 413, "larger than 50 MB"},
		{"announced as endless", announced, 413, "larger"},
	} {
		rec := s.do("operator", c.r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.contains) {
			t.Errorf("%s: %d %s", c.name, rec.Code, rec.Body)
		}
	}
	if n := w.count("SELECT count(*) FROM media"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

func TestUploadIsInTheDocument(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newSite(newWorld(t, d))
	rec := s.get("", "/api/openapi.json")
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), `"upload_media"`) || !strings.Contains(rec.Body.String(), `"thumb_url"`) {
		t.Fatal(rec.Code)
	}
	if page := s.get("", "/api/docs"); page.Code != 200 || !strings.Contains(page.Body.String(), "upload_media") {
		t.Fatal(page.Code)
	}
}
