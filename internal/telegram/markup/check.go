//lint:file-ignore ST1005 the texts are for people

package markup

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxText and MaxCaption bound what Telegram takes, in UTF-16 units of the visible text.
const (
	MaxText    = 4096
	MaxCaption = 1024
)

// Units returns the length of s in UTF-16 units, which is how Telegram counts.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

var paired = map[string]bool{
	"b": true, "strong": true, "i": true, "em": true, "u": true, "ins": true, "s": true, "strike": true,
	"del": true, "code": true, "pre": true, "a": true, "blockquote": true, "tg-spoiler": true,
	"tg-emoji": true, "span": true,
}

// Visible returns what a reader sees of Telegram HTML. The error is a sentence for the
// person who wrote it: an unknown tag, one that is not closed, a lone "<".
func Visible(html string) (string, error) {
	var b strings.Builder
	var open []string
	for i := 0; i < len(html); {
		switch html[i] {
		case '<':
			end := strings.IndexByte(html[i:], '>')
			if end < 0 {
				return "", fmt.Errorf("a < must be written as &lt; when it starts no tag")
			}
			tag := html[i+1 : i+end]
			i += end + 1
			if name, closing := strings.CutPrefix(tag, "/"); closing {
				if len(open) == 0 || open[len(open)-1] != strings.TrimSpace(name) {
					return "", fmt.Errorf("</%s> closes a tag that is not the last open one", clip(name))
				}
				open = open[:len(open)-1]
				continue
			}
			name, _, _ := strings.Cut(tag, " ")
			if !paired[name] {
				return "", fmt.Errorf("Telegram does not know the tag <%s>", clip(name))
			}
			open = append(open, name)
		case '&':
			r, n := entity(html[i:])
			b.WriteString(r)
			i += n
		default:
			_, n := utf8.DecodeRuneInString(html[i:])
			b.WriteString(html[i : i+n])
			i += n
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("the tag <%s> is not closed", open[len(open)-1])
	}
	return b.String(), nil
}

// Check is Visible for what a person writes: it also refuses attributes that Telegram does
// not know, links that cannot be opened and links inside links. Telegram would drop them
// without a word.
func Check(html string) (string, error) {
	visible, err := Visible(html)
	if err != nil {
		return "", err
	}
	links := 0
	for rest := html; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			return visible, nil
		}
		var tag string
		tag, rest, _ = strings.Cut(after, ">")
		if name, closing := strings.CutPrefix(tag, "/"); closing {
			if strings.TrimSpace(name) == "a" {
				links--
			}
			continue
		}
		name, attributes, _ := strings.Cut(tag, " ")
		if err := checkAttributes(name, attributes); err != nil {
			return "", err
		}
		if name == "a" {
			if links++; links > 1 {
				return "", fmt.Errorf("a link stands inside another link")
			}
		}
	}
}

// attribute is a name, alone or with a value in quotes or without.
var attribute = regexp.MustCompile(`^\s*([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=]+)))?(?:\s+|$)`)

func checkAttributes(tag, attributes string) error {
	href := false
	for attributes = strings.TrimSpace(attributes); attributes != ""; {
		m := attribute.FindStringSubmatch(attributes)
		if m == nil {
			return fmt.Errorf("what stands in the tag <%s> cannot be read", tag)
		}
		attributes = attributes[len(m[0]):]
		value := m[2] + m[3] + m[4]
		switch tag + " " + m[1] {
		case "a href":
			if href = true; !SafeLink(unescape(value)) {
				return fmt.Errorf("the link %s cannot be opened: it begins with https://", clip(value))
			}
		case "code class", "span class", "tg-emoji emoji-id", "blockquote expandable":
		default:
			return fmt.Errorf("Telegram does not know %s in the tag <%s>", clip(m[1]), tag)
		}
	}
	if tag == "a" && !href {
		return fmt.Errorf("a link has no address")
	}
	return nil
}

// unescape reads the entities of an attribute.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '&' {
			b.WriteByte(s[i])
			i++
			continue
		}
		r, n := entity(s[i:])
		b.WriteString(r)
		i += n
	}
	return b.String()
}

func clip(s string) string {
	if len(s) > 20 {
		return Clean(s[:20]) + "…"
	}
	return Clean(s)
}

// entity reads one HTML entity; Telegram knows four names and the numeric forms, and
// shows anything else as it stands.
func entity(s string) (string, int) {
	end := strings.IndexByte(s, ';')
	if end < 2 || end > 10 {
		return "&", 1
	}
	name := s[1:end]
	switch name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "quot":
		return `"`, end + 1
	}
	if num, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(num, "x"); ok {
			num, base = hex, 16
		}
		if v, err := strconv.ParseUint(num, base, 32); err == nil && v > 0 && utf8.ValidRune(rune(v)) {
			return string(rune(v)), end + 1
		}
	}
	return "&", 1
}
