package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
	"cartie/internal/telegram/sandbox"
)

func TestMain(m *testing.M) {
	code := m.Run()
	apptest.RemoveBinary()
	os.Exit(code)
}

// victim is the real program with a company, a bot by webhook and customers.
type victim struct {
	*apptest.Process
	owner    *apptest.Person
	company  uuid.UUID
	database string
	tg       *apptest.Telegram
	bot      apptest.Bot
	users    []int64
}

const greeting = "Welcome to the shop"

// newVictim makes the company in the database first, then starts the program on it.
func newVictim(t *testing.T, engine db.Engine, customers int) *victim {
	t.Helper()
	if testing.Short() {
		t.Skip("starts the real program many times")
	}
	prep := apptest.Prepare(t, engine, apptest.Options{})
	c := prep.Company("Alpha")
	if err := prep.App.DB.Close(); err != nil {
		t.Fatal(err)
	}
	v := &victim{owner: c.Owner, company: c.ID, database: prep.Config.Database, tg: prep.Telegram}
	v.Process = apptest.NewProcess(t, "--data", prep.Config.Data, "--database", v.database, "--telegram-api", v.tg.URL, "--lease-ttl", "5s", "--stop-within", "15s")
	v.Flag("--public-url", v.URL)
	v.owner.URL = v.URL
	v.Start()
	v.bot = apptest.Connect(t, v.owner, v.tg, "alpha_bot", "webhook", greeting)
	for i := range customers {
		v.users = append(v.users, v.tg.AddUser(sandbox.User{FirstName: "Customer " + strconv.Itoa(i), LanguageCode: "en"}).ID)
	}
	return v
}

func (v *victim) misbehave(f sandbox.Fault) {
	v.Helper()
	f.Bot = v.bot.Telegram.ID
	if _, err := v.tg.Misbehave(f); err != nil {
		v.Fatal(err)
	}
}

func (v *victim) say(user int64, text string) {
	v.Helper()
	if _, err := v.tg.Say(v.bot.Telegram.ID, user, text); err != nil {
		v.Fatal(err)
	}
}

// pending are the updates that are not acknowledged.
func (v *victim) pending() int {
	for _, b := range v.tg.Bots() {
		if b.ID == v.bot.Telegram.ID {
			return b.Pending
		}
	}
	return -1
}

// received are the texts that the bot has sent a customer, in their order.
func (v *victim) received(user int64, prefix string) (out []string) {
	for _, m := range v.tg.Messages(v.bot.Telegram.ID, user) {
		if m.From != nil && m.From.IsBot && strings.HasPrefix(m.Text, prefix) {
			out = append(out, m.Text)
		}
	}
	return out
}

type said struct {
	ID, Direction, Text, State, Origin string
	Seq                                int64
}

// thread reads a whole conversation over the API, oldest first.
func (v *victim) thread(conversation string) []said {
	v.Helper()
	var all []said
	for before := ""; ; {
		var page struct {
			Items []said
			Next  string
		}
		v.owner.Do("GET", "/api/conversations/"+conversation+"/messages?limit=100"+before, nil).Want(200).JSON(&page)
		all = append(page.Items, all...)
		if page.Next == "" {
			return all
		}
		before = "&before=" + page.Next
	}
}

// conversations maps customers to their conversations.
func (v *victim) conversations() map[string]string {
	v.Helper()
	out := map[string]string{}
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				ID    string
				Title string
			}
			Next string
		}
		v.owner.Do("GET", "/api/conversations?limit=100&status=any&cursor="+cursor, nil).Want(200).JSON(&page)
		for _, c := range page.Items {
			if out[c.Title] != "" {
				v.Errorf("%s has two conversations", c.Title)
			}
			out[c.Title] = c.ID
		}
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}

// killAt kills and restarts the program each time progress reaches the next mark.
func (v *victim) killAt(marks []int, progress func() int) {
	v.Helper()
	for _, mark := range marks {
		apptest.Eventually(v.TB, fmt.Sprintf("progress reaches %d", mark), func() bool { return progress() >= mark })
		v.Kill()
		v.Start()
	}
}

// marks are n different numbers below limit, in order.
func marks(r *rand.Rand, n, limit int) []int {
	out := r.Perm(limit - 1)[:n]
	slices.Sort(out)
	return out
}

