// Package engine runs scenarios. It is pure: no I/O, no clock, no randomness of its own, so
// that production, tests and the simulator run the same code.
//
//	Parse(JSON) ──► Flow
//	Step(flow, session, event, now) ──► session', effects: Say, Toast, End …
//	        ▲                                              │ … Query, Call
//	        └───────────── Answer ◄── whoever knows ◄──────┘
//
// A step that needs data ends with a Query or a Call. The caller answers it by another
// step, in the same unit of work or days later. The session is all there is to resume.
package engine

import (
	"maps"
	"time"

	"github.com/google/uuid"
)

// State of a session.
type State string

// The states.
const (
	Idle     State = "idle"     // a menu is shown: buttons count, texts are only answered with a hint
	Waiting  State = "waiting"  // for an answer of the person, or of whoever a Call asked
	Sleeping State = "sleeping" // until WakeAt
	Ended    State = "ended"    // ExpiresAt, when set: until then texts are left to people
)

// maxSteps bounds the nodes that one event may pass, against loops without a wait.
const maxSteps = 50

// maxHistory bounds how far a person can go back, in questions.
const maxHistory = 30

// Vars are the variables of a session.
type Vars map[string]Value

// Asked is one question that was asked; the last one of the history is open.
type Asked struct {
	Node    string `json:"node"`
	Turn    int64  `json:"turn"`              // its buttons carry this number; others are stale
	Return  string `json:"return,omitempty"`  // where its answer leads instead of the node's own next
	Retries int    `json:"retries,omitempty"` // answers that did not fit
	Editing bool   `json:"editing,omitempty"` // of a confirmation: it asks what to change
}

// Session is where one chat stands in one flow. Step never changes the one it is given.
type Session struct {
	Flow        string
	FlowVersion int64
	Node        string
	Vars        Vars
	History     []Asked
	State       State
	Language    string // of the person: en, uk, ru
	Fallback    string // the company's language, for texts that lack the person's
	WakeAt      time.Time
	ExpiresAt   time.Time
	// Version grows with every step, through all flows of a chat. It numbers turns and calls.
	Version int64
	// Steps counts nodes since the last event from outside. It need not be stored.
	Steps int
}

// Event is what a step reacts to.
type Event interface{ event() }

type (
	// Begin enters the flow, with these variables alone. Node, when set, is entered instead
	// of the flow's entry.
	Begin struct {
		Vars Vars
		Node string
	}
	// Text is what the person wrote, plain.
	Text struct{ Text string }
	// Press is a pressed inline button: its callback data.
	Press struct{ Data string }
	// Contact is a shared contact. Own says that it is the sender's own number.
	Contact struct {
		Phone string
		Own   bool
	}
	// Photos are the ids of pictures of one message.
	Photos struct{ IDs []string }
	// Other is content that no question takes: a voice message, a sticker.
	Other struct{}
	// Resume asks the open question again, for who comes back.
	Resume struct{}
	// Wake ends a sleep that is due.
	Wake struct{}
	// Answer answers the Query or Call of that turn. Refused is the reason of a refusal.
	Answer struct {
		Turn    int64
		Value   Value // of a Query
		Vars    Vars  // of a Call
		Refused string
	}
)

func (Begin) event()   {}
func (Text) event()    {}
func (Press) event()   {}
func (Contact) event() {}
func (Photos) event()  {}
func (Other) event()   {}
func (Resume) event()  {}
func (Wake) event()    {}
func (Answer) event()  {}

// Effect is what the caller does for a step.
type Effect interface{ effect() }

// Button is an inline button. Data has at most 64 bytes.
type Button struct{ Text, Data string }

// Key is a key of the reply keyboard.
type Key struct {
	Text    string
	Contact bool // asks for the person's own phone number
}

type (
	// Say sends a message: Telegram HTML, with inline buttons, a reply keyboard, or none.
	Say struct {
		Text     string
		Media    []uuid.UUID // stored pictures
		Inline   [][]Button
		Keyboard [][]Key
		Remove   bool // takes the reply keyboard away
	}
	// Toast answers the pressed button; there is exactly one for each Press.
	Toast struct{ Text string }
	// Query asks for the canonical form of an answer: phone, city, make, model, car.
	Query struct {
		Turn int64
		Kind string
		Text string
	}
	// Call asks for an act. Its answer brings variables or a refusal.
	Call struct {
		Turn   int64
		Action string
		Params Vars
	}
	// End says that the flow is over, and why.
	End struct{ Reason Reason }
)

