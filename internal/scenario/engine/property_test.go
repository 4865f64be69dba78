package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// everything is a flow with every type of node, circles included.
var everything = `{"id":"a","type":"choice","next":"n","settings":{"menu":true,"var":"kind","text":{"en":"Menu"},"choices":[{"id":"1","label":{"en":"Buy"},"value":"buy"},{"id":"2","label":{"en":"Sleep"},"value":"sleep","next":"w"},{"id":"3","label":{"en":"Loop"},"value":"loop","next":"l"}]}},
	{"id":"w","type":"wait","next":"n","settings":{"minutes":10}},{"id":"l","type":"goto","settings":{"to":"l2"}},{"id":"l2","type":"goto","settings":{"to":"l"}},` +
	q("n", "text", `,"min":2`, "c") + "," + q("c", "contact", `,"skip":true`, "p") + "," + q("p", "photos", `,"max":3`, "m") + "," + q("m", "money", `,"retry":{"limit":2}`, "y") + "," + q("y", "city", `,"skip":true`, "k") +
	`,{"id":"k","type":"condition","settings":{"var":"v_m","op":"GT","value":"1000","then":"ok","else":"x"}},` + msg("x", "Cheap", "ok") +
	`,{"id":"ok","type":"confirm","next":"do","settings":{"text":{"en":"Right?"},"lines":[{"var":"v_n","label":{"en":"N"}},{"var":"v_m","label":{"en":"M"}},{"var":"kind","label":{"en":"K"}}]}},
	{"id":"do","type":"action","next":"end","settings":{"action":"send","params":{"n":"{v_n}"},"errors":{"duplicate":"dup","again":"do"}}},{"id":"dup","type":"goto","settings":{"to":"n","return":"ok"}},
	{"id":"end","type":"end","settings":{"quiet_minutes":5}}`

// someEvent draws what a person or the world may do, pressed buttons of any age included.
func someEvent(t *rapid.T, seen []string) Event {
	events := []Event{
		Text{rapid.SampledFrom([]string{"Ann", "x", "12500", "900", "back", "назад", "skip", "done", "keep as it is", "cancel", "/menu", "send", "buy", "bad"}).Draw(t, "text")},
		Photos{[]string{rapid.StringMatching(`[a-z]{3}`).Draw(t, "photo")}}, Contact{"+380501112233", rapid.Bool().Draw(t, "own")}, Other{}, Wake{}, Begin{Vars: Vars{"name": {Text: "Ann"}}},
	}
	if len(seen) > 0 {
		at := rapid.IntRange(max(0, len(seen)-6), len(seen)-1).Draw(t, "button")
		events = append(events, Press{seen[at]}, Press{seen[at]}, Press{seen[at]})
	}
	return rapid.SampledFrom(events).Draw(t, "event")
}

type moment struct {
	Event Event
	Now   time.Time
	Out   []Effect
	After Session
}

// stored is the session after its way through the database.
func stored(t *rapid.T, s Session) Session {
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var out Session
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	out.Steps = s.Steps
	return out
}

