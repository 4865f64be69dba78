package engine

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
		minor, currency, ok := readMoney(text, q.Currency)
		if !ok || minor < q.Min*100 || minor > q.Max*100 {
			return Value{}, badMoney
		}
		return Value{Minor: minor, Currency: currency}, 0
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
	sum = regexp.MustCompile(`^~? *([0-9][0-9., '’_]*?) *((?:тис|тыс)\pL*\.?|[kкт])?\.?$`)
)

// readMoney reads one amount: 12500, 12 500 $, €11k, 450 тис грн, 12.500,50. Without a
// currency it is in the one that is asked for. The result is in minor units.
func readMoney(text, currency string) (minor int64, code string, ok bool) {
	if len(text) > 64 {
		return 0, "", false
	}
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, text)
	code = currency
	named := 0
	for c, words := range currencies {
		if words.MatchString(s) {
			s, code = words.ReplaceAllString(s, " "), c
			named++
		}
	}
	m := sum.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || named > 1 {
		return 0, "", false
	}
	n, ok := readDecimal(m[1])
	if m[2] != "" {
		n *= 1000
	}
	const most = 1e13
	if !ok || n > most {
		return 0, "", false
	}
	return int64(n*100 + 0.5), code, true
}

// readNumber reads one number with any separator of thousands.
func readNumber(text string) (float64, bool) { return readDecimal(strings.TrimSpace(text)) }

// readDecimal reads digits with separators: the last one is a decimal point unless three
// digits follow it or it stands more than once.
func readDecimal(s string) (float64, bool) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '’' || r == '_' {
			return -1
		}
		return r
	}, s)
	if s == "" || len(s) > 24 {
		return 0, false
	}
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		whole, fraction := s[:i], s[i+1:]
		sep := s[i : i+1]
		if len(fraction) == 3 || strings.Contains(whole, sep) {
			whole, fraction = whole+fraction, ""
		}
		whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
		if whole == "" || len(fraction) > 2 {
			return 0, false
		}
		s = whole
		if fraction != "" {
			s += "." + fraction
		}
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
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
