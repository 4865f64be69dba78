package inbox_test

import (
	"testing"
	"time"

	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
)

func TestRawMessagesAreForgotten(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		w.Clock.Set(time.Now()) // ids tell the time of the machine
		r := w.Conversation(5, "Петро", 3)
		for _, c := range []struct {
			days int
			want int64
		}{{89, 3}, {2, 0}} {
			w.Clock.Advance(time.Duration(c.days) * 24 * time.Hour)
			if err := w.Inbox.Sweep(w.Context()); err != nil {
				w.Fatal(err)
			}
			n, err := db.One[int64](w.Context(), w.DB.Read(), "SELECT count(*) FROM raw_messages WHERE workspace_id = ?", w.Workspace)
			if err != nil || n != c.want {
				w.Fatalf("after %d more days %d are kept, want %d: %v", c.days, n, c.want, err)
			}
		}
		if n := len(thread(w, r.ConversationID)); n != 3 {
			w.Fatalf("%d messages are left", n)
		}
	})
}
