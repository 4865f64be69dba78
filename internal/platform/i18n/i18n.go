// Package i18n holds the texts that the server itself writes to people: bot answers,
// notifications, mail. The web app has its own.
//
//	inbox.en.json, inbox.uk.json, inbox.ru.json ──▶ New ──▶ T(lang, "inbox.unread", data)
//
// A file maps keys to a text, or to plural forms:
//
//	{"greeting": "Hello, {{.Name}}!",
//	 "unread": {"one": "{{.Count}} new message", "other": "{{.Count}} new messages"}}
//
// Ukrainian and Russian need one, few, many and other (fractions). Nested objects join
// their keys with dots. Values are inserted as they are: what goes into HTML is escaped by
// the caller. Gaps lists what the translations still lack; a test keeps it empty.
package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Fallback is the language of what is not translated and of people we know nothing about.
const Fallback = "en"

// Languages that every text exists in.
var Languages = []string{"en", "uk", "ru"}

// CountKey is the entry of T's data that picks the plural form.
const CountKey = "Count"

// pluralForms are what a counted text needs in each language.
var pluralForms = map[string][]string{
	"en": {"one", "other"},
	"uk": {"one", "few", "many", "other"},
	"ru": {"one", "few", "many", "other"},
}

// Texts are all loaded texts. It is safe for concurrent use.
type Texts struct {
	localizers map[string]*i18n.Localizer
	messages   map[string]map[string]*i18n.Message // by language, by key
}

// New loads every *.en.json, *.uk.json and *.ru.json of the file systems, folders
// included. A key that two files define is an error: one of them would be lost.
func New(sources ...fs.FS) (*Texts, error) {
	bundle := i18n.NewBundle(language.MustParse(Fallback))
	t := &Texts{localizers: map[string]*i18n.Localizer{}, messages: map[string]map[string]*i18n.Message{}}
	for _, lang := range Languages {
		t.messages[lang] = map[string]*i18n.Message{}
	}
	for _, source := range sources {
		err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			lang, ok := languageOf(name)
			if !ok {
				return nil
			}
			return t.load(bundle, source, name, lang)
		})
		if err != nil {
			return nil, fmt.Errorf("loading texts: %w", err)
		}
	}
	for _, lang := range Languages {
		t.localizers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return t, nil
}

func (t *Texts) load(bundle *i18n.Bundle, source fs.FS, name, lang string) error {
	raw, err := fs.ReadFile(source, name)
	if err != nil {
		return err
	}
	file, err := bundle.ParseMessageFileBytes(raw, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, m := range file.Messages {
		if t.messages[lang][m.ID] != nil {
			return fmt.Errorf("%s: %q is already defined elsewhere", name, m.ID)
		}
		for form, text := range forms(m) {
			if _, err := template.New("").Parse(text); err != nil {
				return fmt.Errorf("%s: %s, form %q: %w", name, m.ID, form, err)
			}
		}
		t.messages[lang][m.ID] = m
	}
	return nil
}

// languageOf takes uk of inbox.uk.json.
func languageOf(name string) (string, bool) {
	rest, ok := strings.CutSuffix(path.Base(name), ".json")
	if !ok {
		return "", false
	}
	lang := strings.TrimPrefix(path.Ext(rest), ".")
	return lang, slices.Contains(Languages, lang)
}

// T returns the text of key in lang, in English when lang is unknown or lacks it, and the
// key itself when no language has it. data fills the placeholders; its integer "Count"
// picks the plural form.
func (t *Texts) T(lang, key string, data map[string]any) string {
	for _, try := range []string{lang, Fallback} {
		l := t.localizers[try]
		if l == nil || t.messages[try][key] == nil {
			continue
		}
		c := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: data[CountKey]}
		text, err := l.Localize(c)
		if text == "" && err != nil { // a count that is no number
			c.PluralCount = nil
			text, _ = l.Localize(c)
		}
		if text != "" {
			return text
		}
	}
	return key
}

// Has reports whether the key exists in the fallback language.
func (t *Texts) Has(key string) bool { return t.messages[Fallback][key] != nil }

// Match picks a language from an Accept-Language header or from the code that Telegram
// sends with a user; "" when it names none of ours, for the caller to decide.
func Match(code string) string {
	best, bestWeight := "", 0.0
	for part := range strings.SplitSeq(code, ",") {
		tag, weight := weighted(part)
		base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
		if base == "ua" { // the country, often written for the language
			base = "uk"
		}
		if slices.Contains(Languages, base) && weight > bestWeight {
			best, bestWeight = base, weight
		}
	}
	return best
}

// weighted splits "uk-UA;q=0.8"; a weight that is missing is 1, one that is none is 0.
func weighted(part string) (string, float64) {
	tag, params, found := strings.Cut(part, ";")
	if !found {
		return strings.TrimSpace(tag), 1
	}
	q, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return strings.TrimSpace(tag), 1
	}
	weight, err := strconv.ParseFloat(q, 64)
	if err != nil {
		return strings.TrimSpace(tag), 0
	}
	return strings.TrimSpace(tag), weight
}

// Gaps lists, sorted, what the translations lack: keys, plural forms, placeholders that
// one language fills and another does not. Empty means complete.
func (t *Texts) Gaps() []string {
	keys := map[string]bool{} // whether the text is counted
	for _, messages := range t.messages {
		for key, m := range messages {
			keys[key] = keys[key] || counted(m)
		}
	}
	var gaps []string
	for key, plural := range keys {
		reference := placeholders(t.messages[Fallback][key])
		for _, lang := range Languages {
			m := t.messages[lang][key]
			if m == nil {
				gaps = append(gaps, fmt.Sprintf("%s: %s is missing", lang, key))
				continue
			}
			for _, form := range required(lang, plural) {
				if forms(m)[form] == "" {
					gaps = append(gaps, fmt.Sprintf("%s: %s lacks the form %q", lang, key, form))
				}
			}
			if own := placeholders(m); t.messages[Fallback][key] != nil && !slices.Equal(own, reference) {
				gaps = append(gaps, fmt.Sprintf("%s: %s has placeholders %v, %s has %v", lang, key, own, Fallback, reference))
			}
		}
	}
	slices.Sort(gaps)
	return gaps
}

func required(lang string, plural bool) []string {
	if plural {
		return pluralForms[lang]
	}
	return []string{"other"}
}

func forms(m *i18n.Message) map[string]string {
	return map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
}

func counted(m *i18n.Message) bool {
	return m.Zero+m.One+m.Two+m.Few+m.Many != ""
}

var field = regexp.MustCompile(`\.[A-Za-z_][A-Za-z0-9_.]*`)

var action = regexp.MustCompile(`\{\{.*?\}\}`)

// placeholders are the sorted fields that a text asks for, in any of its forms.
func placeholders(m *i18n.Message) []string {
	if m == nil {
		return nil
	}
	var out []string
	for _, text := range forms(m) {
		for _, a := range action.FindAllString(text, -1) {
			out = append(out, field.FindAllString(a, -1)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
