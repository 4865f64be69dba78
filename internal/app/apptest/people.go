package apptest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/sandbox"
)

// Company is a tenant with its owner.
type Company struct {
	*World
	ID    uuid.UUID
	Name  string
	Owner *Person
}

// Person is a member of a company who is signed in.
type Person struct {
	testing.TB
	URL       string
	Workspace uuid.UUID
	UserID    uuid.UUID
	SessionID uuid.UUID
	Email     string
	Name      string
	Cookie    string
}

var people atomic.Int64

// Company makes a tenant and its owner.
func (w *World) Company(name string) *Company {
	w.Helper()
	c := &Company{World: w, Name: name}
	err := w.App.DB.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		c.ID, err = w.App.Companies.Create(ctx, tx, name, "en", "Europe/Kyiv")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	c.Owner = c.Hire(ident.Owner)
	return c
}

// Hire makes a member with the role and signs them in.
func (c *Company) Hire(role ident.Role) *Person {
	c.Helper()
	n := strconv.FormatInt(people.Add(1), 10)
	p := &Person{
		TB: c.TB, URL: c.URL, Workspace: c.ID, Email: strings.ToLower(string(role)) + n + "@example.com",
		Name: c.Name + " " + string(role) + " " + n,
	}
	id, err := c.App.Accounts.CreateUser(c.Context(), account.NewUser{Name: p.Name, Email: p.Email, Password: rand.Text(), Language: "en", Company: c.ID, Role: role})
	if err != nil {
		c.Fatal(err)
	}
	p.UserID = id
	c.SignIn(p)
	return p
}

// SignIn gives the person a new session.
func (w *World) SignIn(p *Person) {
	w.Helper()
	token, err := w.App.Accounts.SignInLink(w.Context(), p.Email)
	if err != nil {
		w.Fatal(err)
	}
	from := account.Client{IP: address(), UserAgent: "test"}
	st, err := w.App.Accounts.SignInByLink(w.Context(), from, token, "")
	if err != nil {
		w.Fatal(err)
	}
	p.Cookie, p.SessionID = st.Token, st.SessionID
}

// address is a client's of its own each time, since links and reports are limited by address.
func address() string {
	n := people.Add(1)
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

// Bot is a bot on both sides.
type Bot struct {
	ID       uuid.UUID
	Telegram sandbox.Bot
}

// Connect makes a bot in the sandbox and connects it by webhook, with a greeting when
// that is not empty.
func (c *Company) Connect(username, greeting string) Bot {
	c.Helper()
	return Connect(c.TB, c.Owner, c.Telegram, username, "webhook", greeting)
}

// Connect makes a bot in the sandbox and has the person connect it.
func Connect(t testing.TB, p *Person, tg *Telegram, username, mode, greeting string) Bot {
	t.Helper()
	b, err := tg.AddBot(sandbox.NewBot{Username: username, Name: username})
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		ID        uuid.UUID `json:"id"`
		LastError string    `json:"last_error"`
		Version   int64     `json:"version"`
	}
	p.Do("POST", "/api/bots", map[string]any{"token": b.Token, "mode": mode}).Want(201).JSON(&made)
	if made.LastError != "" {
		t.Fatalf("the bot %s: %s", username, made.LastError)
	}
	if greeting != "" {
		p.Do("PATCH", "/api/bots/"+made.ID.String(), map[string]any{"greeting": map[string]string{"en": greeting}, "greeting_on": true}, "If-Match", fmt.Sprint(made.Version)).Want(200)
	}
	return Bot{ID: made.ID, Telegram: b}
}

// Answer is a response read to its end.
type Answer struct {
	testing.TB
	What   string
	Status int
	Header http.Header
	Body   []byte
}

// Upload is a multipart body with one file.
type Upload struct {
	Name string
	Data []byte
}

// Raw is a body that is sent as it is, as JSON.
type Raw string

var client = &http.Client{
	Timeout:   2 * time.Minute,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	},
}

// Send sends a request and fails the test only when there is no answer at all.
func Send(t testing.TB, method, url string, body any, header http.Header) Answer {
	t.Helper()
	a, err := TrySend(t.Context(), method, url, body, header)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	a.TB = t
	return a
}

// TrySend sends a request; the error means that no answer came.
func TrySend(ctx context.Context, method, url string, body any, header http.Header) (Answer, error) {
	var from io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
		kind = ""
	case Raw:
		from = strings.NewReader(string(b))
	case Upload:
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		part, err := m.CreateFormFile("file", b.Name)
		if err == nil {
			_, err = part.Write(b.Data)
		}
		if err == nil {
			err = m.Close()
		}
		if err != nil {
			return Answer{}, err
		}
		from, kind = &form, m.FormDataContentType()
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		from = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, from)
	if err != nil {
		return Answer{}, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("X-Forwarded-For", address())
	for k, v := range header {
		req.Header[k] = v
	}
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	return Answer{What: method + " " + url, Status: res.StatusCode, Header: res.Header, Body: got}, err
}

// Header returns what the person's browser sends, and the pairs of extra.
func (p *Person) Header(extra ...string) http.Header {
	h := http.Header{}
	if p.Cookie != "" {
		h.Set("Cookie", account.CookieName+"="+p.Cookie)
	}
	if p.Workspace != uuid.Nil {
		h.Set(account.CompanyHeader, p.Workspace.String())
	}
	for i := 0; i+1 < len(extra); i += 2 {
		h.Set(extra[i], extra[i+1])
	}
	return h
}

// Do sends a request as the person; header holds pairs.
func (p *Person) Do(method, path string, body any, header ...string) Answer {
	p.Helper()
	return Send(p.TB, method, p.URL+path, body, p.Header(header...))
}

// Want fails the test unless the status is one of these.
func (a Answer) Want(statuses ...int) Answer {
	a.Helper()
	for _, s := range statuses {
		if a.Status == s {
			return a
		}
	}
	a.Fatalf("%s answered %d, want %v: %s", a.What, a.Status, statuses, a.Short())
	return a
}

// Short is the beginning of the body.
func (a Answer) Short() string { return string(a.Body[:min(len(a.Body), 600)]) }

// JSON reads the body.
func (a Answer) JSON(to any) {
	a.Helper()
	if err := json.Unmarshal(a.Body, to); err != nil {
		a.Fatalf("%s: %v in %s", a.What, err, a.Short())
	}
}

// Problem reads the body as an RFC 9457 problem and fails the test when it is none.
func (a Answer) Problem() (p struct {
	Status    int
	Title     string
	Detail    string
	Code      string
	RequestID string `json:"request_id"`
	Errors    []struct{ Field, Detail, Code string }
}) {
	a.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.Fatalf("%s answered %d with %s: %s", a.What, a.Status, got, a.Short())
	}
	a.JSON(&p)
	if p.Status != a.Status || p.Detail == "" || p.Title == "" {
		a.Fatalf("%s: not a whole problem: %s", a.What, a.Short())
	}
	return p
}
