package fields

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/money"
)

// A filter's value:
//
//	BMW          equal; a repeated key means any of
//	!BMW         not equal
//	~olen        holds the piece (texts)
//	10..20       between, also 10.. and ..20 (numbers, money in major units, dates, instants)
//	-  and  *    no value, some value
//	me           the member who asks (refs)
//	today, today-7   days of the company's zone (dates, instants)

// condition is a piece of SQL with its arguments.
type condition struct {
	sql  string
	args []any
}

const maxValues = 100 // of one key

// filter makes the condition that the field has the values.
func (f Field) filter(values []string, who Who) (condition, error) {
	if len(values) > maxValues {
		return condition{}, errs.Invalid(f.Key, fmt.Sprintf("At most %d values can be asked for at once.", maxValues)).Code("too_many")
	}
	var or, and []condition
	var equal, unequal []any
	for _, v := range values {
		if len(v) > 1000 || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			return condition{}, f.bad("This value cannot be looked for.")
		}
		switch {
		case v == "-":
			or = append(or, f.none())
		case v == "*":
			or = append(or, f.some())
		case f.isText() && strings.HasPrefix(v, "~") && f.In == "":
			or = append(or, f.holds(v[1:]))
		case f.ranged() && strings.Contains(v, ".."):
			c, err := f.between(v, who)
			if err != nil {
				return condition{}, err
			}
			or = append(or, c)
		case f.Type == Instant:
			c, err := f.between(v+".."+v, who)
			if err != nil {
				return condition{}, err
			}
			or = append(or, c)
		default:
			rest, not := strings.CutPrefix(v, "!")
			x, err := f.value(rest, who)
			if err != nil {
				return condition{}, err
			}
			if not {
				unequal = append(unequal, x)
			} else {
				equal = append(equal, x)
			}
		}
	}
	if len(equal) > 0 {
		or = append(or, f.oneOf(equal))
	}
	if len(or) > 0 {
		and = append(and, join(or, " OR "))
	}
	if len(unequal) > 0 {
		c := f.oneOf(unequal)
		c.sql = "NOT COALESCE((" + c.sql + "), FALSE)"
		and = append(and, c)
	}
	return join(and, " AND "), nil
}

func (f Field) bad(sentence string) error {
	return errs.Invalid(f.Key, sentence).Code("bad_filter")
}

func (f Field) isText() bool {
	switch f.Type {
	case Text, LongText, Phone, Email, URL:
		return true
	}
	return false
}

func (f Field) ranged() bool {
	switch f.Type {
	case Number, Money, Date, Instant:
		return f.In == ""
	}
	return false
}

func (f Field) some() condition {
	switch {
	case f.Some != "":
		return condition{sql: f.Some}
	case f.isText() || f.Type == Select || f.Type == Multiselect || f.Type == Date:
		return condition{sql: "(" + f.SQL + " IS NOT NULL AND " + f.SQL + " <> '')"}
	}
	return condition{sql: f.SQL + " IS NOT NULL"}
}

func (f Field) none() condition {
	c := f.some()
	c.sql = "NOT (" + c.sql + ")"
	return c
}

// holds matches a piece of the text, whatever its case.
func (f Field) holds(piece string) condition {
	like := func(s string) string { return "%" + likeEscaper.Replace(s) + "%" }
	if f.Folded != "" {
		return condition{f.Folded + ` LIKE ? ESCAPE '\'`, []any{like(db.Folded(piece))}}
	}
	if f.Type == Phone {
		piece = strings.TrimLeft(phoneDigits(piece), "0")
	}
	return condition{`(lower(` + f.SQL + `) LIKE ? ESCAPE '\' OR ` + f.SQL + ` LIKE ? ESCAPE '\')`, []any{like(strings.ToLower(piece)), like(piece)}}
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// phoneDigits drops what people write between the digits of a phone number.
func phoneDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-()./\u00a0", r) {
			return -1
		}
		return r
	}, s)
}

// oneOf is the condition that the field equals one of the values.
func (f Field) oneOf(values []any) condition {
	switch {
	case f.In != "":
		return condition{fmt.Sprintf(f.In, slots(len(values), "?")), pad(values)}
	case f.Type == Multiselect:
		var or []condition
		for _, v := range values {
			or = append(or, condition{f.SQL + ` LIKE ? ESCAPE '\'`, []any{`%"` + likeEscaper.Replace(fmt.Sprint(v)) + `"%`}})
		}
		return join(or, " OR ")
	case f.Type == Boolean:
		var or []condition
		for _, v := range values {
			if v == true {
				or = append(or, condition{sql: "(" + f.SQL + ")"})
			} else {
				or = append(or, condition{sql: "NOT (" + f.SQL + ")"})
			}
		}
		return join(or, " OR ")
	}
	expr := f.SQL
	if f.Folded != "" {
		expr = f.Folded
	}
	return condition{expr + " IN (" + slots(len(values), f.slot()) + ")", pad(values)}
}

