package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"cartie/internal/telegram/markup"
)

// Flow is a scenario that Parse has found sound.
type Flow struct {
	ID      string
	Version int64
	Entry   string
	Nodes   []*Node

	commands map[string]string
	timeout  time.Duration
	at       map[string]*Node
	asks     map[string]*Node // by the variable that it fills
}

// Node is one step of a flow. Its id never changes, so that sessions and a picture of the
// flow outlive its editing.
type Node struct {
	ID       string
	Type     string
	Position Position
	Next     string // "" ends the flow

	kind kind
}

// Position is where a picture of the flow shows the node.
type Position struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

func (f *Flow) node(id string) *Node { return f.at[id] }

// Command returns the node that a text like "/buy" or "/buy@bot" enters, false for another text.
func (f *Flow) Command(text string) (string, bool) {
	if len(text) > longest || !strings.HasPrefix(text, "/") {
		return "", false
	}
	node, ok := f.commands[strings.TrimPrefix(fold(text), "/")]
	return node, ok
}

// Actions are what the flow's Calls ask for.
func (f *Flow) Actions() []string {
	var out []string
	for _, n := range f.Nodes {
		if a, ok := n.kind.(*action); ok && !slices.Contains(out, a.Action) {
			out = append(out, a.Action)
		}
	}
	return out
}

// Has reports whether the flow has the node: sessions of an earlier version may stand elsewhere.
func (f *Flow) Has(id string) bool { return f.at[id] != nil }

// kind is what a type of node does. Its fields are the node's settings in JSON.
type kind interface {
	check(c *checker, n *Node)
	// links calls to for each edge but the node's own next; field names it for findings.
	links(to func(field, id string))
	// enter runs when the flow comes to the node.
	enter(r *run, n *Node)
}

// listener is a node that waits for the person.
type listener interface {
	ask(r *run, n *Node, back string)
	heard(r *run, n *Node, e Event, w Word) bool
	pressed(r *run, n *Node, key string) bool
}

// asker is a node that waits for an Answer.
type asker interface {
	answered(r *run, n *Node, a Answer)
}

// kinds are the types of node. A new type is a line here and its file.
var kinds = map[string]func() kind{
	"start":     func() kind { return &start{} },
	"message":   func() kind { return &message{} },
	"question":  func() kind { return &question{} },
	"choice":    func() kind { return &choice{} },
	"confirm":   func() kind { return &confirm{} },
	"condition": func() kind { return &condition{} },
	"action":    func() kind { return &action{} },
	"wait":      func() kind { return &wait{} },
	"goto":      func() kind { return &jump{} },
	"end":       func() kind { return &end{} },
}

// Bounds of a flow.
const (
	maxFlow    = 1 << 20 // bytes of JSON
	maxNodes   = 500
	maxText    = 3000 // UTF-16 units; the rest of a message is for variables
	maxLabel   = 60   // UTF-16 units
	maxChoices = 30
	maxTimeout = 24 * 365 // hours
)

// Finding is one thing that is wrong with a flow.
type Finding struct {
	Node  string // "" for the flow itself
	Field string
	Text  string // for the person who made the flow
}

func (f Finding) String() string {
	at := f.Field
	if f.Node != "" {
		at = f.Node + "." + f.Field
	}
	return at + ": " + f.Text
}

// Unsound is the error of a flow that cannot run.
type Unsound struct{ Findings []Finding }

func (u *Unsound) Error() string {
	var all []string
	for _, f := range u.Findings {
		all = append(all, f.String())
	}
	return strings.Join(all, "; ")
}

// flowJSON and nodeJSON are the form in which flows are kept.
type flowJSON struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	Entry   string `json:"entry"`
	// Commands are other ways in: a bot's /command without its sign → node.
	Commands     map[string]string `json:"commands"`
	TimeoutHours int64             `json:"timeout_hours"` // of silence; 0: none
	Nodes        []nodeJSON        `json:"nodes"`
}

