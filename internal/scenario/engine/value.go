package engine

import (
	"strconv"
	"strings"

	"cartie/internal/platform/money"
)

// Value is a variable: a text, an amount of money, or a list of ids.
type Value struct {
	Text  string      `json:"text,omitempty"` // a number in digits, a phone in E.164, a choice's value
	Money money.Money `json:"money,omitzero"`
	List  []string    `json:"list,omitempty"`
}

// Empty reports whether there is no value.
func (v Value) Empty() bool { return v.Text == "" && v.Money == (money.Money{}) && len(v.List) == 0 }

// number returns the value as a number: money in major units, a list its length.
func (v Value) number() (float64, bool) {
	switch {
	case v.Money.Currency != "":
		return float64(v.Money.Amount) / 100, true
	case len(v.List) > 0:
		return float64(len(v.List)), true
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(v.Text, " ", ""), 64)
	return n, err == nil
}

// String is the value as people read it.
func (v Value) String() string {
	switch {
	case v.Money.Currency != "":
		return v.Money.Short()
	case len(v.List) > 0:
		return strconv.Itoa(len(v.List))
	}
	return v.Text
}
