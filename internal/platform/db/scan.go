package db

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/georgysavva/scany/v2/dbscan"
	"golang.org/x/text/cases"

	"cartie/internal/platform/errs"
)

var scanner = must(dbscan.NewAPI(dbscan.WithScannableTypes((*interface{ Scan(any) error })(nil))))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// All returns every row of the query as T: a struct by column names, or a single value.
func All[T any](ctx context.Context, q Querier, query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	out := []T{}
	if instant[T]() { // a struct to the scanner, one value to us
		for rows.Next() {
			var v T
			if err := rows.Scan(&v); err != nil {
				_ = rows.Close()
				return nil, explain(query, err)
			}
			out = append(out, v)
		}
		return out, errors.Join(rows.Err(), rows.Close())
	}
	if err := scanner.ScanAll(&out, rows); err != nil { // closes the rows
		return nil, explain(query, err)
	}
	return out, nil
}

// Maybe returns the row of the query, false when there is none.
func Maybe[T any](ctx context.Context, q Querier, query string, args ...any) (T, bool, error) {
	var out T
	if instant[T]() {
		list, err := All[T](ctx, q, query, args...)
		if err != nil || len(list) == 0 {
			return out, false, err
		}
		return list[0], true, nil
	}
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return out, false, err
	}
	err = scanner.ScanOne(&out, rows)
	if dbscan.NotFound(err) {
		return out, false, nil
	}
	if err != nil {
		return out, false, explain(query, err)
	}
	return out, true, nil
}

func instant[T any]() bool {
	switch any((*T)(nil)).(type) {
	case *time.Time, **time.Time:
		return true
	}
	return false
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
