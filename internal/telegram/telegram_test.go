package telegram_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/lease"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
	"cartie/internal/telegram/sandbox"
)

func TestAWebhookBotHearsItsCustomers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.newBot("autobot")
		out := w.must("admin", "POST", "/api/bots", fmt.Sprintf(`{"token":" %s ","mode":"webhook"}`, b.Token))
		if out["username"] != "autobot" || out["name"] != "Auto autobot" || out["is_enabled"] != true || out["last_error"] != "" {
			t.Fatalf("%v", out)
		}
		w.say(b, "hello")
		if got := w.hear(); got != "hello" {
			t.Fatalf("heard %q", got)
		}
		calls := w.tg.Calls(b.ID, "setWebhook")
		if len(calls) != 1 {
			t.Fatalf("%d calls of setWebhook", len(calls))
		}
		sent := fmt.Sprintf("%+v", calls[0])
		for _, part := range []string{"message_reaction", "chat_member", "secret_token", out["id"].(string)} {
			if !strings.Contains(sent, part) {
				t.Errorf("setWebhook lacks %s: %s", part, sent)
			}
		}
		if strings.Contains(sent, "drop_pending_updates") {
			t.Errorf("updates that wait are dropped: %s", sent)
		}
		row, err := db.One[string](t.Context(), w.db.Read(), "SELECT CAST(token AS text) FROM bots WHERE workspace_id = ?", w.ours)
		if err != nil || strings.Contains(row, b.Token[8:]) {
			t.Fatalf("the token is stored in clear: %v", err)
		}
		if strings.Contains(w.logs.String(), b.Token) {
			t.Fatal("the log holds the token")
		}
		live, err := w.bots.Live(t.Context(), uuid.MustParse(out["id"].(string)))
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Minute)
		w.bots.Heard(t.Context(), live)
		list := w.must("viewer", "GET", "/api/bots", "")["items"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["last_update_at"] == nil {
			t.Fatalf("%v", list)
		}
	})
}

func TestWhoMayKeepBots(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b, path := w.connect("autobot", "webhook")
	body := fmt.Sprintf(`{"token":%q,"mode":"polling"}`, b.Token)
	w.refused(403, "need_permission", "operator", "POST", "/api/bots", body)
	w.refused(403, "need_permission", "viewer", "PATCH", path, `{"name":"Mine"}`)
	w.refused(403, "need_permission", "operator", "GET", "/api/failed-updates", "")
	w.must("viewer", "GET", path, "")
	w.refused(403, "need_permission", "operator", "GET", path+"/diagnostics", "")
	for _, c := range [][2]string{{"GET", ""}, {"PATCH", ""}, {"DELETE", ""}, {"GET", "/diagnostics"}, {"POST", "/webhook"}, {"POST", "/test"}} {
		body := ""
		if c[0] == "PATCH" {
			body = `{"name":"Mine"}`
		}
		w.refused(404, "not_found", "spy", c[0], path+c[1], body)
	}
	if got := w.must("spy", "GET", "/api/bots", "")["items"].([]any); len(got) != 0 {
		t.Fatalf("another company sees %v", got)
	}
}

func TestABotWorksForOneCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, path := w.connect("autobot", "webhook")
		body := fmt.Sprintf(`{"token":%q,"mode":"polling"}`, b.Token)
		w.refused(409, "bot_taken", "admin", "POST", "/api/bots", body)
		w.refused(409, "bot_taken", "spy", "POST", "/api/bots", body)
		w.must("admin", "DELETE", path, "")
		if hook := w.tg.Bots()[0].Webhook; hook != "" {
			t.Errorf("the webhook stays: %s", hook)
		}
		n, err := db.One[int64](t.Context(), w.db.Read(), "SELECT count(*) FROM bots WHERE length(token) = 0 AND length(webhook_secret) = 0 AND deleted_at IS NOT NULL")
		if err != nil || n != 1 {
			t.Errorf("the token of a removed bot is kept: %d %v", n, err)
		}
		if len(w.withdrawn) != 1 || "/api/bots/"+w.withdrawn[0].String() != path {
			t.Errorf("what the bot had to send still waits: %v", w.withdrawn)
		}
		w.refused(404, "", "admin", "GET", path, "")
		w.must("spy", "POST", "/api/bots", body)
	})
}

