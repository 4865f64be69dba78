package inbox_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
)

func attended(w *inboxtest.World, ws, conversation uuid.UUID) (yes bool) {
	w.Helper()
	w.Tx(func(ctx context.Context, tx *db.Tx) (err error) {
		yes, err = w.Inbox.Attended(ctx, tx, ws, conversation, w.Clock.Now().Add(-4*time.Hour))
		return err
	})
	return yes
}

func TestPeopleLookAfterAChatThatTheyAnswerOrHold(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 2)
		if attended(w, w.Workspace, r.ConversationID) {
			t.Error("nobody has answered yet")
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error { // a bot's own words are nobody's
			_, err := w.Inbox.AppendOutgoing(ctx, tx, inbox.Outbound{WorkspaceID: w.Workspace, ConversationID: r.ConversationID, Origin: "greeting", Content: inbox.Content{Kind: inbox.Text, Text: "Вітаю"}})
			return err
		})
		if attended(w, w.Workspace, r.ConversationID) {
			t.Error("a greeting is no answer of a person")
		}
		if _, err := w.Inbox.Answer(w.As(w.Operator), w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"}); err != nil {
			t.Fatal(err)
		}
		if !attended(w, w.Workspace, r.ConversationID) || attended(w, ident.New(), r.ConversationID) {
			t.Error("an answer counts, in its company alone")
		}
		if _, err := w.Inbox.Assign(w.As(w.Manager), w.Workspace, r.ConversationID, nil); err != nil {
			t.Fatal(err)
		}
		if !attended(w, w.Workspace, r.ConversationID) {
			t.Error("an answer of just now counts without an assignee")
		}
		w.Clock.Advance(4*time.Hour + time.Minute)
		if attended(w, w.Workspace, r.ConversationID) {
			t.Error("an answer of hours ago counts")
		}
	})
}

func TestTheThreadShowsTheKeysThatWereGiven(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Inbox.AppendOutgoing(ctx, tx, inbox.Outbound{WorkspaceID: w.Workspace, ConversationID: r.ConversationID, Origin: "scenario", Content: inbox.Content{
				Kind: inbox.Text, Text: "Ваш номер?", Keyboard: &inbox.Keyboard{Rows: [][]inbox.Key{{{Text: "Поділитися", Contact: true}}, {{Text: "Назад"}}}},
			}})
			return err
		})
		list, _, err := w.Inbox.Thread(t.Context(), w.Workspace, r.ConversationID, inbox.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(inbox.Wire(w.Workspace, list[1]).Buttons)
		if err != nil || string(raw) != `[[{"text":"Поділитися"}],[{"text":"Назад"}]]` {
			t.Errorf("%s %v", raw, err)
		}
	})
}
