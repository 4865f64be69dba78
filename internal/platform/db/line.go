package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/google/uuid"
)

// line is the writer's connection below database/sql, which would add locks, a wrapper
// and, for each query of a transaction, a goroutine: a fifth of an update's time.
type line struct {
	conn *keptConn
	open []*lineRows // of the unit that runs
}

func (l *line) exec(query string, args []any) (int64, error) {
	values, err := named(args)
	if err != nil {
		return 0, err
	}
	res, err := l.conn.exec(context.Background(), query, values)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (l *line) query(query string, args []any) (Rows, error) {
	values, err := named(args)
	if err != nil {
		return nil, err
	}
	rows, err := l.conn.QueryContext(context.Background(), query, values)
	if err != nil {
		return nil, err
	}
	r := &lineRows{rows: rows, values: make([]driver.Value, len(rows.Columns()))}
	l.open = append(l.open, r)
	return r, nil
}

// tidy closes what a unit left open, as when it panicked while it read.
func (l *line) tidy() {
	for _, r := range l.open {
		_ = r.Close()
	}
	l.open = l.open[:0]
}

// named turns arguments into what the driver takes.
func named(args []any) ([]driver.NamedValue, error) {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i].Ordinal = i + 1
		switch v := a.(type) {
		case nil, int64, string, []byte, bool, time.Time, float64:
			out[i].Value = v
		case int:
			out[i].Value = int64(v)
		case uuid.UUID:
			out[i].Value = v[:]
		case *uuid.UUID:
			if v != nil {
				out[i].Value = v[:]
			}
		default:
			value, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return nil, fmt.Errorf("argument %d: %w", i+1, err)
			}
			out[i].Value = value
		}
	}
	return out, nil
}

type lineRows struct {
	rows   driver.Rows
	values []driver.Value
	err    error
	closed bool
}

func (r *lineRows) Next() bool {
	if r.err != nil || r.closed {
		return false
	}
	if err := r.rows.Next(r.values); err != nil {
		if !errors.Is(err, io.EOF) {
			r.err = err
		}
		_ = r.Close()
		return false
	}
	return true
}

func (r *lineRows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("%d columns for %d destinations", len(r.values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.values[i]); err != nil {
			return fmt.Errorf("column %s: %w", r.rows.Columns()[i], err)
		}
	}
	return nil
}

func (r *lineRows) Columns() ([]string, error) { return r.rows.Columns(), nil }
func (r *lineRows) Err() error                 { return r.err }
func (r *lineRows) NextResultSet() bool        { return false }

func (r *lineRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	return r.rows.Close()
}

// assign puts a value of the driver into a destination, as database/sql does.
func assign(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case *string:
		if s, ok := v.(string); ok {
			*d = s
			return nil
		}
	case *int64:
		if n, ok := v.(int64); ok {
			*d = n
			return nil
		}
	case *[]byte:
		switch x := v.(type) {
		case nil:
			*d = nil
			return nil
		case []byte:
			*d = x
			return nil
		}
	case *bool:
		switch x := v.(type) {
		case bool:
			*d = x
			return nil
		case int64: // SQLite forgot the column's type
			*d = x != 0
			return nil
		}
	case *time.Time:
		return (&timeDest{set: func(t time.Time, _ bool) { *d = t }}).Scan(v)
	case *any:
		*d = v
		return nil
	case sql.Scanner:
		return d.Scan(v)
	}
	return assignKind(reflect.ValueOf(dest).Elem(), v)
}

func assignKind(to reflect.Value, v driver.Value) error {
	if to.Kind() == reflect.Pointer {
		if v == nil {
			to.SetZero()
			return nil
		}
		p := reflect.New(to.Type().Elem())
		if err := assign(p.Interface(), v); err != nil {
			return err
		}
		to.Set(p)
		return nil
	}
	switch x := v.(type) {
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(x):
			to.SetInt(x)
			return nil
		case to.CanFloat():
			to.SetFloat(float64(x))
			return nil
		case to.Kind() == reflect.Bool:
			to.SetBool(x != 0)
			return nil
		}
	case float64:
		if to.CanFloat() {
			to.SetFloat(x)
			return nil
		}
	case bool:
		if to.Kind() == reflect.Bool {
			to.SetBool(x)
			return nil
		}
	case string:
		if to.Kind() == reflect.String {
			to.SetString(x)
			return nil
		}
	case []byte:
		if to.Kind() == reflect.String {
			to.SetString(string(x))
			return nil
		}
	}
	return fmt.Errorf("%T does not fit into %s", v, to.Type())
}
