package engine

import (
	"strconv"
	"strings"

	"cartie/internal/telegram/markup"
)

// choice offers inline buttons.
type choice struct {
	Text    Texts    `json:"text"`
	Var     string   `json:"var"` // "" keeps nothing
	Choices []option `json:"choices"`
	Columns int      `json:"columns"` // buttons in a row, 1 when 0
	// Menu marks the place where a chat rests: texts there are no answers.
	Menu  bool   `json:"menu"`
	Retry *retry `json:"retry"`
}

type option struct {
	ID    string `json:"id"` // stable, for the picture of the flow
	Label Texts  `json:"label"`
	Value string `json:"value"`
	Next  string `json:"next"` // "" is the node's own next
}

const maxColumns = 4

func (k *choice) check(c *checker, n *Node) {
	c.text(n, "text", &k.Text, maxText)
	if k.Var != "" {
		c.variable(n, k.Var)
	}
	if len(k.Choices) == 0 || len(k.Choices) > maxChoices {
		c.add(n.ID, "choices", "A choice has 1 to "+strconv.Itoa(maxChoices)+" buttons.")
	}
	if k.Columns < 0 || k.Columns > maxColumns {
		c.add(n.ID, "columns", "A row has at most "+strconv.Itoa(maxColumns)+" buttons.")
	}
	seen := map[string]bool{}
	for i := range k.Choices {
		o := &k.Choices[i]
		field := "choices." + strconv.Itoa(i)
		if !idPattern.MatchString(o.ID) || seen[o.ID] {
			c.add(n.ID, field+".id", "Each choice needs an id of its own.")
		}
		seen[o.ID] = true
		if o.Value == "" || len(o.Value) > 200 {
			c.add(n.ID, field+".value", "Each choice needs a value.")
		}
		c.label(n, field+".label", &o.Label)
	}
	if k.Retry != nil {
		if !k.Retry.Text.empty() {
			c.text(n, "retry.text", &k.Retry.Text, maxText)
		}
	}
}

func (k *choice) links(to func(field, id string)) {
	for i, o := range k.Choices {
		to("choices."+strconv.Itoa(i)+".next", o.Next)
	}
	if k.Retry != nil {
		to("retry.next", k.Retry.Next)
	}
}

func (k *choice) texts(see func(string, *Texts)) {
	see("text", &k.Text)
	for i := range k.Choices {
		see("choices."+strconv.Itoa(i)+".label", &k.Choices[i].Label)
	}
	if k.Retry != nil && !k.Retry.Text.empty() {
		see("retry.text", &k.Retry.Text)
	}
}

func (k *choice) enter(r *run, n *Node) { k.ask(r, n, "") }

func (k *choice) ask(r *run, n *Node, back string) {
	r.wait(n, back)
	if k.Menu {
		r.rest(Idle)
	}
	r.out = append(r.out, k.say(r, fit(r.render(&k.Text))))
}

func (k *choice) say(r *run, text string) Say {
	var rows [][]Button
	for i := range k.Choices {
		b := Button{Text: r.render(&k.Choices[i].Label), Data: pressData(r.s.Version, strconv.Itoa(i))}
		if last := len(rows) - 1; last >= 0 && len(rows[last]) < k.Columns {
			rows[last] = append(rows[last], b)
			continue
		}
		rows = append(rows, []Button{b})
	}
	if !k.Menu {
		rows = append(rows, navigation(r))
	}
	return Say{Text: text, Inline: rows}
}

// navigation is the row that leads out of a question with inline buttons.
func navigation(r *run) []Button {
	cancel := Button{Text: phrase(r.lang(), labelCancel), Data: pressData(r.s.Version, keyCancel)}
	if len(r.s.History) < 2 {
		return []Button{cancel}
	}
	return []Button{{Text: phrase(r.lang(), labelBack), Data: pressData(r.s.Version, keyBack)}, cancel}
}

func (k *choice) take(r *run, n *Node, o *option) bool {
	if k.Var != "" {
		r.set(k.Var, Value{Text: o.Value})
	}
	if o.Next != "" && r.open().Return == "" {
		r.follow(o.Next)
		return true
	}
	r.leave(n)
	return true
}

func (k *choice) pressed(r *run, n *Node, key string) bool {
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i >= len(k.Choices) {
		return r.stale(true)
	}
	return k.take(r, n, &k.Choices[i])
}

func (k *choice) heard(r *run, n *Node, e Event, _ Word) bool {
	if t, ok := e.(Text); ok {
		said := fold(t.Text)
		for i := range k.Choices {
			if k.Choices[i].is(said) {
				return k.take(r, n, &k.Choices[i])
			}
		}
	}
	text, limit, otherwise := phrase(r.lang(), sayUseButtons), int64(0), ""
	if k.Retry != nil {
		limit, otherwise = k.Retry.Limit, k.Retry.Next
		if !k.Retry.Text.empty() {
			text = fit(r.render(&k.Retry.Text))
		}
	}
	// the buttons of the hint are of this turn
	return r.retry(n, k.say(r, text), limit, otherwise)
}

