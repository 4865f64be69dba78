package inbox

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/markup"
)

// Canned is a text that the team writes often. Its variables ({name}, {first_name},
// {manager}, {company}, {phone}) stay in the text: the composer fills them in, so that
// the person sees what will be sent.
type Canned struct {
	ID        uuid.UUID
	Shortcut  string
	Title     string
	Text      db.JSON[map[string]string] // by language
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Languages of canned texts.
var Languages = []string{"en", "uk", "ru"}

const (
	maxCanned = 500 // in a company
	maxTitle  = 200 // characters

	selectCanned  = `SELECT id, shortcut, title, text, version, created_at, updated_at FROM canned_replies `
	qCannedList   = selectCanned + `WHERE workspace_id = ? AND shortcut > ? ORDER BY shortcut LIMIT ?`
	qCanned       = selectCanned + `WHERE workspace_id = ? AND id = ?`
	qCannedCount  = `SELECT count(*) FROM canned_replies WHERE workspace_id = ?`
	qInsertCanned = `INSERT INTO canned_replies (workspace_id, id, shortcut, title, text, version, created_at, updated_at) VALUES (?,?,?,?,?,1,?,?)
		ON CONFLICT (workspace_id, shortcut) DO NOTHING`
	qShortcutTaken = `SELECT 1 FROM canned_replies WHERE workspace_id = ? AND shortcut = ? AND id <> ?`
	qEditCanned    = `UPDATE canned_replies SET shortcut = ?, title = ?, text = ?, updated_at = ?, version = canned_replies.version + 1
		WHERE workspace_id = ? AND id = ? AND version = ?`
	qDeleteCanned = `DELETE FROM canned_replies WHERE workspace_id = ? AND id = ?`
)

var shortcutForm = regexp.MustCompile(`^[\p{L}\p{N}_-]{1,32}$`)

// CannedPatch is what a person changes; nil leaves as it is.
type CannedPatch struct {
	Shortcut, Title *string
	Text            map[string]string
}

func (c *Canned) apply(p CannedPatch) error {
	if p.Shortcut != nil {
		c.Shortcut = db.Folded(strings.TrimPrefix(strings.TrimSpace(*p.Shortcut), "/"))
	}
	if p.Title != nil {
		c.Title = strings.TrimSpace(*p.Title)
	}
	if p.Text != nil {
		c.Text.V = map[string]string{}
		for lang, text := range p.Text {
			if !slices.Contains(Languages, lang) {
				return errs.Invalid("text", "The languages are en, uk and ru.").Code("bad_language")
			}
			if text = strings.TrimSpace(text); text != "" {
				c.Text.V[lang] = text
			}
		}
	}
	if !shortcutForm.MatchString(c.Shortcut) {
		return errs.Invalid("shortcut", "A shortcut has 1 to 32 letters, digits, - or _.").Code("bad_shortcut")
	}
	if c.Title == "" || utf8.RuneCountInString(c.Title) > maxTitle || strings.ContainsRune(c.Title, 0) {
		return errs.Invalid("title", "A title has 1 to 200 characters.").Code("bad_title")
	}
	if len(c.Text.V) == 0 {
		return errs.Invalid("text", "Write the text in at least one language.").Code("required")
	}
	for _, text := range c.Text.V {
		if markup.Units(text) > markup.MaxText || strings.ContainsRune(text, 0) {
			return errs.Invalid("text", "A message has at most 4096 characters.").Code("too_long")
		}
	}
	return nil
}

func shortcutTaken() error {
	e := errs.Conflict("Another canned reply has this shortcut.").Code("shortcut_taken")
	e.Field = "shortcut"
	return e
}

// CannedReplies returns canned replies in the order of their shortcuts.
func (s *Service) CannedReplies(ctx context.Context, ws uuid.UUID, after string, limit int) ([]Canned, error) {
	return db.All[Canned](ctx, s.db.Read(), qCannedList, ws, after, limit)
}

// AddCanned keeps a new canned reply.
func (s *Service) AddCanned(ctx context.Context, ws uuid.UUID, p CannedPatch) (Canned, error) {
	now := s.clock.Now()
	c := Canned{ID: ident.New(), Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := c.apply(p); err != nil {
		return Canned{}, err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := db.One[int64](ctx, tx, qCannedCount, ws)
		if err != nil {
			return err
		}
		if n >= maxCanned {
			return errs.Conflict("A company keeps at most 500 canned replies.").Code("too_many")
		}
		if n, err = tx.Exec(ctx, qInsertCanned, ws, c.ID, c.Shortcut, c.Title, c.Text, now, now); err != nil {
			return errs.Wrap(err, "keeping the canned reply")
		}
		if n == 0 {
			return shortcutTaken()
		}
		return s.cannedChanged(ctx, tx, ws, c.ID, "added")
	})
	return c, err
}

// EditCanned changes a canned reply that still has the version the person saw; else it
// returns what is there now with the conflict.
func (s *Service) EditCanned(ctx context.Context, ws, id uuid.UUID, version int64, p CannedPatch) (Canned, error) {
	var out Canned
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, ok, err := db.Maybe[Canned](ctx, tx, qCanned, ws, id)
		if err == nil && !ok {
			err = errs.NotFound("canned reply")
		}
		if err != nil {
			return err
		}
		if out = c; c.Version != version {
			return httpapi.Stale()
		}
		if err := c.apply(p); err != nil {
			return err
		}
		if taken, err := db.Exists(ctx, tx, qShortcutTaken, ws, c.Shortcut, id); err != nil || taken {
			if err == nil {
				err = shortcutTaken()
			}
			return err
		}
		c.UpdatedAt = s.clock.Now()
		n, err := tx.Exec(ctx, qEditCanned, c.Shortcut, c.Title, c.Text, c.UpdatedAt, ws, id, version)
		if err != nil {
			return errs.Wrap(err, "editing the canned reply")
		}
		if n == 0 {
			return httpapi.Stale()
		}
		c.Version++
		out = c
		return s.cannedChanged(ctx, tx, ws, id, "edited")
	})
	return out, err
}

// DeleteCanned removes a canned reply.
func (s *Service) DeleteCanned(ctx context.Context, ws, id uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, qDeleteCanned, ws, id)
		if err == nil && n == 0 {
			err = errs.NotFound("canned reply")
		}
		if err != nil {
			return err
		}
		return s.cannedChanged(ctx, tx, ws, id, "deleted")
	})
}

func (s *Service) cannedChanged(ctx context.Context, tx *db.Tx, ws, id uuid.UUID, word string) error {
	return s.events.Publish(ctx, tx, events.Event{
		WorkspaceID: ws, Kind: "canned.changed", SubjectType: "canned_reply", SubjectID: &id, Data: map[string]any{"change": word},
	})
}