func (Say) effect()   {}
func (Toast) effect() {}
func (Query) effect() {}
func (Call) effect()  {}
func (End) effect()   {}

// Reason says why a flow is over.
type Reason string

// The reasons.
const (
	Done      Reason = "done"
	Cancelled Reason = "cancelled" // by the person
	ToMenu    Reason = "menu"      // the person asked for the menu or wrote /start
	Expired   Reason = "expired"   // nothing was said, so the event counts as a new beginning
	GaveUp    Reason = "gave_up"   // too many answers did not fit
	Refused   Reason = "refused"   // an action refused and the flow has no edge for it
	Looping   Reason = "looping"   // more than 50 nodes for one event
	Gone      Reason = "gone"      // the flow has no such node any more
)

// Step reacts to one event. An event that changes nothing returns the session as it was.
func Step(f *Flow, s Session, e Event, now time.Time) (Session, []Effect) {
	r := run{f: f, s: s, now: now}
	r.s.Version++
	if r.step(e) {
		r.walk()
		return r.s, r.out
	}
	return s, r.out
}

// run is one step on its way.
type run struct {
	f       *Flow
	s       Session
	now     time.Time
	out     []Effect
	next    string // the node to enter, "" to stop
	ownVars bool   // s.Vars is a copy
}

// step is false when the event changes nothing.
func (r *run) step(e Event) bool {
	if b, ok := e.(Begin); ok {
		r.begin(b)
		return true
	}
	press, pressed := e.(Press)
	if pressed {
		r.out = append(r.out, Toast{})
	}
	if r.s.State == Ended || r.s.State == "" {
		return r.stale(pressed)
	}
	n := r.f.node(r.s.Node)
	if n == nil {
		r.end(Gone)
		return true
	}
	if a, ok := e.(Answer); ok {
		k, takes := n.kind.(asker)
		if !takes || a.Turn != r.s.Version-1 {
			return false
		}
		k.answered(r, n, a)
		return true
	}
	r.s.Steps = 0
	if !r.s.ExpiresAt.IsZero() && r.now.After(r.s.ExpiresAt) {
		r.end(Expired)
		return true
	}
	if _, ok := e.(Resume); ok {
		if len(r.s.History) == 0 {
			return false
		}
		h := r.s.History
		return r.again(h[:len(h)-1], h[len(h)-1])
	}
	if r.s.State == Sleeping {
		if _, ok := e.(Wake); ok && !r.now.Before(r.s.WakeAt) {
			r.s.WakeAt = time.Time{}
			r.follow(n.Next)
			return true
		}
	}
	word := None
	if t, ok := e.(Text); ok {
		word = WordOf(t.Text)
	}
	key := ""
	if pressed {
		turn, k, ok := readPress(press.Data)
		if !ok || len(r.s.History) == 0 || turn != r.open().Turn {
			return r.stale(true)
		}
		key = k
	}
	switch {
	case word == Start || word == Menu:
		r.end(ToMenu)
		return true
	case word == Cancel || key == keyCancel:
		r.out = append(r.out, Say{Text: phrase(r.lang(), sayCancelled), Remove: true})
		r.end(Cancelled)
		return true
	case word == Back || key == keyBack:
		return r.back()
	}
	k, listens := n.kind.(listener)
	if !listens {
		return r.stale(pressed)
	}
	if pressed {
		return k.pressed(r, n, key)
	}
	return k.heard(r, n, e, word)
}

// stale tells who pressed a button of another turn so; nothing changes.
func (r *run) stale(pressed bool) bool {
	if pressed {
		r.out[0] = Toast{Text: phrase(r.lang(), sayStale)}
	}
	return false
}

// StaleText tells who pressed a button of something that is no more, in the first of the
// languages that is one of ours.
func StaleText(languages ...string) string { return phrase(languageOf(languages...), sayStale) }

func (r *run) begin(b Begin) {
	r.s.Flow, r.s.FlowVersion, r.s.Node, r.s.State = r.f.ID, r.f.Version, "", Waiting
	r.s.History, r.s.Vars, r.ownVars = nil, b.Vars, false
	r.s.WakeAt, r.s.ExpiresAt, r.s.Steps = time.Time{}, time.Time{}, 0
	if r.next = b.Node; r.next == "" {
		r.next = r.f.Entry
	}
}

