package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/georgysavva/scany/v2/dbscan"
	"golang.org/x/text/cases"

	"cartie/internal/platform/errs"
)

// All returns every row of the query as T: a struct by column names, or a single value.
func All[T any](ctx context.Context, q Querier, query string, args ...any) ([]T, error) {
	out := []T{}
	err := each(ctx, q, query, args, func(v T) error {
		out = append(out, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Maybe returns the row of the query, false when there is none; more than one is an error.
func Maybe[T any](ctx context.Context, q Querier, query string, args ...any) (T, bool, error) {
	var out T
	found := false
	err := each(ctx, q, query, args, func(v T) error {
		if found {
			return errors.New("more than one row")
		}
		out, found = v, true
		return nil
	})
	if err != nil {
		var zero T
		return zero, false, err
	}
	return out, found, nil
}

func each[T any](ctx context.Context, q Querier, query string, args []any, take func(T) error) error {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	fields, err := fieldsOf[T](query, rows)
	if err == nil {
		for err == nil && rows.Next() {
			var v T
			if err = scanInto(rows, &v, fields); err == nil {
				err = take(v)
			}
		}
	}
	if err == nil {
		err = rows.Err()
	}
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return explain(query, err)
	}
	return nil
}

func scanInto[T any](rows Rows, v *T, fields [][]int) error {
	if fields == nil {
		return rows.Scan(v)
	}
	to := reflect.ValueOf(v).Elem()
	dest := make([]any, len(fields))
	for i, f := range fields {
		dest[i] = to.FieldByIndex(f).Addr().Interface()
	}
	return rows.Scan(dest...)
}

// plans remember which field each column of a query fills.
var plans sync.Map // planKey → [][]int

type planKey struct {
	to    reflect.Type
	query string
}

// fieldsOf returns the fields that the columns fill, nil when T is one value.
func fieldsOf[T any](query string, rows Rows) ([][]int, error) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]()) {
		return nil, nil
	}
	key := planKey{t, query}
	if f, ok := plans.Load(key); ok {
		return f.([][]int), nil
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	byName := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, tagged := f.Tag.Lookup("db")
		if !f.IsExported() || f.Anonymous || name == "-" {
			continue
		}
		if !tagged {
			name = dbscan.SnakeCaseMapper(f.Name)
		}
		byName[name] = f.Index
	}
	fields := make([][]int, len(columns))
	for i, c := range columns {
		if fields[i] = byName[c]; fields[i] == nil {
			return nil, fmt.Errorf("%s has no field for the column %s", t, c)
		}
		if slices.Contains(columns[:i], c) {
			return nil, fmt.Errorf("the column %s comes twice", c)
		}
	}
	plans.Store(key, fields)
	return fields, nil
}

// One returns the row of the query, or a not-found error.
func One[T any](ctx context.Context, q Querier, query string, args ...any) (T, error) {
	out, ok, err := Maybe[T](ctx, q, query, args...)
	if err == nil && !ok {
		err = errs.NotFound("record")
	}
	return out, err
}

// Exists reports whether the query returns a row.
func Exists(ctx context.Context, q Querier, query string, args ...any) (bool, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return false, err
	}
	found := rows.Next()
	return found, errors.Join(rows.Err(), rows.Close())
}

// JSON is a column that holds V as JSON.
type JSON[T any] struct{ V T }

// Value writes the column.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan reads the column; NULL leaves the zero value.
func (j *JSON[T]) Scan(v any) error {
	var zero T
	j.V = zero
	switch x := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(x), &j.V)
	case []byte:
		return json.Unmarshal(x, &j.V)
	default:
		return fmt.Errorf("reading JSON from %T", v)
	}
}

// Folded returns s for a search column: case-folded for every script, which SQLite's
// own lower() is not.
func Folded(s string) string { return cases.Fold().String(s) }
