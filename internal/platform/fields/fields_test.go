package fields_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/fields"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/search"
)

// car is an object over the vehicles: every type of field, with and without values.
func car() fields.Object {
	return fields.Object{
		Key: "vehicle", From: "vehicles v", Alias: "v", Sort: "-created_at",
		Fields: []fields.Field{
			{Key: "title", Type: fields.Text, SQL: "v.title", NotNull: true, CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "make", Type: fields.Text, SQL: "v.make", NotNull: true, CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "year", Type: fields.Number, SQL: "v.year", CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "price", Type: fields.Money, SQL: "v.price_base", Amount: "v.price_amount", Currency: "v.price_currency", CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "cost", Type: fields.Money, SQL: "v.cost_amount", Permission: ident.ViewCosts, CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "status", Type: fields.Select, SQL: "v.status", NotNull: true, CanFilter: true, CanSort: true, IsColumn: true,
				Options: []fields.Option{{Value: "AVAILABLE"}, {Value: "SOLD"}}},
			{Key: "is_consignment", Type: fields.Boolean, SQL: "v.is_consignment", NotNull: true, CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "reserved_by", Type: fields.Ref, Ref: "member", SQL: "v.reserved_by", CanFilter: true},
			{Key: "sold_at", Type: fields.Instant, SQL: "v.sold_at", CanFilter: true, CanSort: true, IsColumn: true},
			{Key: "created_at", Type: fields.Instant, SQL: "v.created_at", NotNull: true, CanFilter: true, CanSort: true, IsColumn: true},
		},
	}.With([]fields.Field{
		{Key: "c_doors", Type: fields.Number}, {Key: "c_seen", Type: fields.Date}, {Key: "c_ours", Type: fields.Boolean}, {Key: "c_nick", Type: fields.Text},
		{Key: "c_tax", Type: fields.Money, Options: []fields.Option{{Value: "USD"}}},
		{Key: "c_extras", Type: fields.Multiselect, Options: []fields.Option{{Value: "hook"}, {Value: "roof_bars"}}},
	})
}

