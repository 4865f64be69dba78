package inbox

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"просто": "просто",
		"<b>жирний <i>і похилий</i></b>": "жирний і похилий",
		"1 &lt; 2 &amp; 3":                                "1 < 2 & 3",
		`<a href="https://x.ua">тут</a>`:                  "тут",
		`<span class="tg-spoiler">таємниця</span>`:        "таємниця",
		"<pre><code class=\"language-go\">x</code></pre>": "x",
	} {
		if got, err := Visible(in); err != nil || got != want {
			t.Errorf("%s: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"<h1>x</h1>", "<b>x", "x</b>", "<b><i>x</b></i>", "<br/>", "<!-- x -->x", "<script>x</script>", "<B"} {
		if got, err := Visible(in); err == nil {
			t.Errorf("%s: passes as %q", in, got)
		}
	}
}

func TestPreview(t *testing.T) {
	if got := preview("<b>Добрий\n\n день</b>,  Audi"); got != "Добрий день, Audi" {
		t.Errorf("got %q", got)
	}
	if got := preview(strings.Repeat("ї", 5000)); utf8.RuneCountInString(got) != previewRunes || !utf8.ValidString(got) {
		t.Errorf("%d runes", utf8.RuneCountInString(got))
	}
	if units("a😀ї") != 4 {
		t.Error("an emoji is two units")
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "&#x1F600;", "<a href='", "\x00", "<<>>", "<i>&</i>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := Visible(s)
		if err == nil && !strings.ContainsAny(s, "<&") && text != s {
			t.Fatalf("%q became %q", s, text)
		}
		if p := preview(s); utf8.RuneCountInString(p) > previewRunes {
			t.Fatalf("preview of %d runes", utf8.RuneCountInString(p))
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
