package scenario_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/ident"
	"cartie/internal/scenario"
)

var start = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

// world is the other side of every port. What it is told in a unit it keeps once the unit
// is committed.
type world struct {
	t     testing.TB
	d     *db.DB
	clock *clock.Fake
	ws    uuid.UUID
	bot   uuid.UUID

	people int64

	mu        sync.Mutex
	said      []scenario.Message
	toasts    []string
	leads     []scenario.Lead
	questions []scenario.Question
	offers    []scenario.Offer
	joined    []string
	phones    map[uuid.UUID]string
	languages []string

	attended bool
	closed   bool
	blocked  bool
	fail     error
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	return &world{t: t, d: d, clock: clock.NewFake(start), ws: ident.New(), bot: ident.New(), phones: map[uuid.UUID]string{}}
}

func (w *world) note(tx *db.Tx, f func()) {
	tx.AfterCommit(func() { w.mu.Lock(); defer w.mu.Unlock(); f() })
}

func (w *world) Send(_ context.Context, tx *db.Tx, m scenario.Message) error {
	w.note(tx, func() { w.said = append(w.said, m) })
	return nil
}

func (w *world) AnswerCallback(_ context.Context, tx *db.Tx, _, _ uuid.UUID, id, text string) error {
	w.note(tx, func() { w.toasts = append(w.toasts, id+": "+text) })
	return nil
}

func (w *world) Capture(_ context.Context, tx *db.Tx, l scenario.Lead) (scenario.Captured, error) {
	if w.fail != nil {
		return scenario.Captured{}, w.fail
	}
	known := slices.ContainsFunc(w.leads, func(o scenario.Lead) bool { return o.Phone == l.Phone })
	w.note(tx, func() { w.leads = append(w.leads, l) })
	return scenario.Captured{Code: fmt.Sprintf("L-10000%d", len(w.leads)), Duplicate: known}, nil
}

func (w *world) Forward(_ context.Context, tx *db.Tx, q scenario.Question) error {
	w.note(tx, func() { w.questions = append(w.questions, q) })
	return nil
}

func (w *world) refusing() error {
	switch {
	case w.blocked:
		return errs.Forbidden("This dealer is blocked.").Code("blocked")
	case w.closed:
		return errs.Conflict("This request is closed.").Code("closed")
	}
	return nil
}

func (w *world) Open(_ context.Context, _ *db.Tx, ws uuid.UUID, publicID string, p scenario.Person) (scenario.Wanted, error) {
	if publicID != "REQ-1" && publicID != "REQ-2" || ws != w.ws {
		return scenario.Wanted{}, errs.NotFound("request")
	}
	return scenario.Wanted{PublicID: publicID, Summary: "BMW X5 <2018>, " + p.Language}, w.refusing()
}

func (w *world) Dealer(_ context.Context, _ *db.Tx, _ uuid.UUID, p scenario.Person) (scenario.Dealer, error) {
	if w.blocked {
		return scenario.Dealer{}, w.refusing()
	}
	return scenario.Dealer{Phone: w.phones[p.ContactID]}, nil
}

func (w *world) Join(_ context.Context, tx *db.Tx, _ uuid.UUID, partner string, p scenario.Person) (scenario.Dealer, error) {
	if partner != "p1" {
		return scenario.Dealer{}, errs.NotFound("invitation")
	}
	w.note(tx, func() { w.joined = append(w.joined, p.Name) })
	return scenario.Dealer{Company: "Best Cars"}, nil
}

func (w *world) Submit(_ context.Context, tx *db.Tx, o scenario.Offer) error {
	if err := w.refusing(); err != nil {
		return err
	}
	for _, had := range w.offers {
		switch {
		case o.VIN != "" && had.VIN == o.VIN:
			return errs.Conflict("This VIN was offered.").Code("duplicate_vin")
		case o.URL != "" && had.URL == o.URL:
			return errs.Conflict("This link was offered.").Code("duplicate_url")
		}
	}
	w.note(tx, func() { w.offers = append(w.offers, o) })
	return nil
}

func (w *world) Normalise(_ context.Context, _ *db.Tx, _ uuid.UUID, kind, text string) (string, error) {
	if canonical := map[string]string{"city/киев": "Київ", "car/бмв х5": "BMW X5"}[kind+"/"+strings.ToLower(text)]; canonical != "" {
		return canonical, nil
	}
	return text, nil
}

func (w *world) Phone(_ context.Context, _ *db.Tx, _ uuid.UUID, raw string) (string, error) {
	digits := regexp.MustCompile(`\D`).ReplaceAllString(raw, "")
	if len(digits) < 9 {
		return "", errs.Invalid("phone", "This is not a phone number.").Code("bad_phone")
	}
	return "+380" + digits[len(digits)-9:], nil
}

func (w *world) SetPhone(_ context.Context, tx *db.Tx, _, contact uuid.UUID, phone string) error {
	w.note(tx, func() { w.phones[contact] = phone })
	return nil
}

