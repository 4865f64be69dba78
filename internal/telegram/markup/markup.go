// Package markup turns Telegram's text and entities into Telegram HTML, the one form in
// which messages are kept, and checks HTML that people write for Telegram.
//
//	text + entities (UTF-16 offsets) ──FromEntities──► HTML ──Visible──► the same text
package markup

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Entity is one MessageEntity; offset and length count UTF-16 units.
type Entity struct {
	Type          string `json:"type"`
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	URL           string `json:"url"`
	User          *User  `json:"user"`
	Language      string `json:"language"`
	CustomEmojiID string `json:"custom_emoji_id"`
}

// User is who a text_mention points at.
type User struct {
	ID int64 `json:"id"`
}

// span is an entity on byte positions, with its tags.
type span struct {
	from, to    int
	open, close string
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// Escape makes plain text safe inside Telegram HTML, in text and in attributes.
func Escape(s string) string { return escaper.Replace(s) }

// Clean removes what a database or a browser chokes on: zero bytes and invalid UTF-8.
func Clean(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "")
}

// FromEntities returns the text as well-formed Telegram HTML. Entities may nest or
// overlap, lie outside of the text or cut a character: tags are closed and opened
// again, positions are moved to the end of the character, unknown types are left out.
func FromEntities(text string, entities []Entity) string {
	text = strings.ToValidUTF8(text, "�")
	if len(entities) == 0 {
		return Escape(Clean(text))
	}
	spans := place(text, entities)
	if len(spans) == 0 {
		return Escape(Clean(text))
	}
	// the outer one of two that start together opens first
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var b strings.Builder
	b.Grow(len(text) + 32*len(spans))
	var stack []span
	at := 0
	write := func(to int) { b.WriteString(Escape(Clean(text[at:to]))); at = to }
	// closeUntil ends every span that is over at pos; one that is not on top makes
	// those above it close and open again
	closeUntil := func(pos int) {
		for {
			end, depth := pos+1, -1
			for i, s := range stack {
				if s.to < end {
					end, depth = s.to, i
				}
			}
			if depth < 0 {
				return
			}
			write(end)
			for i := len(stack) - 1; i >= depth; i-- {
				b.WriteString(stack[i].close)
			}
			kept := stack[:depth:depth]
			for _, s := range stack[depth+1:] {
				if s.to > end {
					b.WriteString(s.open)
					kept = append(kept, s)
				}
			}
			stack = kept
		}
	}
	for _, s := range spans {
		closeUntil(s.from)
		write(s.from)
		b.WriteString(s.open)
		stack = append(stack, s)
	}
	closeUntil(len(text))
	write(len(text))
	return b.String()
}

// maxEntities is above what Telegram sends with a message (100); more are left out.
const maxEntities = 200

// place finds the byte positions of the entities that have tags.
func place(text string, entities []Entity) []span {
	if len(entities) > maxEntities {
		entities = entities[:maxEntities]
	}
	// bytes[i] is the byte position of UTF-16 unit i; the second half of a pair points
	// behind its character
	bytes := make([]int, 0, len(text)+1)
	for i, r := range text {
		bytes = append(bytes, i)
		if r > 0xFFFF {
			bytes = append(bytes, i+utf8.RuneLen(r))
		}
	}
	bytes = append(bytes, len(text))
	var out []span
	for _, e := range entities {
		if e.Offset < 0 || e.Length <= 0 || e.Offset >= len(bytes)-1 {
			continue
		}
		end := len(bytes) - 1
		if e.Length < end-e.Offset {
			end = e.Offset + e.Length
		}
		s := span{from: bytes[e.Offset], to: bytes[end]}
		if s.open, s.close = tags(e); s.open != "" && s.from < s.to {
			out = append(out, s)
		}
	}
	return out
}

func tags(e Entity) (open, close string) {
	switch e.Type {
	case "bold":
		return "<b>", "</b>"
	case "italic":
		return "<i>", "</i>"
	case "underline":
		return "<u>", "</u>"
	case "strikethrough":
		return "<s>", "</s>"
	case "spoiler":
		return "<tg-spoiler>", "</tg-spoiler>"
	case "code":
		return "<code>", "</code>"
	case "pre":
		if lang := Clean(e.Language); lang != "" {
			return `<pre><code class="language-` + Escape(lang) + `">`, "</code></pre>"
		}
		return "<pre>", "</pre>"
	case "blockquote":
		return "<blockquote>", "</blockquote>"
	case "expandable_blockquote":
		return "<blockquote expandable>", "</blockquote>"
	case "text_link":
		if link := Clean(e.URL); SafeLink(link) {
			return `<a href="` + Escape(link) + `">`, "</a>"
		}
	case "text_mention":
		if e.User != nil {
			return `<a href="tg://user?id=` + strconv.FormatInt(e.User.ID, 10) + `">`, "</a>"
		}
	case "custom_emoji":
		if id := e.CustomEmojiID; id != "" && strings.Trim(id, "0123456789") == "" {
			return `<tg-emoji emoji-id="` + id + `">`, "</tg-emoji>"
		}
	}
	return "", ""
}

// SafeLink reports whether a link may be shown as one: it runs no script in a browser.
func SafeLink(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "tg", "mailto", "tel", "tonsite":
		return true
	}
	return false
}