// walk enters nodes until one waits or the flow is over.
func (r *run) walk() {
	for r.next != "" {
		n := r.f.node(r.next)
		r.next = ""
		if n == nil {
			r.end(Gone)
			return
		}
		if r.s.Steps++; r.s.Steps > maxSteps {
			r.out = append(r.out, Say{Text: phrase(r.lang(), saySorry), Remove: true})
			r.end(Looping)
			return
		}
		r.s.Node = n.ID
		n.kind.enter(r, n)
	}
}

// follow goes to a node; no node is the end.
func (r *run) follow(id string) {
	if r.next = id; id == "" {
		r.end(Done)
	}
}

func (r *run) end(why Reason) {
	r.next = ""
	r.s.State, r.s.History, r.s.WakeAt, r.s.ExpiresAt = Ended, nil, time.Time{}, time.Time{}
	r.out = append(r.out, End{Reason: why})
}

// wait opens a question at the node.
func (r *run) wait(n *Node, to string) {
	h := r.s.History
	if len(h) >= maxHistory {
		h = h[len(h)-maxHistory+1:]
	}
	r.s.History = append(h[:len(h):len(h)], Asked{Node: n.ID, Turn: r.s.Version, Return: to})
	r.rest(Waiting)
}

// rest stops here until the person says something.
func (r *run) rest(st State) {
	r.s.State, r.s.ExpiresAt = st, time.Time{}
	if st == Waiting && r.f.timeout > 0 {
		r.s.ExpiresAt = r.now.Add(r.f.timeout)
	}
}

// open returns the open question. There is one whenever a listener is asked.
func (r *run) open() Asked { return r.s.History[len(r.s.History)-1] }

// reopen changes the open question.
func (r *run) reopen(change func(*Asked)) {
	h := append([]Asked(nil), r.s.History...)
	change(&h[len(h)-1])
	r.s.History = h
}

// leave goes on after an answer.
func (r *run) leave(n *Node) {
	if to := r.open().Return; to != "" {
		r.follow(to)
		return
	}
	r.follow(n.Next)
}

// back asks the question before the open one again; answers stay. At the first question
// it asks that one again.
func (r *run) back() bool {
	h := r.s.History
	if len(h) == 0 {
		return false
	}
	last := h[len(h)-1]
	if len(h) == 1 || last.Editing || last.Node != r.s.Node { // from a list of changes to its summary; from a wait
		return r.again(h[:len(h)-1], last)
	}
	return r.again(h[:len(h)-2], h[len(h)-2])
}

func (r *run) again(before []Asked, a Asked) bool {
	n := r.f.node(a.Node)
	if n == nil {
		r.end(Gone)
		return true
	}
	k, ok := n.kind.(listener)
	if !ok {
		return false
	}
	r.s.Node, r.s.History, r.s.WakeAt = n.ID, before, time.Time{}
	k.ask(r, n, a.Return)
	return true
}

// retry says what is wrong with an answer and keeps the question open.
func (r *run) retry(n *Node, say Say, limit int64, otherwise string) bool {
	tries := r.open().Retries + 1
	if limit > 0 && int64(tries) > limit {
		if otherwise != "" {
			r.follow(otherwise)
			return true
		}
		r.out = append(r.out, Say{Text: phrase(r.lang(), sayGaveUp), Remove: true})
		r.end(GaveUp)
		return true
	}
	r.reopen(func(a *Asked) { a.Retries, a.Turn = tries, r.s.Version })
	r.out = append(r.out, say)
	r.rest(r.s.State)
	return true
}

func (r *run) set(name string, v Value) {
	if !r.ownVars {
		if r.s.Vars = maps.Clone(r.s.Vars); r.s.Vars == nil {
			r.s.Vars = Vars{}
		}
		r.ownVars = true
	}
	r.s.Vars[name] = v
}

func (r *run) unset(name string) {
	if _, ok := r.s.Vars[name]; ok {
		r.set(name, Value{})
		delete(r.s.Vars, name)
	}
}

func (r *run) lang() int { return languageOf(r.s.Language, r.s.Fallback) }