var (
	kyiv  = must(time.LoadLocation("Europe/Kyiv"))
	noon  = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	owner = fields.Who{Principal: ident.Principal{UserID: ident.New(), WorkspaceID: ident.New(), Role: ident.Owner}, Zone: kyiv, Now: noon}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type row struct {
	ID      uuid.UUID
	Title   string
	Make    string
	Year    *int
	Price   *int64
	Status  string
	Ours    bool
	SoldAt  *time.Time
	Created time.Time
	Custom  map[string]any
	Deleted bool
	Holder  *uuid.UUID
}

const noVehicle = `INSERT INTO vehicles (workspace_id, id, title, make, model, trim_level, year, price_amount, price_currency, price_base, city, vin, plate, fuel, gearbox,
	drive, body, color, description, source, source_url, media_group_key, raw, status, stock, cost_currency, is_consignment, agreed_currency, commission_currency,
	photo_count, custom, arrived_at, sold_at, reserved_by, version, created_at, updated_at, deleted_at)
	VALUES (?,?,?,?,'','',?,?,'USD',?,'','','','','','','','','','MANUAL','','','{}',?,'in_stock','',?,'','',0,?,?,?,?,1,?,?,?)`

func keep(t interface{ Fatal(...any) }, d *db.DB, ws uuid.UUID, rows ...row) {
	if err := d.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for _, r := range rows {
			var deleted *time.Time
			if r.Deleted {
				deleted = &noon
			}
			if r.Custom == nil {
				r.Custom = map[string]any{}
			}
			tx.Push(ctx, noVehicle, ws, r.ID, r.Title, r.Make, r.Year, r.Price, r.Price, r.Status, r.Ours, db.JSON[map[string]any]{V: r.Custom},
				noon, r.SoldAt, r.Holder, r.Created, r.Created, deleted)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func parse(t interface{ Fatalf(string, ...any) }, query string, who fields.Who) fields.Query {
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	q, err := fields.Parse(values, car(), who)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return q
}

func TestFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ws := owner.Principal.WorkspaceID
		at := func(s string) time.Time { return must(time.Parse(time.RFC3339, s)) }
		rows := []row{
			{Title: "a", Make: "BMW", Year: new(2019), Price: new(int64(1_250_000)), Status: "AVAILABLE", Created: at("2026-11-01T21:59:59Z"),
				Custom: map[string]any{"doors": 4.5, "seen": "2026-10-31", "ours": true, "nick": "Білка", "tax": map[string]any{"amount": 5000, "currency": "USD"}, "extras": []string{"hook", "roof_bars"}}},
			{Title: "b", Make: "Audi", Year: new(2021), Price: new(int64(990_000)), Status: "SOLD", SoldAt: new(noon), Created: at("2026-11-01T22:00:00Z"), Ours: true,
				Custom: map[string]any{"doors": 5.0, "ours": false, "extras": []string{"hook"}}, Holder: &owner.Principal.UserID},
			{Title: "c_%", Make: "", Status: "AVAILABLE", Created: at("2026-11-02T21:59:59Z"), Custom: map[string]any{"extras": []string{"roofxbars"}}},
			{Title: "d", Make: "BMW", Year: new(2024), Status: "SOLD", Created: at("2026-11-02T22:00:00Z"), Holder: new(ident.New())},
			{Title: "gone", Make: "BMW", Status: "SOLD", Created: noon, Deleted: true},
		}
		for i := range rows {
			rows[i].ID = ident.New()
		}
		keep(t, d, ws, rows...)
		keep(t, d, ident.New(), row{ID: ident.New(), Title: "foreign", Make: "BMW", Year: new(2019), Status: "SOLD", Created: noon})
		if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			search.Put(ctx, tx, ws, "vehicle", rows[0].ID, "BMW Білка", "+380501234567")
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]string{
			"": "d c_% b a", "deleted=true": "gone",
			"make=BMW": "d a", "make=BMW&make=Audi": "d b a", "make=!BMW": "c_% b", "make=!BMW&make=!Audi": "c_%", "make=-": "c_%", "make=*": "d b a", "make=~mw": "d a", "title=~_%25": "c_%",
			"year=2019..2021": "b a", "year=2021..": "d b", "year=..2019": "a", "year=2019&year=2024": "d a", "year=-": "c_%", "year=*": "d b a", "year=!2019": "d c_% b", "year=99999999999": "",
			"price=9900..12499.99": "b", "price=12500": "a", "price=-": "d c_%",
			"status=SOLD": "d b", "is_consignment=true": "b", "is_consignment=false": "d c_% a",
			"reserved_by=me": "b", "reserved_by=-": "c_% a", "reserved_by=!me": "d c_% a",
			"created_at=2026-11-02": "c_% b", "created_at=..2026-11-01": "a", "created_at=2026-11-03..": "d", "created_at=today": "c_% b", "created_at=today-1..today": "c_% b a",
			"created_at=2026-11-01T22:00:00Z..2026-11-01T22:00:00Z": "b", "sold_at=*": "b", "sold_at=-": "d c_% a",
			"c_doors=4..5": "b a", "c_doors=4.5": "a", "c_doors=-": "d c_%", "c_seen=2026-10-31": "a", "c_seen=2026-11-01..": "", "c_ours=true": "a", "c_ours=false": "b", "c_ours=*": "b a",
			"c_nick=Білка": "a", "c_nick=~ілк": "a", "c_tax=50": "a", "c_tax=..49.99": "", "c_extras=roof_bars": "a", "c_extras=hook": "b a", "c_extras=-": "d", "c_extras=!hook": "d c_%",
			"1.make=Audi&2.year=2024": "d b", "1.make=BMW&1.year=2019&2.make=-&status=AVAILABLE": "c_% a",
			"q=білк": "a", "q=050 123 45 67": "a", "q=%2B380 (50) 123": "a", "q=zzz": "",
			"sort=year": "a b d c_%", "sort=-year": "d b a c_%", "sort=price": "b a c_% d", "sort=-c_doors": "b a d c_%", "sort=c_nick": "a b c_% d", "sort=-is_consignment": "b d c_% a",
		} {
			q := parse(t, strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29").Replace(query), owner)
			got, _, err := fields.List[string](t.Context(), d.Read(), ws, q, "v.title")
			if err != nil {
				t.Errorf("%s: %v", query, err)
			} else if strings.Join(got, " ") != want {
				t.Errorf("%s finds %q, want %q", query, strings.Join(got, " "), want)
			}
			n, more, err := fields.Count(t.Context(), d.Read(), ws, q)
			if err != nil || more || n != len(strings.Fields(want)) {
				t.Errorf("%s counts %d %v: %v", query, n, more, err)
			}
		}
	})
}

func TestBadQueriesNameTheParameter(t *testing.T) {
	viewer := owner
	viewer.Principal.Role = ident.Operator
	for query, want := range map[string]string{
		"colour=red": "colour", "year=new": "year", "year=..": "year", "year=20..x": "year", "price=cheap": "price", "status=GONE": "status", "is_consignment=1": "is_consignment",
		"reserved_by=x": "reserved_by", "created_at=yesterday": "created_at", "created_at=2026-13-01": "created_at", "sort=-": "sort", "sort=reserved_by": "sort", "sort=id": "sort",
		"limit=many": "limit", "limit=-1": "limit", "cursor=AAAA": "cursor", "deleted=maybe": "deleted", "q=%00": "q", "make=%00": "make", "make=%ff": "make", "1.colour=red": "1.colour", "c_none=1": "c_none",
		"cost=5": "cost", "sort=cost": "sort",
	} {
		values, _ := url.ParseQuery(query)
		_, err := fields.Parse(values, car(), viewer)
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.KindInvalid || e.Field != want {
			t.Errorf("%s: %v, want an invalid %s", query, err, want)
		}
	}
	if _, err := fields.Parse(url.Values{"cost": {"5"}, "sort": {"-cost"}}, car(), owner); err != nil {
		t.Errorf("who may see costs: %v", err)
	}
	if _, err := fields.Parse(url.Values{"cursor": {"eyJzIjoieWVhciIsInYiOiJ4IiwiaSI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJ9"}, "sort": {"year"}}, car(), owner); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a cursor of another kind: %v", err)
	}
}

