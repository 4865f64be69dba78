package engine

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cartie/internal/platform/money"
)

// read turns a typed answer into a value. The problem is the phrase that says what is
// wrong with it, 0 when nothing is.
func (q *question) read(text string, now time.Time) (Value, int) {
	switch q.Answer {
	case "number":
		n, ok := readNumber(text)
		if !ok || n < float64(q.Min) || n > float64(q.Max) {
			return Value{}, badNumber
		}
		return Value{Text: strconv.FormatFloat(n, 'f', -1, 64)}, 0
	case "money":
		m, ok := readMoney(text, q.Currency)
		if !ok || m.Amount < q.Min*100 || m.Amount > q.Max*100 {
			return Value{}, badMoney
		}
		return Value{Money: m}, 0
	case "year":
		y, ok := readYear(text, now)
		if !ok {
			return Value{}, badYear
		}
		return Value{Text: strconv.Itoa(y)}, 0
	case "vin":
		vin, ok := readVIN(text)
		if !ok {
			return Value{}, badVIN
		}
		return Value{Text: vin}, 0
	case "url":
		u, ok := readURL(text)
		if !ok {
			return Value{}, badURL
		}
		return Value{Text: u}, 0
	}
	n := int64(utf8.RuneCountInString(text))
	switch {
	case n < q.Min:
		return Value{}, badText
	case n > q.Max:
		return Value{}, badLong
	case len(q.Refuse) > 0 && tellsContact(text):
		return Value{}, badContacts
	}
	return Value{Text: text}, 0
}

// oldest is the first year of a car that anybody trades here.
const oldest = 1950

func readYear(text string, now time.Time) (int, bool) {
	text = strings.TrimSpace(text)
	for _, w := range []string{"року", "рік", "г.в.", "года", "год", "р.", "г.", "р", "г"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, w))
	}
	y, err := strconv.Atoi(text)
	return y, err == nil && len(text) == 4 && y >= oldest && y <= now.Year()+1
}

// How people write currencies and thousands, in Ukrainian, Russian and English.
var (
	currencies = map[string]*regexp.Regexp{
		"UAH": regexp.MustCompile(`₴|uah|грн\.?|грив\pL*`),
		"EUR": regexp.MustCompile(`€|euro?s?|[єе]вро`),
		"USD": regexp.MustCompile(`\$|usd|у\.? ?[ео]\.?|долл?ар\pL*|бакс\pL*`),
	}
	sum = regexp.MustCompile(`^~? *([0-9][0-9., ']*?) *((?:тис|тыс)\pL*\.?|[kкт])?\.?$`)
)

// readMoney reads one amount: 12500, 12 500 $, €11k, 450 тис грн, 12.500,50. Without a
// currency it is in the one that is asked for.
func readMoney(text, currency string) (money.Money, bool) {
	if len(text) > 64 {
		return money.Money{}, false
	}
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, text)
	named := 0
	for code, words := range currencies {
		if words.MatchString(s) {
			s, currency = words.ReplaceAllString(s, " "), code
			named++
		}
	}
	m := sum.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || named > 1 {
		return money.Money{}, false
	}
	minor, ok := money.Parse(m[1])
	if ok && m[2] != "" {
		minor, ok = money.Convert(minor, 1000*1e6)
	}
	return money.Money{Amount: minor, Currency: currency}, ok
}

// readNumber reads one number with any separator of thousands and up to two decimals.
func readNumber(text string) (float64, bool) {
	n, ok := money.Parse(text)
	return float64(n) / 100, ok
}

// latin are Cyrillic letters that look like the Latin ones of a VIN.
var latin = strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "К", "K", "М", "M", "Р", "P", "Т", "T", "Х", "X", "У", "Y",
	" ", "", "-", "", "\u00a0", "")

var vinPattern = regexp.MustCompile(`^[A-HJ-NPR-Z0-9]{17}$`)

func readVIN(text string) (string, bool) {
	if len(text) > 64 {
		return "", false
	}
	vin := latin.Replace(strings.ToUpper(strings.TrimSpace(text)))
	return vin, vinPattern.MatchString(vin)
}

// maxURL bounds a link, in bytes.
const maxURL = 500

func readURL(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxURL || strings.ContainsAny(text, " \n\t<>\"") {
		return "", false
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", false
	}
	host := u.Hostname()
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || len(host)-dot < 3 || strings.HasPrefix(host, ".") || strings.Contains(host, "..") {
		return "", false
	}
	u.Host = strings.ToLower(u.Host)
	out := u.String()
	return out, len(out) <= maxURL
}

var (
	linkPattern = regexp.MustCompile(`(?i)(https?://|www\.|t\.me/|wa\.me/|\b[a-zа-яіїє0-9-]+\.(com|ua|net|org|io|me|info|biz|eu|pl|de|ru|kiev|top|site|online|укр)\b)`)
	namePattern = regexp.MustCompile(`@[\pL0-9_]{3,}`)
	// a phone number: international, or national from 0
	phonePattern = regexp.MustCompile(`(\+[\s(]*|\b(?:3[\s-]*8[\s-]*)?\(?0)\d?(?:[\s().-]*\d){8,13}`)
)

// tellsContact finds phone numbers, links and @names in a text.
func tellsContact(text string) bool {
	return linkPattern.MatchString(text) || namePattern.MatchString(text) || phonePattern.MatchString(text)
}
