package fields

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/search"
)

// Query is what a list was asked for.
type Query struct {
	object  Object
	who     Who
	where   []condition
	search  string
	deleted bool

	sort   string // as asked: "-price"
	by     Field
	desc   bool
	limit  int
	cursor *place
}

// place is where the next page begins.
type place struct {
	Sort string    `json:"s"`
	V    *string   `json:"v"` // nil: among those without a value
	ID   uuid.UUID `json:"i"`
}

// Parameters of every list beside its fields.
var parameters = []string{"q", "sort", "limit", "cursor", "deleted", "workspace"}

const (
	maxSearch = 200 // characters
	maxTerms  = 60  // filters of one list
)

var group = regexp.MustCompile(`^([0-9]{1,2})\.(.+)$`)

// Parse reads the query string of a list. Filters of different keys must all hold; those
// whose keys begin with the same number and a point are a group, and one of the groups
// must hold: 1.make=BMW&2.make=Audi&2.year=2020.. . The extra parameters are the caller's
// own. Errors: an invalid parameter by its name.
func Parse(values url.Values, o Object, who Who, extra ...string) (Query, error) {
	q := Query{object: o, who: who, limit: httpapi.DefaultLimit, sort: o.Sort}
	groups := map[string][]condition{}
	if len(values) > maxTerms {
		return q, errs.Invalid("filter", "This list is asked for too much at once.").Code("too_many")
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list := values[key]
		if slices.Contains(parameters, key) || slices.Contains(extra, key) {
			continue
		}
		name, of := key, ""
		if m := group.FindStringSubmatch(key); m != nil {
			of, name = m[1], m[2]
		}
		f, ok := o.Field(name, who.Principal)
		if !ok || !f.CanFilter {
			return q, errs.Invalid(printable(key), "There is no such filter.").Code("unknown_filter")
		}
		c, err := f.filter(list, who)
		if err != nil {
			return q, err
		}
		groups[of] = append(groups[of], c)
	}
	q.where = groups[""]
	delete(groups, "")
	var or []condition
	for _, of := range slices.Sorted(maps.Keys(groups)) {
		or = append(or, join(groups[of], " AND "))
	}
	if len(or) > 0 {
		q.where = append(q.where, join(or, " OR "))
	}
	if o.Scope != nil {
		if cond, args := o.Scope(who); cond != "" {
			q.where = append(q.where, condition{cond, args})
		}
	}
	return q, q.page(values)
}

// printable keeps a name of the caller's fit for an answer.
func printable(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if utf8.RuneCountInString(s) > 80 {
		s = string([]rune(s)[:80])
	}
	return s
}

// page reads search, sort, limit and cursor.
func (q *Query) page(values url.Values) error {
	q.search = values.Get("q")
	if !utf8.ValidString(q.search) || strings.ContainsRune(q.search, 0) || utf8.RuneCountInString(q.search) > maxSearch {
		return errs.Invalid("q", "This text cannot be looked for.").Code("bad_filter")
	}
	if d := phoneDigits(q.search); len(d) >= 5 && strings.Trim(d, "0123456789") == "" {
		q.search = strings.TrimLeft(d, "0") // a phone is found however it is written
	}
	switch values.Get("deleted") {
	case "", "false":
	case "true":
		q.deleted = true
	default:
		return errs.Invalid("deleted", "Write true or false.").Code("bad_filter")
	}
	if s := values.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return errs.Invalid("limit", "This is not a number of rows.").Code("bad_filter")
		}
		q.limit = httpapi.Limit(n)
	}
	if s := values.Get("sort"); s != "" {
		q.sort = s
	}
	key, desc := strings.CutPrefix(q.sort, "-")
	f, ok := q.object.Field(key, q.who.Principal)
	if !ok || !f.CanSort {
		return errs.Invalid("sort", "This list cannot be sorted so.").Code("unknown_sort")
	}
	q.by, q.desc = f, desc
	var at place
	ok, err := httpapi.DecodeCursor(values.Get("cursor"), &at)
	if err != nil || !ok {
		return err
	}
	if at.Sort != q.sort {
		return errs.Invalid("cursor", "The cursor is of another order. Start from the first page.")
	}
	if _, err := q.after(at); err != nil {
		return err
	}
	q.cursor = &at
	return nil
}