// Whatever the data and the order, the pages of a list hold each row once, in order.
func TestPagingVisitsEachRowOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sorts := []string{"title", "make", "year", "price", "status", "is_consignment", "sold_at", "created_at", "c_doors", "c_nick", "c_ours", "c_seen"}
		rapid.Check(t, func(rt *rapid.T) {
			who := owner
			who.Principal.WorkspaceID = ident.New()
			word := rapid.SampledFrom([]string{"", "a", "B", "ё", "Ї", "zz", "z"})
			var rows []row
			for range rapid.IntRange(0, 25).Draw(rt, "rows") {
				r := row{ID: ident.New(), Title: word.Draw(rt, "title"), Make: word.Draw(rt, "make"), Status: "SOLD", Ours: rapid.Bool().Draw(rt, "ours"),
					Created: noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "created")) * 500 * time.Millisecond), Custom: map[string]any{}}
				if rapid.Bool().Draw(rt, "has year") {
					r.Year, r.Price = new(rapid.IntRange(-1, 3).Draw(rt, "year")), new(rapid.Int64Range(0, 1<<53).Draw(rt, "price"))
				}
				if rapid.Bool().Draw(rt, "is sold") {
					r.SoldAt = new(noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "sold")) * time.Hour))
				}
				if rapid.Bool().Draw(rt, "has custom") {
					r.Custom = map[string]any{"doors": rapid.SampledFrom([]float64{0.1, 1.0 / 3, -2, 1e15}).Draw(rt, "doors"), "nick": word.Draw(rt, "nick"), "seen": "2026-11-02"}
				}
				rows = append(rows, r)
			}
			keep(rt, d, who.Principal.WorkspaceID, rows...)
			sort := rapid.SampledFrom(sorts).Draw(rt, "sort")
			if rapid.Bool().Draw(rt, "desc") {
				sort = "-" + sort
			}
			limit := rapid.IntRange(1, 7).Draw(rt, "limit")
			var seen []uuid.UUID
			cursor := ""
			for {
				q := parse(rt, url.Values{"sort": {sort}, "limit": {fmt.Sprint(limit)}, "cursor": {cursor}}.Encode(), who)
				page, next, err := fields.List[uuid.UUID](context.Background(), d.Read(), who.Principal.WorkspaceID, q, "v.id")
				if err != nil {
					rt.Fatal(err)
				}
				if len(page) > limit || next != "" && len(page) < limit {
					rt.Fatalf("a page of %d rows for %d, next %q", len(page), limit, next)
				}
				seen = append(seen, page...)
				if next == "" {
					break
				}
				cursor = next
			}
			all, _, err := fields.List[uuid.UUID](context.Background(), d.Read(), who.Principal.WorkspaceID, parse(rt, "limit=100&sort="+sort, who), "v.id")
			if err != nil || !slices.Equal(all, seen) || len(seen) != len(rows) {
				rt.Fatalf("%d rows, %d by pages of %d, %d at once: %v", len(rows), len(seen), limit, len(all), err)
			}
		})
	})
}

// Main sorts walk an index: they neither sort nor scan.
func TestSortsUseTheirIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ws := owner.Principal.WorkspaceID
		var rows []row
		for i := range 3000 {
			rows = append(rows, row{ID: ident.New(), Make: fmt.Sprint(i % 7), Year: new(1990 + i%40), Price: new(int64(i)), Status: "SOLD", Created: noon.Add(time.Duration(i) * time.Second)})
		}
		keep(t, d, ws, rows...)
		if d.Engine() == db.Postgres {
			if err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "ANALYZE vehicles")
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, sort := range []string{"-created_at", "created_at", "price", "-price", "year", "-year"} {
			q := parse(t, "sort="+sort, owner)
			_, next, err := fields.List[uuid.UUID](t.Context(), d.Read(), ws, q, "v.id")
			if err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{"sort=" + sort, "sort=" + sort + "&cursor=" + next} {
				sql, args := parse(t, query, owner).Select(d.Read(), ws, "v.id")
				plan := dbtest.Plan(t, d, sql, args...)
				if strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan+"\n", "SCAN v\n") {
					t.Errorf("%s:\n%s", query, plan)
				}
			}
		}
	})
}

// Whatever a caller writes, the list answers or says which parameter is wrong.
func FuzzParse(f *testing.F) {
	d := dbtest.SQLite(f)
	for _, s := range []string{"make=BMW&year=2019..&sort=-price&q=x", "1.make=~a&2.c_doors=!4", "created_at=today-7..now&c_extras=hook", "cursor=eyJzIjoiLWNyZWF0ZWRfYXQifQ", "reserved_by=me&reserved_by=-", "price=..1e9&q=\"'%25"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		q, err := fields.Parse(values, car(), owner)
		if err != nil {
			if !errs.Is(err, errs.KindInvalid) {
				t.Fatal(err)
			}
			return
		}
		if _, _, err := fields.List[uuid.UUID](t.Context(), d.Read(), owner.Principal.WorkspaceID, q, "v.id"); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	})
}
