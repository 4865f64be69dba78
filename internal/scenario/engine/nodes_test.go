package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cartie/internal/platform/money"
)

const nav = " (✖️ Cancel)"

func q(id, answer, more, next string) string {
	return fmt.Sprintf(`{"id":%q,"type":"question","next":%q,"settings":{"var":%q,"answer":%q,"text":{"en":"%s?"}%s}}`, id, next, "v_"+id, answer, id, more)
}

func msg(id, text, next string) string {
	return fmt.Sprintf(`{"id":%q,"type":"message","next":%q,"settings":{"text":{"en":%q}}}`, id, next, text)
}

func TestAMessageFillsAndEscapesVariables(t *testing.T) {
	begin(t, msg("a", "Hi <b>{name}</b>, {{name}}, {unknown}! {not a name} {", "")).
		want("Hi <b>Ann &lt;b&gt;</b>, Ann &lt;b&gt;, ! {not a name} { | #done")
}

func TestTextsFallBackToTheCompanysLanguage(t *testing.T) {
	k := &talk{t: t, now: today, f: flowOf(t, `{"id":"a","type":"message","settings":{"text":{"uk":"Привіт","ru":"Привет"}}}`)}
	for lang, want := range map[string]string{"ru": "Привет", "en": "Привіт", "": "Привіт", "de": "Привіт"} {
		k.s = Session{Language: lang, Fallback: "uk"}
		k.do(Begin{}).want(want + " | #done")
	}
}

// Each kind of answer: what it takes, what it refuses and what it keeps.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		answer, more string
		event        Event
		keeps        string
		refuses      int
	}{
		{"text", `,"min":2`, Text{" Ann "}, "Ann", 0},
		{"text", `,"min":2`, Text{"A"}, "", badText},
		{"text", `,"max":3`, Text{"Anna"}, "", badLong},
		{"text", ``, Photos{[]string{"p"}}, "", sayTextOnly},
		{"text", ``, Other{}, "", sayTextOnly},
		{"text", ``, Contact{"+380", true}, "", sayTextOnly},
		{"text", `,"refuse":["contacts"]`, Text{"write @me_here"}, "", badContacts},
		{"number", `,"min":1,"max":10`, Text{"7"}, "7", 0},
		{"number", `,"max":10`, Text{"11"}, "", badNumber},
		{"number", ``, Text{"seven"}, "", badNumber},
		{"money", ``, Text{"12 500 €"}, "12500 EUR", 0},
		{"money", `,"currency":"UAH"`, Text{"450000"}, "450000 UAH", 0},
		{"money", `,"min":500`, Text{"499"}, "", badMoney},
		{"money", ``, Text{"0"}, "", badMoney},
		{"year", ``, Text{"2019"}, "2019", 0},
		{"year", ``, Text{"1900"}, "", badYear},
		{"vin", ``, Text{"wba8e9g50gnt12345"}, "WBA8E9G50GNT12345", 0},
		{"vin", ``, Text{"short"}, "", badVIN},
		{"url", ``, Text{"olx.ua/x"}, "https://olx.ua/x", 0},
		{"url", ``, Text{"no link"}, "", badURL},
		{"city", ``, Text{"kyiv"}, "KYIV", 0},
		{"city", ``, Text{"k"}, "", badText},
		{"make", ``, Text{"bmw"}, "BMW", 0},
		{"model", ``, Text{"x5"}, "X5", 0},
		{"car", `,"min":3`, Text{"bmw x5"}, "BMW X5", 0},
		{"phone", ``, Text{"0501"}, "0501", 0},
		{"phone", ``, Text{"bad"}, "", badPhone},
		{"phone", ``, Text{strings.Repeat("1", 65)}, "", badPhone},
		{"contact", ``, Contact{"+380501", false}, "+380501", 0},
		{"contact", ``, Text{"0501"}, "0501", 0},
		{"contact", ``, Other{}, "", sayShareButton},
		{"contact", `,"button_only":true`, Contact{"+380501", true}, "+380501", 0},
		{"contact", `,"button_only":true`, Contact{"+380501", false}, "", sayOwnContact},
		{"contact", `,"button_only":true`, Text{"0501"}, "", sayShareButton},
	} {
		t.Run(fmt.Sprintf("%s %+v", c.answer, c.event), func(t *testing.T) {
			k := begin(t, q("a", c.answer, c.more, ""))
			k.do(c.event).has("v_a", c.keeps)
			if c.refuses == 0 {
				k.want("#done")
				return
			}
			if got := k.last().Text; got != phrases[c.refuses][en] {
				t.Errorf("said %q", got)
			}
			if k.s.State != Waiting || k.s.Node != "a" || k.s.History[0].Retries != 1 {
				t.Errorf("the question is not open any more: %+v", k.s)
			}
		})
	}
}

