package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// start is where a flow begins.
type start struct{}

func (*start) check(*checker, *Node)     {}
func (*start) links(func(_, _ string))   {}
func (*start) enter(r *run, n *Node)     { r.follow(n.Next) }
func (*message) links(func(_, _ string)) {}
func (*wait) links(func(_, _ string))    {}
func (*end) links(func(_, _ string))     {}

// message says something and goes on.
type message struct {
	Text           Texts    `json:"text"`
	Media          []string `json:"media"`           // ids of stored pictures
	RemoveKeyboard bool     `json:"remove_keyboard"` // the flow asks nothing any more
	media          []uuid.UUID
}

// maxMedia is how many pictures Telegram shows as one album.
const maxMedia = 10

func (m *message) check(c *checker, n *Node) {
	c.text(n, "text", &m.Text, maxText)
	if len(m.Media) > maxMedia {
		c.add(n.ID, "media", fmt.Sprintf("A message has at most %d pictures.", maxMedia))
	}
	for _, id := range m.Media {
		if u, err := uuid.Parse(id); err != nil {
			c.add(n.ID, "media", fmt.Sprintf("%q is not the id of a picture.", cut(id, 64)))
		} else {
			m.media = append(m.media, u)
		}
	}
}

func (m *message) enter(r *run, n *Node) {
	r.out = append(r.out, Say{Text: fit(r.render(&m.Text)), Media: m.media, Remove: m.RemoveKeyboard})
	r.follow(n.Next)
}

func (m *message) texts(see func(string, *Texts)) { see("text", &m.Text) }

// condition goes one of two ways.
type condition struct {
	Var   string `json:"var"`
	Op    string `json:"op"` // EQUALS, CONTAINS, GT, LT, HAS_VALUE
	Value string `json:"value"`
	Then  string `json:"then"`
	Else  string `json:"else"`
}

func (k *condition) check(c *checker, n *Node) {
	if !isName(k.Var) {
		c.add(n.ID, "var", "The name of a variable has 1 to 64 letters, digits and _.")
	}
	c.oneOf(n, "op", k.Op, "EQUALS", "CONTAINS", "GT", "LT", "HAS_VALUE")
	if _, ok := (Value{Text: k.Value}).number(); !ok && (k.Op == "GT" || k.Op == "LT") {
		c.add(n.ID, "value", "It compares with a number.")
	}
	if n.Next != "" {
		c.add(n.ID, "next", "A condition leads on by then and else.")
	}
}

func (k *condition) links(to func(field, id string)) {
	to("then", k.Then)
	to("else", k.Else)
}

func (k *condition) enter(r *run, _ *Node) {
	if k.holds(r.s.Vars[k.Var]) {
		r.follow(k.Then)
		return
	}
	r.follow(k.Else)
}

func (k *condition) holds(v Value) bool {
	switch k.Op {
	case "HAS_VALUE":
		return !v.Empty()
	case "EQUALS":
		a, isNumber := v.number()
		b, comparable := (Value{Text: k.Value}).number()
		return isNumber && comparable && a == b || strings.EqualFold(v.Text, k.Value)
	case "CONTAINS":
		return slices.Contains(v.List, k.Value) || k.Value != "" && strings.Contains(strings.ToLower(v.Text), strings.ToLower(k.Value))
	}
	a, ok := v.number()
	b, _ := (Value{Text: k.Value}).number()
	return ok && (k.Op == "GT" && a > b || k.Op == "LT" && a < b)
}

// action has somebody do something: create a lead, submit an offer.
type action struct {
	Action string `json:"action"`
	// Params are texts; one that is only {name} passes the variable as it is.
	Params map[string]string `json:"params"`
	Errors map[string]string `json:"errors"` // reason of a refusal → node; "*" is any other
	params map[string]template
}

func (k *action) check(c *checker, n *Node) {
	if !isName(k.Action) {
		c.add(n.ID, "action", "Say what is to be done.")
	}
	k.params = map[string]template{}
	for name, text := range k.Params {
		if !isName(name) {
			c.add(n.ID, "params", "The name of a parameter has 1 to 64 letters, digits and _.")
		}
		k.params[name] = compile(text)
	}
}

