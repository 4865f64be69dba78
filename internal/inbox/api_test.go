package inbox_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// byName signs in whom the test names.
type byName map[string]ident.Principal

func (b byName) Authenticate(r *http.Request) (ident.Principal, error) {
	p, ok := b[r.Header.Get("X-Test-User")]
	if !ok {
		return p, errs.Unauthorized("Sign in first.")
	}
	return p, nil
}

// api serves the inbox and contacts of a World.
type api struct {
	*inboxtest.World
	*httpapi.API
}

func serve(w *inboxtest.World) api {
	w.Helper()
	a, err := httpapi.New(httpapi.Config{
		DB: w.DB, Clock: w.Clock, Log: slog.New(slog.DiscardHandler), Version: "test",
		Auth: byName{
			"manager": w.Manager, "operator": w.Operator, "spy": w.Member(w.Company("Інша"), "Шпигун", ident.Owner),
			"viewer": w.Member(w.Workspace, "Глядач", ident.Viewer), "dealer": w.Member(w.Workspace, "Дилер", ident.Dealer),
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.Inbox.RegisterAPI(a)
	w.Contacts.RegisterAPI(a)
	return api{w, a}
}

// call returns the status and the decoded body.
func (a api) call(user, method, path, body string, headers ...string) (int, map[string]any) {
	a.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-Test-User", user)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.ServeHTTP(rec, r)
	out := map[string]any{}
	if rec.Body.Len() > 0 {
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			a.Fatalf("%s %s: %s", method, path, rec.Body)
		}
	}
	return rec.Code, out
}

// dig reads "items.0.contact.name".
func dig(v any, path string) any {
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func TestOverHTTP(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		a := serve(w)
		r := w.Conversation(5, "Петро", 3)
		in := w.From(5, "Петро", "")
		in.Kind, in.Files = inbox.Photo, []inbox.IncomingFile{{Kind: inbox.Photo, FileID: "x", Size: 10}}
		w.Receive(in)
		media := w.Media(w.Workspace, inbox.Photo)
		conv, contact := "/api/conversations/"+r.ConversationID.String(), "/api/contacts/"+r.ContactID.String()
		send := fmt.Sprintf(`{"text":"<b>Вітаю</b>","reply_to_id":%q,"attachments":[{"media_id":%q}],"buttons":[[{"text":"Сайт","url":"https://x.ua"}]]}`, r.MessageID, media)
		status, sent := a.call("operator", "POST", conv+"/messages", send, "Idempotency-Key", "k1")
		if status != 201 {
			w.Fatalf("%d %v", status, sent)
		}
		if status, again := a.call("operator", "POST", conv+"/messages", send, "Idempotency-Key", "k1"); status != 201 || again["id"] != sent["id"] {
			w.Fatalf("repeated: %d %v", status, again)
		}
		message := "/api/messages/" + sent["id"].(string)
		m := thread(w, r.ConversationID)[4]
		w.Delivered(m)
		_, canned := a.call("manager", "POST", "/api/canned-replies", `{"shortcut":"hi","title":"Вітання","text":{"uk":"Вітаю, {name}"}}`)
		_, note := a.call("manager", "POST", conv+"/notes", `{"text":"нотатка"}`)
		reply := "/api/canned-replies/" + fmt.Sprint(canned["id"])
		for _, c := range []struct {
			user, method, path, body string
			status                   int
			field                    string
			want                     any
			headers                  []string
		}{
			{"viewer", "GET", "/api/conversations", "", 403, "status", 403.0, nil},
			{"dealer", "POST", conv + "/messages", `{"text":"x"}`, 403, "status", 403.0, nil},
			{"viewer", "GET", contact, "", 403, "status", 403.0, nil},
			{"", "GET", conv, "", 401, "status", 401.0, nil},
			{"spy", "GET", conv, "", 404, "code", "not_found", nil},
			{"spy", "GET", contact, "", 404, "code", "not_found", nil},
			{"spy", "PATCH", message, `{"text":"x"}`, 404, "code", "not_found", nil},
			{"spy", "GET", "/api/conversations?status=any", "", 200, "items.0", nil, nil},
			{"operator", "GET", "/api/conversations/not-an-id", "", 422, "status", 422.0, nil},
			{"operator", "GET", "/api/conversations?view=theirs", "", 422, "errors.0.field", "view", nil},
			{"operator", "GET", "/api/conversations?bot=x", "", 422, "errors.0.field", "bot", nil},
			{"operator", "GET", "/api/conversations?cursor=%21", "", 422, "errors.0.field", "cursor", nil},
			{"operator", "GET", "/api/conversations", "", 200, "items.0.contact.username", "user5", nil},
			{"operator", "GET", "/api/conversations?q=ПЕТР&view=mine&unread=true&bot=" + w.Bot.String(), "", 200, "items.0.assignee.name", "Ігор Ткач", nil},
			{"operator", "GET", conv, "", 200, "last_message.text", "Вітаю", nil},
			{"operator", "GET", conv + "/messages?limit=2", "", 200, "next", "4", nil},
			{"operator", "GET", conv + "/messages?limit=2", "", 200, "items.1.attachments.0.url", "/api/media/" + w.Workspace.String() + "/" + media.String(), nil},
			{"operator", "GET", conv + "/messages?limit=2", "", 200, "items.1.reply_to.author", "Петро", nil},
			{"operator", "GET", conv + "/messages?limit=2", "", 200, "items.0.attachments.0.state", "pending", nil},
			{"operator", "GET", conv + "/messages?before=4&limit=9", "", 200, "next", nil, nil},
			{"operator", "GET", conv + "/messages?before=-1", "", 422, "errors.0.field", "before", nil},
			{"operator", "GET", contact + "/messages?limit=1", "", 200, "items.0.state", "sent", nil},
			{"operator", "GET", contact + "/messages?before=zz", "", 422, "code", "bad_cursor", nil},
			{"operator", "GET", contact + "/conversations", "", 200, "items.0.id", r.ConversationID.String(), nil},
			{"operator", "POST", conv + "/messages", `{}`, 422, "errors.0.field", "text", nil},
			{"operator", "POST", conv + "/messages", `{"text":"<h1>"}`, 422, "errors.0.code", "bad_html", nil},
			{"operator", "PATCH", message, `{"text":"Вітаю!"}`, 200, "edits.0.text", "<b>Вітаю</b>", nil},
			{"operator", "POST", message + "/retry", "", 409, "code", "not_failed", nil},
			{"operator", "POST", message + "/resolve", `{"outcome":"maybe"}`, 422, "errors.0.field", "outcome", nil},
			{"operator", "POST", conv + "/read", `{"up_to_seq":3}`, 200, "unread_count", 1.0, nil},
			{"operator", "POST", conv + "/read", `{}`, 422, "errors.0.field", "up_to_seq", nil},
			{"operator", "POST", conv + "/unread", "", 200, "unread_count", 1.0, nil},
			{"operator", "POST", conv + "/close", "", 200, "status", "closed", nil},
			{"operator", "POST", conv + "/reopen", "", 200, "status", "open", nil},
			{"operator", "POST", conv + "/assign", `{"user_id":null}`, 200, "assignee", nil, nil},
			{"operator", "POST", conv + "/assign", fmt.Sprintf(`{"user_id":%q}`, ident.New()), 422, "errors.0.field", "user_id", nil},
			{"operator", "POST", conv + "/assign", fmt.Sprintf(`{"user_id":%q}`, w.Manager.UserID), 200, "assignee.name", "Марія Бондар", nil},
			{"operator", "GET", "/api/assignees", "", 200, "items.1.name", "Марія Бондар", nil},
			{"operator", "GET", conv + "/notes", "", 200, "items.0.author.name", "Марія Бондар", nil},
			{"operator", "DELETE", "/api/notes/" + fmt.Sprint(note["id"]), "", 403, "code", "not_author", nil},
			{"manager", "DELETE", "/api/notes/" + fmt.Sprint(note["id"]), "", 204, "x", nil, nil},
			{"operator", "GET", conv + "/history?limit=1", "", 200, "items.0.kind", "note.deleted", nil},
			{"operator", "PUT", conv + "/draft", `{"text":"чернетка"}`, 200, "text", "чернетка", nil},
			{"operator", "GET", conv + "/draft", "", 200, "text", "чернетка", nil},
			{"manager", "GET", conv + "/draft", "", 200, "updated_at", nil, nil},
			{"operator", "GET", "/api/canned-replies", "", 200, "items.0.text.uk", "Вітаю, {name}", nil},
			{"operator", "PATCH", reply, `{"title":"Нове"}`, 422, "errors.0.field", "If-Match", nil},
			{"operator", "PATCH", reply, `{"title":"Нове"}`, 200, "version", 2.0, []string{"If-Match", `"1"`}},
			{"operator", "PATCH", reply, `{"title":"Інше"}`, 409, "code", "stale", []string{"If-Match", `"1"`}},
			{"spy", "PATCH", reply, `{"title":"Інше"}`, 404, "code", "not_found", []string{"If-Match", `"1"`}},
			{"operator", "DELETE", reply, "", 204, "x", nil, nil},
			{"operator", "GET", contact, "", 200, "identities.0.username", "user5", nil},
			{"operator", "PATCH", contact, `{"phone":"050 123 45 67"}`, 200, "phone", "+380501234567", []string{"If-Match", `"1"`}},
			{"operator", "PATCH", contact, `{"name":"Інше"}`, 409, "code", "stale", []string{"If-Match", `"1"`}},
			{"operator", "PATCH", contact, `{"phone":"12"}`, 422, "errors.0.field", "phone", []string{"If-Match", `"2"`}},
			{"operator", "GET", contact + "/history", "", 200, "items.0.actor.name", "Ігор Ткач", nil},
			{"operator", "DELETE", message, "", 204, "x", nil, nil},
			{"operator", "DELETE", message, "", 409, "code", "deleted", nil},
		} {
			status, got := a.call(c.user, c.method, c.path, c.body, c.headers...)
			if status != c.status || dig(got, c.field) != c.want {
				w.Errorf("%s %s %s: %d, %s is %v in %v", c.user, c.method, c.path, status, c.field, dig(got, c.field), got)
			}
		}
	})
}

// TestEveryOperationRefusesWhoMayNotAnswer walks the route table.
func TestEveryOperationRefusesWhoMayNotAnswer(t *testing.T) {
	w := inboxtest.New(t, dbtest.SQLite(t))
	a := serve(w)
	for _, route := range a.Routes() {
		if route.Permission == httpapi.Public {
			continue
		}
		path := strings.ReplaceAll(route.Path, "{id}", uuid.NewString())
		for _, user := range []string{"viewer", "dealer"} {
			if status, _ := a.call(user, route.Method, path, `{}`); status != 403 {
				t.Errorf("%s %s %s: %d", user, route.Method, path, status)
			}
		}
	}
}

func TestIDsAreStringsInTheDocument(t *testing.T) {
	w := inboxtest.New(t, dbtest.SQLite(t))
	a := serve(w)
	doc, err := json.Marshal(a.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := json.Unmarshal(doc, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"components.schemas.InboxMessageView.properties.id.type", "components.schemas.InboxConversationView.properties.id.type",
		"paths./api/contacts/{id}.get.parameters.0.schema.type",
	} {
		keys := strings.Split(path, ".")
		v := any(parsed)
		for _, k := range keys {
			v = dig(v, k)
		}
		if v != "string" {
			t.Errorf("%s is %v", path, v)
		}
	}
}
