//lint:file-ignore ST1005 the texts are for people

package markup

import (
	"fmt"
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
