package engine

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// talk plays one chat against a flow: the person's side, and whoever answers calls.
type talk struct {
	t     testing.TB
	f     *Flow
	s     Session
	now   time.Time
	out   []Effect            // of the last event, with those after its answers
	calls []Call              // all of them
	act   func(c Call) Answer // answers calls; nil: "ok" to everything
	shown Say
}

func flowOf(t testing.TB, nodes string) *Flow {
	t.Helper()
	f, err := Parse([]byte(`{"id":"test","version":3,"entry":"start","timeout_hours":24,"nodes":[{"id":"start","type":"start","next":"a"},` + nodes + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func begin(t testing.TB, nodes string) *talk {
	t.Helper()
	k := &talk{t: t, f: flowOf(t, nodes), now: today}
	k.s.Language, k.s.Fallback = "en", "uk"
	k.do(Begin{Vars: Vars{"name": {Text: "Ann <b>"}}})
	return k
}

func (k *talk) do(e Event) *talk {
	k.t.Helper()
	k.last()
	k.out = nil
	for range 200 {
		before := k.s
		s, out := Step(k.f, k.s, e, k.now)
		if len(out) > 0 && s.Version != before.Version && s.Version != before.Version+1 {
			k.t.Fatalf("version %d after %d", s.Version, before.Version)
		}
		k.s = s
		k.out = append(k.out, out...)
		if len(out) == 0 {
			return k
		}
		switch c := out[len(out)-1].(type) {
		case Query:
			e = Answer{Turn: c.Turn, Value: Value{Text: strings.ToUpper(c.Text)}}
			if strings.Contains(c.Text, "bad") {
				e = Answer{Turn: c.Turn, Refused: "bad_phone"}
			}
		case Call:
			k.calls = append(k.calls, c)
			if k.act == nil {
				e = Answer{Turn: c.Turn}
				continue
			}
			a := k.act(c)
			a.Turn = c.Turn
			e = a
		default:
			return k
		}
	}
	k.t.Fatal("the flow never stops")
	return k
}

func (k *talk) say(text string) *talk { k.t.Helper(); return k.do(Text{text}) }

// press presses the button with the label under the last message.
func (k *talk) press(label string) *talk {
	k.t.Helper()
	return k.do(Press{k.button(label)})
}

func (k *talk) button(label string) string {
	k.t.Helper()
	for _, row := range k.last().Inline {
		for _, b := range row {
			if b.Text == label {
				return b.Data
			}
		}
	}
	k.t.Fatalf("no button %q under %+v", label, k.last())
	return ""
}

// last is the newest message of the chat.
func (k *talk) last() Say {
	k.t.Helper()
	for _, e := range slices.Backward(k.out) {
		if s, ok := e.(Say); ok {
			k.shown = s
			break
		}
	}
	return k.shown
}

// heard is what the person sees of the last event.
func (k *talk) heard() string {
	var all []string
	for _, e := range k.out {
		switch e := e.(type) {
		case Say:
			s := e.Text
			for _, row := range e.Inline {
				for _, b := range row {
					s += " [" + b.Text + "]"
				}
			}
			for _, row := range e.Keyboard {
				for _, b := range row {
					s += " (" + b.Text + ")"
				}
			}
			if e.Remove {
				s += " (-)"
			}
			all = append(all, s)
		case Toast:
			if e.Text != "" {
				all = append(all, "!"+e.Text)
			}
		case End:
			all = append(all, "#"+string(e.Reason))
		}
	}
	return strings.Join(all, " | ")
}

func (k *talk) want(heard string) *talk {
	k.t.Helper()
	if got := k.heard(); got != heard {
		k.t.Errorf("heard %q\n want %q", got, heard)
	}
	return k
}

func (k *talk) has(name, want string) *talk {
	k.t.Helper()
	v := k.s.Vars[name]
	got := v.Text
	if v.Money.Currency != "" {
		got = v.Money.String()
	}
	if len(v.List) > 0 {
		got = strings.Join(v.List, ",")
	}
	if got != want {
		k.t.Errorf("%s is %q, want %q", name, got, want)
	}
	return k
}
