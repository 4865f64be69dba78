package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func each(t *testing.T, test func(w *inboxtest.World)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(inboxtest.New(t, d)) })
}

func conversation(w *inboxtest.World, id uuid.UUID) inbox.Conversation {
	w.Helper()
	c, err := w.Inbox.Get(w.Context(), w.Workspace, id)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func thread(w *inboxtest.World, id uuid.UUID) []inbox.Message {
	w.Helper()
	list, _, err := w.Inbox.Thread(w.Context(), w.Workspace, id, inbox.Page{Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

func TestFirstMessageMakesContactAndConversation(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		first := w.Receive(w.From(77, "Олена Коваль", "Добрий день, є <b>Audi A6</b>?"))
		if !first.NewContact || !first.NewConversation || first.Seq != 1 {
			w.Fatalf("got %+v", first)
		}
		w.Clock.Advance(time.Minute)
		second := w.Receive(w.From(77, "Олена Коваль", "Агов"))
		if second.NewContact || second.NewConversation || second.Seq != 2 || second.ConversationID != first.ConversationID {
			w.Fatalf("got %+v", second)
		}
		c := conversation(w, first.ConversationID)
		if c.Name() != "Олена Коваль" || c.UnreadCount != 2 || c.LastText != "Агов" || c.LastDirection != inbox.In ||
			c.Username != "user77" || c.BotName != "Автосвіт бот" || !c.LastMessageAt.Equal(w.Clock.Now()) {
			w.Fatalf("got %+v", c)
		}
		list := thread(w, c.ID)
		if len(list) != 2 || list[0].Text != "Добрий день, є <b>Audi A6</b>?" || list[1].Seq != 2 || list[0].State != "" {
			w.Fatalf("thread %+v", list)
		}
		if got := w.Events(c.ID); !slices.Equal(got, []string{"message.received", "message.received"}) {
			w.Fatalf("events %v", got)
		}
		raw, err := db.One[string](w.Context(), w.DB.Read(), "SELECT body FROM raw_messages WHERE workspace_id = ? AND message_id = ?", w.Workspace, first.MessageID)
		if err != nil || raw == "" {
			w.Fatalf("the raw body is lost: %q %v", raw, err)
		}
	})
}

func TestAlbumIsOneMessage(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		part := func(n int, text string) inbox.Incoming {
			in := w.From(5, "Петро", text)
			in.Kind, in.AlbumID, in.ExternalID = inbox.Photo, "album-1", int64(1000+n)
			in.Files = []inbox.IncomingFile{{Kind: inbox.Photo, FileID: fmt.Sprint("file", n), FileUniqueID: fmt.Sprint("u", n), Size: 100, TooLarge: n == 3}}
			return in
		}
		first := w.Receive(part(1, ""))
		w.Receive(w.From(5, "Петро", "між частинами"))
		second := w.Receive(part(2, "моя машина"))
		third := w.Receive(part(3, ""))
		again := w.Receive(part(3, ""))
		if first.AlbumPart || !second.AlbumPart || second.MessageID != first.MessageID || third.Seq != 1 {
			w.Fatalf("got %+v then %+v", first, second)
		}
		if len(second.Attachments) != 1 || len(third.Attachments) != 0 || len(again.Attachments) != 0 {
			w.Fatalf("what is to be fetched: %v %v %v", second.Attachments, third.Attachments, again.Attachments)
		}
		list := thread(w, first.ConversationID)
		if len(list) != 2 || list[0].Kind != inbox.Album || list[0].Text != "моя машина" || len(list[0].Attachments) != 3 {
			w.Fatalf("thread %+v", list)
		}
		for i, a := range list[0].Attachments {
			if a.Position != i || *a.ExternalID != int64(1001+i) {
				w.Fatalf("part %d is %+v", i, a)
			}
		}
		if list[0].Attachments[2].State != inbox.TooLarge || list[0].Attachments[0].State != inbox.Pending {
			w.Fatalf("states %+v", list[0].Attachments)
		}
		if c := conversation(w, first.ConversationID); c.UnreadCount != 2 || c.LastText != "між частинами" {
			w.Fatalf("got %+v", c)
		}
		// a reply to a later part finds the album
		reply := w.From(5, "Петро", "ось ця")
		reply.ReplyToExternalID = 1002
		r := w.Receive(reply)
		list = thread(w, r.ConversationID)
		if last := list[len(list)-1]; last.ReplyToID == nil || *last.ReplyToID != first.MessageID || last.ReplyAuthor != "Петро" {
			w.Fatalf("reply %+v", last)
		}
	})
}

