// Package contact keeps the people a company talks to and their addresses in channels.
//
//	channel ──Touch──► identity ──► contact ◄──Edit── a person with ANSWER_CHATS
//
// A name that a person edited is theirs: what a channel says later does not replace it.
package contact

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// Contact is a person.
type Contact struct {
	ID                uuid.UUID
	Name              string
	NameEdited        bool
	Phone             string // E.164, empty when unknown
	Email             string
	Language          string // BCP 47, empty when unknown
	Tags              db.JSON[[]string]
	Notes             string
	LastInteractionAt time.Time
	Version           int64
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Identity is how a channel names a person.
type Identity struct {
	Channel    string // "telegram"
	ExternalID string
	Username   string // without @, empty when there is none
	Name       string
	Language   string
}

// Limits of what a person may type, in characters.
const (
	maxName  = 200
	maxEmail = 254
	maxNotes = 10_000
	maxTags  = 50
	maxTag   = 50
)

// Service is the slice's one door.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	events *events.Log
}

// New returns the service.
func New(d *db.DB, c clock.Clock, log *events.Log) *Service {
	return &Service{db: d, clock: c, events: log}
}

// Seen is what a channel's handler needs of a contact.
type Seen struct {
	ID       uuid.UUID
	Name     string
	Language string
}

// seenEvery bounds how often a contact's row is written only because its person is here.
const seenEvery = time.Minute

// Touch finds or makes the contact behind a channel's identity and notes that they were
// here, to the minute. A known person costs one read and at most one pushed write.
func (s *Service) Touch(ctx context.Context, tx *db.Tx, ws uuid.UUID, id Identity) (Seen, bool, error) {
	id.Name, id.Username, id.Language = clean(id.Name, maxName), clean(id.Username, maxName), clean(id.Language, 16)
	now := s.clock.Now()
	c, ok, err := byIdentity(ctx, tx, ws, id)
	if err != nil {
		return Seen{}, false, errs.Wrap(err, "finding the contact")
	}
	if !ok {
		return s.meet(ctx, tx, ws, id, now)
	}
	if c.Username != id.Username {
		tx.Push(ctx, qRenameIdentity, id.Username, db.Folded(id.Username), ws, id.Channel, id.ExternalID)
	}
	out := Seen{ID: c.ID, Name: c.Name, Language: c.Language}
	if id.Name != "" && !c.NameEdited {
		out.Name = id.Name
	}
	if c.Language == "" {
		out.Language = id.Language
	}
	if out.Name == c.Name && out.Language == c.Language {
		if c.IsDeleted || now.Sub(c.LastInteractionAt) >= seenEvery {
			tx.Push(ctx, qSeen, now, ws, c.ID)
		}
		return out, false, nil
	}
	tx.Push(ctx, qTouch, out.Name, db.Folded(out.Name), out.Language, now, now, ws, c.ID)
	return out, false, s.changed(ctx, tx, ws, c.ID, "channel")
}

// meet makes the contact of an identity that nobody knew, unless another chat of the same
// person has just done so.
func (s *Service) meet(ctx context.Context, tx *db.Tx, ws uuid.UUID, id Identity, now time.Time) (Seen, bool, error) {
	out := Seen{ID: ident.New(), Name: cmp.Or(id.Name, id.Username), Language: id.Language}
	winner, err := db.One[uuid.UUID](ctx, tx, qClaimIdentity,
		ws, ident.New(), out.ID, id.Channel, id.ExternalID, id.Username, db.Folded(id.Username), now)
	if err != nil {
		return Seen{}, false, errs.Wrap(err, "claiming the identity")
	}
	if winner != out.ID {
		c, err := byID(ctx, tx, ws, winner)
		return Seen{c.ID, c.Name, c.Language}, false, err
	}
	tx.Push(ctx, qInsert, ws, out.ID, out.Name, db.Folded(out.Name), false, "", "", out.Language, db.JSON[[]string]{V: []string{}}, "", now, 1, now, now)
	return out, true, s.changed(ctx, tx, ws, out.ID, "created")
}

// SetPhone keeps a phone that the contact shared in a chat. A number that cannot be read
// is an invalid "phone".
func (s *Service) SetPhone(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, shared string) error {
	country, err := country(ctx, tx, ws)
	if err != nil {
		return err
	}
	e164, err := SharedPhone(shared, country)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, qSetPhone, e164, s.clock.Now(), ws, id, e164)
	if err != nil {
		return errs.Wrap(err, "keeping the phone")
	}
	if n == 0 {
		_, err := byID(ctx, tx, ws, id)
		return err
	}
	return s.changed(ctx, tx, ws, id, "phone")
}

// Phone reads a number that a person typed or shared as E.164. A number that cannot be
// read is an invalid "phone".
func (s *Service) Phone(ctx context.Context, q db.Querier, ws uuid.UUID, raw string) (string, error) {
	country, err := country(ctx, q, ws)
	if err != nil {
		return "", err
	}
	return SharedPhone(raw, country)
}

