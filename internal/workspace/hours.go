package workspace

import (
	"slices"
	"strconv"
	"time"

	"cartie/internal/platform/errs"
)

// Hours are the local times at which people answer: day → intervals "HH:MM" – "HH:MM".
// A day without intervals is closed; "24:00" is the end of the day. No interval at all
// means always open.
type Hours map[string][][2]string

// days are the keys of Hours, in time.Weekday's order.
var days = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

const maxIntervals = 6 // a day

func workdays() Hours {
	h := Hours{"sat": {}, "sun": {}}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		h[d] = [][2]string{{"09:00", "18:00"}}
	}
	return h
}

// minutes reads "HH:MM" as minutes of the day; false when it is not a time.
func minutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	total := h*60 + m
	return total, m < 60 && total <= 24*60
}

func (h Hours) check() error {
	for day, list := range h {
		field := "hours." + day
		if !slices.Contains(days, day) {
			return errs.Invalid("hours", "The days are mon, tue, wed, thu, fri, sat and sun.").Code("day_unknown")
		}
		if len(list) > maxIntervals {
			return errs.Invalid(field, "Use at most six intervals a day.").Code("hours_many")
		}
		before := -1
		for _, iv := range list {
			from, ok := minutes(iv[0])
			to, ok2 := minutes(iv[1])
			switch {
			case !ok || !ok2:
				return errs.Invalid(field, "Write hours as 09:00 – 18:00.").Code("hours_invalid")
			case from == to:
				return errs.Invalid(field, "An interval needs an end after its beginning.").Code("hours_empty")
			case from > to:
				return errs.Invalid(field, "Hours cannot cross midnight: end the interval at 24:00 and begin another at 00:00 on the next day.").Code("hours_midnight")
			case from < before:
				return errs.Invalid(field, "The intervals of a day must follow each other without overlapping.").Code("hours_overlap")
			}
			before = to
		}
	}
	return nil
}

func (h Hours) none() bool {
	for _, list := range h {
		if len(list) > 0 {
			return false
		}
	}
	return true
}

// lookBack bounds the search for the last closing, days: a year of holidays.
const lookBack = 370

// Open reports whether people answer at the instant. When they do not, periodKey names
// the closed period by the instant at which it began: the same for every instant of one
// period, another for the next.
func (w Workspace) Open(at time.Time) (open bool, periodKey string) {
	if w.Hours.V.none() {
		return true, ""
	}
	loc, err := zone(w.TimeZone)
	if err != nil { // the zone was checked when it was set
		loc = time.UTC
	}
	local := at.In(loc)
	for back := range lookBack {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 12, 0, 0, 0, loc)
		list := w.intervals(day)
		for i := len(list) - 1; i >= 0; i-- {
			from, to := list[i].from, list[i].to
			if !at.Before(from) && at.Before(to) {
				return true, ""
			}
			if !at.Before(to) {
				return false, to.UTC().Format(time.RFC3339)
			}
		}
	}
	return false, "never-open"
}

type interval struct{ from, to time.Time }

// intervals returns when the company is open on the local day.
func (w Workspace) intervals(day time.Time) []interval {
	date := day.Format(time.DateOnly)
	for _, h := range w.Holidays.V {
		if h.Date == date {
			return nil
		}
	}
	var out []interval
	for _, iv := range w.Hours.V[days[day.Weekday()]] {
		from, ok := minutes(iv[0])
		to, ok2 := minutes(iv[1])
		if ok && ok2 {
			out = append(out, interval{wall(day, from), wall(day, to)})
		}
	}
	return out
}

// wall is the instant of a local time. A time that the clocks skip is the moment of the
// skip and after; one that they repeat is its first occurrence.
func wall(day time.Time, minute int) time.Time {
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, day.Location())
	if h, m := t.Hour(), t.Minute(); (h*60+m)%(24*60) != minute%(24*60) {
		return t // skipped: whichever side the clock lands on
	}
	if earlier := t.Add(-time.Hour); earlier.Hour() == t.Hour() && earlier.Minute() == t.Minute() {
		return earlier
	}
	return t
}
