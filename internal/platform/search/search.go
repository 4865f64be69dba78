// Package search finds things by a piece of their text, in any script and case.
//
//	Put (in the unit of the thing's own write) ──► search_entries ──► trigram index
//	Where ──► a condition for the thing's own list
//
// Pieces of three characters and more use the index (FTS5 trigram on SQLite, pg_trgm on
// PostgreSQL); shorter ones are matched at the beginning of a word among the company's rows.
package search

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

const maxText = 2000 // characters kept of one thing

// Put makes the thing findable by the texts; empty ones are passed over.
func Put(ctx context.Context, tx *db.Tx, ws uuid.UUID, object string, id uuid.UUID, texts ...string) {
	tx.Push(ctx, `INSERT INTO search_entries (workspace_id, object, id, text) VALUES (?,?,?,?)
		ON CONFLICT (workspace_id, object, id) DO UPDATE SET text = excluded.text WHERE search_entries.text <> excluded.text`,
		ws, object, id, fold(strings.Join(texts, " ")))
}

// Remove makes the thing unfindable.
func Remove(ctx context.Context, tx *db.Tx, ws uuid.UUID, object string, id uuid.UUID) {
	tx.Push(ctx, `DELETE FROM search_entries WHERE workspace_id = ? AND object = ? AND id = ?`, ws, object, id)
}

// fold writes the text as it is searched: folded case, single spaces, one space before
// the first word so that each word begins after one.
func fold(s string) string {
	s = " " + strings.Join(strings.Fields(db.Folded(s)), " ")
	if utf8.RuneCountInString(s) > maxText {
		s = string([]rune(s)[:maxText])
	}
	return s
}

// Where is the condition that idColumn is of a thing whose texts hold every word of
// what, empty when what says nothing.
func Where(q db.Querier, ws uuid.UUID, object, idColumn, what string) (cond string, args []any) {
	words := strings.Fields(db.Folded(what))
	if len(words) == 0 {
		return "", nil
	}
	if len(words) > 8 {
		words = words[:8]
	}
	b := idColumn + ` IN (SELECT s.id FROM search_entries s WHERE s.workspace_id = ? AND s.object = ?`
	args = []any{ws, object}
	var match []string
	for _, w := range words {
		short := utf8.RuneCountInString(w) < 3
		if q.Engine() == db.SQLite && !short {
			match = append(match, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
			continue
		}
		if short {
			w = " " + w
		}
		b += ` AND s.text LIKE ? ESCAPE '\'`
		args = append(args, "%"+escape(w)+"%")
	}
	if len(match) > 0 {
		b += ` AND s.docid IN (SELECT rowid FROM search_fts WHERE search_fts MATCH ?)`
		args = append(args, strings.Join(match, " AND "))
	}
	return b + ")", args
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}