// SetLanguage keeps the language that the contact chose in a chat.
func (s *Service) SetLanguage(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, language string) error {
	if err := checkLanguage(language); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, qSetLanguage, language, s.clock.Now(), ws, id, language)
	if err != nil || n == 0 {
		return errs.Wrap(err, "keeping the language")
	}
	return s.changed(ctx, tx, ws, id, "language")
}

// Get returns a contact, not found when it is another company's.
func (s *Service) Get(ctx context.Context, ws, id uuid.UUID) (Contact, error) {
	return byID(ctx, s.db.Read(), ws, id)
}

// Identities returns the contact's addresses in channels.
func (s *Service) Identities(ctx context.Context, ws, id uuid.UUID) ([]Address, error) {
	return db.All[Address](ctx, s.db.Read(), qIdentities, ws, id)
}

// Patch is what a person changes; nil leaves as it is.
type Patch struct {
	Name, Phone, Email, Language, Notes *string
	Tags                                *[]string
}

// Edit changes the contact when it still has the version that the person saw, else it
// answers a conflict with the code "stale" and returns what is there now.
func (s *Service) Edit(ctx context.Context, ws, id uuid.UUID, version int64, p Patch) (Contact, error) {
	var out Contact
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byID(ctx, tx, ws, id)
		if err != nil {
			return err
		}
		out = c
		if c.Version != version {
			return httpapi.Stale()
		}
		fields, err := s.apply(ctx, tx, ws, &c, p)
		if err != nil || len(fields) == 0 {
			return err
		}
		c.UpdatedAt = s.clock.Now()
		n, err := tx.Exec(ctx, qEdit, c.Name, db.Folded(c.Name), c.NameEdited, c.Phone, c.Email, c.Language, c.Tags, c.Notes,
			c.UpdatedAt, ws, id, version)
		if err != nil {
			return errs.Wrap(err, "editing the contact")
		}
		if n == 0 { // somebody was quicker between the read and the write
			if out, err = byID(ctx, tx, ws, id); err != nil {
				return err
			}
			return httpapi.Stale()
		}
		c.Version++
		out = c
		return s.events.Publish(ctx, tx, events.Event{
			WorkspaceID: ws, Kind: "contact.changed", SubjectType: "contact", SubjectID: &id,
			Data: map[string]any{"change": "edited", "fields": fields},
		})
	})
	return out, err
}

// apply checks the patch, writes it into c and returns the names of what differs.
func (s *Service) apply(ctx context.Context, q db.Querier, ws uuid.UUID, c *Contact, p Patch) ([]string, error) {
	var fields []string
	set := func(name string, dst *string, v *string, limit int) error {
		if v == nil {
			return nil
		}
		val := strings.TrimSpace(*v)
		if !utf8.ValidString(val) || strings.ContainsRune(val, 0) {
			return errs.Invalid(name, "This text has characters that cannot be kept.").Code("bad_characters")
		}
		if utf8.RuneCountInString(val) > limit {
			return errs.Invalid(name, "This text is too long.").Code("too_long")
		}
		if val != *dst {
			*dst, fields = val, append(fields, name)
		}
		return nil
	}
	if p.Name != nil && strings.TrimSpace(*p.Name) == "" {
		return nil, errs.Invalid("name", "A contact needs a name.").Code("required")
	}
	if err := set("name", &c.Name, p.Name, maxName); err != nil {
		return nil, err
	}
	if slices.Contains(fields, "name") {
		c.NameEdited = true
	}
	if p.Phone != nil && strings.TrimSpace(*p.Phone) != "" {
		country, err := country(ctx, q, ws)
		if err != nil {
			return nil, err
		}
		e164, err := TypedPhone(*p.Phone, country)
		if err != nil {
			return nil, err
		}
		p.Phone = &e164
	}
	if err := set("phone", &c.Phone, p.Phone, 32); err != nil {
		return nil, err
	}
	if p.Email != nil {
		if err := checkEmail(strings.TrimSpace(*p.Email)); err != nil {
			return nil, err
		}
	}
	if err := set("email", &c.Email, p.Email, maxEmail); err != nil {
		return nil, err
	}
	if p.Language != nil {
		if err := checkLanguage(strings.TrimSpace(*p.Language)); err != nil {
			return nil, err
		}
	}
	if err := set("language", &c.Language, p.Language, 35); err != nil {
		return nil, err
	}
	if err := set("notes", &c.Notes, p.Notes, maxNotes); err != nil {
		return nil, err
	}
	if p.Tags != nil {
		tags, err := cleanTags(*p.Tags)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(tags, c.Tags.V) {
			c.Tags.V, fields = tags, append(fields, "tags")
		}
	}
	return fields, nil
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, change string) error {
	return s.events.Publish(ctx, tx, events.Event{
		WorkspaceID: ws, Kind: "contact.changed", SubjectType: "contact", SubjectID: &id,
		Data: map[string]any{"change": change},
	})
}

// clean makes a channel's text fit to be kept: valid, without control characters, bounded.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > limit {
		s = string([]rune(s)[:limit])
	}
	return s
}