func (k *action) links(to func(field, id string)) {
	for _, reason := range slices.Sorted(maps.Keys(k.Errors)) {
		to("errors."+reason, k.Errors[reason])
	}
}

func (k *action) enter(r *run, _ *Node) {
	params := make(Vars, len(k.params))
	for name, t := range k.params {
		if v := r.param(t); !v.Empty() {
			params[name] = v
		}
	}
	r.out = append(r.out, Call{Turn: r.s.Version, Action: k.Action, Params: params})
	r.rest(Waiting)
}

// param is the value of a parameter: of one variable, or a text with variables in it.
func (r *run) param(t template) Value {
	var b strings.Builder
	only := ""
	for _, p := range t {
		switch {
		case p.name == "":
			b.WriteString(p.text)
		default:
			only = p.name
			b.WriteString(r.show(p.name))
		}
	}
	if only != "" && len(t) == 3 && t[0].text == "" && t[2].text == "" {
		return r.s.Vars[only]
	}
	return Value{Text: b.String()}
}

// Reason is the variable that holds why the last action refused.
const reasonVar = "reason"

func (k *action) answered(r *run, n *Node, a Answer) {
	if a.Refused == "" {
		for name, v := range a.Vars {
			if isName(name) {
				r.set(name, v)
			}
		}
		r.follow(n.Next)
		return
	}
	r.set(reasonVar, Value{Text: a.Refused})
	to, known := k.Errors[a.Refused]
	if !known {
		to, known = k.Errors["*"]
	}
	if !known {
		r.out = append(r.out, Say{Text: phrase(r.lang(), saySorry), Remove: true})
		r.end(Refused)
		return
	}
	r.follow(to)
}

// wait sleeps.
type wait struct {
	Minutes int64 `json:"minutes"`
}

func (k *wait) check(c *checker, n *Node) {
	if k.Minutes < 1 || k.Minutes > maxTimeout*60 {
		c.add(n.ID, "minutes", "A wait is between a minute and a year.")
	}
}

func (k *wait) enter(r *run, _ *Node) {
	r.rest(Sleeping)
	r.s.WakeAt = r.now.Add(time.Duration(k.Minutes) * time.Minute)
}

// jump goes elsewhere. With a way back, the answer to the question there leads to it.
type jump struct {
	To     string `json:"to"`
	Return string `json:"return"`
}

func (k *jump) check(c *checker, n *Node) {
	if k.To == "" {
		c.add(n.ID, "to", "Say where to go.")
	}
	if n.Next != "" {
		c.add(n.ID, "next", "A goto leads on by to.")
	}
	if to := c.flow.at[k.To]; to != nil && k.Return != "" {
		if _, ok := to.kind.(listener); !ok {
			c.add(n.ID, "return", "Only a question has an answer to come back from.")
		}
	}
}

func (k *jump) links(to func(field, id string)) {
	to("to", k.To)
	to("return", k.Return)
}

func (k *jump) enter(r *run, _ *Node) {
	if k.Return == "" {
		r.follow(k.To)
		return
	}
	n := r.f.node(k.To)
	r.s.Node = n.ID
	n.kind.(listener).ask(r, n, k.Return)
}

// end ends the flow.
type end struct {
	// QuietMinutes leaves what the person writes next to people for so long.
	QuietMinutes int64 `json:"quiet_minutes"`
}

func (k *end) check(c *checker, n *Node) {
	if k.QuietMinutes < 0 || k.QuietMinutes > maxTimeout*60 {
		c.add(n.ID, "quiet_minutes", "The quiet after a flow is at most a year.")
	}
	if n.Next != "" {
		c.add(n.ID, "next", "Nothing follows an end.")
	}
}

func (k *end) enter(r *run, _ *Node) {
	r.end(Done)
	if k.QuietMinutes > 0 {
		r.s.ExpiresAt = r.now.Add(time.Duration(k.QuietMinutes) * time.Minute)
	}
}