// Limited returns the query with another page length, for callers that read in bulk.
func (q Query) Limited(n int) Query { q.limit = n; return q }

// At returns the query from a cursor of its own.
func (q Query) At(cursor string) (Query, error) {
	var at place
	ok, err := httpapi.DecodeCursor(cursor, &at)
	if err == nil && (!ok || at.Sort != q.sort) {
		err = errs.Invalid("cursor", "The cursor is of another order. Start from the first page.")
	}
	if err == nil {
		_, err = q.after(at)
	}
	q.cursor = &at
	return q, err
}

// kind is how a sort value is compared and kept in a cursor.
type kind int

const (
	kindText kind = iota
	kindInt
	kindFloat
	kindInstant
)

// order is the expression that the list is ordered by.
func (f Field) order() (expr string, k kind, notNull bool) {
	switch {
	case f.SortSQL != "":
		return f.SortSQL, kindText, f.NotNull
	case f.Folded != "":
		return f.Folded, kindText, f.NotNull
	}
	switch f.Type {
	case Number:
		if f.Float {
			return f.SQL, kindFloat, f.NotNull
		}
		return f.SQL, kindInt, f.NotNull
	case Money:
		return f.SQL, kindInt, f.NotNull
	case Instant:
		return f.SQL, kindInstant, f.NotNull
	case Boolean:
		return "(CASE WHEN " + f.SQL + " THEN 1 ELSE 0 END)", kindInt, true
	}
	return f.SQL, kindText, f.NotNull
}

// after returns the value of a cursor as it is compared.
func (q Query) after(at place) (any, error) {
	_, k, notNull := q.by.order()
	bad := errs.Invalid("cursor", "The cursor is not one of ours. Start from the first page.")
	if at.V == nil {
		if notNull {
			return nil, bad
		}
		return nil, nil
	}
	var v any = *at.V
	var err error
	switch k {
	case kindInt:
		v, err = strconv.ParseInt(*at.V, 10, 64)
	case kindFloat:
		v, err = strconv.ParseFloat(*at.V, 64)
	case kindInstant:
		var t time.Time
		if t, err = time.Parse(time.RFC3339Nano, *at.V); err == nil && (t.UTC().Year() < 1 || t.UTC().Year() > 9999) {
			err = bad
		}
		v = t.UTC()
	}
	if err != nil {
		return nil, bad
	}
	return v, nil
}

// Hidden columns of Select: what the cursor of the next page is made of.
const (
	cursorID    = "cursor_id"
	cursorValue = "cursor_value"
)

// Select writes the statement of one page and one row more. Rows without a value of the
// sort come last: a second range of the same index. The hidden columns cursor_id and
// cursor_value come after the asked ones.
func (q Query) Select(r db.Querier, ws uuid.UUID, columns string) (string, []any) {
	expr, k, notNull := q.by.order()
	id, limit := q.object.Alias+".id", q.limit+1
	dir, op := " ASC", " > "
	if q.desc {
		dir, op = " DESC", " < "
	}
	where := q.conditions(r, ws)
	arm := func(more ...condition) condition {
		c := join(append(slices.Clone(where), more...), " AND ")
		return condition{"SELECT " + columns + ", " + id + " AS " + cursorID + ", " + cast(expr, k) + " AS " + cursorValue +
			" FROM " + q.object.From + " WHERE " + c.sql + " ORDER BY " + expr + dir + ", " + id + dir + " LIMIT ?", append(c.args, limit)}
	}
	null := condition{sql: expr + " IS NULL"}
	if q.cursor != nil && q.cursor.V == nil {
		c := arm(null, condition{id + op + "?", []any{q.cursor.ID}})
		return c.sql, c.args
	}
	var more []condition
	if !notNull {
		more = append(more, condition{sql: expr + " IS NOT NULL"})
	}
	if q.cursor != nil {
		v, _ := q.after(*q.cursor)
		more = append(more, condition{"(" + expr + ", " + id + ")" + op + "(" + slotOf(k) + ", ?)", []any{v, q.cursor.ID}})
	}
	first := arm(more...)
	if notNull {
		return first.sql, first.args
	}
	last := arm(null)
	return "SELECT * FROM (" + first.sql + ") AS valued UNION ALL SELECT * FROM (" + last.sql + ") AS bare LIMIT ?",
		append(append(first.args, last.args...), limit)
}