func TestAQuestionShowsItsKeysAndTheEarlierAnswer(t *testing.T) {
	k := begin(t, q("a", "contact", `,"skip":true`, "b")+","+q("b", "text", "", ""))
	k.want("a? (📱 Share my number) (Skip ➡️)" + nav)
	if key := k.last().Keyboard[0][0]; !key.Contact {
		t.Errorf("the key asks for no contact: %+v", key)
	}
	k.say("+1").want("b? (⬅️ Back)" + nav)
	k.say("back").want("a?\n\nNow: <b>+1</b> (📱 Share my number) (☑️ Keep as it is) (Skip ➡️)" + nav)
	k.say("залишити як є").has("v_a", "+1").want("b? (⬅️ Back)" + nav)
	k.say("/back").say("SKIP").has("v_a", "").want("b? (⬅️ Back)" + nav)
	k.say("skip").want("We need this answer, it cannot be skipped. (⬅️ Back)" + nav)
}

func TestRetriesHaveALimitAndTheirOwnText(t *testing.T) {
	k := begin(t, q("a", "number", `,"retry":{"text":{"en":"A number, {name}"},"limit":1,"next":"b"}`, "")+","+msg("b", "never mind", ""))
	k.say("x").want("A number, Ann &lt;b&gt;" + nav)
	k.say("x").want("never mind | #done")
	k = begin(t, q("a", "number", `,"retry":{"limit":1}`, ""))
	k.say("x").say("x").want(phrases[sayGaveUp][en] + " (-) | #gave_up")
}

func TestPhotosUntilDone(t *testing.T) {
	k := begin(t, q("a", "photos", `,"max":4`, "")).want("a?" + nav)
	k.say("done").want(phrases[sayPhotoFirst][en] + nav)
	keys := " (✅ Done) (🔄 Start the photos over)" + nav
	k.do(Photos{[]string{"1"}}).want(phrases[sayPhotoKept][en] + keys)
	k.do(Photos{[]string{"2"}}).want("") // the second of an album: one word is enough
	k.say("nice car").want(phrases[sayPhotoKept][en] + keys)
	k.do(Other{}).want(phrases[sayPhotoKept][en] + keys)
	k.do(Photos{[]string{"3", "4", "5"}}).want(phrases[sayPhotosFull][en]+keys).has("v_a", "1,2,3,4")
	k.do(Photos{[]string{"6"}}).want("").has("v_a", "1,2,3,4")
	k.say("Start the photos over").has("v_a", "").want(phrases[sayPhotosCleared][en] + nav)
	k.do(Photos{[]string{"7"}}).say("✅ Готово").has("v_a", "7").want("#done")
}

const colours = `{"id":"a","type":"choice","next":"b","settings":{"var":"colour","columns":2,"text":{"en":"Which?"},"choices":[
	{"id":"r","label":{"en":"Red","uk":"Червоний"},"value":"red"},{"id":"g","label":{"en":"Green"},"value":"green"},
	{"id":"x","label":{"en":"Other"},"value":"other","next":"c"}]}},`

func TestAChoice(t *testing.T) {
	nodes := colours + msg("b", "You chose {colour}", "") + "," + q("c", "text", "", "")
	k := begin(t, nodes).want("Which? [Red] [Green] [Other] [✖️ Cancel]")
	if rows := k.last().Inline; len(rows) != 3 || len(rows[0]) != 2 {
		t.Errorf("rows %+v", rows)
	}
	red := k.button("Red")
	k.press("Red").has("colour", "red").want("You chose Red | #done")
	k.do(Press{red}).want("!" + phrases[sayStale][en])

	k = begin(t, nodes).press("Other").want("c? (⬅️ Back)" + nav)
	k.say("back").want("Which? [Red] [Green] [Other] [✖️ Cancel]").has("colour", "other")
	for _, said := range []string{"green", "GREEN!", "червоний"} {
		begin(t, nodes).say(said).want(map[bool]string{true: "You chose Red | #done", false: "You chose Green | #done"}[said == "червоний"])
	}

	k = begin(t, nodes)
	red = k.button("Red")
	k.say("blue").want(phrases[sayUseButtons][en] + " [Red] [Green] [Other] [✖️ Cancel]")
	k.do(Press{red}).want("!" + phrases[sayStale][en]) // the hint's buttons replaced them
	for _, data := range []string{"", "x", "s.", "s.1", "s.zzz.0", "s.1.99", "s.1.", strings.Repeat("s", 80), pressData(k.s.Version, "7"), pressData(k.s.Version, "-1")} {
		k.do(Press{data}).want("!" + phrases[sayStale][en])
	}
	k.press("✖️ Cancel").want(phrases[sayCancelled][en] + " (-) | #cancelled")
}

