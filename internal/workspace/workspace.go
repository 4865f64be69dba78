// Package workspace holds the companies: their name, look, zone, hours and holidays.
//
//	Companies ──► rows, for other slices (inside their units)
//	Service   ──► what members and super admins do with them, by role in that company
//	Workspace.Open(at) ──► whether people answer at that instant; pure
package workspace

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// Workspace is a company: the tenant.
type Workspace struct {
	ID          uuid.UUID
	Slug        string
	Name        string
	Plan        string
	Color       string // #rrggbb
	LogoMediaID *uuid.UUID
	TimeZone    string `db:"timezone"` // IANA
	Language    string
	Currency    string // ISO 4217
	Country     string // ISO 3166-1 alpha-2
	Hours       db.JSON[Hours]
	Holidays    db.JSON[[]Holiday]
	IsActive    bool
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Holiday is a local day on which the company is closed.
type Holiday struct {
	Date string `json:"date" format:"date"`
	Name string `json:"name" maxLength:"200"`
}

// Defaults of a new company.
const (
	defaultColor    = "#0b6e6e"
	defaultZone     = "Europe/Kyiv"
	defaultCurrency = "USD"
	defaultCountry  = "UA"
	freePlan        = "FREE"
)

const (
	maxName        = 120 // characters
	maxHolidays    = 200
	maxHolidayName = 80 // characters
)

// Companies are the rows, for slices that work inside their own units.
type Companies struct{ clock clock.Clock }

// NewCompanies returns the companies.
func NewCompanies(c clock.Clock) *Companies { return &Companies{clock: c} }

// Get returns a company that is not deleted.
func (c *Companies) Get(ctx context.Context, q db.Querier, id uuid.UUID) (Workspace, error) {
	return byID(ctx, q, id)
}

// Create makes a company without members. An empty language or zone takes the default.
func (c *Companies) Create(ctx context.Context, tx *db.Tx, name, lang, timezone string) (uuid.UUID, error) {
	w := Workspace{
		ID: ident.New(), Name: name, Plan: freePlan, Color: defaultColor, TimeZone: timezone, Language: lang,
		Currency: defaultCurrency, Country: defaultCountry, IsActive: true, Version: 1, CreatedAt: c.clock.Now(),
	}
	if w.TimeZone == "" {
		w.TimeZone = defaultZone
	}
	if w.Language == "" {
		w.Language = "en"
	}
	w.Hours.V, w.Holidays.V = workdays(), []Holiday{}
	if err := w.check(); err != nil {
		return uuid.Nil, err
	}
	base := slug(w.Name)
	for n := 1; ; n++ {
		w.Slug = base
		switch {
		case n > 20: // a popular name: stop counting
			w.Slug = base + "-" + w.ID.String()[28:]
		case n > 1:
			w.Slug = fmt.Sprintf("%s-%d", base, n)
		}
		free, err := insert(ctx, tx, w)
		if err != nil || free {
			return w.ID, err
		}
	}
}

var colorShape = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// shown drops control characters and those that turn the direction of the text around.
func shown(r rune) rune {
	if !unicode.IsSpace(r) && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}

// check names what is wrong with the company, and brings its values to one form.
func (w *Workspace) check() error {
	w.Name = strings.Join(strings.Fields(strings.Map(shown, w.Name)), " ")
	switch n := utf8.RuneCountInString(w.Name); {
	case !strings.ContainsFunc(w.Name, func(r rune) bool { return unicode.IsGraphic(r) && r != ' ' }):
		return errs.Invalid("name", "Enter the company's name.").Code("name_empty")
	case n > maxName:
		return errs.Invalid("name", "Use at most 120 characters.").Code("name_long")
	}
	w.Color = strings.ToLower(w.Color)
	if !colorShape.MatchString(w.Color) {
		return errs.Invalid("color", "Write the colour as #rrggbb.").Code("color_invalid")
	}
	if _, err := zone(w.TimeZone); err != nil {
		return err
	}
	if !slices.Contains([]string{"en", "uk", "ru"}, w.Language) {
		return errs.Invalid("language", "Choose English, Ukrainian or Russian.").Code("language_unknown")
	}
	w.Currency = strings.ToUpper(w.Currency)
	if _, err := currency.ParseISO(w.Currency); err != nil {
		return errs.Invalid("currency", "Write the currency as its three letters, such as UAH.").Code("currency_unknown")
	}
	w.Country = strings.ToUpper(w.Country)
	if r, err := language.ParseRegion(w.Country); err != nil || len(w.Country) != 2 || !r.IsCountry() {
		return errs.Invalid("country", "Write the country as its two letters, such as UA.").Code("country_unknown")
	}
	if err := w.Hours.V.check(); err != nil {
		return err
	}
	return w.checkHolidays()
}

func (w *Workspace) checkHolidays() error {
	if len(w.Holidays.V) > maxHolidays {
		return errs.Invalid("holidays", "List at most 200 days.").Code("holidays_many")
	}
	seen := map[string]bool{}
	for i, h := range w.Holidays.V {
		field := fmt.Sprintf("holidays[%d]", i)
		if _, err := time.Parse(time.DateOnly, h.Date); err != nil {
			return errs.Invalid(field+".date", "Write the day as 2026-12-31.").Code("date_invalid")
		}
		if seen[h.Date] {
			return errs.Invalid(field+".date", "The day "+h.Date+" is listed twice.").Code("holiday_twice")
		}
		seen[h.Date] = true
		w.Holidays.V[i].Name = strings.TrimSpace(strings.Map(shown, h.Name))
		if utf8.RuneCountInString(h.Name) > maxHolidayName {
			return errs.Invalid(field+".name", "Use at most 80 characters.").Code("name_long")
		}
	}
	slices.SortFunc(w.Holidays.V, func(a, b Holiday) int { return strings.Compare(a.Date, b.Date) })
	return nil
}

func zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errs.Invalid("timezone", "Choose a time zone such as Europe/Kyiv.").Code("timezone_unknown")
	}
	return loc, nil
}

// letters spell Ukrainian and Russian in Latin, by the passport rules.
var letters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "h", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ie", 'ж': "zh", 'з': "z", 'и': "y", 'і': "i", 'ї': "i",
	'й': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ь': "", 'ю': "iu", 'я': "ia", 'ъ': "", 'ы': "y", 'э': "e", 'ё': "e", '\'': "", '’': "",
}

const maxSlug = 40

// slug spells a name for addresses: small Latin letters, digits and single hyphens.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		s, known := letters[r]
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			s = string(r)
		case !known:
			gap = true
			continue
		}
		if s == "" {
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(s)
	}
	out := b.String()
	if len(out) > maxSlug {
		out = strings.Trim(out[:maxSlug], "-")
	}
	if out == "" || out == "system" {
		return "company"
	}
	return out
}