func seed(t *testing.T) *rand.Rand {
	t.Helper()
	n := uint64(20261123)
	if s := os.Getenv("CARTIE_TEST_SEED"); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CARTIE_TEST_SEED=%d", n)
	return rand.New(rand.NewPCG(n, 1)) //nolint:gosec // a test that can be played again
}

// TestKillWhileReceiving: what was acknowledged is in the inbox, once and in order, however
// often the program is killed.
func TestKillWhileReceiving(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		const chats, messages, kills = 20, 1000, 7
		v := newVictim(t, engine, chats)
		r := seed(t)
		v.misbehave(sandbox.Fault{Kind: sandbox.FaultDuplicateUpdate, Probability: 0.15, Seed: r.Uint64()})
		v.misbehave(sandbox.Fault{Kind: sandbox.FaultReorderUpdate, Probability: 0.1, Seed: r.Uint64()})
		for n := range messages { // neighbours are of different chats, so that a reordered update changes no chat's order
			v.say(v.users[n%chats], fmt.Sprintf("message %04d", n))
		}
		v.tg.Behave(0)
		v.say(v.tg.AddUser(sandbox.User{FirstName: "Last"}).ID, "end") // lets go of what is held back
		all := v.pending()
		v.killAt(marks(r, kills, messages), func() int { return messages - v.pending() })
		apptest.Eventually(t, "every update is acknowledged", func() bool { return v.pending() == 0 })
		t.Logf("%d deliveries of updates were due at first, %d kills", all, kills)

		convs := v.conversations()
		if len(convs) != chats+1 {
			t.Errorf("%d conversations", len(convs))
		}
		for i := range chats {
			var want, got []string
			for n := i; n < messages; n += chats {
				want = append(want, fmt.Sprintf("message %04d", n))
			}
			greetings := 0
			for _, m := range v.thread(convs["Customer "+strconv.Itoa(i)]) {
				if m.Direction == "in" {
					got = append(got, m.Text)
				} else if greetings++; m.Text != greeting {
					t.Errorf("customer %d was sent %q", i, m.Text)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("customer %d: %d messages, want %d; lost or out of order: %q", i, len(got), len(want), got)
			}
			if greetings != 1 {
				t.Errorf("customer %d has %d greetings", i, greetings)
			}
		}
		v.settled(t, chats+1, greeting)
	})
}

// settled waits until every outgoing message has a final state, and checks them against
// what the customers got: sent is once, failed is never, unknown is at most once.
func (v *victim) settled(t *testing.T, want int, prefix string) (states map[string]int) {
	t.Helper()
	convs := v.conversations()
	apptest.Eventually(t, "every message has an end", func() bool {
		states = map[string]int{}
		for _, c := range convs {
			for _, m := range v.thread(c) {
				if m.Direction == "out" && strings.HasPrefix(m.Text, prefix) {
					states[m.State]++
				}
			}
		}
		return states["queued"]+states["sending"] == 0
	})
	arrived := 0 // of the unknown ones
	for title, c := range convs {
		i, err := strconv.Atoi(strings.TrimPrefix(title, "Customer "))
		if err != nil {
			continue // the one who only ended it
		}
		got := v.received(v.users[i], prefix)
		var last int
		for _, m := range v.thread(c) {
			if m.Direction != "out" || !strings.HasPrefix(m.Text, prefix) {
				continue
			}
			n := 0
			for at, text := range got {
				if text == m.Text {
					n++
					if at < last {
						t.Errorf("%s: %q came before an earlier one", title, text)
					}
					last = at
				}
			}
			if m.State == "unknown" {
				arrived += n
			}
			if n > 1 || m.State == "sent" && n != 1 || m.State == "failed" && n != 0 || !slices.Contains([]string{"sent", "failed", "unknown"}, m.State) {
				t.Errorf("%s: %q is %s and was received %d times", title, m.Text, m.State, n)
			}
		}
	}
	if sum := states["sent"] + states["failed"] + states["unknown"]; sum != want {
		t.Errorf("%v are %d messages, want %d", states, sum, want)
	}
	t.Logf("%q messages: %v, %d of the unknown arrived", prefix, states, arrived)
	return states
}