func TestAMenuRestsAndNeverExpires(t *testing.T) {
	k := begin(t, `{"id":"a","type":"choice","settings":{"menu":true,"text":{"en":"Menu"},"choices":[{"id":"1","label":{"en":"Go"},"value":"go","next":"b"}]}},`+q("b", "text", "", ""))
	k.want("Menu [Go]")
	if k.s.State != Idle || !k.s.ExpiresAt.IsZero() {
		t.Fatalf("%+v", k.s)
	}
	k.say("hello").want("Please press one of the buttons. [Go]")
	k.now = k.now.Add(1000 * time.Hour)
	k.press("Go").want("b? (⬅️ Back)" + nav)
	if k.s.State != Waiting || !k.s.ExpiresAt.Equal(k.now.Add(24*time.Hour)) {
		t.Fatalf("%+v", k.s)
	}
	k.say("/back").want("Menu [Go]")
}

var summary = q("a", "text", "", "m") + "," + q("m", "money", "", "z") + "," + q("z", "text", `,"skip":true`, "ok") +
	`,{"id":"ok","type":"confirm","next":"do","settings":{"text":{"en":"Right?"},"lines":[{"var":"v_a","label":{"en":"A"}},{"var":"v_m","label":{"en":"Price"}},{"var":"v_z","label":{"en":"Z"}},{"var":"name","label":{"en":"Name"}}]}}
	,{"id":"do","type":"action","next":"t","settings":{"action":"send","params":{"a":"{v_a}","price":"{v_m}","z":"{v_z}","both":"{v_a} for {v_m}"},"errors":{"duplicate":"dup"}}},
	{"id":"dup","type":"goto","settings":{"to":"a","return":"ok"}},` + msg("t", "Thanks {code}", "")

func TestAConfirmationSendsOrChanges(t *testing.T) {
	k := begin(t, summary)
	k.say("one <1>").say("12500").say("skip")
	const whole = "Right?\n\nA: <b>one &lt;1&gt;</b>\nPrice: <b>$12 500</b>\nName: <b>Ann &lt;b&gt;</b> [✅ Send] [✏️ Change] [⬅️ Back] [✖️ Cancel]"
	k.want(whole)
	k.say("what?").want("Please press one of the buttons. [✅ Send] [✏️ Change] [⬅️ Back] [✖️ Cancel]")
	k.press("✏️ Change").want("What would you like to change? [A] [Price] [Z] [⬅️ Back]")
	k.press("⬅️ Back").want(whole)
	k.press("✏️ Change").press("Price").want("m?\n\nNow: <b>$12 500</b> (☑️ Keep as it is) (⬅️ Back)" + nav)
	k.say("back").want(whole)
	k.press("✏️ Change").press("A").say("two").want(strings.Replace(whole, "one &lt;1&gt;", "two", 1))
	send := k.button("✅ Send")
	k.act = func(c Call) Answer { return Answer{Vars: Vars{"code": {Text: "L-1"}}} }
	k.press("✅ Send").want("Thanks L-1 | #done")
	k.do(Press{send}).want("!" + phrases[sayStale][en])
	if len(k.calls) != 1 {
		t.Fatalf("%d calls", len(k.calls))
	}
	p := k.calls[0].Params
	if p["a"].Text != "two" || p["price"].Money.Amount != 1250000 || p["both"].Text != "two for $12 500" || len(p) != 3 {
		t.Errorf("params %+v", p)
	}
}

