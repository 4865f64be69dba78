package inbox

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"cartie/internal/telegram/markup"
)

// previewRunes bounds the text that lists show.
const previewRunes = 160

// preview is the beginning of a text on one line, without tags.
func preview(s string) string {
	text := s
	if strings.ContainsAny(s, "<&") {
		if visible, err := markup.Visible(s); err == nil { // else as it stands: better than nothing
			text = visible
		}
	}
	var b strings.Builder
	n, space := 0, false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = n > 0
			continue
		case r == utf8.RuneError:
			continue
		}
		width := 1
		if space {
			width = 2
		}
		if n+width > previewRunes {
			return cut(b.String())
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		n, space = n+width, false
	}
	return b.String()
}

// cut makes room for the sign that there is more.
func cut(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), previewRunes-1)]) + "…"
}
