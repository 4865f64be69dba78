package fields

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/money"
)

// Columns returns the fields of a file: the asked ones in their order, all columns of the
// registry when nothing is asked. Errors: an invalid "columns".
func (o Object) Columns(keys []string, who Who) ([]Field, error) {
	if len(keys) == 0 {
		var all []Field
		for _, f := range o.Visible(who.Principal) {
			if f.IsColumn && f.SQL != "" {
				all = append(all, f)
			}
		}
		return all, nil
	}
	var out []Field
	for _, k := range keys {
		f, ok := o.Field(k, who.Principal)
		if !ok || f.SQL == "" || !f.IsColumn || len(out) == 200 {
			return nil, errs.Invalid("columns", "There is no column "+printable(k)+".").Code("unknown_column")
		}
		out = append(out, f)
	}
	return out, nil
}

// Heads are the titles of the columns: title names a field for the reader; money has a
// second column with the currency.
func Heads(columns []Field, title func(Field) string, currency string) []string {
	var out []string
	for _, f := range columns {
		out = append(out, title(f))
		if f.Type == Money {
			out = append(out, title(f)+", "+currency)
		}
	}
	return out
}

// Rows reads one page of the query as the cells of a file, in the order of the columns:
// strings, numbers (float64) and nil. Instants are in the company's zone.
func Rows(ctx context.Context, r db.Querier, ws uuid.UUID, q Query, columns []Field) (rows [][]any, next string, err error) {
	var sql []string
	for i, f := range columns {
		sql = append(sql, f.cell(i)...)
	}
	cells := 0
	for _, f := range columns {
		cells++
		if f.Type == Money {
			cells++
		}
	}
	list, next, err := List[cellRow](ctx, wide{r, cells}, ws, q, strings.Join(sql, ", "))
	if err != nil {
		return nil, "", err
	}
	for _, c := range list {
		row := make([]any, 0, cells)
		at := 0
		for _, f := range columns {
			if f.Type == Money {
				if amount, ok := c.cells[at].(int64); ok {
					row = append(row, Decimal(money.Decimal(amount)), c.cells[at+1])
				} else {
					row = append(row, nil, nil)
				}
				at += 2
				continue
			}
			row = append(row, f.written(c.cells[at], q.who))
			at++
		}
		rows = append(rows, row)
	}
	return rows, next, nil
}

// Decimal is a number in its own digits: files must not round amounts.
type Decimal string

// cell is what the statement selects for a column; every value is a text or a number that
// both engines return alike.
func (f Field) cell(i int) []string {
	text := func(expr string, n int) string { return fmt.Sprintf("CAST(%s AS text) AS cell_%d_%d", expr, i, n) }
	switch f.Type {
	case Money:
		amount, currency := f.Amount, f.Currency
		if amount == "" {
			amount, currency = f.SQL, "''"
		}
		return []string{fmt.Sprintf("CAST(%s AS bigint) AS cell_%d_0", amount, i), text(currency, 1)}
	case Number:
		kind := "bigint"
		if f.Float {
			kind = "double precision"
		}
		return []string{fmt.Sprintf("CAST(%s AS %s) AS cell_%d_0", f.SQL, kind, i)}
	case Boolean:
		return []string{fmt.Sprintf("CAST(CASE WHEN %s THEN 1 WHEN NOT (%s) THEN 0 END AS bigint) AS cell_%d_0", f.SQL, f.SQL, i)}
	case Ref:
		if f.Name != "" {
			return []string{text(f.Name, 0)}
		}
	case Instant:
		if !f.Custom {
			return []string{fmt.Sprintf("%s AS cell_%d_0", f.SQL, i)}
		}
	}
	return []string{text(f.SQL, 0)}
}

// written is a cell as people read it.
func (f Field) written(v any, who Who) any {
	const moment = "2006-01-02 15:04"
	zone := who.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch x := v.(type) {
	case time.Time:
		return x.In(zone).Format(moment)
	case int64:
		if f.Type == Boolean {
			if x != 0 {
				return "yes"
			}
			return "no"
		}
		return float64(x)
	case string:
		switch f.Type {
		case Multiselect:
			var list []string
			if json.Unmarshal([]byte(x), &list) == nil {
				return strings.Join(list, ", ")
			}
		case Instant:
			if t, err := time.Parse(time.RFC3339, x); err == nil {
				return t.In(zone).Format(moment)
			}
			if t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", x); err == nil { // an aggregate on SQLite
				return t.In(zone).Format(moment)
			}
		}
		return x
	}
	return v
}

// cellRow is a row whose columns are known only when it is asked for.
type cellRow struct{ cells []any }

// Scan takes one cell: it stands for all of them, see wide.
func (c *cellRow) Scan(any) error { return nil }

// wide lets a row of any number of cells be scanned as one value.
type wide struct {
	db.Querier
	cells int
}

func (w wide) Query(ctx context.Context, query string, args ...any) (db.Rows, error) {
	rows, err := w.Querier.Query(ctx, query, args...)
	return wideRows{rows, w.cells}, err
}

type wideRows struct {
	db.Rows
	cells int
}

func (r wideRows) Scan(dest ...any) error {
	row, ok := dest[0].(*cellRow)
	if !ok {
		return fmt.Errorf("%T is no row of cells", dest[0])
	}
	row.cells = make([]any, r.cells)
	all := make([]any, 0, r.cells+len(dest)-1)
	for i := range row.cells {
		all = append(all, &row.cells[i])
	}
	if err := r.Rows.Scan(append(all, dest[1:]...)...); err != nil {
		return err
	}
	for i, v := range row.cells {
		if b, ok := v.([]byte); ok {
			row.cells[i] = string(b)
		}
	}
	return nil
}