func TestARefusalLeadsToItsEdgeAndBack(t *testing.T) {
	k := begin(t, summary)
	k.say("one").say("1").say("x")
	refuse := "duplicate"
	k.act = func(Call) Answer { return Answer{Refused: refuse} }
	k.press("✅ Send").want("a?\n\nNow: <b>one</b> (☑️ Keep as it is) (⬅️ Back)"+nav).has("reason", "duplicate")
	k.say("two").want("Right?\n\nA: <b>two</b>\nPrice: <b>$1</b>\nZ: <b>x</b>\nName: <b>Ann &lt;b&gt;</b> [✅ Send] [✏️ Change] [⬅️ Back] [✖️ Cancel]")
	refuse = "unforeseen"
	k.press("✅ Send").want(phrases[saySorry][en] + " (-) | #refused")
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		v         Value
		op, value string
		want      bool
	}{
		{Value{}, "HAS_VALUE", "", false}, {Value{Text: "0"}, "HAS_VALUE", "", true}, {Value{List: []string{"p"}}, "HAS_VALUE", "", true},
		{Value{Text: "Red"}, "EQUALS", "red", true}, {Value{Text: "2.0"}, "EQUALS", "2", true}, {Value{Text: "red"}, "EQUALS", "green", false}, {Value{}, "EQUALS", "0", false},
		{Value{Text: "BMW X5"}, "CONTAINS", "x5", true}, {Value{List: []string{"a", "b"}}, "CONTAINS", "b", true}, {Value{Text: "x"}, "CONTAINS", "", false},
		{Value{Text: "5"}, "GT", "4", true}, {Value{Text: "5"}, "GT", "5", false}, {Value{Money: money.Money{Amount: 1250000, Currency: "USD"}}, "GT", "12000", true},
		{Value{Text: "0"}, "LT", "1", true}, {Value{}, "LT", "1", false}, {Value{Text: "many"}, "GT", "1", false}, {Value{List: []string{"a", "b"}}, "LT", "3", true},
	} {
		k := &condition{Op: c.op, Value: c.value}
		if got := k.holds(c.v); got != c.want {
			t.Errorf("%+v %s %q: %t", c.v, c.op, c.value, got)
		}
	}
	k := begin(t, `{"id":"a","type":"condition","settings":{"var":"name","op":"HAS_VALUE","then":"b","else":"c"}},`+msg("b", "yes", "")+","+msg("c", "no", ""))
	k.want("yes | #done")
	k.do(Begin{}).want("no | #done")
}

func TestAWaitSleepsUntilItIsDue(t *testing.T) {
	k := begin(t, `{"id":"a","type":"wait","next":"b","settings":{"minutes":90}},`+msg("b", "later", ""))
	k.want("")
	if k.s.State != Sleeping || !k.s.WakeAt.Equal(today.Add(90*time.Minute)) {
		t.Fatalf("%+v", k.s)
	}
	asleep := k.s
	k.do(Wake{}).say("hello?").do(Other{}).want("")
	if k.s.Version != asleep.Version {
		t.Error("an event that changes nothing has changed the session")
	}
	k.now = k.now.Add(90 * time.Minute)
	k.do(Wake{}).want("later | #done")
	k.do(Wake{}).want("")
}

func TestEndAndGoto(t *testing.T) {
	k := begin(t, `{"id":"a","type":"goto","settings":{"to":"b"}},{"id":"b","type":"end","settings":{"quiet_minutes":60}}`).want("#done")
	if k.s.State != Ended || !k.s.ExpiresAt.Equal(today.Add(time.Hour)) {
		t.Fatalf("%+v", k.s)
	}
	k.say("hello").want("")
}

func TestWordsWorkEverywhereInAFlow(t *testing.T) {
	for word, want := range map[string]string{
		"/start": "#menu", "/start rq_1": "#menu", "Меню": "#menu", "cancel": phrases[sayCancelled][en] + " (-) | #cancelled", "стоп": phrases[sayCancelled][en] + " (-) | #cancelled",
		"назад": "a?" + nav,
	} {
		begin(t, q("a", "text", "", "")).say(word).want(want)
	}
}

func TestSilenceEndsAFlow(t *testing.T) {
	k := begin(t, q("a", "text", "", ""))
	k.now = k.now.Add(24*time.Hour + time.Second)
	k.say("hello").want("#expired").has("v_a", "")
}

func TestALoopIsStopped(t *testing.T) {
	k := begin(t, msg("a", "again", "b")+`,{"id":"b","type":"goto","settings":{"to":"a"}}`)
	if n := len(k.out); n < 20 || n > maxSteps || k.out[n-1] != (End{Looping}) {
		t.Fatalf("%d effects, the last %+v", n, k.out[n-1])
	}
	// a circle through an action is answered from outside and still counts as one event
	k = begin(t, `{"id":"a","type":"action","next":"a","settings":{"action":"again"}}`)
	if k.s.State != Ended || len(k.calls) > maxSteps {
		t.Fatalf("%d calls, %+v", len(k.calls), k.s.State)
	}
}