// TestKillWhileSending: no customer gets a message twice, each message ends in a state
// that is true, and those of one chat keep their order.
func TestKillWhileSending(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		const chats, answers, kills = 20, 300, 5
		v := newVictim(t, engine, chats)
		r := seed(t)
		for _, u := range v.users {
			v.say(u, "hello")
		}
		apptest.Eventually(t, "every update is acknowledged", func() bool { return v.pending() == 0 })
		convs := v.conversations()
		v.settled(t, chats, greeting)

		v.misbehave(sandbox.Fault{Kind: sandbox.FaultTimeoutAfterAccept, Method: "sendMessage", Count: 1, DelayMS: 100})
		received := func() (n int) {
			for _, u := range v.users {
				n += len(v.received(u, "answer"))
			}
			return n
		}
		var wg sync.WaitGroup
		var accepted atomic.Int64
		for i := range chats {
			wg.Go(func() {
				for n := i; n < answers; n += chats {
					if err := v.answer(t.Context(), convs["Customer "+strconv.Itoa(i)], fmt.Sprintf("answer %03d", n)); err != nil {
						t.Error(err)
						return
					}
					accepted.Add(1)
				}
			})
		}
		v.killAt(marks(r, kills, answers*2/3), received)
		wg.Wait()
		if accepted.Load() != answers {
			t.Fatalf("%d answers accepted", accepted.Load())
		}
		states := v.settled(t, answers, "answer")
		if states["unknown"] < 1 || states["unknown"] > (kills+1)*chats || states["failed"] > 0 {
			t.Errorf("%v", states)
		}
	})
}

// answer writes to a customer as a browser does that repeats what got no answer.
func (v *victim) answer(ctx context.Context, conversation, text string) error {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		got, err := apptest.TrySend(ctx, "POST", v.URL+"/api/conversations/"+conversation+"/messages", map[string]any{"text": text}, v.owner.Header("Idempotency-Key", text))
		switch {
		case err != nil:
			if ctx.Err() != nil {
				return ctx.Err()
			}
		case got.Status == 201, got.Status == 409 && strings.Contains(string(got.Body), "answer_lost"):
			return nil
		case got.Status != 503 && !(got.Status == 409 && strings.Contains(string(got.Body), "in_progress")):
			return fmt.Errorf("%s: %d %s", text, got.Status, got.Body)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New(text + ": no answer for minutes")
}

// TestTerminateDuringTraffic: a stop that is asked for loses nothing, leaves nothing
// unknown and gives up what it owned.
func TestTerminateDuringTraffic(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		const chats, messages = 20, 400
		v := newVictim(t, engine, chats)
		for n := range messages {
			v.say(v.users[n%chats], fmt.Sprintf("message %04d", n))
		}
		apptest.Eventually(t, "some are acknowledged and some greeted", func() bool {
			return v.pending() < messages*3/4 && len(v.tg.Calls(v.bot.Telegram.ID, "sendMessage")) > 0
		})
		v.Terminate()
		d, err := db.Open(t.Context(), db.Config{URL: v.database})
		if err != nil {
			t.Fatal(err)
		}
		held, err := db.All[string](t.Context(), d.Read(), "SELECT name FROM leases WHERE owner <> '' AND name NOT LIKE 'health:%'")
		if err != nil || len(held) != 0 {
			t.Errorf("still held after the stop: %v, %v", held, err)
		}
		if n, err := db.One[int64](t.Context(), d.Read(), "SELECT count(*) FROM leases WHERE name = ?", "sender:"+v.bot.ID.String()); err != nil || n != 1 {
			t.Errorf("%d leases of the bot, %v", n, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		v.Start()
		apptest.Eventually(t, "every update is acknowledged", func() bool { return v.pending() == 0 })
		states := v.settled(t, chats, greeting)
		if states["sent"] != chats {
			t.Errorf("greetings: %v", states)
		}
		n := 0
		for _, c := range v.conversations() {
			for _, m := range v.thread(c) {
				if m.Direction == "in" {
					n++
				}
			}
		}
		if n != messages {
			t.Errorf("%d of %d messages", n, messages)
		}
	})
}

// TestKillNobodyElseMayOpenTheFile: two programs never write one SQLite file; the second
// may as soon as the first is dead.
func TestKillNobodyElseMayOpenTheFile(t *testing.T) {
	v := newVictim(t, db.SQLite, 1)
	second := apptest.NewProcess(t, "--data", t.TempDir(), "--database", v.database, "--telegram-api", v.tg.URL)
	second.Launch()
	if code := second.Ended(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if want := "Another Cartie already runs on " + v.database; !strings.Contains(second.Output(), want) {
		t.Errorf("said %q, want %q", second.Output(), want)
	}
	v.Kill()
	second.Start()
}
