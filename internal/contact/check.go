package contact

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// SharedPhone reads a number as a channel gives it: international, often without the plus.
func SharedPhone(raw, country string) (string, error) {
	if e164, ok := parsePhone("+"+digits(raw), ""); ok && !strings.HasPrefix(digits(raw), "0") {
		return e164, nil
	}
	return TypedPhone(raw, country)
}

// TypedPhone reads a number as a person types it: national for the country, or
// international with or without the plus.
func TypedPhone(raw, country string) (string, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) <= 64 {
		if e164, ok := parsePhone(raw, country); ok {
			return e164, nil
		}
		if e164, ok := parsePhone("+"+digits(raw), ""); ok {
			return e164, nil
		}
	}
	return "", errs.Invalid("phone", "This is not a phone number. Write it like +380 50 123 45 67.").Code("bad_phone")
}

func parsePhone(raw, country string) (string, bool) {
	n, err := phonenumbers.Parse(raw, country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func checkEmail(s string) error {
	if s == "" {
		return nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return errs.Invalid("email", "This is not an e-mail address.").Code("bad_email")
	}
	return nil
}

func checkLanguage(s string) error {
	if s == "" {
		return nil
	}
	if _, err := language.Parse(s); err != nil || len(s) > 35 {
		return errs.Invalid("language", "This is not a language code. Write it like uk or en.").Code("bad_language")
	}
	return nil
}

// cleanTags trims, drops repetitions whatever their case, and keeps the order.
func cleanTags(in []string) ([]string, error) {
	out, seen := []string{}, map[string]bool{}
	for _, t := range in {
		t = clean(t, maxTag+1)
		if utf8.RuneCountInString(t) > maxTag {
			return nil, errs.Invalid("tags", "A tag has at most 50 characters.").Code("too_long")
		}
		if k := db.Folded(t); t != "" && !seen[k] {
			seen[k] = true
			out = append(out, t)
		}
	}
	if len(out) > maxTags {
		return nil, errs.Invalid("tags", "A contact has at most 50 tags.").Code("too_many")
	}
	return out, nil
}
