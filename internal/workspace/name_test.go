package workspace

import (
	"testing"

	"cartie/internal/platform/errs"
)

func TestNamesThatHide(t *testing.T) {
	for given, want := range map[string]string{
		"Auto\u202e Дім": "Auto Дім", "\x1b[2JAuto\x00 ": "[2JAuto", "  Авто\u00a0 Дім ": "Авто Дім",
		"\u200b": "", "\x00": "", "\u2066 \u2069": "",
	} {
		w := Workspace{Name: given, Color: defaultColor, TimeZone: defaultZone, Language: "en", Currency: defaultCurrency, Country: defaultCountry}
		w.Hours.V = workdays()
		w.Holidays.V = []Holiday{{Date: "2026-12-25", Name: given}}
		err := w.check()
		switch {
		case want == "" && !errs.Is(err, errs.KindInvalid):
			t.Errorf("%q is taken as %q: %v", given, w.Name, err)
		case want != "" && (err != nil || w.Name != want):
			t.Errorf("%q is kept as %q: %v", given, w.Name, err)
		}
	}
}
