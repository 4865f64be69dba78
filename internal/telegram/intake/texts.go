package intake

import (
	"slices"
	"strings"

	"cartie/internal/telegram/markup"
)

// pick chooses the text in the contact's language, else the company's, else any.
func pick(texts map[string]string, languages ...string) string {
	for _, l := range append(languages, "en", "uk", "ru") {
		if t := texts[l]; t != "" {
			return t
		}
	}
	rest := make([]string, 0, len(texts))
	for l := range texts {
		rest = append(rest, l)
	}
	slices.Sort(rest)
	for _, l := range rest {
		if texts[l] != "" {
			return texts[l]
		}
	}
	return ""
}

// Fill puts the names into a text of Telegram HTML; they are escaped, because the
// customer chose theirs.
func Fill(text, name, company string) string {
	first, _, _ := strings.Cut(name, " ")
	return strings.NewReplacer(
		"{name}", markup.Escape(name), "{first_name}", markup.Escape(first), "{company}", markup.Escape(company),
	).Replace(text)
}

var linkTexts = map[string][2]string{
	"en": {"This Telegram account is now linked to your profile in {company}.", "This link is no longer valid. Make a new one on your profile page."},
	"uk": {"Цей обліковий запис Telegram під’єднано до вашого профілю в {company}.", "Це посилання вже не дійсне. Створіть нове на сторінці профілю."},
	"ru": {"Этот аккаунт Telegram привязан к вашему профилю в {company}.", "Эта ссылка больше не действует. Создайте новую на странице профиля."},
}

func linkAnswer(language string, ok bool, company string) string {
	t, known := linkTexts[language]
	if !known {
		t = linkTexts["en"]
	}
	if ok {
		return Fill(t[0], "", company)
	}
	return t[1]
}