func TestProperties(t *testing.T) {
	f := flowOf(t, everything)
	rapid.Check(t, func(t *rapid.T) {
		var s Session
		s.Language = rapid.SampledFrom(Languages).Draw(t, "language")
		first := s
		now := today
		var seen []string
		var history []moment
		sent := map[string]bool{} // calls, by turn
		step := func(e Event) []Effect {
			before := stored(t, s)
			after, out := Step(f, s, e, now)
			if !reflect.DeepEqual(before, stored(t, s)) {
				t.Fatal("the given session was changed")
			}
			if after.Version < s.Version || len(after.History) > maxHistory || after.Steps > maxSteps+1 {
				t.Fatalf("after %T: %+v", e, after)
			}
			if word, ok := e.(Text); ok && WordOf(word.Text) == Back && after.State != Ended {
				if !reflect.DeepEqual(after.Vars, s.Vars) {
					t.Fatalf("back has changed the answers: %v, was %v", after.Vars, s.Vars)
				}
			}
			toasts := 0
			for i, o := range out {
				switch o := o.(type) {
				case Toast:
					toasts++
					if o.Text != "" && (len(out) > 1 || !reflect.DeepEqual(after, s)) {
						t.Fatal("a stale button did something")
					}
				case Call:
					key := fmt.Sprint(o.Turn)
					if sent[key] || i != len(out)-1 {
						t.Fatalf("call %s twice, or not the last effect", key)
					}
					sent[key] = true
				case Query:
					if i != len(out)-1 {
						t.Fatal("a query is not the last effect")
					}
				case Say:
					for _, row := range o.Inline {
						for _, b := range row {
							seen = append(seen, b.Data)
						}
					}
				}
			}
			if _, pressed := e.(Press); pressed != (toasts == 1) || toasts > 1 {
				t.Fatalf("%d toasts for %T", toasts, e)
			}
			if p, ok := e.(Press); ok { // pressed twice: the second time nothing happens
				if again, out := Step(f, after, p, now); len(out) != 1 || !reflect.DeepEqual(again, after) {
					t.Fatalf("the same button again did %+v", out)
				}
			}
			history = append(history, moment{e, now, out, after})
			s = stored(t, after)
			return out
		}
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 15, 60 * 25}).Draw(t, "minutes")) * time.Minute)
			out := step(someEvent(t, seen))
			for n := 0; len(out) > 0; n++ {
				if n > 2*maxSteps {
					t.Fatal("it never stops")
				}
				switch c := out[len(out)-1].(type) {
				case Query:
					out = step(Answer{Turn: c.Turn, Value: Value{Text: c.Text}, Refused: rapid.SampledFrom([]string{"", "", "bad_phone"}).Draw(t, "refused")})
					continue
				case Call:
					out = step(Answer{Turn: c.Turn, Vars: Vars{"code": {Text: "1"}}, Refused: rapid.SampledFrom([]string{"", "duplicate", "again", "closed"}).Draw(t, "refused")})
					continue
				}
				break
			}
		}
		// the same events make the same chat, without the stops at the database
		s = first
		for i, m := range history {
			var out []Effect
			s, out = Step(f, s, m.Event, m.Now)
			if !reflect.DeepEqual(out, m.Out) || !reflect.DeepEqual(stored(t, s), stored(t, m.After)) {
				t.Fatalf("the replay differs at event %d: %+v, was %+v", i, out, m.Out)
			}
		}
	})
}

// BenchmarkStep is a whole chat of ten events, counted in steps.
func BenchmarkStep(b *testing.B) {
	f := flowOf(b, everything)
	chat := func() int {
		var s Session
		s.Language = "uk"
		steps := 0
		do := func(e Event) {
			for e != nil {
				var out []Effect
				s, out = Step(f, s, e, today)
				steps++
				e = nil
				if len(out) > 0 {
					switch c := out[len(out)-1].(type) {
					case Query:
						e = Answer{Turn: c.Turn, Value: Value{Text: c.Text}}
					case Call:
						e = Answer{Turn: c.Turn}
					}
				}
			}
		}
		do(Begin{Vars: Vars{"name": {Text: "Ann"}}})
		do(Press{pressData(s.Version, "0")})
		do(Text{"Ann Lee"})
		do(Contact{"+380501112233", true})
		do(Photos{[]string{"1"}})
		do(Photos{[]string{"2"}})
		do(Text{"done"})
		do(Text{"12 500 $"})
		do(Text{"Kyiv"})
		do(Press{pressData(s.Version, keySend)})
		if s.State != Ended {
			b.Fatalf("%+v", s)
		}
		return steps
	}
	b.ReportAllocs()
	steps := 0
	for b.Loop() {
		steps += chat()
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
