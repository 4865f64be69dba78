package i18n_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cartie/internal/platform/i18n"
	"cartie/internal/platform/i18n/i18ntest"
)

func files(content map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range content {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

var inbox = files(map[string]string{
	"texts/inbox.en.json": `{"greeting": "Hello, {{.Name}}!", "inbox": {"unread": {"one": "{{.Count}} new message", "other": "{{.Count}} new messages"}}}`,
	"texts/inbox.uk.json": `{"greeting": "Вітаємо, {{.Name}}!", "inbox": {"unread": {"one": "{{.Count}} нове повідомлення", "few": "{{.Count}} нових повідомлення", "many": "{{.Count}} нових повідомлень", "other": "{{.Count}} нового повідомлення"}}}`,
	"texts/inbox.ru.json": `{"greeting": "Здравствуйте, {{.Name}}!", "inbox": {"unread": {"one": "{{.Count}} новое сообщение", "few": "{{.Count}} новых сообщения", "many": "{{.Count}} новых сообщений", "other": "{{.Count}} нового сообщения"}}}`,
	"texts/readme.txt":    `not a text`,
	"texts/other.de.json": `{`,
})

func TestTexts(t *testing.T) {
	lead := files(map[string]string{
		"lead.en.json": `{"lead.new": "New lead"}`,
		"lead.uk.json": `{"lead.new": "Новий лід"}`,
		"lead.ru.json": `{"lead.new": "Новый лид"}`,
	})
	texts := i18ntest.Complete(t, inbox, lead)
	for _, c := range []struct {
		lang, key string
		data      map[string]any
		want      string
	}{
		{"en", "lead.new", nil, "New lead"},
		{"uk", "lead.new", nil, "Новий лід"},
		{"ru", "greeting", map[string]any{"Name": "Іван & <b>"}, "Здравствуйте, Іван & <b>!"},
		{"en", "inbox.unread", map[string]any{"Count": 1}, "1 new message"},
		{"en", "inbox.unread", map[string]any{"Count": 0}, "0 new messages"},
		{"uk", "inbox.unread", map[string]any{"Count": 1}, "1 нове повідомлення"},
		{"uk", "inbox.unread", map[string]any{"Count": 21}, "21 нове повідомлення"},
		{"uk", "inbox.unread", map[string]any{"Count": 3}, "3 нових повідомлення"},
		{"uk", "inbox.unread", map[string]any{"Count": 11}, "11 нових повідомлень"},
		{"uk", "inbox.unread", map[string]any{"Count": int64(112)}, "112 нових повідомлень"},
		{"ru", "inbox.unread", map[string]any{"Count": 5}, "5 новых сообщений"},
		{"ru", "inbox.unread", map[string]any{"Count": "1.5"}, "1.5 нового сообщения"},
		{"ru", "inbox.unread", map[string]any{"Count": "many"}, "many нового сообщения"},
		{"pl", "lead.new", nil, "New lead"},
		{"", "lead.new", nil, "New lead"},
		{"uk", "no.such.key", nil, "no.such.key"},
	} {
		if got := texts.T(c.lang, c.key, c.data); got != c.want {
			t.Errorf("T(%s, %s, %v) = %q, want %q", c.lang, c.key, c.data, got, c.want)
		}
	}
	if !texts.Has("greeting") || texts.Has("nothing") {
		t.Error("Has is wrong")
	}
}

func TestIncompleteTranslationsFallBackAndAreReported(t *testing.T) {
	texts, err := i18n.New(files(map[string]string{
		"a.en.json": `{"only.en": "English", "hello": "Hello, {{.Name}}", "n": {"one": "{{.Count}} car", "other": "{{.Count}} cars"}}`,
		"a.uk.json": `{"hello": "Привіт, {{.Nmae}}", "n": {"one": "{{.Count}} авто", "few": "{{.Count}} авто", "many": "{{.Count}} авто", "other": "{{.Count}} авто"}}`,
		"a.ru.json": `{"only.en": "По-русски", "hello": "Привет, {{ .Name }}", "n": {"one": "{{.Count}} машина", "other": "{{.Count}} машины"}, "extra": "лишнее"}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := texts.T("uk", "only.en", nil); got != "English" {
		t.Errorf("fallback gave %q", got)
	}
	if got := texts.T("ru", "n", map[string]any{"Count": 5}); got != "5 машины" {
		t.Errorf("a missing plural form gave %q", got)
	}
	want := []string{
		"en: extra is missing",
		`ru: n lacks the form "few"`,
		`ru: n lacks the form "many"`,
		"uk: extra is missing",
		"uk: hello has placeholders [.Nmae], en has [.Name]",
		"uk: only.en is missing",
	}
	if got := texts.Gaps(); !slices.Equal(got, want) {
		t.Errorf("gaps:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	for name, source := range map[string]map[string]string{
		"not JSON":      {"a.en.json": `{`},
		"open brace":    {"a.uk.json": `{"k": {"one": "{{.Name", "other": "x"}}`},
		"defined twice": {"a.en.json": `{"k": "1"}`, "b.en.json": `{"k": "2"}`},
	} {
		if _, err := i18n.New(files(source)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMatch(t *testing.T) {
	for code, want := range map[string]string{
		"uk": "uk", "uk-UA": "uk", "UK_ua": "uk", "ua": "uk", "ua-UA": "uk", "ru": "ru", "ru-RU": "ru", "en": "en", "en-GB": "en",
		"": "", "pl": "", "de-DE,de;q=0.9": "", "ukrainian": "", "*": "",
		"pl,ru;q=0.4,uk;q=0.9,en;q=0.8": "uk",
		"ru-RU,ru;q=0.9,en;q=0.8":       "ru",
		"de, en-US;q=0.5":               "en",
		"en;q=0":                        "",
		"en;q=x, ru;q=0.1":              "ru",
		"en,ru":                         "en",
	} {
		if got := i18n.Match(code); got != want {
			t.Errorf("Match(%q) = %q, want %q", code, got, want)
		}
	}
}
