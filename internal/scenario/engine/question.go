package engine

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cartie/internal/telegram/markup"
)

// question asks for one answer and keeps it in a variable.
type question struct {
	Text   Texts  `json:"text"`
	Var    string `json:"var"`
	Answer string `json:"answer"` // what kind of answer it takes: answers
	// Min and Max bound a text in characters, a number, money in major units, photos in pieces.
	Min      int64    `json:"min"`
	Max      int64    `json:"max"`
	Currency string   `json:"currency"` // of money without one
	Skip     bool     `json:"skip"`
	Button   bool     `json:"button_only"` // a contact only by the button
	Refuse   []string `json:"refuse"`      // of a text: contacts
	Retry    *retry   `json:"retry"`
}

// retry is what happens to answers that do not fit.
type retry struct {
	Text  Texts  `json:"text"`  // instead of the engine's own
	Limit int64  `json:"limit"` // 0: none
	Next  string `json:"next"`  // where to go then; "" ends the flow
}

// bounds of what an answer may be when the question does not say.
var bounds = map[string][2]int64{
	"text": {1, 1000}, "car": {2, 200}, "make": {2, 60}, "model": {1, 60}, "city": {2, 80},
	"number": {0, 1e12}, "money": {1, 1e10}, "photos": {1, 10},
	"year": {0, 0}, "phone": {0, 0}, "contact": {0, 0}, "vin": {0, 0}, "url": {0, 0},
}

// queried are the answers whose canonical form somebody else knows.
var queried = []string{"phone", "contact", "city", "make", "model", "car"}

func (q *question) check(c *checker, n *Node) {
	c.text(n, "text", &q.Text, maxText)
	c.variable(n, q.Var)
	b, ok := bounds[q.Answer]
	if !ok {
		c.add(n.ID, "answer", fmt.Sprintf("There is no kind of answer %q.", cut(q.Answer, 64)))
		return
	}
	if q.Min == 0 {
		q.Min = b[0]
	}
	if q.Max == 0 {
		q.Max = b[1]
	}
	if q.Min < 0 || q.Max < q.Min || q.Max > b[1] {
		c.add(n.ID, "max", fmt.Sprintf("The bounds are between 0 and %d, the lower one first.", b[1]))
	}
	if q.Currency == "" {
		q.Currency = "USD"
	}
	c.oneOf(n, "currency", q.Currency, "USD", "EUR", "UAH")
	for _, what := range q.Refuse {
		c.oneOf(n, "refuse", what, "contacts")
	}
	if q.Retry != nil {
		if !q.Retry.Text.empty() {
			c.text(n, "retry.text", &q.Retry.Text, maxText)
		}
		c.link(n.ID, "retry.next", q.Retry.Next)
	}
}

func (q *question) texts(see func(string, *Texts)) {
	see("text", &q.Text)
	if q.Retry != nil && !q.Retry.Text.empty() {
		see("retry.text", &q.Retry.Text)
	}
}

func (q *question) links(to func(field, id string)) {
	if q.Retry != nil {
		to("retry.next", q.Retry.Next)
	}
}

func (q *question) enter(r *run, n *Node) { q.ask(r, n, "") }

func (q *question) ask(r *run, n *Node, back string) {
	r.wait(n, back)
	text := r.render(&q.Text)
	if v := r.s.Vars[q.Var]; !v.Empty() && q.Answer != "photos" {
		text += "\n\n" + phrase(r.lang(), sayNow) + "<b>" + markup.Escape(cut(r.show(q.Var), maxShown)) + "</b>"
	}
	r.out = append(r.out, q.say(r, fit(text)))
}

// say is a message with the keys that fit the question as it stands.
func (q *question) say(r *run, text string) Say {
	v := r.s.Vars[q.Var]
	keys := 0
	if q.Answer == "contact" {
		keys |= withShare
	}
	if q.Answer == "photos" {
		if len(v.List) > 0 {
			keys |= withDone | withClear
		}
	} else if !v.Empty() {
		keys |= withKeep
	}
	if q.Skip {
		keys |= withSkip
	}
	if len(r.s.History) > 1 {
		keys |= withBack
	}
	return Say{Text: text, Keyboard: keyboards[r.lang()][keys]}
}

// wrong answers what does not fit with the flow's words or the engine's.
func (q *question) wrong(r *run, n *Node, problem int) bool {
	text := phrase(r.lang(), problem)
	limit, otherwise := int64(0), ""
	if q.Retry != nil {
		limit, otherwise = q.Retry.Limit, q.Retry.Next
		if !q.Retry.Text.empty() && problem != badContacts && problem != sayNoSkip {
			text = fit(r.render(&q.Retry.Text))
		}
	}
	return r.retry(n, q.say(r, text), limit, otherwise)
}

func (q *question) keep(r *run, n *Node, v Value) bool {
	r.set(q.Var, v)
	r.leave(n)
	return true
}