func TestFilesArriveLater(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		in := w.From(5, "Петро", "")
		in.Kind = inbox.Photo
		in.Files = []inbox.IncomingFile{{Kind: inbox.Photo, FileID: "a"}, {Kind: inbox.Photo, FileID: "b"}}
		r := w.Receive(in)
		media := w.Media(w.Workspace, inbox.Photo)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			if err := w.Inbox.AttachmentReady(ctx, tx, w.Workspace, r.Attachments[0], media); err != nil {
				return err
			}
			return w.Inbox.AttachmentFailed(ctx, tx, w.Workspace, r.Attachments[1], false, "Telegram no longer has the file.")
		})
		a := thread(w, r.ConversationID)[0].Attachments
		if a[0].State != inbox.Ready || *a[0].MediaID != media || a[0].Width != 640 || !a[0].HasThumb || a[1].State != inbox.Failed || a[1].Error == "" {
			w.Fatalf("got %+v", a)
		}
		err := w.DB.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.Inbox.AttachmentReady(ctx, tx, ident.New(), r.Attachments[0], media)
		})
		if !errs.Is(err, errs.KindNotFound) {
			w.Fatalf("a foreign attachment: %v", err)
		}
	})
}

func TestClosedConversationReopens(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		if c, err := w.Inbox.Close(ctx, w.Workspace, r.ConversationID); err != nil || c.Status != inbox.Closed {
			w.Fatalf("got %+v %v", c, err)
		}
		if _, err := w.Inbox.Close(ctx, w.Workspace, r.ConversationID); err != nil {
			w.Fatal("closing twice is no error", err)
		}
		if got := w.Receive(w.From(5, "Петро", "я ще тут")); !got.Reopened {
			w.Fatalf("got %+v", got)
		}
		if c := conversation(w, r.ConversationID); c.Status != inbox.Open {
			w.Fatalf("got %+v", c)
		}
		if h, err := w.Inbox.History(ctx, w.Workspace, r.ConversationID, 0, 10); err != nil || len(h) != 2 || h[1].ActorName != "Марія Бондар" {
			w.Fatalf("history %+v %v", h, err)
		}
	})
}

func TestDuplicateFailsTheUnit(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		in := w.From(5, "Петро", "раз")
		in.ExternalID = 9
		r := w.Receive(in)
		err := w.DB.InTx(w.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Inbox.Receive(ctx, tx, in)
			return err
		})
		if !db.IsUnique(err) {
			w.Fatalf("got %v", err)
		}
		if c := conversation(w, r.ConversationID); c.LastSeq != 1 || c.UnreadCount != 1 {
			w.Fatalf("the duplicate left a trace: %+v", c)
		}
	})
}

func TestEditedMessageKeepsItsEarlierText(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		in := w.From(5, "Петро", "куплю A6")
		in.ExternalID = 9
		r := w.Receive(in)
		edit := func(ext int64, text string) (found bool) {
			w.Tx(func(ctx context.Context, tx *db.Tx) (err error) {
				found, err = w.Inbox.EditIncoming(ctx, tx, inbox.EditedIncoming{
					WorkspaceID: w.Workspace, BotID: w.Bot, ChatID: 5, ExternalID: ext, Text: text, Raw: `{"edited":1}`, EditedAt: w.Clock.Now(),
				})
				return err
			})
			return found
		}
		for range 2 { // Telegram repeats itself
			if !edit(9, "куплю A8") {
				w.Fatal("the message was not found")
			}
		}
		if edit(404, "x") {
			w.Fatal("the wrong message was found")
		}
		m := thread(w, r.ConversationID)[0]
		if m.Text != "куплю A8" || m.EditedAt == nil || len(m.Payload.V.Edits) != 1 || m.Payload.V.Edits[0].Text != "куплю A6" {
			w.Fatalf("got %+v", m)
		}
		if c := conversation(w, r.ConversationID); c.LastText != "куплю A8" || c.UnreadCount != 1 {
			w.Fatalf("got %+v", c)
		}
		if got := w.Events(r.ConversationID); !slices.Equal(got, []string{"message.received", "message.edited"}) {
			w.Fatalf("events %v", got)
		}
	})
}

func TestBlockedUntilTheyWriteAgain(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		for range 2 {
			w.Tx(func(ctx context.Context, tx *db.Tx) error {
				return w.Inbox.MarkBlocked(ctx, tx, w.Workspace, w.Bot, 5, true)
			})
		}
		if c := conversation(w, r.ConversationID); !c.IsBlocked {
			w.Fatalf("got %+v", c)
		}
		_, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"})
		if e := errs.As(err); e == nil || e.Kind != errs.KindConflict || e.Token != "blocked" {
			w.Fatalf("got %v", err)
		}
		w.Receive(w.From(5, "Петро", "повернувся"))
		if c := conversation(w, r.ConversationID); c.IsBlocked {
			w.Fatalf("got %+v", c)
		}
		want := []string{"message.received", "conversation.changed", "conversation.changed", "message.received"}
		if got := w.Events(r.ConversationID); !slices.Equal(got, want) {
			w.Fatalf("events %v", got)
		}
	})
}

