package inbox

import (
	"strings"
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
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if utf8.RuneCountInString(text) > previewRunes {
		text = string([]rune(text)[:previewRunes-1]) + "…"
	}
	return text
}
