package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiver is the bot's side of a webhook: it answers as told and reports what came.
type receiver struct {
	*httptest.Server
	got    chan received
	mu     sync.Mutex
	answer func(n int, r received) int // status for the n-th delivery, from 1
	n      int
	after  string // Retry-After
}

type received struct {
	ID     int64
	Chat   int64
	Text   string
	Secret string
	Kind   string
}

func newReceiver(t *testing.T, answer func(n int, r received) int) *receiver {
	rc := &receiver{got: make(chan received, 1000), answer: answer}
	rc.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var u struct {
			ID      int64    `json:"update_id"`
			Message *Message `json:"message"`
			Member  *struct {
				Chat Chat `json:"chat"`
			} `json:"my_chat_member"`
		}
		_ = json.Unmarshal(raw, &u)
		x := received{ID: u.ID, Secret: r.Header.Get("X-Telegram-Bot-Api-Secret-Token")}
		if u.Message != nil {
			x.Kind, x.Chat, x.Text = "message", u.Message.Chat.ID, u.Message.Text
		} else if u.Member != nil {
			x.Kind, x.Chat = "my_chat_member", u.Member.Chat.ID
		}
		rc.mu.Lock()
		rc.n++
		n := rc.n
		rc.mu.Unlock()
		status := rc.answer(n, x)
		if rc.after != "" && status != 200 {
			w.Header().Set("Retry-After", rc.after)
		}
		w.WriteHeader(status)
		rc.got <- x
	}))
	t.Cleanup(rc.Close)
	return rc
}

func (rc *receiver) next(t *testing.T) received {
	t.Helper()
	select {
	case x := <-rc.got:
		return x
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was delivered within 10 s")
		return received{}
	}
}

func ok(int, received) int { return 200 }

func (w *world) hook(url, more string) {
	w.t.Helper()
	if res := w.call("setWebhook", fmt.Sprintf(`{"url":%q%s}`, url, more)); !res.OK {
		w.t.Fatal(res.Description)
	}
}

func (w *world) say(user int64, text string) {
	w.t.Helper()
	if _, err := w.Say(w.bot.ID, user, text); err != nil {
		w.t.Fatal(err)
	}
}

func TestWebhookDeliversWithTheSecret(t *testing.T) {
	w := newWorld(t, Options{})
	rc := newReceiver(t, ok)
	w.say(w.user.ID, "before the webhook")
	w.hook(rc.URL, `,"secret_token":"s3cret-_"`)
	first := rc.next(t)
	w.say(w.user.ID, "after it")
	second := rc.next(t)
	if first.Text != "before the webhook" || second.Text != "after it" || second.ID != first.ID+1 {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if first.Secret != "s3cret-_" {
		t.Errorf("secret header %q", first.Secret)
	}
	if res := w.call("getUpdates", `{}`); res.ErrorCode != 409 {
		t.Errorf("getUpdates beside a webhook: %+v", res)
	}
}

func TestWebhookRetriesInOrderWhileOtherChatsGoOn(t *testing.T) {
	w := newWorld(t, Options{})
	other := w.AddUser(User{FirstName: "Ivan"})
	release := make(chan struct{})
	rc := newReceiver(t, func(_ int, r received) int {
		if r.Chat == w.user.ID {
			select {
			case <-release:
			default:
				return 500
			}
		}
		return 200
	})
	w.hook(rc.URL, "")
	w.say(w.user.ID, "1")
	w.say(w.user.ID, "2")
	for range 4 { // more than the immediate retry
		if x := rc.next(t); x.Text != "1" {
			t.Fatalf("a failing chat went on to %q", x.Text)
		}
	}
	w.say(other.ID, "other")
	for rc.next(t).Text != "other" {
	}
	var info struct {
		Pending int    `json:"pending_update_count"`
		Date    int64  `json:"last_error_date"`
		Text    string `json:"last_error_message"`
	}
	_ = json.Unmarshal(w.call("getWebhookInfo", `{}`).Result, &info)
	if info.Pending < 2 || info.Date == 0 || info.Text != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("info: %+v", info)
	}
	close(release)
	var texts []string
	for len(texts) == 0 || texts[len(texts)-1] != "2" {
		texts = append(texts, rc.next(t).Text)
	}
	if strings.Join(texts[:len(texts)-1], "") != strings.Repeat("1", len(texts)-1) {
		t.Errorf("order: %v", texts)
	}
}

func TestRetryDelayDoublesToTheCap(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	if d := s.retryDelay(1, 0); d != 0 {
		t.Errorf("first retry after %v", d)
	}
	if a, b := s.retryDelay(2, 0), s.retryDelay(5, 0); a != time.Second || b != 8*time.Second {
		t.Errorf("second %v, fifth %v", a, b)
	}
	if d := s.retryDelay(60, 0); d < time.Minute || d > 2*time.Minute {
		t.Errorf("cap %v", d)
	}
	if a, b := s.retryDelay(1, 7), s.retryDelay(1, 99999); a != 7*time.Second || b != time.Hour {
		t.Errorf("Retry-After: %v, %v", a, b)
	}
}