// slots and pad keep the number of different statements low: lists have the length of a
// power of two, the last value repeated.
func slots(n int, one string) string {
	return strings.TrimSuffix(strings.Repeat(one+",", power(n)), ",")
}

func pad(values []any) []any {
	out := append([]any{}, values...)
	for len(out) < power(len(values)) {
		out = append(out, values[len(values)-1])
	}
	return out
}

func power(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// slot is the placeholder of one value. Whole numbers are compared as 64 bits whatever
// the column's width: PostgreSQL would refuse a larger argument.
func (f Field) slot() string {
	switch {
	case f.Type == Money, f.Type == Number && !f.Float:
		return "CAST(? AS bigint)"
	case f.Type == Number:
		return "CAST(? AS double precision)"
	}
	return "?"
}

// value reads one value as it is compared.
func (f Field) value(s string, who Who) (any, error) {
	switch f.Type {
	case Number:
		if f.Float {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
				return nil, f.bad("This is not a number.")
			}
			return n, nil
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, f.bad("This is not a whole number.")
		}
		return n, nil
	case Money:
		n, ok := money.Parse(s)
		if !ok {
			return nil, f.bad("This is not an amount.")
		}
		return n, nil
	case Date:
		day, ok := who.day(s)
		if !ok {
			return nil, f.bad("Write the date like 2026-11-02.")
		}
		return day.Format(time.DateOnly), nil
	case Boolean:
		switch s {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, f.bad("Write true or false.")
	case Ref, Media:
		if s == "me" && f.Ref == "member" {
			return who.Principal.UserID, nil
		}
		id, err := uuid.Parse(s)
		if err != nil {
			return nil, f.bad("This is not an id.")
		}
		return id, nil
	case Select, Multiselect:
		if !f.has(s) {
			return nil, f.bad("There is no such choice.")
		}
	case Phone:
		if d := phoneDigits(s); f.Value == nil && d != "" {
			return "+" + d, nil
		}
	}
	if f.Value != nil {
		return f.Value(s), nil
	}
	if f.Folded != "" {
		return db.Folded(s), nil
	}
	return s, nil
}

// between is the condition of a range; days of an instant begin in the company's zone.
func (f Field) between(v string, who Who) (condition, error) {
	lo, hi, _ := strings.Cut(v, "..")
	if lo == "" && hi == "" {
		return condition{}, f.bad("Say where the range begins or ends.")
	}
	var and []condition
	add := func(op, s string, end bool) error {
		if s == "" {
			return nil
		}
		if f.Type == Instant {
			at, whole, ok := who.instant(s)
			if !ok {
				return f.bad("Write the date like 2026-11-02.")
			}
			if end && whole {
				op, at = "<", at.AddDate(0, 0, 1)
			}
			and = append(and, condition{f.SQL + " " + op + " ?", []any{at.UTC()}})
			return nil
		}
		x, err := f.value(s, who)
		if err != nil {
			return err
		}
		and = append(and, condition{f.SQL + " " + op + " " + f.slot(), []any{x}})
		return nil
	}
	if err := add(">=", lo, false); err != nil {
		return condition{}, err
	}
	if err := add("<=", hi, true); err != nil {
		return condition{}, err
	}
	return join(and, " AND "), nil
}

var relative = regexp.MustCompile(`^today(?:([+-])([0-9]{1,4}))?$`)

// day reads "2026-11-02" or "today-7": midnight in the company's zone.
func (w Who) day(s string) (time.Time, bool) {
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	if m := relative.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1] + m[2])
		now := w.Now.In(zone)
		return time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, zone), true
	}
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	return t, err == nil && t.Year() > 0 && t.Year() < 10_000
}

// instant reads a day, an RFC 3339 moment or "now"; whole says that it was a day.
func (w Who) instant(s string) (at time.Time, whole, ok bool) {
	if day, ok := w.day(s); ok {
		return day, true, true
	}
	if s == "now" {
		return w.Now, false, true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.Truncate(time.Millisecond), false, err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10_000
}

func join(list []condition, word string) condition {
	if len(list) == 1 {
		return list[0]
	}
	var out condition
	var parts []string
	for _, c := range list {
		parts = append(parts, c.sql)
		out.args = append(out.args, c.args...)
	}
	out.sql = "(" + strings.Join(parts, word) + ")"
	return out
}