func cast(expr string, k kind) string {
	switch k {
	case kindInt:
		return "CAST(" + expr + " AS bigint)"
	case kindFloat:
		return "CAST(" + expr + " AS double precision)"
	case kindText:
		return "CAST(" + expr + " AS text)"
	}
	return expr
}

func slotOf(k kind) string {
	switch k {
	case kindInt:
		return "CAST(? AS bigint)"
	case kindFloat:
		return "CAST(? AS double precision)"
	}
	return "?"
}

// conditions are those of the company, the filters and the search.
func (q Query) conditions(r db.Querier, ws uuid.UUID) []condition {
	out := []condition{{q.object.Alias + ".workspace_id = ?", []any{ws}}}
	switch {
	case q.object.Keeps && q.deleted:
		out = append(out, condition{sql: "FALSE"})
	case q.deleted:
		out = append(out, condition{sql: q.object.Alias + ".deleted_at IS NOT NULL"})
	case !q.object.Keeps:
		out = append(out, condition{sql: q.object.Alias + ".deleted_at IS NULL"})
	}
	out = append(out, q.where...)
	if cond, args := search.Where(r, ws, q.object.Key, q.object.Alias+".id", q.search); cond != "" {
		out = append(out, condition{cond, args})
	}
	return out
}

// List reads one page: T is a struct by the names of the columns, or a single value.
// Next is the cursor of the page after it, empty on the last one.
func List[T any](ctx context.Context, r db.Querier, ws uuid.UUID, q Query, columns string) (items []T, next string, err error) {
	query, args := q.Select(r, ws, columns)
	w := &paged{Querier: r, query: q}
	if items, err = db.All[T](ctx, w, query, args...); err != nil {
		return nil, "", errs.Wrap(err, "listing "+q.object.Key)
	}
	if len(items) > q.limit {
		items = items[:q.limit]
		next = httpapi.EncodeCursor(w.places[q.limit-1])
	}
	return items, next, nil
}

// CountLimit is where Count stops.
const CountLimit = 10_000

// Count says how many things the query finds; more: there are at least CountLimit.
func Count(ctx context.Context, r db.Querier, ws uuid.UUID, q Query) (n int, more bool, err error) {
	c := join(q.conditions(r, ws), " AND ")
	n, err = db.One[int](ctx, r, "SELECT count(*) FROM (SELECT 1 AS one FROM "+q.object.From+" WHERE "+c.sql+" LIMIT ?) AS found", append(c.args, CountLimit)...)
	return n, n == CountLimit, errs.Wrap(err, "counting "+q.object.Key)
}

// paged hides the cursor's columns from who scans and remembers their values.
type paged struct {
	db.Querier
	query  Query
	places []place
}

func (p *paged) Query(ctx context.Context, query string, args ...any) (db.Rows, error) {
	rows, err := p.Querier.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	p.places = p.places[:0]
	return pagedRows{rows, p}, nil
}

type pagedRows struct {
	db.Rows
	page *paged
}

func (r pagedRows) Columns() ([]string, error) {
	all, err := r.Rows.Columns()
	if err != nil {
		return nil, err
	}
	return all[:len(all)-2], nil
}

func (r pagedRows) Scan(dest ...any) error {
	at := place{Sort: r.page.query.sort}
	_, k, _ := r.page.query.by.order()
	var text *string
	var whole *int64
	var float *float64
	var moment *time.Time
	value := map[kind]any{kindText: &text, kindInt: &whole, kindFloat: &float, kindInstant: &moment}[k]
	if err := r.Rows.Scan(append(dest, &at.ID, value)...); err != nil {
		return err
	}
	var s string
	switch {
	case text != nil:
		s = *text
	case whole != nil:
		s = strconv.FormatInt(*whole, 10)
	case float != nil:
		s = strconv.FormatFloat(*float, 'g', -1, 64)
	case moment != nil:
		s = moment.UTC().Format(time.RFC3339Nano)
	default:
		r.page.places = append(r.page.places, at)
		return nil
	}
	at.V = &s
	r.page.places = append(r.page.places, at)
	return nil
}

// Sorted names what the list is sorted by: "-price".
func (q Query) Sorted() string { return q.sort }

// String tells what is asked, for errors of tests.
func (q Query) String() string {
	return fmt.Sprintf("%s by %s, %d conditions", q.object.Key, q.sort, len(q.where))
}
