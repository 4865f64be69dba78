// Package money holds amounts: minor units (cents, kopecks) and an ISO 4217 code.
package money

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Money is an amount. The zero value is no amount.
type Money struct {
	Amount   int64  `json:"amount" doc:"Minor units: cents, kopecks"`
	Currency string `json:"currency" doc:"ISO 4217"`
}

// Currencies are those that prices are kept in; each has two digits of minor units.
var Currencies = []string{"UAH", "USD", "EUR", "PLN", "GBP"}

// Known reports whether prices may be kept in the currency.
func Known(currency string) bool { return slices.Contains(Currencies, currency) }

// Max bounds an amount, minor units: what a JavaScript number holds exactly.
const Max = 1<<53 - 1

// Parse reads an amount as people type it: "12 500", "12,500.50", "12.500,50". The last
// comma or point that is followed by one or two digits at the end separates the minor units.
func Parse(s string) (minor int64, ok bool) {
	var digits strings.Builder
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return 0, false
	}
	whole, cents := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && len(s)-i-1 <= 2 && len(s)-i-1 > 0 {
		whole, cents = s[:i], s[i+1:]
	}
	for i, r := range whole {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case (r == '.' || r == ',') && i > 0 && grouped(whole[i+1:]):
		default:
			return 0, false
		}
	}
	for len(cents) < 2 {
		cents += "0"
	}
	n, err := strconv.ParseInt(digits.String()+cents, 10, 64)
	if err != nil || n > Max || digits.Len() == 0 {
		return 0, false
	}
	return n, true
}

// grouped reports whether a thousands separator may stand before rest.
func grouped(rest string) bool {
	end := strings.IndexAny(rest, ".,")
	if end < 0 {
		end = len(rest)
	}
	return end == 3
}

// String is the amount for logs and files: "12500.50 USD", without minor units when they
// are zero.
func (m Money) String() string { return Decimal(m.Amount) + " " + m.Currency }

// Decimal is the amount with a point: "12500.50", "12500".
func Decimal(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	if minor%100 == 0 {
		return sign + strconv.FormatInt(minor/100, 10)
	}
	return fmt.Sprintf("%s%d.%02d", sign, minor/100, minor%100)
}

// Grouped is the whole amount for people in a message: "12 500".
func Grouped(minor int64) string {
	s := strconv.FormatInt(int64(math.Round(float64(minor)/100)), 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

var signs = map[string]string{"USD": "$", "EUR": "€", "UAH": "₴", "PLN": "zł", "GBP": "£"}

// Short is the amount for people in a message: "$12 500", "12 500 ₴".
func (m Money) Short() string {
	switch m.Currency {
	case "USD", "EUR", "GBP":
		return signs[m.Currency] + Grouped(m.Amount)
	case "UAH", "PLN":
		return Grouped(m.Amount) + "\u00a0" + signs[m.Currency]
	}
	return Grouped(m.Amount) + "\u00a0" + m.Currency
}

// Convert changes minor units by a rate in millionths, rounded half away from zero; false
// when the result has no room.
func Convert(minor, rateE6 int64) (int64, bool) {
	f := float64(minor) * float64(rateE6) / 1e6
	if math.Abs(f) > Max {
		return 0, false
	}
	return int64(math.Round(f)), true
}