func TestTokensThatAreNone(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.refused(422, "bad_token", "admin", "POST", "/api/bots", `{"token":"hello","mode":"polling"}`)
	w.refused(422, "bad_token", "admin", "POST", "/api/bots", `{"token":"1/../getMe:abc","mode":"polling"}`)
	w.refused(422, "token_refused", "admin", "POST", "/api/bots", `{"token":"123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","mode":"polling"}`)
	w.bots.PublicURL = ""
	w.refused(409, "no_public_url", "admin", "POST", "/api/bots", `{"token":"123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","mode":"webhook"}`)
}

func TestTextsThatTelegramWouldRefuse(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	_, path := w.connect("autobot", "webhook")
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for _, c := range []struct{ body, code string }{
		{`{"greeting":{"en":"<b>Hi"}}`, "bad_html"},
		{`{"greeting":{"en":"<script>x</script>"}}`, "bad_html"},
		{`{"away":{"uk":` + text(strings.Repeat("ж", 4097)) + `}}`, "text_too_long"},
		{`{"away":{"uk":` + text("{name}"+strings.Repeat("ж", 4000)) + `}}`, "text_too_long"},
		{`{"greeting":{"de":"Hallo"}}`, "unknown_language"},
		{`{"greeting_on":true}`, "text_missing"},
		{`{"greeting":{"en":"<b> </b>"}}`, "text_missing"},
		{`{"name":" "}`, "bad_name"},
		{`{"mode":"pigeon"}`, "invalid"},
	} {
		status, out := w.call("admin", "PATCH", path, c.body)
		if status != 422 || !strings.Contains(fmt.Sprint(out), c.code) {
			t.Errorf("%.60s: %d %v", c.body, status, out)
		}
	}
	out := w.must("admin", "PATCH", path, `{"greeting":{"en":"Hi <b>{name}</b>","uk":"  "},"greeting_on":true,"away":{"uk":`+text(strings.Repeat("ж", 4096))+`}}`)
	if g := out["greeting"].(map[string]any); len(g) != 1 || g["en"] != "Hi <b>{name}</b>" || out["version"] != 2.0 {
		t.Fatalf("%v", out)
	}
	id := uuid.MustParse(out["id"].(string))
	live, err := w.bots.Live(t.Context(), id)
	if err != nil || live.Greeting["en"] == "" || live.Away != nil {
		t.Fatalf("%+v %v", live, err)
	}
}

func TestTwoPeopleEditABot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, path := w.connect("autobot", "webhook")
		if status, out := w.call("admin", "PATCH", path, `{"name":"Sales"}`, "If-Match", `"1"`); status != 200 || out["name"] != "Sales" {
			t.Fatalf("%d %v", status, out)
		}
		w.refused(409, "stale", "admin", "PATCH", path, `{"name":"Service"}`, "If-Match", `"1"`)
		w.refused(422, "need_if_match", "admin", "PATCH", path, `{"name":"Service"}`, "If-Match", "")
		// nothing changed: no new version, no event
		if out := w.must("admin", "PATCH", path, `{"name":"Sales"}`); out["version"] != 2.0 {
			t.Fatalf("%v", out)
		}
		kinds, err := db.All[string](t.Context(), w.db.Read(), "SELECT kind FROM events WHERE workspace_id = ? ORDER BY seq", w.ours)
		if err != nil || !slices.Equal(kinds, []string{"bot.changed", "bot.changed", "bot.changed"}) { // added, webhook, edited
			t.Fatalf("%q %v", kinds, err)
		}
	})
}