type nodeJSON struct {
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Position Position        `json:"position"`
	Next     string          `json:"next"`
	Settings json.RawMessage `json:"settings"`
}

// Parse reads a flow. The error is *Unsound, with all that was found.
func Parse(raw []byte) (*Flow, error) {
	c := &checker{}
	var in flowJSON
	if len(raw) > maxFlow {
		c.add("", "flow", "A flow has at most 1 MiB.")
	} else if err := strict(raw, &in); err != nil {
		c.add("", "flow", "This is not a flow: "+err.Error()+".")
	}
	if len(c.findings) > 0 {
		return nil, &Unsound{c.findings}
	}
	f := &Flow{ID: in.ID, Version: in.Version, Entry: in.Entry, commands: in.Commands, timeout: time.Duration(in.TimeoutHours) * time.Hour, at: map[string]*Node{}, asks: map[string]*Node{}}
	c.flow = f
	if !idPattern.MatchString(in.ID) {
		c.add("", "id", "An id has 1 to 64 of a-z, 0-9, _ and -.")
	}
	if in.TimeoutHours < 0 || in.TimeoutHours > maxTimeout {
		c.add("", "timeout_hours", "A timeout is at most a year.")
	}
	if len(in.Nodes) == 0 || len(in.Nodes) > maxNodes {
		c.add("", "nodes", fmt.Sprintf("A flow has 1 to %d nodes.", maxNodes))
		return nil, &Unsound{c.findings}
	}
	for _, n := range in.Nodes {
		c.node(n)
	}
	c.link("", "entry", in.Entry)
	for _, name := range slices.Sorted(maps.Keys(in.Commands)) {
		c.link("", "commands."+name, in.Commands[name])
		if !commandPattern.MatchString(name) || words["/"+name] != None || in.Commands[name] == "" {
			c.add("", "commands", fmt.Sprintf("%q cannot be a command: it has 1 to 32 of a-z, 0-9 and _, and no meaning of its own.", cut(name, 64)))
		}
	}
	if in.Entry == "" {
		c.add("", "entry", "The flow needs a node to begin with.")
	}
	for _, n := range f.Nodes {
		c.link(n.ID, "next", n.Next)
		n.kind.links(func(field, id string) { c.link(n.ID, field, id) })
		n.kind.check(c, n)
	}
	if len(c.findings) > 0 {
		return nil, &Unsound{c.findings}
	}
	return f, nil
}

// strict decodes one JSON value and refuses fields that mean nothing.
func strict(raw []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows its end")
	}
	return nil
}

var commandPattern = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

var idPattern = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

type checker struct {
	flow     *Flow
	findings []Finding
}

func (c *checker) add(node, field, text string) {
	c.findings = append(c.findings, Finding{Node: node, Field: field, Text: text})
}

func (c *checker) node(in nodeJSON) {
	if !idPattern.MatchString(in.ID) {
		c.add(markup.Clean(cut(in.ID, 64)), "id", "An id has 1 to 64 of a-z, 0-9, _ and -.")
		return
	}
	if c.flow.at[in.ID] != nil {
		c.add(in.ID, "id", "Two nodes have this id.")
		return
	}
	make := kinds[in.Type]
	if make == nil {
		c.add(in.ID, "type", fmt.Sprintf("There is no node of the type %q.", cut(in.Type, 64)))
		return
	}
	n := &Node{ID: in.ID, Type: in.Type, Position: in.Position, Next: in.Next, kind: make()}
	if len(in.Settings) > 0 {
		if err := strict(in.Settings, n.kind); err != nil {
			c.add(in.ID, "settings", "These settings cannot be read: "+err.Error()+".")
		}
	}
	c.flow.Nodes, c.flow.at[n.ID] = append(c.flow.Nodes, n), n
}

func (c *checker) link(node, field, to string) {
	if to != "" && c.flow.at[to] == nil {
		c.add(node, field, fmt.Sprintf("It leads to %q, which does not exist.", cut(to, 64)))
	}
}

