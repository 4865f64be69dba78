package workspace

import (
	"testing"
	"time"

	"cartie/internal/platform/errs"
)

func company(zone string, h Hours, holidays ...string) Workspace {
	w := Workspace{TimeZone: zone}
	w.Hours.V = h
	for _, d := range holidays {
		w.Holidays.V = append(w.Holidays.V, Holiday{Date: d})
	}
	return w
}

func everyDay(from, to string) Hours {
	h := Hours{}
	for _, d := range days {
		h[d] = [][2]string{{from, to}}
	}
	return h
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOpen(t *testing.T) {
	kyiv := "Europe/Kyiv"
	week := workdays()
	lunch := Hours{"mon": {{"09:00", "13:00"}, {"14:00", "18:00"}}}
	night := Hours{"fri": {{"20:00", "24:00"}}, "sat": {{"00:00", "04:00"}}}
	for _, c := range []struct {
		name   string
		w      Workspace
		at     string
		open   bool
		period string
	}{
		// 2026-11-23 is a Monday; Kyiv is UTC+2 in winter, UTC+3 in summer.
		{"opens on the minute", company(kyiv, week), "2026-11-23T07:00:00Z", true, ""},
		{"a moment before opening", company(kyiv, week), "2026-11-23T06:59:59.999Z", false, "2026-11-20T16:00:00Z"},
		{"closes on the minute", company(kyiv, week), "2026-11-23T16:00:00Z", false, "2026-11-23T16:00:00Z"},
		{"a moment before closing", company(kyiv, week), "2026-11-23T15:59:59.999Z", true, ""},
		{"the whole weekend is one period: Friday evening", company(kyiv, week), "2026-11-20T20:00:00Z", false, "2026-11-20T16:00:00Z"},
		{"the whole weekend is one period: Sunday", company(kyiv, week), "2026-11-22T12:00:00Z", false, "2026-11-20T16:00:00Z"},
		{"in summer", company(kyiv, week), "2026-07-06T06:00:00Z", true, ""},
		{"the zone decides", company("America/New_York", week), "2026-11-23T07:00:00Z", false, "2026-11-20T23:00:00Z"},
		{"lunch", company(kyiv, lunch), "2026-11-23T11:30:00Z", false, "2026-11-23T11:00:00Z"},
		{"after lunch", company(kyiv, lunch), "2026-11-23T12:00:00Z", true, ""},
		{"midnight inside of two intervals", company(kyiv, night), "2026-11-20T22:00:00Z", true, ""},
		{"after the night", company(kyiv, night), "2026-11-21T02:00:00Z", false, "2026-11-21T02:00:00Z"},
		{"a holiday continues the closed period", company(kyiv, week, "2026-11-23"), "2026-11-23T10:00:00Z", false, "2026-11-20T16:00:00Z"},
		{"a holiday in the middle of the week", company(kyiv, week, "2026-11-25"), "2026-11-25T10:00:00Z", false, "2026-11-24T16:00:00Z"},
		{"a holiday is a local day", company(kyiv, everyDay("00:00", "24:00"), "2026-11-25"), "2026-11-24T22:30:00Z", false, "2026-11-24T22:00:00Z"},
		{"round the clock", company(kyiv, everyDay("00:00", "24:00")), "2026-11-24T22:00:00Z", true, ""},
		{"no hours at all: always open", company(kyiv, Hours{"mon": {}}), "2026-11-22T03:00:00Z", true, ""},

		// 2026-03-29 in Kyiv: 03:00 becomes 04:00 at 01:00Z.
		{"the day before the clocks go forward", company(kyiv, everyDay("09:00", "18:00")), "2026-03-28T16:00:00Z", false, "2026-03-28T16:00:00Z"},
		{"opens an hour earlier in UTC after it", company(kyiv, everyDay("09:00", "18:00")), "2026-03-29T06:00:00Z", true, ""},
		{"not yet", company(kyiv, everyDay("09:00", "18:00")), "2026-03-29T05:59:59Z", false, "2026-03-28T16:00:00Z"},
		{"closing at a skipped time", company(kyiv, everyDay("01:00", "03:30")), "2026-03-29T00:59:00Z", true, ""},
		{"long after a skipped closing", company(kyiv, everyDay("01:00", "03:30")), "2026-03-29T10:00:00Z", false, "2026-03-29T01:30:00Z"},
		{"a round-the-clock day of 23 hours has no gap", company(kyiv, everyDay("00:00", "24:00")), "2026-03-29T01:00:00Z", true, ""},

		// 2026-10-25 in Kyiv: 04:00 becomes 03:00 at 01:00Z; 03:30 is at 00:30Z and 01:30Z.
		{"before the clocks go back", company(kyiv, everyDay("01:00", "03:30")), "2026-10-25T00:29:00Z", true, ""},
		{"a repeated closing counts once", company(kyiv, everyDay("01:00", "03:30")), "2026-10-25T00:45:00Z", false, "2026-10-25T00:30:00Z"},
		{"and stays closed the second time", company(kyiv, everyDay("01:00", "03:30")), "2026-10-25T01:15:00Z", false, "2026-10-25T00:30:00Z"},
		{"opening at a repeated time is the first", company(kyiv, everyDay("03:30", "12:00")), "2026-10-25T00:30:00Z", true, ""},
		{"opens an hour later in UTC after it", company(kyiv, everyDay("09:00", "18:00")), "2026-10-25T06:59:00Z", false, "2026-10-24T15:00:00Z"},
		{"on the minute", company(kyiv, everyDay("09:00", "18:00")), "2026-10-25T07:00:00Z", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			open, period := c.w.Open(instant(t, c.at))
			if open != c.open || period != c.period {
				t.Fatalf("got %v %q, want %v %q", open, period, c.open, c.period)
			}
		})
	}
}