func TestMigratedGroupGoesOn(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		group := func(chat, ext int64) inbox.Incoming {
			in := w.From(7, "Петро", "у групі")
			in.ChatID, in.ChatKind, in.ChatTitle, in.ExternalID = chat, "group", "Дилери", ext
			return in
		}
		r := w.Receive(group(-100, 1))
		migrate := func(from, to int64) {
			w.Tx(func(ctx context.Context, tx *db.Tx) error {
				return w.Inbox.Migrate(ctx, tx, w.Workspace, w.Bot, from, to)
			})
		}
		migrate(-100, -100200)
		migrate(-100, -100200) // told twice by Telegram
		after := w.Receive(group(-100200, 1))
		if after.ConversationID != r.ConversationID || after.Seq != 2 {
			w.Fatalf("got %+v", after)
		}
		list := thread(w, r.ConversationID)
		if len(list) != 2 || list[0].Payload.V.Sender == nil || list[0].Payload.V.Sender.Name != "Петро" {
			w.Fatalf("thread %+v", list)
		}
		if c := conversation(w, r.ConversationID); c.Name() != "Дилери" || c.ContactID != nil {
			w.Fatalf("got %+v", c)
		}
		// the new chat spoke first: the old conversation ends
		old, fresh := w.Receive(group(-300, 50)), w.Receive(group(-100300, 1))
		migrate(-300, -100300)
		if a, b := conversation(w, old.ConversationID), conversation(w, fresh.ConversationID); a.Status != inbox.Closed || b.Status != inbox.Open {
			w.Fatalf("got %s and %s", a.Status, b.Status)
		}
		for id, want := range map[uuid.UUID]int64{old.MessageID: 0, fresh.MessageID: 1} { // 50 means something else in the new chat
			if got, err := w.Inbox.ExternalID(w.Context(), w.DB.Read(), w.Workspace, id); err != nil || got != want {
				w.Fatalf("addressed as %d, want %d: %v", got, want, err)
			}
		}
	})
}

func TestPressedButtonIsAMessage(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		m, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{
			Text: "Коли вам зручно?", Buttons: [][]inbox.Button{{{Text: "Сьогодні", Data: "today"}}},
		})
		if err != nil {
			w.Fatal(err)
		}
		in := w.From(5, "Петро", "")
		in.ReplyToExternalID = w.Delivered(m)
		in.Kind, in.Payload.Callback = "callback", &inbox.Callback{Data: "today", Label: "Сьогодні"}
		for range 2 { // pressing twice is two messages
			w.Tx(func(ctx context.Context, tx *db.Tx) error {
				_, err := w.Inbox.Receive(ctx, tx, in)
				return err
			})
		}
		list := thread(w, r.ConversationID)
		last := list[len(list)-1]
		if len(list) != 4 || last.Kind != "callback" || last.Payload.V.Callback.Label != "Сьогодні" || last.ReplyToID == nil || *last.ReplyToID != m.ID {
			w.Fatalf("got %+v", last)
		}
	})
}

func TestAwayAnswerIsClaimedOnce(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		due := func(ws uuid.UUID, period string) (ok bool) {
			w.Tx(func(ctx context.Context, tx *db.Tx) (err error) {
				ok, err = w.Inbox.AwayDue(ctx, tx, ws, r.ConversationID, period)
				return err
			})
			return ok
		}
		got := []bool{due(w.Workspace, "2026-11-02"), due(w.Workspace, "2026-11-02"), due(w.Workspace, "2026-11-03"), due(ident.New(), "2026-11-04")}
		if !slices.Equal(got, []bool{true, false, true, false}) {
			w.Fatalf("got %v", got)
		}
	})
}

func TestTitleFollowsTheChat(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		group := w.From(7, "Петро", "у групі")
		group.ChatID, group.ChatKind, group.ChatTitle = -100, "group", "Дилери"
		r := w.Receive(group)
		group.ChatTitle = "Дилери Києва"
		w.Receive(group)
		if got := list(w, inbox.Filter{Search: "КИЄВА"}); len(got) != 1 || got[0].ID != r.ConversationID {
			w.Fatalf("got %+v", got)
		}
		p := w.Conversation(5, "Петро", 1)
		w.Receive(w.From(5, "Петро Ткач", "я змінив ім'я"))
		if c := conversation(w, p.ConversationID); c.Name() != "Петро Ткач" || c.Title != "Петро Ткач" {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestNumbersHaveNoGapsWhateverComesTogether(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				if i%2 == 0 {
					if _, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: fmt.Sprint("відповідь ", i)}); err != nil {
						w.Error(err)
					}
					return
				}
				in := w.From(5, "Петро", fmt.Sprint("питання ", i))
				in.ExternalID = int64(1000 + i)
				if err := w.DB.InChat(w.Context(), "5", func(ctx context.Context, tx *db.Tx) error {
					_, err := w.Inbox.Receive(ctx, tx, in)
					return err
				}); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		got := thread(w, r.ConversationID)
		for i, m := range got {
			if m.Seq != int64(i+1) {
				w.Fatalf("seq %d stands at %d", m.Seq, i+1)
			}
		}
		if c := conversation(w, r.ConversationID); len(got) != 25 || c.LastSeq != 25 || c.UnreadCount != 13 || *c.LastMessageID != got[24].ID {
			w.Fatalf("%d messages, %+v", len(got), c)
		}
	})
}