// text checks a text that must say something even when every variable is empty.
func (c *checker) text(n *Node, field string, t *Texts, limit int) {
	found := false
	for lang, parts := range t.by {
		if parts == nil {
			continue
		}
		found = true
		var bare strings.Builder
		for _, p := range parts {
			if p.name == "" {
				bare.WriteString(p.text)
			}
		}
		visible, err := markup.Visible(bare.String())
		switch {
		case err != nil:
			c.add(n.ID, field, fmt.Sprintf("The formatting (%s) is not right: %s.", Languages[lang], err))
		case strings.TrimSpace(visible) == "":
			c.add(n.ID, field, fmt.Sprintf("The text (%s) is empty.", Languages[lang]))
		case markup.Units(visible) > limit:
			c.add(n.ID, field, fmt.Sprintf("The text (%s) is longer than %d characters.", Languages[lang], limit))
		case strings.IndexByte(bare.String(), 0) >= 0:
			c.add(n.ID, field, "The text holds a character that cannot be sent.")
		}
	}
	if !found {
		c.add(n.ID, field, "A text is missing.")
	}
}

// label checks a text for a button or a line: plain, and short.
func (c *checker) label(n *Node, field string, t *Texts) {
	for lang, parts := range t.by {
		for _, p := range parts {
			if p.name != "" || strings.ContainsAny(p.text, "<>&") {
				c.add(n.ID, field, fmt.Sprintf("A label (%s) is plain text, without formatting and variables.", Languages[lang]))
			}
		}
	}
	c.text(n, field, t, maxLabel)
}

func (c *checker) variable(n *Node, name string) {
	if !isName(name) {
		c.add(n.ID, "var", "The name of a variable has 1 to 64 letters, digits and _.")
		return
	}
	if c.flow.asks[name] == nil {
		c.flow.asks[name] = n
	}
}

// Warnings finds what runs but is hardly meant: nodes that nothing leads to, circles that
// never wait, texts that lack a language.
func (f *Flow) Warnings() []Finding {
	var out []Finding
	reached := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		n := f.at[id]
		if n == nil || reached[id] {
			return
		}
		reached[id] = true
		n.each(func(_, to string) { visit(to) })
	}
	visit(f.Entry)
	for _, id := range f.commands {
		visit(id)
	}
	for _, n := range f.Nodes {
		if !reached[n.ID] {
			out = append(out, Finding{n.ID, "id", "Nothing leads here."})
		}
		if f.circles(n) {
			out = append(out, Finding{n.ID, "next", "It leads back to itself without waiting for the person."})
		}
		if t, ok := n.kind.(interface{ texts(func(string, *Texts)) }); ok {
			t.texts(func(field string, t *Texts) {
				for lang, parts := range t.by {
					if parts == nil {
						out = append(out, Finding{n.ID, field, "The text is missing in " + Languages[lang] + "."})
					}
				}
			})
		}
	}
	return out
}

func (n *Node) each(to func(field, id string)) {
	to("next", n.Next)
	n.kind.links(to)
}

// circles reports whether the node comes to itself again without a wait.
func (f *Flow) circles(from *Node) bool {
	seen := map[string]bool{}
	var meets func(n *Node) bool
	meets = func(n *Node) bool {
		if _, waits := n.kind.(listener); waits || n.Type == "wait" {
			return false
		}
		found := false
		n.each(func(_, id string) {
			to := f.at[id]
			if to == nil || found {
				return
			}
			if to == from {
				found = true
				return
			}
			if !seen[id] {
				seen[id] = true
				found = meets(to)
			}
		})
		return found
	}
	return meets(from)
}

// oneOf reports a value that is not one of the allowed ones.
func (c *checker) oneOf(n *Node, field, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		c.add(n.ID, field, fmt.Sprintf("%q is not one of %s.", cut(value, 64), strings.Join(allowed, ", ")))
	}
}
