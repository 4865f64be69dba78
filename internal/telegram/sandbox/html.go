//lint:file-ignore ST1005 the texts are Telegram's own

package sandbox

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Len counts UTF-16 code units, the unit of every entity offset and text limit.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += runeUnits(r)
	}
	return n
}

func runeUnits(r rune) int {
	if n := utf16.RuneLen(r); n > 0 {
		return n
	}
	return 1
}

type openTag struct {
	name   string
	at     int // byte offset in the output
	start  int // UTF-16 offset in the output
	entity Entity
}

var htmlEntity = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
	"code": "code", "pre": "pre", "a": "text_link", "span": "spoiler", "blockquote": "blockquote",
	"tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// parseHTML turns Telegram's HTML into text and entities; the error has the words Telegram uses.
func parseHTML(src string) (string, []Entity, error) {
	if !utf8.ValidString(src) {
		return "", nil, fmt.Errorf("strings must be encoded in UTF-8")
	}
	var out strings.Builder
	var stack []openTag
	var found []Entity
	units := 0
	for i := 0; i < len(src); {
		switch c := src[i]; c {
		case '&':
			r, n := htmlRune(src[i:])
			if n == 0 {
				r, n = '&', 1
			}
			out.WriteRune(r)
			units += runeUnits(r)
			i += n
		case '<':
			end, err := htmlTag(src, i, &stack, &found, units, out.Len(), out.String)
			if err != nil {
				return "", nil, err
			}
			i = end
		default:
			r, n := utf8.DecodeRuneInString(src[i:])
			out.WriteRune(r)
			units += runeUnits(r)
			i += n
		}
	}
	if len(stack) > 0 {
		return "", nil, fmt.Errorf("Can't find end tag corresponding to start tag %q", stack[len(stack)-1].name)
	}
	text, entities := trimText(out.String(), found)
	return text, entities, nil
}

