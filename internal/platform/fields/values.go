package fields

import (
	"maps"
	"math"
	"net/mail"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/money"
)

// CustomKey is the key of a custom field inside the object's "custom".
func (f Field) CustomKey() string { return strings.TrimPrefix(f.Key, CustomPrefix) }

// CheckCustom puts what a person gave over the values that an object has and returns all
// of them as they are kept, with the keys (c_…) of those that differ. A null removes a
// value. What an archived field left stays. Errors: an invalid "custom.<key>".
func CheckCustom(defs []Field, old, given map[string]any) (values map[string]any, changed []string, err error) {
	values = maps.Clone(old)
	if values == nil {
		values = map[string]any{}
	}
	known := map[string]Field{}
	for _, f := range defs {
		known[f.CustomKey()] = f
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		f, ok := known[key]
		if !ok {
			return nil, nil, errs.Invalid("custom."+printable(key), "There is no such field.").Code("unknown_field")
		}
		was, had := values[key]
		v, err := f.check(given[key], was)
		if err != nil {
			return nil, nil, err
		}
		if v == nil {
			delete(values, key)
			if had {
				changed = append(changed, f.Key)
			}
			continue
		}
		if !had || !reflect.DeepEqual(plain(was), plain(v)) {
			values[key], changed = v, append(changed, f.Key)
		}
	}
	for _, f := range defs {
		if _, has := values[f.CustomKey()]; f.Required && !has && (old == nil || slices.Contains(changed, f.Key)) {
			return nil, nil, errs.Invalid("custom."+f.CustomKey(), "This field must be filled in.").Code("required")
		}
	}
	return values, changed, nil
}

// plain makes values comparable whether they come from JSON or from Go.
func plain(v any) any {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case []string:
		out := make([]any, len(x))
		for i := range x {
			out[i] = x[i]
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, v := range x {
			out[k] = plain(v)
		}
		return out
	}
	return v
}

func (f Field) wrong(sentence, code string) error {
	return errs.Invalid("custom."+f.CustomKey(), sentence).Code(code)
}

// check returns the value as it is kept, nil when it says nothing.
func (f Field) check(v, was any) (any, error) {
	if v == nil || v == "" {
		return nil, nil
	}
	switch f.Type {
	case Number:
		n, ok := v.(float64)
		if !ok || math.Abs(n) > money.Max {
			return nil, f.wrong("This is not a number.", "bad_number")
		}
		return n, nil
	case Boolean:
		b, ok := v.(bool)
		if !ok {
			return nil, f.wrong("Write true or false.", "bad_boolean")
		}
		return b, nil
	case Money:
		return f.checkMoney(v)
	case Multiselect:
		return f.checkMany(v, was)
	}
	s, ok := v.(string)
	if !ok {
		return nil, f.wrong("This is not a text.", "bad_text")
	}
	if s = strings.TrimSpace(s); s == "" {
		return nil, nil
	}
	if err := f.CheckText(s); err != nil {
		return nil, err
	}
	if f.Type == Select && !f.offers(s, was) {
		return nil, f.wrong("There is no such choice.", "bad_choice")
	}
	if f.Type == Instant {
		t, _ := time.Parse(time.RFC3339, s)
		return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano), nil
	}
	return s, nil
}

// offers reports whether a value may be chosen: an archived option only where it stands.
func (f Field) offers(s string, was any) bool {
	i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == s })
	return i >= 0 && (!f.Options[i].IsArchived || was == any(s))
}

func (f Field) checkMoney(v any) (any, error) {
	bad := f.wrong("This is not an amount.", "bad_money")
	m, ok := v.(map[string]any)
	if !ok {
		return nil, bad
	}
	amount, ok := plain(m["amount"]).(float64)
	if !ok || amount != math.Trunc(amount) || amount < 0 || amount > money.Max {
		return nil, bad
	}
	currency, _ := m["currency"].(string)
	if len(f.Options) == 0 || f.Options[0].Value != currency {
		return nil, f.wrong("The amounts of this field are in another currency.", "bad_currency")
	}
	return map[string]any{"amount": int64(amount), "currency": currency}, nil
}

