package httpapi

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"cartie/internal/platform/errs"
)

// storable reports whether both databases can keep the text: PostgreSQL refuses NUL and
// what is not UTF-8, SQLite would keep them to surprise whoever moves.
func storable(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// checkTexts refuses an input that holds a text no database keeps, wherever it stands.
func checkTexts(input any) error {
	if field, bad := unstorable(reflect.ValueOf(input)); bad {
		return errs.Invalid(strings.Trim(field, "."), "The text holds characters that cannot be stored. Remove them.").Code("text_unstorable")
	}
	return nil
}

// unstorable finds the first such text and where it is, as in ".greeting.uk".
func unstorable(v reflect.Value) (field string, bad bool) {
	switch v.Kind() {
	case reflect.String:
		return "", !storable(v.String())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "", false
		}
		return unstorable(v.Elem())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 { // ids and raw bytes
			return "", false
		}
		for i := range v.Len() {
			if f, bad := unstorable(v.Index(i)); bad {
				return f, true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if _, bad := unstorable(it.Key()); bad {
				return "", true
			}
			if f, bad := unstorable(it.Value()); bad {
				return "." + it.Key().String() + f, true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			t := v.Type().Field(i)
			if !t.IsExported() || t.Name == "RawBody" { // files are not text
				continue
			}
			if f, bad := unstorable(v.Field(i)); bad {
				return nameOf(t) + f, true
			}
		}
	}
	return "", false
}

// nameOf is how the caller knows an input; a body and an embedded struct have no name.
func nameOf(f reflect.StructField) string {
	for _, tag := range []string{"json", "query", "path", "header"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" {
			return "." + name
		}
	}
	return ""
}

// printable reports whether s is visible ASCII: what a header field's value may be kept as.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
