package fields_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/fields"
	"cartie/internal/platform/ident"
)

var custom = []fields.Field{
	{Key: "c_size", Type: fields.Number}, {Key: "c_day", Type: fields.Date}, {Key: "c_at", Type: fields.Instant}, {Key: "c_on", Type: fields.Boolean}, {Key: "c_word", Type: fields.Text, Required: true},
	{Key: "c_mail", Type: fields.Email}, {Key: "c_site", Type: fields.URL}, {Key: "c_phone", Type: fields.Phone},
	{Key: "c_fee", Type: fields.Money, Options: []fields.Option{{Value: "EUR"}}},
	{Key: "c_kind", Type: fields.Select, Options: []fields.Option{{Value: "new", Label: map[string]string{"uk": "Нове", "ru": "Новое"}}, {Value: "old", IsArchived: true}}},
	{Key: "c_tags", Type: fields.Multiselect, Options: []fields.Option{{Value: "a"}, {Value: "b"}}},
}

func TestCheckCustom(t *testing.T) {
	old := map[string]any{"word": "w", "size": 5.0, "archived": "kept", "kind": "old", "fee": map[string]any{"amount": 100.0, "currency": "EUR"}}
	for _, c := range []struct {
		given, want, changed, bad string
	}{
		{`{}`, `{"word":"w","size":5,"archived":"kept","kind":"old","fee":{"amount":100,"currency":"EUR"}}`, "", ""},
		{`{"size":5,"kind":"old","fee":{"amount":100,"currency":"EUR"}}`, `{"word":"w","size":5,"archived":"kept","kind":"old","fee":{"amount":100,"currency":"EUR"}}`, "", ""},
		{`{"size":null,"kind":null,"fee":null,"day":"2026-11-02","on":false,"tags":["b","a","b"],"word":" x "}`,
			`{"word":"x","archived":"kept","day":"2026-11-02","on":false,"tags":["b","a"]}`, "c_day c_fee c_kind c_on c_size c_tags c_word", ""},
		{`{"at":"2026-11-02T12:00:00+02:00"}`, `{"word":"w","size":5,"archived":"kept","kind":"old","fee":{"amount":100,"currency":"EUR"},"at":"2026-11-02T10:00:00Z"}`, "c_at", ""},
		{`{"word":""}`, "", "", "word"}, {`{"size":"5"}`, "", "", "size"}, {`{"size":1e300}`, "", "", "size"}, {`{"day":"02.11.2026"}`, "", "", "day"}, {`{"on":1}`, "", "", "on"},
		{`{"word":5}`, "", "", "word"}, {`{"kind":"none"}`, "", "", "kind"}, {`{"tags":["c"]}`, "", "", "tags"}, {`{"tags":"a"}`, "", "", "tags"}, {`{"none":1}`, "", "", "none"},
		{`{"fee":{"amount":1.5,"currency":"EUR"}}`, "", "", "fee"}, {`{"fee":{"amount":1,"currency":"USD"}}`, "", "", "fee"}, {`{"fee":5}`, "", "", "fee"}, {`{"fee":{"amount":-1,"currency":"EUR"}}`, "", "", "fee"},
		{`{"mail":"x"}`, "", "", "mail"}, {`{"site":"javascript:alert(1)"}`, "", "", "site"}, {`{"phone":"call me"}`, "", "", "phone"}, {`{"archived":"x"}`, "", "", "archived"}, {`{"word":"a\u0000"}`, "", "", "word"},
	} {
		var given, want map[string]any
		if err := json.Unmarshal([]byte(c.given), &given); err != nil {
			t.Fatal(err)
		}
		got, changed, err := fields.CheckCustom(custom, old, given)
		if c.bad != "" {
			if e := errs.As(err); e == nil || e.Field != "custom."+c.bad {
				t.Errorf("%s: %v", c.given, err)
			}
			continue
		}
		b, _ := json.Marshal(got)
		var again map[string]any
		_ = json.Unmarshal(b, &again)
		_ = json.Unmarshal([]byte(c.want), &want)
		if err != nil || !reflect.DeepEqual(again, want) || strings.Join(changed, " ") != c.changed {
			t.Errorf("%s gives %s changed %v: %v", c.given, b, changed, err)
		}
	}
	if _, _, err := fields.CheckCustom(custom, nil, map[string]any{"kind": "old", "word": "w"}); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("an archived choice for something new: %v", err)
	}
	if _, _, err := fields.CheckCustom(custom, nil, nil); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a required field left out of something new: %v", err)
	}
	if _, _, err := fields.CheckCustom(custom, map[string]any{}, map[string]any{"size": 1.0}); err != nil {
		t.Errorf("an old thing without a field that is required since: %v", err)
	}
}

