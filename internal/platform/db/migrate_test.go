package db_test

import (
	"testing"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/ident"
)

// TestAnOldDatabaseIsBroughtForward goes back to the first schema and forward again with a
// row in it, and writes as the release before did.
func TestAnOldDatabaseIsBroughtForward(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		p, done, err := db.Provider(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.DownTo(ctx, 1); err != nil {
			t.Fatal(err)
		}
		done()
		ws, bot := ident.New(), ident.New()
		at := time.Date(2026, 3, 1, 12, 34, 56, 789e6, time.UTC)
		add := func(chat int64, unread int, at time.Time) {
			exec(t, d, `INSERT INTO conversations (workspace_id, id, channel, bot_id, chat_id, kind, title, title_folded, status, is_blocked, unread_count,
				last_seq, last_message_at, last_text, last_kind, last_direction, last_state, away_period, version, created_at, updated_at)
				VALUES (?,?,'telegram',?,?,'private','','','open',FALSE,?,1,?,'','text','in','','',1,?,?)`, ws, ident.New(), bot, chat, unread, at, at, at)
		}
		add(1, 2, at)
		if _, err := d.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		add(2, 0, at.Truncate(time.Second)) // without a fraction, which SQLite's text then lacks
		check := func(chat int64, step time.Time, unread bool) {
			t.Helper()
			type row struct {
				LastStep *time.Time
				IsUnread *bool
			}
			r, err := db.One[row](ctx, d.Read(), "SELECT last_step, is_unread FROM conversations WHERE workspace_id = ? AND chat_id = ?", ws, chat)
			if err != nil || r.LastStep == nil || !r.LastStep.Equal(step) || r.IsUnread == nil || *r.IsUnread != unread {
				t.Errorf("chat %d: step %v, unread %v: %v", chat, r.LastStep, r.IsUnread, err)
			}
			n, err := db.One[int64](ctx, d.Read(), "SELECT count(*) FROM conversations WHERE workspace_id = ? AND chat_id = ? AND last_step = ?", ws, chat, step)
			if err != nil || n != 1 {
				t.Errorf("chat %d is not found by its step: %v", chat, err)
			}
		}
		step := at.Truncate(10 * time.Minute)
		check(1, step, true)
		check(2, step, false)
		exec(t, d, "UPDATE conversations SET last_message_at = ?, unread_count = unread_count + 1 WHERE workspace_id = ?", at.Add(time.Hour), ws)
		check(2, step.Add(time.Hour), true)
		exec(t, d, "UPDATE conversations SET unread_count = 0 WHERE workspace_id = ?", ws)
		check(1, step.Add(time.Hour), false)
	})
}
