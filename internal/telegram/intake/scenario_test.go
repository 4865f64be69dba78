package intake_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/telegram/intake"
)

// led is a scenario that handles what it is told to.
type led struct {
	*world
	handles bool
	seen    []intake.Talk
}

func (l *led) Handle(ctx context.Context, tx *db.Tx, t intake.Talk) (bool, error) {
	l.note(tx, func() { l.seen = append(l.seen, t) })
	if l.handles && t.CallbackID != "" {
		return true, l.AnswerCallback(ctx, tx, t.Bot.WorkspaceID, t.Bot.ID, t.CallbackID)
	}
	return l.handles, nil
}

const pressed = `{"update_id":%d,"callback_query":{"id":"q%d","from":{"id":100,"first_name":"Ann"},"chat_instance":"x","data":"s.1.0",
	"message":{"message_id":7,"date":1,"chat":{"id":%d,"type":%q,"title":"T","first_name":"Ann"},"text":"Choose"}}}`

func TestAFlowLeadsPrivateChats(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		flow := &led{world: w, handles: true}
		w.in.Scenario = flow
		w.bot.Greeting, w.bot.Away = map[string]string{"en": "Hi"}, map[string]string{"en": "Closed"}
		w.bot.Company.Open = func(time.Time) (bool, string) { return false, "tonight" }

		w.mustAccept(text(1, 100, 1, "hello")) // without a template everything is as ever
		w.mustAccept(fmt.Sprintf(pressed, 2, 2, 100, "private"))
		if len(flow.seen) != 0 || len(w.sent) != 2 || !slices.Equal(w.callbacks, []string{"q2"}) {
			t.Fatalf("seen %+v, sent %+v, answered %q", flow.seen, w.sent, w.callbacks)
		}

		w.bot.Template = "CLIENT_LEAD"
		w.mustAccept(text(3, 101, 1, "/start rq_REQ-1"))
		w.mustAccept(text(3, 101, 1, "/start rq_REQ-1"))
		w.mustAccept(fmt.Sprintf(pressed, 4, 4, 101, "private"))
		w.mustAccept(message(5, 101, 2, `"photo":[{"file_id":"a","file_unique_id":"b","width":90,"height":60}]`))
		if len(flow.seen) != 3 || len(w.sent) != 2 || !slices.Equal(w.callbacks, []string{"q2", "q4"}) {
			t.Fatalf("seen %d, sent %+v, answered %q", len(flow.seen), w.sent, w.callbacks)
		}
		first, press, photo := flow.seen[0], flow.seen[1], flow.seen[2]
		if !first.Received.NewConversation || first.Message.Payload.Start != "rq_REQ-1" || first.Bot.Template != "CLIENT_LEAD" || first.CallbackID != "" {
			t.Errorf("%+v", first)
		}
		if press.CallbackID != "q4" || press.Message.Payload.Callback.Data != "s.1.0" || len(photo.Received.AttachmentIDs) != 1 {
			t.Errorf("%+v %+v", press, photo)
		}

		// groups, service messages and edits are no talk
		w.mustAccept(group(6, -5, 1, `"text":"hello"`))
		w.mustAccept(fmt.Sprintf(pressed, 7, 7, -5, "supergroup"))
		w.mustAccept(message(8, 101, 3, `"pinned_message":{"message_id":1}`))
		w.mustAccept(text(9, 102, 1, "/start tl_good"))
		if len(flow.seen) != 3 || w.callbacks[len(w.callbacks)-1] != "q7" {
			t.Fatalf("seen %+v, answered %q", flow.seen[3:], w.callbacks)
		}

		// what the flow leaves to people is greeted and told of the hours, once
		flow.handles = false
		w.mustAccept(text(10, 103, 1, "hello"))
		w.mustAccept(text(11, 103, 2, "hello?"))
		w.mustAccept(fmt.Sprintf(pressed, 12, 12, 103, "private"))
		if got := len(w.sent); got != 4 || w.sent[2].Origin != "greeting" || w.sent[3].Origin != "away" || w.callbacks[len(w.callbacks)-1] != "q12" {
			t.Fatalf("sent %+v, answered %q", w.sent, w.callbacks)
		}
	})
}