// is reports whether a folded text is the choice's value or its label in some language.
func (o *option) is(said string) bool {
	if said == "" {
		return false
	}
	for _, t := range o.Label.by {
		if len(t) == 1 && fold(t[0].text) == said {
			return true
		}
	}
	return fold(o.Value) == said
}

// label is how the choice with the value is called.
func (k *choice) label(r *run, value string) string {
	for i := range k.Choices {
		if k.Choices[i].Value == value {
			return r.render(&k.Choices[i].Label)
		}
	}
	return ""
}

// confirm shows what was answered and asks whether to go on.
type confirm struct {
	Text  Texts  `json:"text"`
	Lines []line `json:"lines"`
}

// line is an answer in the summary; one without a value is left out.
type line struct {
	Var   string `json:"var"`
	Label Texts  `json:"label"`
}

func (k *confirm) check(c *checker, n *Node) {
	c.text(n, "text", &k.Text, maxText)
	if len(k.Lines) == 0 || len(k.Lines) > maxChoices {
		c.add(n.ID, "lines", "A summary has 1 to "+strconv.Itoa(maxChoices)+" lines.")
	}
	for i := range k.Lines {
		field := "lines." + strconv.Itoa(i)
		if !isName(k.Lines[i].Var) {
			c.add(n.ID, field+".var", "The name of a variable has 1 to 64 letters, digits and _.")
		}
		c.label(n, field+".label", &k.Lines[i].Label)
	}
}

func (*confirm) links(func(_, _ string)) {}

func (k *confirm) texts(see func(string, *Texts)) {
	see("text", &k.Text)
	for i := range k.Lines {
		see("lines."+strconv.Itoa(i)+".label", &k.Lines[i].Label)
	}
}

func (k *confirm) enter(r *run, n *Node) { k.ask(r, n, "") }

func (k *confirm) ask(r *run, n *Node, back string) {
	r.wait(n, back)
	r.out = append(r.out, k.summary(r))
}

func (k *confirm) summary(r *run) Say {
	var b strings.Builder
	b.WriteString(r.render(&k.Text))
	b.WriteString("\n")
	for i := range k.Lines {
		l := &k.Lines[i]
		if r.s.Vars[l.Var].Empty() {
			continue
		}
		b.WriteString("\n" + r.render(&l.Label) + ": <b>" + markup.Escape(cut(r.show(l.Var), maxShown)) + "</b>")
	}
	return Say{Text: fit(b.String()), Inline: [][]Button{
		{{Text: phrase(r.lang(), labelSend), Data: pressData(r.s.Version, keySend)}},
		{{Text: phrase(r.lang(), labelChange), Data: pressData(r.s.Version, keyChange)}},
		navigation(r),
	}}
}

// changes lists the answers to choose from, of those that some question of the flow asks.
func (k *confirm) changes(r *run) Say {
	var rows [][]Button
	for i := range k.Lines {
		if r.f.asks[k.Lines[i].Var] == nil {
			continue
		}
		b := Button{Text: r.render(&k.Lines[i].Label), Data: pressData(r.s.Version, strconv.Itoa(i))}
		if last := len(rows) - 1; last >= 0 && len(rows[last]) < 2 {
			rows[last] = append(rows[last], b)
			continue
		}
		rows = append(rows, []Button{b})
	}
	rows = append(rows, []Button{{Text: phrase(r.lang(), labelBack), Data: pressData(r.s.Version, keyBack)}})
	return Say{Text: phrase(r.lang(), sayWhatToChange), Inline: rows}
}

func (k *confirm) pressed(r *run, n *Node, key string) bool {
	open := r.open()
	switch {
	case open.Editing:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(k.Lines) {
			return r.stale(true)
		}
		to := r.f.asks[k.Lines[i].Var]
		if to == nil {
			return r.stale(true)
		}
		r.s.Node = to.ID
		to.kind.(listener).ask(r, to, n.ID)
	case key == keySend:
		r.leave(n)
	case key == keyChange:
		r.reopen(func(a *Asked) { a.Editing, a.Turn = true, r.s.Version })
		r.out = append(r.out, k.changes(r))
		r.rest(Waiting)
	default:
		return r.stale(true)
	}
	return true
}

func (k *confirm) heard(r *run, n *Node, e Event, _ Word) bool {
	editing := r.open().Editing
	if t, ok := e.(Text); ok && !editing {
		switch said := fold(t.Text); {
		case is(labelSend, said):
			return k.pressed(r, n, keySend)
		case is(labelChange, said):
			return k.pressed(r, n, keyChange)
		}
	}
	say := k.changes(r)
	if !editing {
		say = k.summary(r)
		say.Text = phrase(r.lang(), sayUseButtons)
	}
	return r.retry(n, say, 0, "")
}

// is reports whether a folded text is one of our labels in some language.
func is(label int, said string) bool {
	for lang := range Languages {
		if fold(phrase(lang, label)) == said {
			return true
		}
	}
	return false
}
