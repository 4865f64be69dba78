package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
	"cartie/internal/telegram/sandbox"
)

// hook posts to the webhook of a bot as Telegram does.
type hook struct {
	*apptest.World
	bot    apptest.Bot
	secret string
}

func newHook(t testing.TB, w *apptest.World, b apptest.Bot) hook {
	t.Helper()
	live, err := w.App.Bots.Live(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	return hook{w, b, live.WebhookSecret}
}

func (h hook) post(body string) apptest.Answer { return h.postAs(h.bot.ID.String(), h.secret, body) }

func (h hook) postAs(bot, secret, body string) apptest.Answer {
	h.Helper()
	return apptest.Send(h.TB, "POST", h.URL+"/api/telegram/webhook/"+bot, apptest.Raw(body), http.Header{intake.SecretHeader: {secret}})
}

// text is an update with a private message.
func text(update, message, user int64, said string) string {
	raw, _ := json.Marshal(said)
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1790000000,"chat":{"id":%d,"type":"private","first_name":"Ivan"},"from":{"id":%d,"is_bot":false,"first_name":"Ivan"},"text":%s}}`,
		update, message, user, user, raw)
}

func TestWebhookInput(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		h := newHook(t, w, c.Connect("alpha_bot", ""))
		other := newHook(t, w, w.Company("Beta").Connect("beta_bot", ""))

		own := h.bot.ID.String()
		h.postAs(own, "wrong", text(1, 1, 1, "x")).Want(403)
		h.postAs(own, "", text(1, 1, 1, "x")).Want(403)
		h.postAs(own, other.secret, text(1, 1, 1, "x")).Want(403)
		h.postAs(ident.New().String(), h.secret, text(1, 1, 1, "x")).Want(404)
		h.postAs("none", h.secret, text(1, 1, 1, "x")).Want(404)
		h.post(text(1, 1, 1, strings.Repeat("x", intake.MaxBody))).Want(413)
		for _, bad := range []string{"", "{", "[]", `"x"`, "null", `{"message":{}}`, `{"update_id":"1"}`, `{"update_id":1} {"update_id":2}`, "{\"update_id\":1,\"message\":\xff}"} {
			h.post(bad).Want(400)
		}
		if n := w.Count("SELECT count(*) FROM bot_updates WHERE workspace_id = ?", c.ID) + w.Count("SELECT count(*) FROM failed_updates"); n != 0 {
			t.Fatalf("what was refused left %d rows", n)
		}

		unknown := `{"update_id":7,"thing_of_the_future":{"x":[1,"€"]}}`
		h.post(unknown).Want(200)
		h.post(unknown).Want(200)
		body, err := db.One[string](t.Context(), w.App.DB.Read(), "SELECT body FROM raw_updates WHERE workspace_id = ? AND update_id = 7", c.ID)
		if err != nil || body != unknown {
			t.Errorf("kept %q, %v", body, err)
		}

		// 64 bits: above what a float64 holds
		const user, message, update = 1<<53 + 1, 1<<40 + 1, 1<<53 + 3
		h.post(text(update, message, user, "big ids")).Want(200)
		h.post(text(update, message, user, "big ids")).Want(200)
		h.post(text(update, message, user, "other words under a used id")).Want(200)
		if n := w.Count("SELECT count(*) FROM messages m JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id WHERE m.external_id = ? AND c.chat_id = ? AND m.text = 'big ids'",
			int64(message), int64(user)); n != 1 {
			t.Errorf("%d messages with large ids", n)
		}
		if n := w.Count("SELECT count(*) FROM messages WHERE workspace_id = ?", c.ID); n != 1 {
			t.Errorf("%d messages", n)
		}
		if n := w.Count("SELECT count(*) FROM failed_updates WHERE workspace_id = ? AND update_id = ? AND reason = 'conflict'", c.ID, int64(update)); n != 1 {
			t.Errorf("%d conflicts are kept", n)
		}

		version := c.Owner.Do("GET", "/api/bots/"+own, nil).Want(200).Header.Get("ETag")
		c.Owner.Do("PATCH", "/api/bots/"+own, map[string]any{"is_enabled": false}, "If-Match", version).Want(200)
		h.post(text(9, 9, 9, "to a bot that is off")).Want(404)
	})
}

// talk makes a conversation and returns its address.
func talk(t testing.TB, c *apptest.Company, b apptest.Bot) string {
	t.Helper()
	user := c.Telegram.AddUser(sandbox.User{FirstName: "Ivan", LanguageCode: "en"})
	before := c.Count("SELECT count(*) FROM conversations WHERE workspace_id = ?", c.ID)
	if _, err := c.Telegram.Say(b.Telegram.ID, user.ID, "hello"); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "the conversation is there", func() bool {
		return c.Count("SELECT count(*) FROM conversations WHERE workspace_id = ?", c.ID) > before
	})
	id, err := db.One[uuid.UUID](t.Context(), c.App.DB.Read(), "SELECT id FROM conversations WHERE workspace_id = ? AND chat_id = ?", c.ID, user.ID)
	if err != nil {
		t.Fatal(err)
	}
	return "/api/conversations/" + id.String()
}

func TestRefusedInput(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		o, b := c.Owner, c.Connect("alpha_bot", "")
		conv := talk(t, c, b)

		for _, r := range []struct {
			method, path string
			body         any
			status       int
			field        string
		}{
			{"POST", conv + "/messages", map[string]any{"text": strings.Repeat("я", 4097)}, 422, "text"},
			{"POST", conv + "/messages", map[string]any{"text": strings.Repeat("🚗", 2049)}, 422, "text"}, // two UTF-16 units each
			{"POST", conv + "/messages", map[string]any{"text": " \n "}, 422, "text"},
			{"POST", conv + "/messages", map[string]any{"text": "x", "attachments": []any{map[string]any{"media_id": ident.New()}}}, 422, ""},
			{"POST", conv + "/messages", apptest.Raw(`{"text":`), 400, ""},
			{"POST", conv + "/messages", apptest.Raw(`{"text":"` + strings.Repeat("x", 1<<20) + `"}`), 413, ""},
			{"GET", "/api/conversations/not-an-id", nil, 422, "id"},
			{"GET", "/api/conversations/" + ident.New().String(), nil, 404, ""},
			{"GET", "/api/conversations?cursor=nonsense", nil, 422, "cursor"},
			{"GET", "/api/nothing-here", nil, 404, ""},
			{"POST", "/api/nothing-here", map[string]any{}, 404, ""},
			{"PATCH", "/api/contacts/" + ident.New().String(), map[string]any{"name": "x"}, 422, "If-Match"},
		} {
			got := o.Do(r.method, r.path, r.body)
			if r.status == 422 && got.Status == 404 && r.field == "" {
				continue // a file that is not there may be called so
			}
			if got.Status != r.status {
				t.Errorf("%s %s: %d, want %d: %s", r.method, r.path, got.Status, r.status, got.Short())
				continue
			}
			p := got.Problem()
			if !strings.HasSuffix(strings.TrimSpace(p.Detail), ".") || !strings.Contains(p.Detail, " ") {
				t.Errorf("%s %s: no sentence: %q", r.method, r.path, p.Detail)
			}
			if r.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != r.field) {
				t.Errorf("%s %s: names %+v, want %s", r.method, r.path, p.Errors, r.field)
			}
			if p.RequestID == "" || p.RequestID != got.Header.Get("X-Request-Id") {
				t.Errorf("%s %s: request id %q and %q", r.method, r.path, p.RequestID, got.Header.Get("X-Request-Id"))
			}
		}
		if n := w.Count("SELECT count(*) FROM deliveries") + w.Count("SELECT count(*) FROM messages WHERE direction = 'out'"); n != 0 {
			t.Errorf("what was refused left %d rows", n)
		}
		o.Do("POST", conv+"/messages", map[string]any{"text": strings.Repeat("я", 4096)}).Want(201)

		page := o.Do("GET", "/no/such/page", nil).Want(404)
		if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
			t.Errorf("an unknown page is %s", page.Header.Get("Content-Type"))
		}
		apptest.Send(t, "POST", w.URL+"/api/session", map[string]any{"email": o.Email, "password": "x"}, http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}).Want(403)
	})
}

func TestUploadLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 51 MB")
	}
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		p := c.Owner.Do("POST", "/api/media", apptest.Upload{Name: "a.bin", Data: make([]byte, 51<<20)}).Want(413).Problem()
		if !strings.Contains(p.Detail, "50") {
			t.Errorf("does not name the limit: %q", p.Detail)
		}
		if n := w.Count("SELECT count(*) FROM media"); n != 0 {
			t.Errorf("%d files are kept", n)
		}
		c.Owner.Do("POST", "/api/media", apptest.Upload{Name: "a.txt"}).Want(422)
		c.Owner.Do("POST", "/api/media", map[string]any{"file": "x"}).Want(422)
	})
}

func TestInvitesOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		invites := "/api/companies/" + c.ID.String() + "/invites"
		invite := func(email string) (id, token string) {
			var got struct{ ID, URL string }
			c.Owner.Do("POST", invites, map[string]any{"email": email, "role": "OPERATOR"}).Want(201).JSON(&got)
			return got.ID, got.URL[strings.LastIndex(got.URL, "/")+1:]
		}
		join := map[string]any{"name": "New Person", "password": "correct horse battery"}
		gone := func(what, token string) {
			t.Helper()
			for _, method := range []string{"GET", "POST"} {
				var body any
				if method == "POST" {
					body = join
				}
				if p := apptest.Send(t, method, w.URL+"/api/invites/"+token, body, nil).Want(404).Problem(); p.Code != "link_invalid" {
					t.Errorf("%s invite: code %q", what, p.Code)
				}
			}
		}
		_, used := invite("used@example.com")
		got := apptest.Send(t, "POST", w.URL+"/api/invites/"+used, join, nil).Want(200)
		if cookie := got.Header.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("cookie %q", cookie)
		}
		gone("used", used)
		id, revoked := invite("revoked@example.com")
		c.Owner.Do("DELETE", invites+"/"+id, nil).Want(204)
		gone("revoked", revoked)
		id, expired := invite("expired@example.com")
		w.Exec("UPDATE invites SET expires_at = ? WHERE id = ?", time.Now().UTC().Add(-time.Second).Truncate(time.Millisecond), uuid.MustParse(id))
		gone("expired", expired)
		_, first := invite("twice@example.com")
		_, second := invite("twice@example.com")
		gone("replaced", first)
		apptest.Send(t, "GET", w.URL+"/api/invites/"+second, nil, nil).Want(200)
		// raced: one of many gets in
		_, raced := invite("raced@example.com")
		var wg sync.WaitGroup
		statuses := make([]int, 4)
		for i := range statuses {
			wg.Go(func() {
				got, err := apptest.TrySend(t.Context(), "POST", w.URL+"/api/invites/"+raced, join, nil)
				if err == nil {
					statuses[i] = got.Status
				}
			})
		}
		wg.Wait()
		in := 0
		for _, s := range statuses {
			if s == 200 {
				in++
			} else if s != 404 && s != 409 {
				t.Errorf("a raced invite: %d", s)
			}
		}
		if in != 1 {
			t.Errorf("%d of %v came in", in, statuses)
		}
	})
}

func TestTwoPeopleEditOneContact(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		other := c.Hire(ident.Operator)
		conv := talk(t, c, c.Connect("alpha_bot", ""))
		var v struct{ Contact withID }
		c.Owner.Do("GET", conv, nil).Want(200).JSON(&v)
		path := "/api/contacts/" + v.Contact.ID
		mine, theirs := c.Owner.Do("GET", path, nil).Want(200).Header.Get("ETag"), other.Do("GET", path, nil).Want(200).Header.Get("ETag")
		if mine == "" || mine != theirs {
			t.Fatalf("ETags %q and %q", mine, theirs)
		}
		c.Owner.Do("PATCH", path, map[string]any{"name": "First"}, "If-Match", mine).Want(200)
		if p := other.Do("PATCH", path, map[string]any{"name": "Second"}, "If-Match", theirs).Want(409).Problem(); p.Code != "stale" {
			t.Errorf("code %q", p.Code)
		}
		got := other.Do("GET", path, nil).Want(200)
		var now struct{ Name string }
		got.JSON(&now)
		if now.Name != "First" {
			t.Errorf("the contact is %q", now.Name)
		}
		other.Do("PATCH", path, map[string]any{"name": "Second"}, "If-Match", got.Header.Get("ETag")).Want(200)
	})
}

func TestIdempotencyKeys(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		w := apptest.Start(t, engine, apptest.Options{})
		c := w.Company("Alpha")
		o, b := c.Owner, c.Connect("alpha_bot", "")
		conv := talk(t, c, b)
		send := func(p *apptest.Person, key, said string) apptest.Answer {
			return p.Do("POST", conv+"/messages", map[string]any{"text": said}, "Idempotency-Key", key)
		}
		first, again := send(o, "k1", "one").Want(201), send(o, "k1", "one").Want(201)
		if again.Header.Get("Idempotent-Replayed") != "true" || string(first.Body) != string(again.Body) {
			t.Errorf("not replayed: %s and %s", first.Short(), again.Short())
		}
		if p := send(o, "k1", "other").Want(422).Problem(); p.Code != "key_reused" {
			t.Errorf("code %q", p.Code)
		}
		send(c.Hire(ident.Operator), "k1", "somebody else's key").Want(201)
		send(o, "k2", strings.Repeat("x", 5000)).Want(422) // a refusal takes no key
		send(o, "k2", "two").Want(201)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				got, err := apptest.TrySend(t.Context(), "POST", w.URL+conv+"/messages", map[string]any{"text": "at once"}, o.Header("Idempotency-Key", "k3"))
				if err != nil || got.Status != 201 && got.Status != 409 {
					t.Errorf("%d %s %v", got.Status, got.Body, err)
				}
			})
		}
		wg.Wait()
		send(o, "k3", "at once").Want(201)
		for i := range 3 { // other creates
			o.Do("POST", "/api/canned-replies", map[string]any{"shortcut": "s", "title": "t", "text": map[string]string{"en": "x"}}, "Idempotency-Key", "c").Want(201)
			o.Do("POST", "/api/companies", map[string]any{"name": "Second"}, "Idempotency-Key", "c"+strconv.Itoa(i/3)).Want(201)
		}
		if n := w.Count("SELECT count(*) FROM workspaces WHERE name = 'Second'"); n != 1 {
			t.Errorf("%d companies", n)
		}
		apptest.Eventually(t, "all is sent", func() bool {
			return w.Count("SELECT count(*) FROM deliveries WHERE state <> 'sent'") == 0
		})
		var said []string
		for _, call := range w.Telegram.Calls(b.Telegram.ID, "sendMessage") {
			said = append(said, call.Params["text"])
		}
		if want := []string{"one", "somebody else's key", "two", "at once"}; !slices.Equal(said, want) {
			t.Errorf("sent %q, want %q", said, want)
		}
	})
}
