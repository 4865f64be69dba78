package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func (w *world) misbehave(f Fault) Fault {
	w.t.Helper()
	f, err := w.Misbehave(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func TestFaultsOnCalls(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	body := fmt.Sprintf(`{"chat_id":%d,"text":"x"}`, w.user.ID)
	count := func() int { return len(w.Messages(w.bot.ID, w.user.ID)) - 1 } // without /start

	w.misbehave(Fault{Kind: FaultRateLimit, Method: "sendMessage", RetryAfter: 17, Count: 1})
	if res := w.call("getMe", `{}`); !res.OK {
		t.Errorf("another method: %+v", res)
	}
	if res := w.call("sendMessage", body); res.ErrorCode != 429 || res.Parameters.RetryAfter != 17 || res.Description != "Too Many Requests: retry after 17" {
		t.Errorf("rate limit: %+v", res)
	}
	w.misbehave(Fault{Kind: FaultServerError, Status: 502, Count: 1})
	if res := w.call("sendMessage", body); res.ErrorCode != 502 {
		t.Errorf("server error: %+v", res)
	}
	w.misbehave(Fault{Kind: FaultBlocked, Chat: w.user.ID, Count: 1})
	if res := w.call("sendMessage", body); res.ErrorCode != 403 {
		t.Errorf("blocked: %+v", res)
	}
	if count() != 0 {
		t.Fatalf("%d messages came through refusals", count())
	}
	if len(w.Faults()) != 0 {
		t.Errorf("faults left: %+v", w.Faults())
	}

	post := func() error {
		res, err := http.Post(w.http.URL+"/bot"+w.bot.Token+"/sendMessage", "application/json", strings.NewReader(body))
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	w.misbehave(Fault{Kind: FaultDrop, Count: 1})
	if err := post(); err == nil || count() != 0 {
		t.Errorf("drop before reading: %v, %d messages", err, count())
	}
	w.misbehave(Fault{Kind: FaultTimeoutAfterAccept, Count: 1, DelayMS: 1})
	if err := post(); err == nil || count() != 1 {
		t.Errorf("accepted without an answer: %v, %d messages", err, count())
	}
	w.misbehave(Fault{Kind: FaultSlow, Count: 1, DelayMS: 1})
	if err := post(); err != nil || count() != 2 {
		t.Errorf("slow: %v, %d messages", err, count())
	}
	for _, bad := range []Fault{{Kind: "earthquake"}, {Kind: FaultSlow, Probability: 2}, {Kind: FaultServerError, Status: 404}} {
		if _, err := w.Misbehave(bad); err == nil {
			t.Errorf("accepted: %+v", bad)
		}
	}
}

func TestFaultProbabilityRepeatsWithItsSeed(t *testing.T) {
	run := func(seed uint64) (pattern string) {
		s := New(Options{})
		defer s.Close()
		if _, err := s.Misbehave(Fault{Kind: FaultServerError, Probability: 0.5, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		for range 64 {
			if s.fault.take(1, 1, "sendMessage", FaultServerError) != nil {
				pattern += "x"
			} else {
				pattern += "."
			}
		}
		return pattern
	}
	a := run(1)
	if a != run(1) || a == run(2) || !strings.Contains(a, "x") || !strings.Contains(a, ".") {
		t.Errorf("seed 1 gives %s, then %s; seed 2 gives %s", a, run(1), run(2))
	}
}

func TestFaultsOnUpdates(t *testing.T) {
	w := newWorld(t, Options{})
	texts := func() (list []string) {
		for _, u := range w.updates(0) {
			list = append(list, fmt.Sprintf("%d:%s", u.UpdateID%10, u.Message.Text))
		}
		return list
	}
	w.misbehave(Fault{Kind: FaultDuplicateUpdate, Count: 1})
	w.say(w.user.ID, "a")
	w.misbehave(Fault{Kind: FaultChangedUpdate, Count: 1})
	w.say(w.user.ID, "b")
	w.misbehave(Fault{Kind: FaultReorderUpdate, Count: 1})
	w.say(w.user.ID, "c")
	w.say(w.user.ID, "d")
	w.misbehave(Fault{Kind: FaultRepeatedMessage, Count: 1})
	w.say(w.user.ID, "e")
	if got := fmt.Sprint(texts()); got != "[1:a 1:a 2:b 2:b (changed) 4:d 3:c 5:e 6:e]" {
		t.Errorf("updates: %s", got)
	}
}

func TestMigrationFault(t *testing.T) {
	w := newWorld(t, Options{})
	group, err := w.AddGroup(NewGroup{Type: "group", Title: "Yard", Admins: []int64{w.user.ID}, Members: []int64{w.bot.ID}})
	if err != nil {
		t.Fatal(err)
	}
	body := func(chat int64) string { return fmt.Sprintf(`{"chat_id":%d,"text":"x"}`, chat) }
	if res := w.call("sendMessage", body(group.ID)); !res.OK {
		t.Fatal(res.Description)
	}
	w.misbehave(Fault{Kind: FaultMigrate, Chat: group.ID, Count: 1})
	res := w.call("sendMessage", body(group.ID))
	if res.ErrorCode != 400 || res.Parameters.Migrate == 0 {
		t.Fatalf("migrate: %+v", res)
	}
	if again := w.call("sendMessage", body(res.Parameters.Migrate)); !again.OK {
		t.Errorf("the supergroup refuses: %s", again.Description)
	}
	var to, from bool
	for _, u := range w.updates(0) {
		if u.Message != nil {
			to = to || u.Message.MigrateToChatID == res.Parameters.Migrate
			from = from || u.Message.MigrateFromChatID == group.ID
		}
	}
	if !to || !from {
		t.Errorf("service messages: to %v, from %v", to, from)
	}
}
