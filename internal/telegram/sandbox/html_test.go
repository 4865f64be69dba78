package sandbox

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseHTML(t *testing.T) {
	for _, tc := range []struct {
		src, text string
		entities  []Entity
	}{
		{"plain", "plain", nil},
		{"a &lt; b &amp; c &#8364; &nbsp;", "a < b & c € &nbsp;", nil},
		{"😀<b>x</b>", "😀x", []Entity{{Type: "bold", Offset: 2, Length: 1}}},
		{"<b>a<i>b</i></b>", "ab", []Entity{{Type: "bold", Length: 2}, {Type: "italic", Offset: 1, Length: 1}}},
		{"  <u> x </u> ", "x", []Entity{{Type: "underline", Length: 1}}},
		{`<a href="https://x.test/?a=1&amp;b=2">go</a>`, "go", []Entity{{Type: "text_link", Length: 2, URL: "https://x.test/?a=1&b=2"}}},
		{`<a href='tg://user?id=42'>him</a>`, "him", []Entity{{Type: "text_mention", Length: 3, User: &User{ID: 42}}}},
		{`<pre><code class="language-go">x</code></pre>`, "x", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{`<span class="tg-spoiler">s</span><blockquote expandable>q</blockquote>`, "sq", []Entity{{Type: "spoiler", Length: 1}, {Type: "expandable_blockquote", Offset: 1, Length: 1}}},
		{"<b></b>x<STRONG>y</>", "xy", []Entity{{Type: "bold", Offset: 1, Length: 1}}},
	} {
		text, entities, err := parseHTML(tc.src)
		if err != nil || text != tc.text {
			t.Errorf("%s: %q, %v", tc.src, text, err)
		}
		if len(entities) == 0 {
			entities = nil
		}
		if diff := cmp.Diff(tc.entities, entities); diff != "" {
			t.Errorf("%s: %s", tc.src, diff)
		}
	}
	for _, bad := range []string{"<", "<b", "</b>", "<b>x</i>", "<div>x</div>", `<a href="x>y</a>`, "<span>x</span>", "<tg-emoji>x</tg-emoji>", "\xff"} {
		if _, _, err := parseHTML(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestDetectFindsWhatTelegramFinds(t *testing.T) {
	text := "/start 😀 @dealer_bot #škoda https://x.test/a, me@x.org www.auto.ua"
	want := []Entity{
		{Type: "bot_command", Offset: 0, Length: 6}, {Type: "mention", Offset: 10, Length: 11}, {Type: "hashtag", Offset: 22, Length: 6},
		{Type: "url", Offset: 29, Length: 16}, {Type: "email", Offset: 47, Length: 8}, {Type: "url", Offset: 56, Length: 11},
	}
	if diff := cmp.Diff(want, detect(text, nil)); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseHTML(f *testing.F) {
	for _, s := range []string{"<b>x</b>", `<a href="x">y</a>`, "&#x1F600;&lt;", "<pre><code class=language-go>z</code></pre>", "<blockquote expandable> q</blockquote> ", "<b><i>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		text, entities, err := parseHTML(src)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) {
			t.Fatalf("%q gives invalid text %q", src, text)
		}
		size := utf16Len(text)
		for i, e := range append(entities, detect(text, nil)...) {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > size {
				t.Fatalf("%q: entity %d %+v outside of %d units", src, i, e, size)
			}
		}
	})
}
