package inbox

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Telegram's limits, in UTF-16 units after the tags are read.
const (
	maxText    = 4096
	maxCaption = 1024
	// previewRunes bounds the text that lists show.
	previewRunes = 160
)

// formats are the tags that Telegram reads.
var formats = []string{
	"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre", "blockquote",
}

// Visible returns what a reader sees of Telegram HTML. Unknown, unclosed and crossing
// tags are errors, as they are for Telegram.
func Visible(s string) (string, error) {
	if !strings.ContainsAny(s, "<&") {
		return s, nil
	}
	var b strings.Builder
	var open []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); err != io.EOF {
				return "", err
			}
			if len(z.Raw()) > 0 {
				return b.String(), fmt.Errorf("a tag at the end is not complete")
			}
			if len(open) > 0 {
				return b.String(), fmt.Errorf("the tag <%s> is not closed", open[len(open)-1])
			}
			return b.String(), nil
		case html.TextToken:
			b.Write(z.Text()) // already unescaped
		case html.StartTagToken:
			name, _ := z.TagName()
			if !slices.Contains(formats, string(name)) {
				return b.String(), fmt.Errorf("the tag <%s> is not known to Telegram", name)
			}
			open = append(open, string(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return b.String(), fmt.Errorf("the tag </%s> closes nothing", name)
			}
			open = open[:len(open)-1]
		default:
			return b.String(), fmt.Errorf("comments and empty tags are not known to Telegram")
		}
	}
}

// units counts a text as Telegram does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// preview is the beginning of a text on one line, without tags.
func preview(s string) string {
	if len(s) > 8*previewRunes { // the rest cannot show; tags cut here are no harm
		s = strings.ToValidUTF8(s[:8*previewRunes], "")
	}
	text, _ := Visible(s)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > previewRunes {
		text = string([]rune(text)[:previewRunes-1]) + "…"
	}
	return text
}