func TestReadText(t *testing.T) {
	by := map[string]fields.Field{}
	for _, f := range custom {
		by[f.CustomKey()] = f
	}
	for _, c := range []struct {
		key, in string
		want    any
	}{
		{"size", "1 234,5", 1234.5}, {"size", "x", nil}, {"day", "2.11.2026", "2026-11-02"}, {"day", "11/31/2026", nil}, {"at", "02.11.2026 14:00", "2026-11-02T12:00:00Z"}, {"at", "2026-11-02", "2026-11-01T22:00:00Z"},
		{"on", "Так", true}, {"on", "нет", false}, {"on", "?", nil}, {"fee", "1 200,50", map[string]any{"amount": int64(120050), "currency": "EUR"}}, {"fee", "5 EUR", map[string]any{"amount": int64(500), "currency": "EUR"}},
		{"kind", "нове", "new"}, {"kind", "NEW", "new"}, {"kind", "x", nil}, {"tags", "a; B", []any{"a", "b"}}, {"tags", "a,z", nil}, {"word", "  w ", "w"},
	} {
		got, err := by[c.key].ReadText(c.in, kyiv)
		if (err == nil) != (c.want != nil) || c.want != nil && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %q: %v %v, want %v", c.key, c.in, got, err, c.want)
		}
	}
}

func FuzzReadText(f *testing.F) {
	for i, s := range []string{"1,5", "02.11.2026", "2026-11-02 14:00", "так", "w", "a@b.c", "https://x", "+380", "5 EUR", "new", "a;b"} {
		f.Add(i, s)
	}
	f.Fuzz(func(t *testing.T, i int, s string) {
		field := custom[min(max(i, 0), len(custom)-1)]
		v, err := field.ReadText(s, kyiv)
		if err != nil && !errs.Is(err, errs.KindInvalid) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if _, _, err := fields.CheckCustom(custom, map[string]any{}, map[string]any{field.CustomKey(): v}); err != nil && !errs.Is(err, errs.KindInvalid) {
			t.Fatal(err)
		}
	})
}

func TestFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ws := owner.Principal.WorkspaceID
		keep(t, d, ws, row{ID: ident.New(), Title: "=1+1", Make: `Škoda "Bílá"`, Year: new(2019), Price: new(int64(1_250_050)), Status: "SOLD", SoldAt: new(noon), Created: noon.Add(time.Second),
			Custom: map[string]any{"doors": 4.5, "extras": []string{"hook", "roof_bars"}, "ours": true, "tax": map[string]any{"amount": 5, "currency": "USD"}, "nick": "+380501234567"}},
			row{ID: ident.New(), Title: "b", Status: "AVAILABLE", Created: noon})
		columns, err := car().Columns([]string{"title", "make", "year", "price", "sold_at", "c_doors", "c_extras", "c_ours", "c_tax", "c_nick"}, owner)
		if err != nil {
			t.Fatal(err)
		}
		rows, next, err := fields.Rows(t.Context(), d.Read(), ws, parse(t, "", owner), columns)
		if err != nil || next != "" || len(rows) != 2 {
			t.Fatalf("%v %q %v", rows, next, err)
		}
		heads := fields.Heads(columns, func(f fields.Field) string { return f.Key }, "currency")
		var out bytes.Buffer
		csv := fields.NewCSV(&out, true)
		var head []any
		for _, h := range heads {
			head = append(head, h)
		}
		for _, r := range append([][]any{head}, rows...) {
			if len(r) != len(heads) {
				t.Errorf("%d cells under %d heads", len(r), len(heads))
			}
			if err := csv.Row(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := csv.Close(); err != nil {
			t.Fatal(err)
		}
		const want = "\ufefftitle,make,year,price,\"price, currency\",sold_at,c_doors,c_extras,c_ours,c_tax,\"c_tax, currency\",c_nick\r\n" +
			"'=1+1,\"Škoda \"\"Bílá\"\"\",2019,12500.50,USD,2026-11-02 14:00,4.5,\"hook, roof_bars\",yes,0.05,USD,+380501234567\r\n" +
			"b,,,,,,,,,,,\r\n"
		if out.String() != want {
			t.Errorf("got\n%s\nwant\n%s", out.String(), want)
		}
		out.Reset()
		book, err := fields.NewXLSX(&out, "vehicle")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := book.Row(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := book.Close(); err != nil {
			t.Fatal(err)
		}
		read, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read.GetRows("vehicle")
		if err != nil || len(got) != 2 || got[0][0] != "=1+1" || got[0][3] != "12500.5" || got[0][5] != "2026-11-02 14:00" {
			t.Errorf("the workbook reads %q: %v", got, err)
		}
		if f, _ := read.GetCellFormula("vehicle", "A1"); f != "" {
			t.Errorf("a text became the formula %s", f)
		}
	})
}