func TestOpenAfterAVeryLongHoliday(t *testing.T) {
	w := company("Europe/Kyiv", everyDay("09:00", "18:00"))
	for d := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2027; d = d.AddDate(0, 0, 1) {
		w.Holidays.V = append(w.Holidays.V, Holiday{Date: d.Format(time.DateOnly)})
	}
	if open, period := w.Open(instant(t, "2026-11-23T10:00:00Z")); open || period == "" {
		t.Fatalf("got %v %q", open, period)
	}
}

func TestHoursCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		h    Hours
		code string
	}{
		{"workdays", workdays(), ""},
		{"end of the day", Hours{"mon": {{"22:00", "24:00"}}, "tue": {{"00:00", "02:00"}}}, ""},
		{"touching intervals", Hours{"mon": {{"09:00", "12:00"}, {"12:00", "18:00"}}}, ""},
		{"crossing midnight", Hours{"mon": {{"22:00", "02:00"}}}, "hours_midnight"},
		{"overlap", Hours{"mon": {{"09:00", "13:00"}, {"12:30", "18:00"}}}, "hours_overlap"},
		{"wrong order", Hours{"mon": {{"14:00", "18:00"}, {"09:00", "13:00"}}}, "hours_overlap"},
		{"nothing", Hours{"mon": {{"09:00", "09:00"}}}, "hours_empty"},
		{"no such minute", Hours{"mon": {{"09:60", "18:00"}}}, "hours_invalid"},
		{"no such hour", Hours{"mon": {{"09:00", "24:01"}}}, "hours_invalid"},
		{"sloppy", Hours{"mon": {{"9:00", "18:00"}}}, "hours_invalid"},
		{"signs", Hours{"mon": {{"+9:00", "18:00"}}}, "hours_invalid"},
		{"no such day", Hours{"monday": {{"09:00", "18:00"}}}, "day_unknown"},
		{"too many", Hours{"mon": {{"01:00", "02:00"}, {"03:00", "04:00"}, {"05:00", "06:00"}, {"07:00", "08:00"}, {"09:00", "10:00"}, {"11:00", "12:00"}, {"13:00", "14:00"}}}, "hours_many"},
	} {
		var code string
		if e := errs.As(c.h.check()); e != nil {
			code = e.Token
		}
		if code != c.code {
			t.Errorf("%s: got %q, want %q", c.name, code, c.code)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Автосалон «Їжак & Щука»": "avtosalon-izhak-shchuka",
		"  Best   Cars, Ltd.  ":   "best-cars-ltd",
		"Об'єднання":              "obiednannia",
		"!!!":                     "company",
		"System":                  "company",
		"日本":                      "company",
		"Kyiv-24":                 "kyiv-24",
		"Ы":                       "y",
		"a very long name of a company that never seems to end": "a-very-long-name-of-a-company-that-never",
	} {
		if got := slug(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