func TestWebhookAnswerMayCallAMethod(t *testing.T) {
	w := newWorld(t, Options{})
	h := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(rw, `{"method":"sendMessage","chat_id":%d,"text":"by reply"}`, w.user.ID)
	}))
	defer h.Close()
	sub := w.hub.subscribe()
	defer w.hub.leave(sub)
	w.hook(h.URL, "")
	w.say(w.user.ID, "hi")
	for {
		select {
		case e := <-sub.ch:
			if e.Kind == "message" && e.Message.Text == "by reply" {
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the method in the answer was not run")
		}
	}
}

func TestGetUpdatesConfirmsByOffset(t *testing.T) {
	w := newWorld(t, Options{})
	for i := range 3 {
		w.say(w.user.ID, fmt.Sprint(i))
	}
	all := w.updates(0)
	if len(all) != 3 || all[2].UpdateID != all[0].UpdateID+2 {
		t.Fatalf("updates: %+v", all)
	}
	if again := w.updates(0); len(again) != 3 {
		t.Errorf("unconfirmed updates are gone: %d", len(again))
	}
	if rest := w.updates(all[1].UpdateID); len(rest) != 2 {
		t.Errorf("after confirming one: %d", len(rest))
	}
	if last := w.updates(-1); len(last) != 1 || last[0].UpdateID != all[2].UpdateID {
		t.Errorf("offset -1: %+v", last)
	}
	if none := w.updates(all[2].UpdateID + 1); len(none) != 0 {
		t.Errorf("after confirming all: %d", len(none))
	}
}

func TestLongPollWakesAndASecondPollEndsTheFirst(t *testing.T) {
	w := newWorld(t, Options{})
	results := make(chan string, 2)
	poll := func(name string) {
		res := w.call("getUpdates", `{"timeout":50}`)
		results <- fmt.Sprint(name, res.ErrorCode, strings.Count(string(res.Result), "update_id"))
	}
	inFlight := func(not chan struct{}) chan struct{} {
		for {
			w.mu.Lock()
			p := w.bots[w.bot.ID].poll
			w.mu.Unlock()
			if p != nil && p != not {
				return p
			}
		}
	}
	go poll("first ")
	first := inFlight(nil)
	go poll("second ")
	inFlight(first)
	if got := <-results; got != "first 409 0" {
		t.Errorf("the older poll: %s", got)
	}
	w.say(w.user.ID, "wake")
	if got := <-results; got != "second 0 1" {
		t.Errorf("the newer poll: %s", got)
	}
}

func TestAllowedUpdates(t *testing.T) {
	w := newWorld(t, Options{})
	group, err := w.AddGroup(NewGroup{Type: "supergroup", Title: "Dealers", Admins: []int64{w.bot.ID, w.user.ID}})
	if err != nil {
		t.Fatal(err)
	}
	seen := func() (kinds string) {
		var list []map[string]json.RawMessage
		_ = json.Unmarshal(w.call("getUpdates", `{}`).Result, &list)
		for _, u := range list {
			for k := range u {
				if k != "update_id" {
					kinds += k + " "
				}
			}
		}
		var last int64
		if n := len(list); n > 0 {
			_ = json.Unmarshal(list[n-1]["update_id"], &last)
			w.call("getUpdates", fmt.Sprintf(`{"offset":%d}`, last+1))
		}
		return kinds
	}
	if got := seen(); got != "my_chat_member " {
		t.Errorf("joining as admin: %s", got)
	}
	guest := w.AddUser(User{FirstName: "Guest"})
	_ = w.Join(group.ID, guest.ID, "member")
	if got := seen(); got != "" {
		t.Errorf("by default: %s", got)
	}
	w.call("getUpdates", `{"allowed_updates":["chat_member"]}`)
	w.call("getUpdates", `{}`) // omitted: the setting stays
	_ = w.Join(group.ID, guest.ID, "left")
	w.say(w.user.ID, "not wanted")
	if got := seen(); got != "chat_member " {
		t.Errorf("as asked for: %s", got)
	}
	w.call("getUpdates", `{"allowed_updates":[]}`)
	w.say(w.user.ID, "wanted")
	_ = w.Join(group.ID, guest.ID, "member")
	if got := seen(); got != "message " {
		t.Errorf("after the reset: %s", got)
	}
}

func TestBlockingIsAnUpdateAndARefusal(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	if err := w.Block(w.bot.ID, w.user.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Say(w.bot.ID, w.user.ID, "x"); err != ErrBlocked {
		t.Errorf("a customer writes to a blocked bot: %v", err)
	}
	res := w.call("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"x"}`, w.user.ID))
	if res.ErrorCode != 403 || res.Description != "Forbidden: bot was blocked by the user" {
		t.Errorf("%+v", res)
	}
	list := w.updates(0)
	last := list[len(list)-1].MyChatMember
	if last == nil || last.OldChatMember.Status != "member" || last.NewChatMember.Status != "kicked" {
		t.Errorf("my_chat_member: %+v", last)
	}
}