func (f Field) checkMany(v, was any) (any, error) {
	list, ok := v.([]any)
	if !ok || len(list) > 100 {
		return nil, f.wrong("This is not a list of choices.", "bad_choice")
	}
	before, _ := plain(was).([]any)
	out := []any{}
	for _, x := range list {
		s, ok := x.(string)
		if !ok || !f.offers(s, nil) && !slices.Contains(before, x) {
			return nil, f.wrong("There is no such choice.", "bad_choice")
		}
		if !slices.Contains(out, x) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// CheckText checks a text against the field's type and length.
func (f Field) CheckText(s string) error {
	limit := f.Max
	if limit == 0 {
		limit = MaxText
		if f.Type == LongText {
			limit = MaxLongText
		}
	}
	name := f.Key
	if f.Custom || strings.HasPrefix(name, CustomPrefix) {
		name = "custom." + f.CustomKey()
	}
	wrong := func(sentence, code string) error { return errs.Invalid(name, sentence).Code(code) }
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return wrong("This text has characters that cannot be kept.", "bad_characters")
	}
	if utf8.RuneCountInString(s) > limit {
		return wrong("This text is too long.", "too_long")
	}
	switch f.Type {
	case Date:
		if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1 {
			return wrong("Write the date like 2026-11-02.", "bad_date")
		}
	case Instant:
		if t, err := time.Parse(time.RFC3339, s); err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
			return wrong("This is not a moment.", "bad_date")
		}
	case Email:
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			return wrong("This is not an e-mail address.", "bad_email")
		}
	case URL:
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return wrong("This is not a web address. Write it like https://example.com.", "bad_url")
		}
	case Phone:
		d := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
		if len(d) < 5 || len(d) > 18 || strings.Trim(phoneDigits(s), "0123456789") != "" {
			return wrong("This is not a phone number.", "bad_phone")
		}
	}
	return nil
}

var yes = []string{"true", "yes", "y", "1", "+", "так", "да", "є", "есть"}
var no = []string{"false", "no", "n", "0", "-", "ні", "нет", "немає"}

var dayForms = []string{time.DateOnly, "02.01.2006", "2.1.2006", "02/01/2006", "2/1/2006", "2006/01/02", "20060102", "02.01.06"}

// ReadText reads what a file holds in a cell into the JSON value that CheckCustom takes;
// nil for an empty cell. Dates are written by day first unless the year leads.
func (f Field) ReadText(s string, zone *time.Location) (any, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	wrong := func(sentence, code string) error { return errs.Invalid(f.Key, sentence).Code(code) }
	switch f.Type {
	case Number:
		t := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(s)
		n, err := strconv.ParseFloat(t, 64)
		if err != nil || math.IsNaN(n) || math.Abs(n) > money.Max {
			return nil, wrong("This is not a number.", "bad_number")
		}
		return n, nil
	case Money:
		currency := ""
		if len(f.Options) > 0 {
			currency = f.Options[0].Value
		}
		n, ok := money.Parse(strings.TrimSpace(strings.TrimSuffix(s, currency)))
		if !ok {
			return nil, wrong("This is not an amount.", "bad_money")
		}
		return map[string]any{"amount": n, "currency": currency}, nil
	case Boolean:
		switch low := strings.ToLower(s); {
		case slices.Contains(yes, low):
			return true, nil
		case slices.Contains(no, low):
			return false, nil
		}
		return nil, wrong("Write yes or no.", "bad_boolean")
	case Date:
		for _, form := range dayForms {
			if t, err := time.Parse(form, s); err == nil && t.Year() > 0 {
				return t.Format(time.DateOnly), nil
			}
		}
		return nil, wrong("This is not a date. Write it like 2026-11-02.", "bad_date")
	case Instant:
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC().Format(time.RFC3339), nil
		}
		for _, form := range dayForms {
			for _, clock := range []string{" 15:04:05", " 15:04", ""} {
				if t, err := time.ParseInLocation(form+clock, s, zone); err == nil && t.Year() > 0 {
					return t.UTC().Format(time.RFC3339), nil
				}
			}
		}
		return nil, wrong("This is not a date. Write it like 2026-11-02 15:04.", "bad_date")
	case Select:
		if v, ok := f.option(s); ok {
			return v, nil
		}
		return nil, wrong("There is no such choice.", "bad_choice")
	case Multiselect:
		out := []any{}
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			v, ok := f.option(part)
			if !ok {
				return nil, wrong("There is no such choice.", "bad_choice")
			}
			out = append(out, v)
		}
		return out, nil
	}
	return s, nil
}

// option finds a choice by its value or one of its labels; a field without options takes
// any text.
func (f Field) option(s string) (string, bool) {
	if len(f.Options) == 0 {
		return s, true
	}
	fold := db.Folded(s)
	for _, o := range f.Options {
		if db.Folded(o.Value) == fold {
			return o.Value, true
		}
		for _, label := range o.Label {
			if db.Folded(label) == fold {
				return o.Value, true
			}
		}
	}
	return "", false
}
