// Package fields is the registry of what the product's objects are made of: one list of
// fields per object drives its form, table, filters, sorting, import, export and API.
//
//	Object (a slice's, in Go) + custom fields (a company's) ──Parse(query string)──► Query
//	Query ──List──► a page by keyset   ──Count──► a bounded number   ──Export──► rows of a file
//
// A built-in field says its SQL expression once. A field that the principal may not see
// does not exist for them: it is in no answer, filter, sort or file.
package fields

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// Type is what a field holds.
type Type string

// Types of fields.
const (
	Text        Type = "text"
	LongText    Type = "long_text"
	Number      Type = "number"
	Money       Type = "money"
	Date        Type = "date"    // a day, "2026-11-02"
	Instant     Type = "instant" // a moment
	Boolean     Type = "boolean"
	Select      Type = "select"
	Multiselect Type = "multiselect"
	Phone       Type = "phone"
	Email       Type = "email"
	URL         Type = "url"
	Ref         Type = "ref"
	Media       Type = "media"
)

// Option is one value of a select or multiselect.
type Option struct {
	Value string            `json:"value"`
	Label map[string]string `json:"label,omitempty" doc:"By language; absent: the web has a text"`
	// Archived options stay readable; nobody can choose them any more.
	IsArchived bool `json:"is_archived,omitempty"`
}

// Field is one field of an object.
type Field struct {
	Key  string
	Type Type

	// SQL is the expression of the value; of money the amount in the company's currency,
	// minor units. A field without SQL is in the registry only for forms and imports.
	SQL string
	// Folded is the column of the folded text: equality and sorting go by it.
	Folded string
	// SortSQL is what the list is ordered by where that is neither Folded nor SQL.
	SortSQL string
	// Amount and Currency are the money as it was written, for files.
	Amount, Currency string
	// Name is the expression of a ref's name, for files.
	Name string
	// In is the condition that a field of many values, or of another table, has one of
	// %s (placeholders); Some is the condition that it has any. They replace SQL in filters.
	In, Some string

	Ref        string // of what a ref is: member, contact, branch, …
	Dictionary string // make, model, city, …
	Options    []Option
	Label      map[string]string     // of a custom field, by language
	Max        int                   // characters of a text, 0: see MaxText
	Permission ident.Permission      // who sees the field; empty: everybody who sees the object
	Value      func(s string) string // how a filter's text is written in the column; nil: as it is

	Required, ReadOnly bool
	NotNull            bool // SQL (or Folded, SortSQL) is never NULL
	Float              bool // a number with a fraction
	CanFilter, CanSort bool
	IsColumn           bool
	CanImport          bool
	Custom             bool
}

// MaxText bounds texts whose field says nothing, in characters.
const (
	MaxText     = 500
	MaxLongText = 10_000
)

// Object is a kind of thing that has a list.
type Object struct {
	Key   string // "vehicle"
	From  string // "vehicles v LEFT JOIN …": no ON may name the workspace by a placeholder
	Alias string // of the table that holds workspace_id, id, deleted_at and custom
	Sort  string // of the list unless asked: "-created_at"
	// Permission is who may list and export, empty: every member.
	Permission ident.Permission
	Fields     []Field
	// Scope narrows what the principal sees; nil: all of the company.
	Scope func(Who) (cond string, args []any)
	// Keeps says that nothing of the object is ever deleted: there is no deleted_at.
	Keeps bool
}

// CustomPrefix begins the keys of custom fields on the wire.
const CustomPrefix = "c_"

// With returns the object with the company's custom fields after its own.
func (o Object) With(custom []Field) Object {
	all := slices.Clone(o.Fields)
	for _, f := range custom {
		all = append(all, o.custom(f))
	}
	o.Fields = all
	return o
}

// custom gives a custom field its expressions. The key is [a-z][a-z0-9_]*: safe in SQL.
func (o Object) custom(f Field) Field {
	key := strings.TrimPrefix(f.Key, CustomPrefix)
	text := "(" + o.Alias + ".custom->>'" + key + "')"
	f.Key, f.Custom, f.SQL = CustomPrefix+key, true, text
	switch f.Type {
	case Number:
		f.Float, f.SQL = true, "CAST("+text+" AS double precision)"
	case Boolean:
		f.SQL = "CAST(" + text + " AS boolean)"
	case Money: // all values of the field are in one currency, its only option
		f.SQL = "CAST((" + o.Alias + ".custom->'" + key + "'->>'amount') AS bigint)"
		f.Amount, f.Currency = f.SQL, "("+o.Alias+".custom->'"+key+"'->>'currency')"
	}
	f.CanFilter, f.CanSort = true, f.Type != Multiselect && f.Type != LongText
	f.IsColumn, f.CanImport = true, true
	return f
}

// Field returns the field of the key if the principal may see it.
func (o Object) Field(key string, p ident.Principal) (Field, bool) {
	i := slices.IndexFunc(o.Fields, func(f Field) bool { return f.Key == key })
	if i < 0 || !o.Fields[i].seenBy(p) {
		return Field{}, false
	}
	return o.Fields[i], true
}

// Visible returns the fields that the principal may see, in the registry's order.
func (o Object) Visible(p ident.Principal) []Field {
	return slices.DeleteFunc(slices.Clone(o.Fields), func(f Field) bool { return !f.seenBy(p) })
}

func (f Field) seenBy(p ident.Principal) bool { return f.Permission == "" || p.Can(f.Permission) }

// has reports whether the value is one of the field's options; a field without options
// takes any.
func (f Field) has(value string) bool {
	return len(f.Options) == 0 || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}

// Who asks, and when and where: days are those of the company's zone.
type Who struct {
	Principal ident.Principal
	Zone      *time.Location
	Now       time.Time
}

// Asking returns who the request of ctx is by, in the zone of their company.
func Asking(ctx context.Context, q db.Querier, now time.Time) (Who, error) {
	p, _ := ident.From(ctx)
	zone, err := Zone(ctx, q, p.WorkspaceID)
	return Who{p, zone, now}, err
}

// Zone is the time zone of a company.
func Zone(ctx context.Context, q db.Querier, ws uuid.UUID) (*time.Location, error) {
	name, _, err := db.Maybe[string](ctx, q, `SELECT timezone FROM workspaces WHERE id = ?`, ws)
	if err != nil {
		return time.UTC, errs.Wrap(err, "reading the company's zone")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, nil //nolint:nilerr // a zone that this machine does not know
	}
	return zone, nil
}