func TestAnAnswerCountsOnce(t *testing.T) {
	f := flowOf(t, `{"id":"a","type":"action","next":"b","settings":{"action":"x"}},`+q("b", "text", "", ""))
	s, out := Step(f, Session{}, Begin{}, today)
	turn := out[0].(Call).Turn
	// meanwhile the person writes: nothing happens, and the answer still fits
	if same, out := Step(f, s, Text{"hello"}, today); len(out) != 0 || same.Version != s.Version {
		t.Fatalf("%+v", out)
	}
	s2, out := Step(f, s, Answer{Turn: turn}, today)
	if len(out) != 1 || s2.Node != "b" {
		t.Fatalf("%+v", out)
	}
	if _, out := Step(f, s2, Answer{Turn: turn}, today); len(out) != 0 {
		t.Fatalf("the second answer did %+v", out)
	}
}

func TestANodeThatIsGoneEndsTheFlow(t *testing.T) {
	k := begin(t, q("a", "text", "", ""))
	k.f = flowOf(t, q("other", "text", "", "")+`,{"id":"a","type":"goto","settings":{"to":"other"}}`)
	k.s.Node = "was-here"
	k.say("x").want("#gone")
}

func TestALongMessageStillFits(t *testing.T) {
	k := begin(t, msg("a", "<b>"+strings.Repeat("{name} ", 9)+"</b>.", ""))
	k.s.Vars = nil
	k.do(Begin{Vars: Vars{"name": {Text: strings.Repeat("😀", 2000)}}})
	if got := k.last().Text; len([]rune(got)) > 4096 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

func TestResumeAsksAgain(t *testing.T) {
	k := begin(t, summary)
	k.say("one").say("back").do(Resume{}).want("a?\n\nNow: <b>one</b> (☑️ Keep as it is)" + nav)
	k.say("two").do(Resume{}).want("m? (⬅️ Back)"+nav).say("back").has("v_a", "two").want("a?\n\nNow: <b>two</b> (☑️ Keep as it is)" + nav)
	k.say("cancel").do(Resume{}).want("")
}

func TestCommandsAreOtherWaysIn(t *testing.T) {
	f, err := Parse([]byte(`{"id":"x","entry":"a","commands":{"buy":"b"},"nodes":[{"id":"a","type":"start"},` + msg("b", "Buying", "") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"/buy": true, "/BUY@autobot": true, "/buy a car": true, "buy": false, "/buying": false, "": false} {
		node, ok := f.Command(text)
		if ok != want {
			t.Errorf("%q: %q %t", text, node, ok)
		}
	}
	k := &talk{t: t, f: f, now: today}
	k.do(Begin{Node: "b"}).want("Buying | #done")
}

func TestTheWayBackIsBounded(t *testing.T) {
	k := begin(t, q("a", "text", "", "b")+","+q("b", "text", "", "a"))
	for range 2 * maxHistory {
		k.say("x")
	}
	if n := len(k.s.History); n != maxHistory {
		t.Fatalf("%d questions are remembered", n)
	}
	for range 2 * maxHistory {
		k.say("back")
	}
	k.want("b?\n\nNow: <b>x</b> (☑️ Keep as it is)" + nav)
}

func TestBackFromAWaitAsksTheLastQuestion(t *testing.T) {
	k := begin(t, q("a", "text", "", "b")+","+q("b", "text", "", "w")+`,{"id":"w","type":"wait","settings":{"minutes":5}}`)
	k.say("one").say("two").say("back").want("b?\n\nNow: <b>two</b> (☑️ Keep as it is) (⬅️ Back)" + nav)
	if !k.s.WakeAt.IsZero() || k.s.State != Waiting {
		t.Errorf("still asleep: %+v", k.s)
	}
}

func TestTwoFuturesOfOneSessionShareNothing(t *testing.T) {
	k := begin(t, q("a", "photos", "", ""))
	for _, id := range []string{"1", "2", "3"} { // a list with room behind it
		k.do(Photos{[]string{id}})
	}
	one, _ := Step(k.f, k.s, Photos{[]string{"x"}}, today)
	two, _ := Step(k.f, k.s, Photos{[]string{"y"}}, today)
	if a, b := one.Vars["v_a"].List[3], two.Vars["v_a"].List[3]; a != "x" || b != "y" || len(k.s.Vars["v_a"].List) != 3 {
		t.Errorf("%q and %q", a, b)
	}
}

func TestAChangedChoiceComesBackToTheSummary(t *testing.T) {
	k := begin(t, colours+q("c", "text", "", "b")+`,{"id":"b","type":"confirm","settings":{"text":{"en":"Right?"},"lines":[{"var":"colour","label":{"en":"Colour"}},{"var":"v_c","label":{"en":"More"}}]}}`)
	k.press("Red").press("✏️ Change").press("Colour").press("Other").has("colour", "other")
	k.want("Right?\n\nColour: <b>Other</b> [✅ Send] [✏️ Change] [⬅️ Back] [✖️ Cancel]")
}
