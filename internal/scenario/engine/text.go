package engine

import (
	"encoding/json"
	"fmt"
	"strings"

	"cartie/internal/telegram/markup"
)

// Languages that texts are written in, in the order of their numbers.
var Languages = []string{"en", "uk", "ru"}

const (
	en = iota
	uk
	ru
)

// languageOf is the number of the first language that is one of ours.
func languageOf(codes ...string) int {
	for _, c := range codes {
		switch c {
		case "en":
			return en
		case "uk":
			return uk
		case "ru":
			return ru
		}
	}
	return en
}

// Texts is a text of Telegram HTML in several languages. {name} and {{name}} stand for
// variables, whose values are escaped.
type Texts struct {
	by [3]template
}

// UnmarshalJSON reads {"en": "…", "uk": "…", "ru": "…"}; a language may be missing.
func (t *Texts) UnmarshalJSON(raw []byte) error {
	var m map[string]string
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	*t = Texts{}
	for lang, s := range m {
		i := -1
		for j, l := range Languages {
			if l == lang {
				i = j
			}
		}
		if i < 0 {
			return fmt.Errorf("%q is not one of the languages en, uk, ru", lang)
		}
		t.by[i] = compile(s)
	}
	return nil
}

func (t *Texts) empty() bool { return t.by[en] == nil && t.by[uk] == nil && t.by[ru] == nil }

// pick is the text of the language, else of the fallback, else any.
func (t *Texts) pick(lang, fallback int) template {
	for _, i := range [...]int{lang, fallback, en, uk, ru} {
		if t.by[i] != nil {
			return t.by[i]
		}
	}
	return nil
}

// template is a text cut at its variables.
type template []part

type part struct {
	text string
	name string // of a variable, then text is what was written
}

func compile(s string) template {
	out := template{}
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			break
		}
		width := 1
		if strings.HasPrefix(s[open:], "{{") {
			width = 2
		}
		name, _, ok := strings.Cut(s[open+width:], "}")
		end := open + width + len(name) + width
		if !ok || !isName(name) || end > len(s) || s[open+width+len(name):end] != "}}"[:width] {
			out = append(out, part{text: s[:open+width]})
			s = s[open+width:]
			continue
		}
		out = append(out, part{text: s[:open]}, part{text: s[open:end], name: name})
		s = s[end:]
	}
	return append(out, part{text: s})
}

// isName accepts names of variables: 1 to 64 of letters, digits and _.
func isName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// maxShown bounds what a variable may take of a message, in characters.
const maxShown = 1000

// render fills the text of the person's language.
func (r *run) render(t *Texts) string {
	lang := r.lang()
	parts := t.pick(lang, languageOf(r.s.Fallback))
	if len(parts) == 1 {
		return parts[0].text
	}
	var b strings.Builder
	for _, p := range parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(markup.Escape(cut(r.show(p.name), maxShown)))
	}
	return b.String()
}

// show is a variable as people read it: a choice by its label.
func (r *run) show(name string) string {
	v := r.s.Vars[name]
	if n := r.f.asks[name]; n != nil {
		if c, ok := n.kind.(*choice); ok {
			if label := c.label(r, v.Text); label != "" {
				return label
			}
		}
	}
	return v.String()
}

func cut(s string, runes int) string {
	if len(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > runes {
			return s[:i] + "…"
		}
	}
	return s
}

// fit makes a message that Telegram takes: one that grew too long by its variables loses
// its formatting and its end.
func fit(html string) string {
	if len(html) <= markup.MaxText {
		return html
	}
	visible, err := markup.Visible(html)
	if err == nil && markup.Units(visible) <= markup.MaxText {
		return html
	}
	n := 0
	for i, c := range visible {
		if n++; c > 0xFFFF {
			n++
		}
		if n >= markup.MaxText {
			return markup.Escape(visible[:i]) + "…"
		}
	}
	return markup.Escape(visible)
}
