package scenario

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cartie/internal/platform/money"
	"cartie/internal/scenario/engine"
	"cartie/internal/telegram/markup"
)

func flows(t testing.TB) map[string]*engine.Flow {
	t.Helper()
	all, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheFlowsAreWhole(t *testing.T) {
	all := flows(t)
	for _, id := range []string{leadCapture, dealerOffer} {
		if all[id] == nil {
			t.Errorf("there is no flow %s", id)
		}
	}
	for id, f := range all {
		for _, w := range f.Warnings() { // a text that lacks a language is one
			t.Errorf("%s: %s", id, w)
		}
	}
	for template, id := range homes {
		if all[id] == nil {
			t.Errorf("%s lives in %s, which is no flow", template, id)
		}
	}
}

// Whatever people do in them, the flows stop, say only what Telegram takes, and ask for
// actions that exist.
func TestTheFlowsWithstandPeople(t *testing.T) {
	all := flows(t)
	rapid.Check(t, func(t *rapid.T) {
		f := all[rapid.SampledFrom([]string{leadCapture, dealerOffer}).Draw(t, "flow")]
		s := engine.Session{Language: rapid.SampledFrom(engine.Languages).Draw(t, "language"), Fallback: "uk"}
		now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
		var e engine.Event = engine.Begin{Vars: engine.Vars{"name": {Text: "<Ann>"}, "company": {Text: "A & B"}, "request": {Text: rapid.SampledFrom([]string{"", "REQ-1"}).Draw(t, "request")}}}
		data := "s.1.0"
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			for calls := 0; e != nil; calls++ {
				if calls > 60 {
					t.Fatal("it never stops")
				}
				var out []engine.Effect
				s, out = engine.Step(f, s, e, now)
				e = nil
				for _, o := range out {
					switch o := o.(type) {
					case engine.Say:
						plain, err := markup.Visible(o.Text)
						if err != nil || strings.TrimSpace(plain) == "" || markup.Units(plain) > markup.MaxText || strings.Contains(plain, "{") {
							t.Fatalf("%v: %q", err, o.Text)
						}
						for _, row := range o.Inline {
							for _, b := range row {
								if len(b.Data) > 64 || utf8.RuneCountInString(b.Text) > 40 {
									t.Fatalf("%+v", b)
								}
								if rapid.Bool().Draw(t, "take") {
									data = b.Data
								}
							}
						}
					case engine.Query:
						e = engine.Answer{Turn: o.Turn, Value: engine.Value{Text: o.Text}, Refused: rapid.SampledFrom([]string{"", "", "", "bad_phone"}).Draw(t, "refused")}
					case engine.Call:
						if actions[o.Action] == nil {
							t.Fatalf("there is no action %q", o.Action)
						}
						if p := o.Params["price"].Money; o.Action == "submit_offer" && (p == money.Money{} || len(o.Params["photos"].List) == 0) {
							t.Fatalf("an offer without price or photos: %+v", o.Params)
						}
						e = engine.Answer{Turn: o.Turn, Vars: engine.Vars{"code": {Text: "L-1"}, "request_summary": {Text: "X5"}},
							Refused: rapid.SampledFrom([]string{"", "", "", "duplicate_vin", "duplicate_url", "closed", "blocked", "not_found"}).Draw(t, "refused")}
					}
				}
			}
			e = rapid.SampledFrom([]engine.Event{
				engine.Press{Data: data}, engine.Press{Data: data}, engine.Text{Text: "BMW X5"}, engine.Text{Text: "25000"}, engine.Text{Text: "2019"}, engine.Text{Text: "skip"},
				engine.Text{Text: "back"}, engine.Text{Text: "готово"}, engine.Photos{IDs: []string{"p"}}, engine.Contact{Phone: "+380501112233", Own: true}, engine.Other{}, engine.Resume{},
				engine.Begin{Vars: engine.Vars{"request": {Text: "REQ-2"}}},
			}).Draw(t, "event")
		}
	})
}