func (q *question) pressed(r *run, _ *Node, _ string) bool { return r.stale(true) }

func (q *question) heard(r *run, n *Node, e Event, w Word) bool {
	has := !r.s.Vars[q.Var].Empty()
	switch {
	case w == Skip && !q.Skip:
		return q.wrong(r, n, sayNoSkip)
	case w == Skip:
		r.unset(q.Var)
		r.leave(n)
		return true
	case w == Keep && has:
		r.leave(n)
		return true
	case q.Answer == "photos":
		return q.photos(r, n, e, w)
	}
	switch e := e.(type) {
	case Contact:
		switch {
		case q.Answer != "phone" && q.Answer != "contact":
			return q.wrong(r, n, sayTextOnly)
		case q.Button && !e.Own:
			return q.wrong(r, n, sayOwnContact)
		}
		r.query("phone", e.Phone)
		return true
	case Text:
		if q.Answer == "contact" && q.Button {
			return q.wrong(r, n, sayShareButton)
		}
		text := strings.TrimSpace(e.Text)
		if slices.Contains(queried, q.Answer) {
			if problem := q.length(text); problem != 0 {
				return q.wrong(r, n, problem)
			}
			kind := q.Answer
			if kind == "contact" {
				kind = "phone"
			}
			r.query(kind, text)
			return true
		}
		v, problem := q.read(text, r.now)
		if problem != 0 {
			return q.wrong(r, n, problem)
		}
		return q.keep(r, n, v)
	}
	if q.Answer == "contact" {
		return q.wrong(r, n, sayShareButton)
	}
	return q.wrong(r, n, sayTextOnly)
}

// length checks a text of words against the question's bounds.
func (q *question) length(text string) int {
	n := int64(utf8.RuneCountInString(text))
	switch {
	case q.Answer == "phone" || q.Answer == "contact":
		if n > 64 {
			return badPhone
		}
	case n < q.Min:
		return badText
	case n > q.Max:
		return badLong
	}
	return 0
}

func (r *run) query(kind, text string) {
	r.out = append(r.out, Query{Turn: r.s.Version, Kind: kind, Text: text})
}

func (q *question) answered(r *run, n *Node, a Answer) {
	if a.Refused == "" && !a.Value.Empty() {
		q.keep(r, n, a.Value)
		return
	}
	problem := badText
	if q.Answer == "phone" || q.Answer == "contact" {
		problem = badPhone
	}
	q.wrong(r, n, problem)
}

// photos collects pictures until the person is done; each of an album counts.
func (q *question) photos(r *run, n *Node, e Event, w Word) bool {
	v := r.s.Vars[q.Var]
	switch e := e.(type) {
	case Photos:
		room := int(q.Max) - len(v.List)
		added := e.IDs[:max(0, min(room, len(e.IDs)))]
		first := len(v.List) == 0
		if len(added) > 0 {
			r.set(q.Var, Value{List: append(v.List[:len(v.List):len(v.List)], added...)})
		}
		switch {
		case room > 0 && len(e.IDs) >= room, len(e.IDs) > len(added) && room > 0:
			r.out = append(r.out, q.say(r, phrase(r.lang(), sayPhotosFull)))
		case first && len(added) > 0: // one word for an album, whose parts come one by one
			r.out = append(r.out, q.say(r, phrase(r.lang(), sayPhotoKept)))
		}
		r.rest(Waiting)
		return true
	case Text:
		switch {
		case (w == Finish || w == Keep) && int64(len(v.List)) >= q.Min:
			r.leave(n)
			return true
		case w == Clear && len(v.List) > 0:
			r.unset(q.Var)
			r.out = append(r.out, q.say(r, phrase(r.lang(), sayPhotosCleared)))
			return true
		}
	}
	if int64(len(v.List)) < q.Min {
		return q.wrong(r, n, sayPhotoFirst)
	}
	return q.wrong(r, n, sayPhotoKept)
}

// Rows of the reply keyboard, by what a question offers.
const (
	withShare = 1 << iota
	withDone
	withClear
	withKeep
	withSkip
	withBack
	combinations
)

var keyboards = func() (out [3][combinations][][]Key) {
	for lang := range out {
		for keys := range out[lang] {
			var rows [][]Key
			row := func(cells ...[2]int) {
				var r []Key
				for _, c := range cells {
					if keys&c[0] != 0 || c[0] == 0 {
						r = append(r, Key{Text: phrase(lang, c[1]), Contact: c[0] == withShare})
					}
				}
				if len(r) > 0 {
					rows = append(rows, r)
				}
			}
			row([2]int{withShare, labelShare})
			row([2]int{withDone, labelDone})
			row([2]int{withClear, labelClear})
			row([2]int{withKeep, labelKeep}, [2]int{withSkip, labelSkip})
			row([2]int{withBack, labelBack}, [2]int{0, labelCancel})
			out[lang][keys] = rows
		}
	}
	return out
}()
