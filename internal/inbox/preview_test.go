package inbox

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestPreview(t *testing.T) {
	for in, want := range map[string]string{
		"<b>Добрий\n\n день</b>,  Audi": "Добрий день, Audi",
		"1 &lt; 2": "1 < 2",
		"<b>x":     "<b>x",
		"":         "",
	} {
		if got := preview(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
	if got := preview(strings.Repeat("ї", 5000)); utf8.RuneCountInString(got) != previewRunes || !utf8.ValidString(got) {
		t.Errorf("%d runes", utf8.RuneCountInString(got))
	}
}

func FuzzPreview(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "&#x1F600;", "<a href='", "\x00\xff", "<<>>", "<i>&</i>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p := preview(s); utf8.RuneCountInString(p) > previewRunes || !utf8.ValidString(p) || strings.Contains(p, "\n") {
			t.Fatalf("preview %q", p)
		}
	})
}

func TestEarlierTextsAreBounded(t *testing.T) {
	var p Payload
	for i := range 50 {
		p.remember(strings.Repeat("x", i+1), time.Time{})
	}
	if len(p.Edits) != maxEdits || p.Edits[0].Text != "x" || len(p.Edits[maxEdits-1].Text) != 50 {
		t.Fatalf("%d texts, the first %q", len(p.Edits), p.Edits[0].Text)
	}
}