func (w *world) SetLanguage(_ context.Context, tx *db.Tx, _, _ uuid.UUID, language string) error {
	w.note(tx, func() { w.languages = append(w.languages, language) })
	return nil
}

func (w *world) Attended(context.Context, *db.Tx, uuid.UUID, uuid.UUID, time.Time) (bool, error) {
	return w.attended, nil
}

// chat is one person's talk with the bot.
type chat struct {
	*world
	scenario.Update
	n int
	// seen is how much of what was said the test has looked at.
	seen, seenToasts int
}

func (w *world) chat(template string) *chat {
	w.people++
	id := w.people
	return &chat{world: w, Update: scenario.Update{
		WorkspaceID: w.ws, BotID: w.bot, Template: template, Company: "Авто & Co", Language: "uk", ChatID: id, ConversationID: ident.New(), IsNew: true,
		Person: scenario.Person{ContactID: ident.New(), TelegramID: id, Name: "Ann Lee", Username: "ann", Language: "en"},
	}}
}

// handle gives the update to a service that was made just now: whatever a process knew
// before is gone.
func (c *chat) handle(change func(u *scenario.Update)) (bool, error) {
	s, err := scenario.New(c.clock, events.NewLog(c.clock, nil), scenario.Ports{
		Sender: c, Leads: c, Support: c, Requests: c, Dictionary: c, Contacts: c, Conversations: c,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	u := c.Update
	u.MessageID = ident.New()
	change(&u)
	handled := false
	err = c.d.InTx(c.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		handled, err = s.Handle(ctx, tx, u)
		return err
	})
	c.IsNew = false
	return handled, err
}

func (c *chat) do(change func(u *scenario.Update)) *chat {
	c.t.Helper()
	if handled, err := c.handle(change); err != nil || !handled {
		c.t.Fatalf("handled %t, %v", handled, err)
	}
	return c
}

func (c *chat) say(text string) *chat {
	c.t.Helper()
	return c.do(func(u *scenario.Update) { u.Text = text })
}

// ignored says something that is left to people.
func (c *chat) ignored(change func(u *scenario.Update)) *chat {
	c.t.Helper()
	if handled, err := c.handle(change); err != nil || handled {
		c.t.Fatalf("handled %t, %v", handled, err)
	}
	return c
}

func (c *chat) photo() *chat {
	c.t.Helper()
	return c.do(func(u *scenario.Update) { u.HasFile, u.Photos = true, []uuid.UUID{ident.New()} })
}

func (c *chat) share(phone string, own bool) *chat {
	c.t.Helper()
	return c.do(func(u *scenario.Update) { u.HasFile, u.Contact = true, &scenario.Contact{Phone: phone, Own: own} })
}

func (c *chat) button(label string) string {
	c.t.Helper()
	for _, m := range slices.Backward(c.said) {
		for _, row := range m.Inline {
			for _, b := range row {
				if b.Text == label {
					return b.Data
				}
			}
		}
	}
	c.t.Fatalf("no button %q", label)
	return ""
}

func (c *chat) press(label string) *chat {
	c.t.Helper()
	return c.pressData(c.button(label))
}

func (c *chat) pressData(data string) *chat {
	c.t.Helper()
	return c.do(func(u *scenario.Update) { c.n++; u.CallbackID, u.Data = fmt.Sprint("q", c.n), data })
}

// hears compares what was said since the last look.
func (c *chat) hears(want ...string) *chat {
	c.t.Helper()
	var got []string
	for _, m := range c.said[c.seen:] {
		got = append(got, m.Text)
		if m.ConversationID != c.ConversationID || m.ChatID != c.ChatID {
			c.t.Errorf("said elsewhere: %+v", m.Chat)
		}
	}
	c.seen = len(c.said)
	if len(got) != len(want) {
		c.t.Fatalf("heard %q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			c.t.Fatalf("heard %q, want %q", got[i], want[i])
		}
	}
	return c
}

// told compares the answers to pressed buttons since the last look.
func (c *chat) told(want ...string) *chat {
	c.t.Helper()
	got := c.toasts[c.seenToasts:]
	c.seenToasts = len(c.toasts)
	if !slices.Equal(got, want) {
		c.t.Fatalf("told %q, want %q", got, want)
	}
	return c
}

func (c *chat) last() scenario.Message { return c.said[len(c.said)-1] }

type row struct {
	Flow, Node, State, Role, Language string
	Version                           int64
	ContactID                         *uuid.UUID
}

func (c *chat) session() row {
	c.t.Helper()
	r, err := db.One[row](c.t.Context(), c.d.Read(), `SELECT flow, node, state, role, language, version, contact_id FROM scenario_sessions
		WHERE workspace_id = ? AND bot_id = ? AND chat_id = ?`, c.WorkspaceID, c.BotID, c.ChatID)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (w *world) count(sql string, args ...any) int64 {
	w.t.Helper()
	n, err := db.One[int64](w.t.Context(), w.d.Read(), sql, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}