func TestSwitchingOffAndToPolling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, path := w.connect("autobot", "webhook")
		id := uuid.MustParse(path[len("/api/bots/"):])
		hook := func() string { return w.tg.Bots()[0].Webhook }
		if _, err := w.bots.Live(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		w.must("admin", "PATCH", path, `{"is_enabled":false}`)
		if _, err := w.bots.Live(t.Context(), id); !errs.Is(err, errs.KindNotFound) || hook() != "" {
			t.Fatalf("a bot that is off lives: %v, webhook %q", err, hook())
		}
		w.refused(409, "bot_disabled", "admin", "POST", path+"/webhook", "")
		w.must("admin", "PATCH", path, `{"is_enabled":true}`)
		if _, err := w.bots.Live(t.Context(), id); err != nil || hook() == "" {
			t.Fatalf("%v, webhook %q", err, hook())
		}
		w.must("admin", "PATCH", path, `{"mode":"polling"}`)
		refs, err := w.bots.Polling(t.Context())
		if err != nil || len(refs) != 1 || refs[0].ID != id || hook() != "" {
			t.Fatalf("%v %v, webhook %q", refs, err, hook())
		}
		if live, err := w.bots.Live(t.Context(), id); err != nil || live.WebhookSecret != "" {
			t.Fatalf("a polled bot keeps its webhook: %v", err)
		}
		w.exec("UPDATE workspaces SET is_active = FALSE WHERE id = ?", w.ours)
		w.active[w.ours] = false
		w.bots.OnEvent(events.Stored{Kind: "workspace.changed", WorkspaceID: w.ours})
		if _, err := w.bots.Live(t.Context(), id); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("a bot of a company that is off lives: %v", err)
		}
		if refs, _ := w.bots.Polling(t.Context()); len(refs) != 0 {
			t.Fatalf("it is polled: %v", refs)
		}
	})
}

func TestAnotherProcessChangesABot(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	_, path := w.connect("autobot", "webhook")
	id := uuid.MustParse(path[len("/api/bots/"):])
	live := func() bool { _, err := w.bots.Live(t.Context(), id); return err == nil }
	if !live() {
		t.Fatal("the bot is off")
	}
	w.exec("UPDATE bots SET is_enabled = FALSE WHERE id = ?", id)
	if !live() {
		t.Fatal("what is known is forgotten at once")
	}
	w.clock.Advance(5 * time.Second)
	if live() {
		t.Fatal("what is known is kept too long")
	}
	w.exec("UPDATE bots SET is_enabled = TRUE WHERE id = ?", id)
	w.bots.OnEvent(events.Stored{Kind: "bot.changed", SubjectID: &id})
	if !live() {
		t.Fatal("the event is not heard")
	}
}

func TestAPolledBotHearsItsCustomersUntilTheTokenDies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, path := w.connect("autobot", "polling")
		w.say(b, "one")
		p := intake.NewPoller(w.in, w.clock, slog.New(slog.DiscardHandler), intake.PollDeps{
			Bots: w.bots, Roster: w.bots, Progress: w.bots, Source: w.bots.API.(*botapi.Client), Leases: lease.New(w.db, w.clock, "here"),
		})
		w.bots.Changed = p.Wake
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = p.Run(ctx) }()
		defer func() { cancel(); <-done }()
		w.say(b, "two")
		if one, two := w.hear(), w.hear(); one != "one" || two != "two" {
			t.Fatalf("heard %q, %q", one, two)
		}
		stopped := make(chan struct{})
		w.bots.Changed = func() { close(stopped) }
		if _, err := w.tg.RevokeToken(b.ID); err != nil {
			t.Fatal(err)
		}
		select {
		case <-stopped:
		case <-time.After(60 * time.Second):
			t.Fatal("a dead token does not stop the bot")
		}
		w.bots.Changed = nil
		out := w.must("viewer", "GET", path, "")
		if out["is_enabled"] != false || out["last_error"] == "" || !slices.Equal(w.stopped, []string{"Auto autobot"}) {
			t.Fatalf("%v, told %q", out, w.stopped)
		}
	})
}

