package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"cartie/internal/telegram/markup"
)

func TestParseNamesEverythingThatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, flow, want string }{
		{"no JSON", `{`, "flow: This is not a flow"},
		{"two values", `{"id":"x","entry":"a","nodes":[]} {}`, "something follows"},
		{"unknown field", `{"id":"x","colour":1}`, "unknown field"},
		{"no nodes", `{"id":"x","entry":"a","nodes":[]}`, "nodes: A flow has 1 to 500"},
		{"no entry", `{"id":"x","nodes":[{"id":"a","type":"start"}]}`, "entry: The flow needs"},
		{"entry elsewhere", `{"id":"x","entry":"b","nodes":[{"id":"a","type":"start"}]}`, `entry: It leads to "b"`},
		{"bad id", `{"id":"X Y","entry":"a","nodes":[{"id":"a","type":"start"}]}`, "id: An id"},
		{"timeout", `{"id":"x","timeout_hours":-1,"entry":"a","nodes":[{"id":"a","type":"start"}]}`, "timeout_hours: "},
		{"bad node id", one(`{"id":"Ä","type":"start"}`), "Ä.id: An id"},
		{"double id", one(`{"id":"a","type":"start"},{"id":"a","type":"start"}`), "a.id: Two nodes"},
		{"type", one(`{"id":"a","type":"magic"}`), `a.type: There is no node of the type "magic"`},
		{"link", one(`{"id":"a","type":"start","next":"b"}`), `a.next: It leads to "b"`},
		{"setting of another type", one(`{"id":"a","type":"start","settings":{"text":{}}}`), "a.settings: These settings cannot be read"},
		{"no text", one(`{"id":"a","type":"message"}`), "a.text: A text is missing"},
		{"only a variable", one(`{"id":"a","type":"message","settings":{"text":{"en":"{name}"}}}`), "a.text: The text (en) is empty"},
		{"markup", one(`{"id":"a","type":"message","settings":{"text":{"uk":"<b>x"}}}`), "a.text: The formatting (uk)"},
		{"long", one(`{"id":"a","type":"message","settings":{"text":{"ru":"` + strings.Repeat("я", 3001) + `"}}}`), "a.text: The text (ru) is longer"},
		{"language", one(`{"id":"a","type":"message","settings":{"text":{"de":"x"}}}`), `"de" is not one of the languages`},
		{"answer", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"mood","text":{"en":"x"}}}`), "a.answer: There is no kind"},
		{"variable", one(`{"id":"a","type":"question","settings":{"var":"x y","answer":"text","text":{"en":"x"}}}`), "a.var: "},
		{"bounds", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"text","min":9,"max":3,"text":{"en":"x"}}}`), "a.max: The bounds"},
		{"too many photos", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"photos","max":11,"text":{"en":"x"}}}`), "a.max: The bounds"},
		{"currency", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"money","currency":"XXX","text":{"en":"x"}}}`), "a.currency: "},
		{"refuse", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"text","refuse":["me"],"text":{"en":"x"}}}`), "a.refuse: "},
		{"retry link", one(`{"id":"a","type":"question","settings":{"var":"x","answer":"text","retry":{"next":"b"},"text":{"en":"x"}}}`), "a.retry.next: It leads"},
		{"no choices", one(`{"id":"a","type":"choice","settings":{"text":{"en":"x"}}}`), "a.choices: "},
		{"choice label", one(`{"id":"a","type":"choice","settings":{"text":{"en":"x"},"choices":[{"id":"1","value":"v","label":{"en":"<b>x</b>"}}]}}`), "a.choices.0.label: A label"},
		{"choice ids", one(`{"id":"a","type":"choice","settings":{"text":{"en":"x"},"choices":[{"id":"1","value":"v","label":{"en":"x"}},{"id":"1","value":"w","label":{"en":"y"}}]}}`), "a.choices.1.id: "},
		{"no lines", one(`{"id":"a","type":"confirm","settings":{"text":{"en":"x"}}}`), "a.lines: "},
		{"operator", one(`{"id":"a","type":"condition","settings":{"var":"x","op":"IS"}}`), "a.op: "},
		{"comparison", one(`{"id":"a","type":"condition","settings":{"var":"x","op":"GT","value":"much"}}`), "a.value: "},
		{"action", one(`{"id":"a","type":"action"}`), "a.action: "},
		{"action edge", one(`{"id":"a","type":"action","settings":{"action":"x","errors":{"no":"b"}}}`), "a.errors.no: It leads"},
		{"wait", one(`{"id":"a","type":"wait"}`), "a.minutes: "},
		{"goto", one(`{"id":"a","type":"goto"}`), "a.to: "},
		{"goto back from no question", one(`{"id":"a","type":"goto","settings":{"to":"b","return":"a"}},{"id":"b","type":"end"}`), "a.return: "},
		{"after the end", one(`{"id":"a","type":"end","next":"a"}`), "a.next: "},
		{"command", `{"id":"x","entry":"a","commands":{"menu":"a"},"nodes":[{"id":"a","type":"start"}]}`, `commands: "menu" cannot be a command`},
		{"command to nowhere", `{"id":"x","entry":"a","commands":{"buy":"b"},"nodes":[{"id":"a","type":"start"}]}`, "commands.buy: It leads"},
		{"media ids", one(`{"id":"a","type":"message","settings":{"text":{"en":"x"},"media":["1"]}}`), "a.media: "},
		{"media", one(`{"id":"a","type":"message","settings":{"text":{"en":"x"},"media":["1","2","3","4","5","6","7","8","9","10","11"]}}`), "a.media: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.flow))
			var u *Unsound
			if !errors.As(err, &u) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func one(nodes string) string { return `{"id":"x","entry":"a","nodes":[` + nodes + `]}` }

func TestParseFindsAllAtOnce(t *testing.T) {
	_, err := Parse([]byte(one(`{"id":"a","type":"message","next":"nowhere"},{"id":"b","type":"wait"}`)))
	var u *Unsound
	if !errors.As(err, &u) || len(u.Findings) != 3 {
		t.Fatalf("%v", err)
	}
}

func TestWarnings(t *testing.T) {
	f, err := Parse([]byte(one(`{"id":"a","type":"message","next":"b","position":{"x":10,"y":20.5},"settings":{"text":{"en":"x","uk":"x","ru":"x"}}},
		{"id":"b","type":"goto","settings":{"to":"a"}},{"id":"c","type":"message","next":"d","settings":{"text":{"en":"x"}}},{"id":"d","type":"wait","next":"c","settings":{"minutes":5}}`)))
	if err != nil {
		t.Fatal(err)
	}
	if f.Nodes[0].Position != (Position{10, 20.5}) {
		t.Errorf("%+v", f.Nodes[0])
	}
	var got []string
	for _, w := range f.Warnings() {
		got = append(got, w.String())
	}
	want := "a.next: It leads back to itself without waiting for the person. b.next: It leads back to itself without waiting for the person. " +
		"c.id: Nothing leads here. c.text: The text is missing in uk. c.text: The text is missing in ru. d.id: Nothing leads here."
	if s := strings.Join(got, " "); s != want {
		t.Errorf("%s", s)
	}
}

// Whatever is given, Parse refuses it or makes a flow that runs: it stops, and says only
// what Telegram takes.
func FuzzFlow(f *testing.F) {
	f.Add([]byte(one(`{"id":"a","type":"start"}`)), "hello", byte(1))
	f.Add([]byte(`{"id":"t","entry":"a","timeout_hours":1,"nodes":[`+summary+`]}`), "12500", byte(3))
	f.Add([]byte(`{"id":"t","entry":"a","nodes":[`+colours+msg("b", "{colour}.", "a")+","+q("c", "photos", "", "a")+`]}`), "red", byte(0))
	f.Fuzz(func(t *testing.T, raw []byte, said string, pick byte) {
		flow, err := Parse(raw)
		if err != nil {
			return
		}
		flow.Warnings()
		s, now := Session{Language: "uk"}, today
		events := []Event{Begin{Vars: Vars{"name": {Text: said}}}, Text{said}, Photos{[]string{"p"}}, Contact{said, true}, Press{said}, Text{"назад"}, Other{}, Wake{}}
		for i := range 40 {
			e := events[0]
			if i > 0 {
				e = events[(i*int(pick|1))%len(events)]
			}
			for calls := 0; e != nil; calls++ {
				if calls > maxSteps {
					t.Fatal("the caller is kept busy for ever")
				}
				var out []Effect
				s, out = Step(flow, s, e, now)
				e = nil
				for _, o := range out {
					switch o := o.(type) {
					case Say:
						mustSend(t, o)
						for _, row := range o.Inline {
							for _, b := range row {
								events[4] = Press{b.Data}
							}
						}
					case Query:
						e = Answer{Turn: o.Turn, Value: Value{Text: o.Text}}
					case Call:
						e = Answer{Turn: o.Turn, Refused: []string{"", "duplicate"}[i%2]}
					}
				}
			}
			if len(s.History) > maxHistory {
				t.Fatalf("a history of %d", len(s.History))
			}
		}
	})
}

func mustSend(t testing.TB, s Say) {
	t.Helper()
	visible, err := markup.Visible(s.Text)
	if err != nil || strings.TrimSpace(visible) == "" || markup.Units(visible) > markup.MaxText {
		t.Fatalf("cannot be sent (%v): %q", err, s.Text)
	}
	for _, row := range s.Inline {
		for _, b := range row {
			if len(b.Data) > 64 || b.Data == "" || strings.TrimSpace(b.Text) == "" || !utf8.ValidString(b.Text) {
				t.Fatalf("button %+v", b)
			}
		}
	}
	if len(s.Inline) > 0 && len(s.Keyboard) > 0 {
		t.Fatal("a message has one keyboard")
	}
	for _, row := range s.Keyboard {
		if len(row) == 0 {
			t.Fatal(fmt.Sprint("an empty row in ", s.Keyboard))
		}
	}
}