// htmlTag reads the tag that starts at src[i] and returns where it ends.
func htmlTag(src string, i int, stack *[]openTag, found *[]Entity, units, at int, text func() string) (int, error) {
	begin := i
	i++
	if i < len(src) && src[i] == '/' {
		end := strings.IndexByte(src[i:], '>')
		if end < 0 {
			return 0, fmt.Errorf("Unclosed end tag at byte offset %d", begin)
		}
		name := strings.ToLower(strings.TrimSpace(src[i+1 : i+end]))
		if len(*stack) == 0 {
			return 0, fmt.Errorf("Unexpected end tag at byte offset %d", begin)
		}
		top := (*stack)[len(*stack)-1]
		if name != "" && name != top.name {
			return 0, fmt.Errorf("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, top.name, name)
		}
		*stack = (*stack)[:len(*stack)-1]
		e := top.entity
		e.Offset, e.Length = top.start, units-top.start
		if e.Type == "text_link" && e.URL == "" {
			e.URL = strings.TrimSpace(text()[top.at:])
		}
		// <pre><code class="language-x"> is one block with a language, not two.
		if e.Type == "pre" {
			for k, inner := range *found {
				if inner.Type == "code" && inner.Offset == e.Offset && inner.Length == e.Length {
					e.Language = inner.Language
					*found = append((*found)[:k], (*found)[k+1:]...)
					break
				}
			}
		} else if e.Type == "code" && (len(*stack) == 0 || (*stack)[len(*stack)-1].name != "pre") {
			e.Language = ""
		}
		if e.Length > 0 && (e.Type != "text_link" || e.URL != "") {
			*found = append(*found, e)
		}
		return i + end + 1, nil
	}
	start := i
	for i < len(src) && src[i] != '>' && src[i] != '/' && !isSpace(src[i]) {
		i++
	}
	if i >= len(src) {
		return 0, fmt.Errorf("Unclosed start tag at byte offset %d", begin)
	}
	name := strings.ToLower(src[start:i])
	kind, ok := htmlEntity[name]
	if !ok {
		return 0, fmt.Errorf("Unsupported start tag %q at byte offset %d", name, begin)
	}
	attrs, end, err := htmlAttributes(src, i, begin)
	if err != nil {
		return 0, err
	}
	e := Entity{Type: kind}
	switch name {
	case "a":
		e.URL = attrs["href"]
		if id, found := strings.CutPrefix(e.URL, "tg://user?id="); found {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				e.Type, e.User, e.URL = "text_mention", &User{ID: n}, ""
			}
		}
	case "span":
		if attrs["class"] != "tg-spoiler" {
			return 0, fmt.Errorf("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
		}
	case "code":
		e.Language = strings.TrimPrefix(attrs["class"], "language-")
		if e.Language == attrs["class"] {
			e.Language = ""
		}
	case "tg-emoji":
		e.CustomEmojiID = attrs["emoji-id"]
		if e.CustomEmojiID == "" {
			return 0, fmt.Errorf("Custom emoji entity must contain attribute \"emoji-id\" at byte offset %d", begin)
		}
	case "blockquote":
		if _, ok := attrs["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	}
	*stack = append(*stack, openTag{name: name, at: at, start: units, entity: e})
	return end, nil
}

func htmlAttributes(src string, i, begin int) (map[string]string, int, error) {
	attrs := map[string]string{}
	for {
		for i < len(src) && isSpace(src[i]) {
			i++
		}
		if i >= len(src) {
			return nil, 0, fmt.Errorf("Unclosed start tag at byte offset %d", begin)
		}
		if src[i] == '>' {
			return attrs, i + 1, nil
		}
		start := i
		for i < len(src) && src[i] != '=' && src[i] != '>' && !isSpace(src[i]) {
			i++
		}
		name := strings.ToLower(src[start:i])
		for i < len(src) && isSpace(src[i]) {
			i++
		}
		if i >= len(src) || src[i] != '=' {
			if name == "" || name == "/" {
				return nil, 0, fmt.Errorf("Empty attribute name in the tag at byte offset %d", begin)
			}
			attrs[name] = ""
			continue
		}
		if name == "" {
			return nil, 0, fmt.Errorf("Empty attribute name in the tag at byte offset %d", begin)
		}
		i++
		for i < len(src) && isSpace(src[i]) {
			i++
		}
		if i >= len(src) {
			return nil, 0, fmt.Errorf("Unclosed start tag at byte offset %d", begin)
		}
		var raw string
		if q := src[i]; q == '"' || q == '\'' {
			end := strings.IndexByte(src[i+1:], q)
			if end < 0 {
				return nil, 0, fmt.Errorf("Unclosed start tag at byte offset %d", begin)
			}
			raw, i = src[i+1:i+1+end], i+end+2
		} else {
			from := i
			for i < len(src) && src[i] != '>' && !isSpace(src[i]) {
				i++
			}
			raw = src[from:i]
		}
		attrs[name] = htmlUnescape(raw)
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func htmlUnescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '&' {
			if r, n := htmlRune(s[i:]); n > 0 {
				b.WriteRune(r)
				i += n
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// namedRunes are the only named entities Telegram knows.
var namedRunes = []struct {
	name string
	r    rune
}{{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}}

// htmlRune decodes the entity at the start of s; n is 0 if there is none.
func htmlRune(s string) (r rune, n int) {
	for _, e := range namedRunes {
		if strings.HasPrefix(s, e.name) {
			return e.r, len(e.name)
		}
	}
	if !strings.HasPrefix(s, "&#") {
		return 0, 0
	}
	i, base := 2, 10
	if i < len(s) && (s[i] == 'x' || s[i] == 'X') {
		i, base = 3, 16
	}
	from := i
	for i < len(s) && i-from < 8 && strings.IndexByte("0123456789abcdefABCDEF"[:base+6*(base/16)], s[i]) >= 0 {
		i++
	}
	code, err := strconv.ParseUint(s[from:i], base, 32)
	if err != nil || code == 0 || code >= 0x10ffff || !utf8.ValidRune(rune(code)) {
		return 0, 0
	}
	if i < len(s) && s[i] == ';' {
		i++
	}
	return rune(code), i
}

// trimText strips white space at both ends, as Telegram does, and moves the entities along.
func trimText(text string, entities []Entity) (string, []Entity) {
	left := strings.TrimLeftFunc(text, unicode.IsSpace)
	cut := utf16Len(text[:len(text)-len(left)])
	text = strings.TrimRightFunc(left, unicode.IsSpace)
	if len(entities) == 0 {
		return text, nil
	}
	size := utf16Len(text)
	kept := make([]Entity, 0, len(entities))
	for _, e := range entities {
		from, to := max(e.Offset-cut, 0), min(e.Offset+e.Length-cut, size)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	sortEntities(kept)
	return text, kept
}

func sortEntities(list []Entity) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Offset != list[j].Offset {
			return list[i].Offset < list[j].Offset
		}
		return list[i].Length > list[j].Length
	})
}
