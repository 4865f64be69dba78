package money_test

import (
	"testing"

	"cartie/internal/platform/money"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]int64{
		"12500": 1250000, "12 500": 1250000, "12\u00a0500": 1250000, "12,500": 1250000, "12.500": 1250000, "1.234.567": 123456700,
		"12,500.50": 1250050, "12.500,5": 1250050, "0": 0, "0,99": 99, "7'500": 750000, "90071992547409.91": money.Max,
		"": -1, "-5": -1, "12k": -1, ",5": -1, "1,23,456": -1, "90071992547409.92": -1, "99999999999999999999": -1, "1.2.3": -1, "..": -1,
	} {
		got, ok := money.Parse(in)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("12,500.50")
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := money.Parse(s)
		if n < 0 || n > money.Max {
			t.Fatalf("%q gives %d", s, n)
		}
		if !ok {
			return
		}
		if again, ok := money.Parse(money.Decimal(n)); !ok || again != n {
			t.Fatalf("%q gives %d, written %s, read %d", s, n, money.Decimal(n), again)
		}
	})
}

func TestWritten(t *testing.T) {
	for m, want := range map[money.Money][2]string{
		{Amount: 1250000, Currency: "USD"}:   {"12500 USD", "$12\u00a0500"},
		{Amount: 91200050, Currency: "UAH"}:  {"912000.50 UAH", "912\u00a0001\u00a0₴"},
		{Amount: -5, Currency: "EUR"}:        {"-0.05 EUR", "€0"},
		{Amount: 99900, Currency: "CHF"}:     {"999 CHF", "999\u00a0CHF"},
		{Amount: 123456700, Currency: "PLN"}: {"1234567 PLN", "1\u00a0234\u00a0567\u00a0zł"},
	} {
		if got := [2]string{m.String(), m.Short()}; got != want {
			t.Errorf("%v: %q, want %q", m, got, want)
		}
	}
}

func TestConvert(t *testing.T) {
	if got, ok := money.Convert(1250000, 41_250_000); !ok || got != 51562500 {
		t.Errorf("12500 at 41.25: %d %v", got, ok)
	}
	if _, ok := money.Convert(money.Max, 2_000_000); ok {
		t.Error("an amount without room")
	}
}
