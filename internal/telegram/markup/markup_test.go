package markup_test

import (
	"testing"

	"cartie/internal/telegram/markup"
)

func TestEntitiesBecomeHTML(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		entities []markup.Entity
		want     string
	}{
		"plain text is escaped":      {`a < b & "c"`, nil, `a &lt; b &amp; &quot;c&quot;`},
		"one":                        {"hello", []markup.Entity{{Type: "bold", Offset: 0, Length: 5}}, "<b>hello</b>"},
		"nested, same start":         {"abc", []markup.Entity{{Type: "italic", Offset: 0, Length: 1}, {Type: "bold", Offset: 0, Length: 3}}, "<b><i>a</i>bc</b>"},
		"nested, same end":           {"abc", []markup.Entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "italic", Offset: 1, Length: 2}}, "<b>a<i>bc</i></b>"},
		"overlapping":                {"abcd", []markup.Entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "italic", Offset: 2, Length: 2}}, "<b>ab<i>c</i></b><i>d</i>"},
		"offsets count UTF-16":       {"🚗🚗 x", []markup.Entity{{Type: "bold", Offset: 2, Length: 2}, {Type: "code", Offset: 5, Length: 1}}, "🚗<b>🚗</b> <code>x</code>"},
		"cyrillic":                   {"Ціна: 12 000 $", []markup.Entity{{Type: "bold", Offset: 6, Length: 8}}, "Ціна: <b>12 000 $</b>"},
		"half a character":           {"🚗a", []markup.Entity{{Type: "bold", Offset: 1, Length: 2}}, "🚗<b>a</b>"},
		"beyond the end":             {"ab", []markup.Entity{{Type: "bold", Offset: 1, Length: 99}, {Type: "bold", Offset: 7, Length: 1}, {Type: "bold", Offset: -1, Length: 1}}, "a<b>b</b>"},
		"link":                       {"site", []markup.Entity{{Type: "text_link", Offset: 0, Length: 4, URL: `https://a.b/?x=1&y="`}}, `<a href="https://a.b/?x=1&amp;y=&quot;">site</a>`},
		"a script is no link":        {"site", []markup.Entity{{Type: "text_link", Offset: 0, Length: 4, URL: "javascript:alert(1)"}}, "site"},
		"mention without a username": {"Ann", []markup.Entity{{Type: "text_mention", Offset: 0, Length: 3, User: &markup.User{ID: 9007199254740993}}}, `<a href="tg://user?id=9007199254740993">Ann</a>`},
		"code block":                 {"x<y", []markup.Entity{{Type: "pre", Offset: 0, Length: 3, Language: "go"}}, `<pre><code class="language-go">x&lt;y</code></pre>`},
		"quote":                      {"q", []markup.Entity{{Type: "expandable_blockquote", Offset: 0, Length: 1}}, "<blockquote expandable>q</blockquote>"},
		"commands have no tag":       {"/start", []markup.Entity{{Type: "bot_command", Offset: 0, Length: 6}}, "/start"},
		"zero byte":                  {"a\x00b", nil, "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := markup.FromEntities(c.text, c.entities); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestVisible(t *testing.T) {
	got, err := markup.Visible(`<b>Hi</b> &lt;&#128663;&gt; &copy; a&b`)
	if err != nil || got != "Hi <🚗> &copy; a&b" || markup.Units(got) != 18 {
		t.Fatalf("%q %d %v", got, markup.Units(got), err)
	}
	for _, bad := range []string{"<b>x", "x</b>", "<b><i>x</b></i>", "<script>x</script>", "a < b"} {
		if _, err := markup.Visible(bad); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

var types = []string{"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote",
	"expandable_blockquote", "text_link", "text_mention", "custom_emoji", "url", "bot_command"}

// What comes out is well-formed and shows exactly the text that went in.
func FuzzFromEntities(f *testing.F) {
	f.Add("abcd", []byte{0, 0, 3, 1, 2, 2})
	f.Add("🚗 <b> & \x00", []byte{9, 1, 4, 11, 0, 200, 6, 2, 3})
	f.Fuzz(func(t *testing.T, text string, seed []byte) {
		var list []markup.Entity
		for ; len(seed) >= 3; seed = seed[3:] {
			list = append(list, markup.Entity{
				Type: types[int(seed[0])%len(types)], Offset: int(int8(seed[1])), Length: int(int8(seed[2])),
				URL: "https://example.com/" + text, User: &markup.User{ID: 5}, Language: text, CustomEmojiID: "77",
			})
		}
		html := markup.FromEntities(text, list)
		got, err := markup.Visible(html)
		if want := markup.Clean(text); err != nil || got != want {
			t.Fatalf("%q shows %q, want %q: %v", html, got, want, err)
		}
	})
}

func TestCheckRefusesWhatTelegramDrops(t *testing.T) {
	for html, good := range map[string]bool{
		`plain &amp; <b>bold</b>`:                                   true,
		`<a href="https://example.com/?a=1&amp;b=2">x</a>`:          true,
		`<a href='tg://user?id=7'>x</a>`:                            true,
		`<a href=https://example.com>x</a>`:                         true,
		`<pre><code class="language-go">x</code></pre>`:             true,
		`<blockquote expandable>x</blockquote>`:                     true,
		`<span class="tg-spoiler">x</span>`:                         true,
		`<tg-emoji emoji-id="5">x</tg-emoji>`:                       true,
		`<a href="javascript:alert(1)">x</a>`:                       false,
		`<a href="java&#115;cript:alert(1)">x</a>`:                  false,
		`<a href="/inbox">x</a>`:                                    false,
		`<a>x</a>`:                                                  false,
		`<a href="https://e.com" onclick="f()">x</a>`:               false,
		`<a href="https://e.com/?a>b">x</a>`:                        false,
		`<a href="https://e.com"><a href="https://f.com">x</a></a>`: false,
		`<b style="color:red">x</b>`:                                false,
		`<b>x`:                                                      false,
	} {
		if _, err := markup.Check(html); (err == nil) != good {
			t.Errorf("%s: %v", html, err)
		}
	}
}

// FuzzCheck: what is made from entities passes, and nothing panics.
func FuzzCheck(f *testing.F) {
	f.Add("a <b>x</b>", "https://example.com/?a=1&b=<2>")
	f.Add(`<a href="x`, `"'><`)
	f.Fuzz(func(t *testing.T, html, link string) {
		if _, err := markup.Check(html); err == nil {
			if _, err := markup.Visible(html); err != nil {
				t.Errorf("%q passes and cannot be shown: %v", html, err)
			}
		}
		made := markup.FromEntities("words", []markup.Entity{{Type: "text_link", Offset: 0, Length: 5, URL: link}})
		if _, err := markup.Check(made); err != nil {
			t.Errorf("%q is our own and is refused: %v", made, err)
		}
	})
}
