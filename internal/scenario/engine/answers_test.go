package engine

import (
	"testing"
	"time"

	"cartie/internal/platform/money"
)

var today = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestMoney(t *testing.T) {
	for in, want := range map[string]string{
		"12500": "12500 USD", "12 500": "12500 USD", "12 500 $": "12500 USD", "$12,500": "12500 USD", "€11k": "11000 EUR",
		"11000 євро": "11000 EUR", "11 000 EUR": "11000 EUR", "450 тис грн": "450000 UAH", "450 тис. грн.": "450000 UAH",
		"450000 гривень": "450000 UAH", "12.500,50 €": "12500.50 EUR", "12,500.50": "12500.50 USD", "12,5 тис": "12500 USD",
		"1.234.567 грн": "1234567 UAH", "9.5": "9.50 USD", "20000 у.е.": "20000 USD", "20 тисяч доларів": "20000 USD",
		"20к": "20000 USD", "12'500": "12500 USD", "~15000": "15000 USD", "15000 баксов": "15000 USD", "15 тыс": "15000 USD",
		"": "", "abc": "", "10000-12000": "", "від 10000": "", "10 тис 500": "", "-5": "", "12000 $ або 11000 €": "", "1e9": "", "..": "",
		"12 лимонов": "", "99999999999999999": "",
	} {
		got := ""
		if m, ok := readMoney(in, "USD"); ok {
			got = m.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestYear(t *testing.T) {
	for in, want := range map[string]int{"2019": 2019, " 2019 ": 2019, "2019 р.": 2019, "2019 рік": 2019, "2019г": 2019, "1950": 1950, "2027": 2027,
		"2028": 0, "1949": 0, "19": 0, "20190": 0, "двадцять": 0, "": 0, "2019-2020": 0, "+201": 0} {
		if y, ok := readYear(in, today); ok != (want > 0) || ok && y != want {
			t.Errorf("%q: %d %t", in, y, ok)
		}
	}
}

func TestVIN(t *testing.T) {
	for in, want := range map[string]string{
		"WBA8E9G50GNT12345": "WBA8E9G50GNT12345", "wba8e9g50gnt12345": "WBA8E9G50GNT12345", "WBA 8E9G5-0GNT12345": "WBA8E9G50GNT12345",
		"ТМВЕ9G50GNТ123456": "TMBE9G50GNT123456", "WBA8E9G50GNT1234": "", "WBA8E9G50GNT1234I": "", "": "",
	} {
		if got, ok := readVIN(in); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %t", in, got, ok)
		}
	}
}

func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://auto.ria.com/uk/auto_bmw_x5_1.html": "https://auto.ria.com/uk/auto_bmw_x5_1.html", "auto.ria.com/x": "https://auto.ria.com/x",
		"HTTP://OLX.ua/a?b=1": "http://olx.ua/a?b=1", "ftp://a.com": "", "javascript:alert(1)": "", "https://user:pw@a.com/": "", "hello": "",
		"http://localhost/": "", "https://a": "", "two words.com": "", "https://.com": "",
	} {
		if got, ok := readURL(in); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %t", in, got, ok)
		}
	}
}

func TestContactsInANote(t *testing.T) {
	for in, want := range map[string]bool{
		"Гарний стан, пробіг 120 000 км, 2018 рік": false, "Один власник. Ціна 12 500 $.": false, "VIN WBA8E9G50GNT12345": false, "3.0d quattro": false,
		"10 000 000 грн": false, "120 000 2018": false,
		"дзвоніть 050 123 45 67": true, "+38 (050) 123-45-67": true, "380501234567": true, "0501234567": true, "+49 151 23456789": true,
		"пишіть @dealer_kyiv": true, "мій сайт auto-kyiv.com.ua": true, "t.me/dealer": true, "https://x.y": true, "mail@auto.ua": true,
	} {
		if got := tellsContact(in); got != want {
			t.Errorf("%q: %t", in, got)
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]Word{
		"/start": Start, "/start rq_REQ-1": Start, "/start@autobot rq_1": Start, "/menu": Menu, "Меню": Menu, "🏠 Menu": Menu, "ГОЛОВНЕ МЕНЮ": Menu,
		"⬅️ Назад": Back, "back": Back, "✖️ Скасувати": Cancel, "отмена!": Cancel, "/cancel": Cancel, "Стоп": Cancel, "stop": Cancel,
		"Пропустити ➡️": Skip, "skip": Skip, "✅ Готово": Finish, "Done": Finish, "☑️ Залишити як є": Keep, "🔄 Отправить фото заново": Clear,
		"": None, "назад у майбутнє": None, "стопи": None, "/starting": None, "BMW X5": None, "👍": None,
	} {
		if got := WordOf(in); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{"12 500 $", "€11k", "2019 р.", "WBA8E9G50GNT12345", "https://auto.ria.com", "\x00\xff", "1e9", "....", "450 тис. грн"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := readMoney(s, "USD"); ok && (m.Amount < 0 || !money.Known(m.Currency)) {
			t.Fatalf("%q: %v", s, m)
		}
		if y, ok := readYear(s, today); ok && (y < oldest || y > today.Year()+1) {
			t.Fatalf("%q: %d", s, y)
		}
		if v, ok := readVIN(s); ok && len(v) != 17 {
			t.Fatalf("%q: %q", s, v)
		}
		if u, ok := readURL(s); ok {
			if again, ok := readURL(u); !ok || again != u {
				t.Fatalf("%q: %q, then %q", s, u, again)
			}
		}
		_, _ = readNumber(s)
		_ = tellsContact(s)
		_ = WordOf(s)
	})
}
