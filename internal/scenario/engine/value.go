package engine

import (
	"strconv"
	"strings"
)

// Value is a variable: a text, an amount of money, or a list of ids.
type Value struct {
	Text     string   `json:"text,omitempty"` // a number in digits, a phone in E.164, a choice's value
	Minor    int64    `json:"minor,omitempty"`
	Currency string   `json:"currency,omitempty"` // USD, EUR, UAH: then the value is money
	List     []string `json:"list,omitempty"`
}

// Empty reports whether there is no value.
func (v Value) Empty() bool { return v.Text == "" && v.Currency == "" && len(v.List) == 0 }

// number returns the value as a number: money in major units, a list its length.
func (v Value) number() (float64, bool) {
	switch {
	case v.Currency != "":
		return float64(v.Minor) / 100, true
	case len(v.List) > 0:
		return float64(len(v.List)), true
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(v.Text, " ", ""), 64)
	return n, err == nil
}

// plain is the value as people of the language read it.
func (v Value) plain(lang int) string {
	switch {
	case v.Currency != "":
		return money(v.Minor, v.Currency, lang)
	case len(v.List) > 0:
		return strconv.Itoa(len(v.List))
	}
	return v.Text
}

var signs = map[string]string{"USD": "$", "EUR": "€"}

func money(minor int64, currency string, lang int) string {
	thousands, point := "\u00a0", ","
	if lang == en {
		thousands, point = ",", "."
	}
	digits := strconv.FormatInt(minor/100, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteRune(d)
	}
	if c := minor % 100; c != 0 {
		b.WriteString(point + strconv.FormatInt(c/10, 10) + strconv.FormatInt(c%10, 10))
	}
	sign := signs[currency]
	switch {
	case lang == en && sign != "":
		return sign + b.String()
	case lang == en:
		return b.String() + " " + currency
	case sign == "":
		return b.String() + "\u00a0грн"
	}
	return b.String() + "\u00a0" + sign
}