func TestANewTokenIsOfTheSameBot(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b, path := w.connect("autobot", "webhook")
	other := w.newBot("otherbot")
	w.refused(422, "token_of_another_bot", "admin", "PATCH", path, fmt.Sprintf(`{"token":%q}`, other.Token))
	fresh, err := w.tg.RevokeToken(b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.must("admin", "GET", path+"/diagnostics", "")["problems"]; fmt.Sprint(got) != "[token_refused]" {
		t.Fatalf("problems %v", got)
	}
	w.must("admin", "PATCH", path, fmt.Sprintf(`{"token":%q}`, fresh.Token))
	if got := w.must("admin", "GET", path+"/diagnostics", "")["problems"]; fmt.Sprint(got) != "[]" {
		t.Fatalf("problems %v", got)
	}
	w.say(b, "still there?")
	if got := w.hear(); got != "still there?" {
		t.Fatalf("heard %q", got)
	}
}

func TestTelegramIsNotAskedWithoutEnd(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	_, path := w.connect("autobot", "webhook")
	_, other := w.connect("otherbot", "webhook")
	for range 20 {
		w.must("admin", "GET", path+"/diagnostics", "")
	}
	w.refused(429, "looked_often", "admin", "GET", path+"/diagnostics", "")
	w.must("admin", "GET", other+"/diagnostics", "")
	w.clock.Advance(2 * time.Second)
	w.must("admin", "GET", path+"/diagnostics", "")
	w.refused(429, "looked_often", "admin", "GET", path+"/diagnostics", "")
}

func TestDiagnostics(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b, path := w.connect("autobot", "webhook")
	out := w.must("admin", "GET", path+"/diagnostics", "")
	hook := out["webhook"].(map[string]any)
	if hook["ours"] != true || out["telegram"].(map[string]any)["username"] != "autobot" || out["deliveries"].(map[string]any)["queued"] != 3.0 {
		t.Fatalf("%v", out)
	}
	foreign := botapi.Webhook{URL: "https://elsewhere.example/secret-path", Secret: "x", AllowedUpdates: []string{"message"}}
	if err := w.bots.API.SetWebhook(t.Context(), b.Token, foreign); err != nil {
		t.Fatal(err)
	}
	out = w.must("admin", "GET", path+"/diagnostics", "")
	if fmt.Sprint(out["problems"]) != "[webhook_elsewhere]" || strings.Contains(fmt.Sprint(out), "secret-path") {
		t.Fatalf("%v", out)
	}
	w.must("admin", "POST", path+"/webhook", "")
	if out = w.must("admin", "GET", path+"/diagnostics", ""); fmt.Sprint(out["problems"]) != "[]" {
		t.Fatalf("%v", out)
	}
}

func TestAWebhookThatTelegramRefusesIsTold(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b := w.newBot("autobot")
	fault, err := w.tg.Misbehave(sandbox.Fault{Kind: sandbox.FaultServerError, Method: "setWebhook", Status: 500})
	if err != nil {
		t.Fatal(err)
	}
	out := w.must("admin", "POST", "/api/bots", fmt.Sprintf(`{"token":%q,"mode":"webhook"}`, b.Token))
	path := "/api/bots/" + out["id"].(string)
	if out["last_error"] == "" || out["last_error_at"] == nil {
		t.Fatalf("%v", out)
	}
	w.refused(503, "telegram_unreachable", "admin", "POST", path+"/webhook", "")
	w.tg.Behave(fault.ID)
	w.must("admin", "POST", path+"/webhook", "")
	if out = w.must("viewer", "GET", path, ""); out["last_error"] != "" || out["last_error_at"] != nil {
		t.Fatalf("%v", out)
	}
}

func TestATestMessageGoesToYourself(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	b, path := w.connect("autobot", "webhook")
	w.refused(409, "telegram_not_linked", "admin", "POST", path+"/test", "")
	u := w.tg.AddUser(sandbox.User{FirstName: "Boss"})
	w.linked[w.users["admin"].UserID] = u.ID
	w.refused(409, "bot_not_started", "admin", "POST", path+"/test", "")
	if _, err := w.tg.Start(b.ID, u.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.must("admin", "POST", path+"/test", "")
	list := w.tg.Messages(b.ID, u.ID)
	if last := list[len(list)-1]; !strings.Contains(last.Text, "Auto autobot") {
		t.Fatalf("%+v", last)
	}
}

func TestFailedUpdatesAreDealtWith(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, path := w.connect("autobot", "webhook")
		live, err := w.bots.Live(t.Context(), uuid.MustParse(path[len("/api/bots/"):]))
		if err != nil {
			t.Fatal(err)
		}
		w.refuse = errs.Conflict("Not today.")
		for i := range 3 {
			body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"text":"m%d"}}`, i, i)
			if err := w.in.Accept(t.Context(), live, []byte(body)); err != nil {
				t.Fatal(err)
			}
		}
		page := w.must("admin", "GET", "/api/failed-updates?limit=2&bot="+live.ID.String(), "")
		items := page["items"].([]any)
		if len(items) != 2 || page["next"] == nil || items[0].(map[string]any)["body"].(map[string]any)["update_id"] != 2.0 {
			t.Fatalf("%v", page)
		}
		rest := w.must("admin", "GET", "/api/failed-updates?limit=2&cursor="+page["next"].(string), "")
		if got := rest["items"].([]any); len(got) != 1 || rest["next"] != nil {
			t.Fatalf("%v", rest)
		}
		one := "/api/failed-updates/" + items[0].(map[string]any)["id"].(string)
		two := "/api/failed-updates/" + items[1].(map[string]any)["id"].(string)
		w.refused(404, "not_found", "spy", "POST", one+"/retry", "")
		w.refused(404, "not_found", "spy", "POST", one+"/dismiss", "")
		w.refused(409, "update_failed_again", "admin", "POST", one+"/retry", "")
		w.refuse = nil
		w.must("admin", "POST", one+"/retry", "")
		if got := w.hear(); got != "m2" {
			t.Fatalf("applied %q", got)
		}
		w.refused(409, "already_resolved", "admin", "POST", one+"/retry", `{"anyway":true}`)
		w.must("admin", "POST", two+"/dismiss", "")
		if got := w.must("admin", "GET", path+"/diagnostics", ""); got["failed_updates"] != 1.0 || fmt.Sprint(got["problems"]) != "[updates_failed]" {
			t.Fatalf("%v", got)
		}
	})
}

func TestARefusedTokenStopsAWebhookBot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, path := w.connect("autobot", "webhook")
		list, err := w.bots.Senders(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%v %v", list, err)
		}
		another := list[0]
		another.Token += "x"
		if err := w.bots.TokenRefused(t.Context(), another); err != nil {
			t.Fatal(err)
		}
		if out := w.must("viewer", "GET", path, ""); out["is_enabled"] != true {
			t.Fatal("the refusal of an earlier token stops the bot")
		}
		for range 2 {
			if err := w.bots.TokenRefused(t.Context(), list[0]); err != nil {
				t.Fatal(err)
			}
		}
		out := w.must("viewer", "GET", path, "")
		if out["is_enabled"] != false || out["last_error"] != intake.TokenRefused || !slices.Equal(w.stopped, []string{"Auto autobot"}) {
			t.Fatalf("%v, told %q", out, w.stopped)
		}
		if list, err := w.bots.Senders(t.Context()); err != nil || len(list) != 0 {
			t.Fatalf("still sends: %v %v", list, err)
		}
	})
}

func TestABotThatIsNotReadIsNotGivenUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, path := w.connect("autobot", "webhook")
		w.connect("second_autobot", "webhook")
		w.clock.Advance(time.Minute) // what was read before does not count
		w.away = errs.Unavailable("The database does not answer.")
		if list, err := w.bots.Senders(t.Context()); err == nil {
			t.Fatalf("a failed read looks like %d bots", len(list))
		}
		w.away = nil
		w.exec("UPDATE bots SET token = ? WHERE username = 'autobot'", []byte("not sealed by us"))
		list, err := w.bots.Senders(t.Context())
		if err != nil || len(list) != 1 || strings.HasSuffix(path, list[0].BotID.String()) {
			t.Fatalf("a token that cannot be opened is its own bot's trouble: %v %v", list, err)
		}
	})
}

func TestLinksLeadWhereTheBotLives(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	_, path := w.connect("autobot", "webhook")
	if got := w.must("viewer", "GET", path, "")["link"]; got != "https://t.me/autobot" {
		t.Errorf("got %v", got)
	}
	w.bots.BotLink = func(username, start string) string { return "http://127.0.0.1:1/sandbox/?bot=" + username + start }
	want := "http://127.0.0.1:1/sandbox/?bot=autobot"
	if got := w.must("viewer", "GET", path, "")["link"]; got != want {
		t.Errorf("got %v", got)
	}
	w.linked[w.users["admin"].UserID] = 424242 // who has not pressed Start
	status, out := w.call("admin", "POST", path+"/test", "")
	if detail, _ := out["detail"].(string); status != 409 || !strings.Contains(detail, want) {
		t.Errorf("%d %v", status, out)
	}
}
