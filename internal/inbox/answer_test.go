package inbox_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func TestFirstAnswerTakesTheConversation(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 2)
		ctx := w.As(w.Operator)
		if _, err := w.Inbox.Close(ctx, w.Workspace, r.ConversationID); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Inbox.SaveDraft(ctx, w.Workspace, r.ConversationID, "Віт", nil); err != nil {
			w.Fatal(err)
		}
		m, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: " Вітаю! ", ReplyToID: &r.MessageID})
		if err != nil {
			w.Fatal(err)
		}
		if m.Text != "Вітаю!" || m.Seq != 3 || m.State != inbox.Queued || m.AuthorName != "Ігор Ткач" || m.Kind != inbox.Text || m.ReplyText != "повідомлення 2" {
			w.Fatalf("got %+v", m)
		}
		c := conversation(w, r.ConversationID)
		if c.Status != inbox.Open || c.AssigneeName != "Ігор Ткач" || c.LastState != inbox.Queued || c.LastText != "Вітаю!" || c.UnreadCount != 2 {
			w.Fatalf("got %+v", c)
		}
		if d, err := w.Inbox.Draft(ctx, w.Workspace, r.ConversationID); err != nil || d.UpdatedAt != nil {
			w.Fatalf("the draft became the message: %+v %v", d, err)
		}
		if len(w.Recorder.Assigned) != 0 {
			w.Fatal("nobody is told of what they did themselves")
		}
		// the next person's answer leaves it with the first
		if _, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "І я"}); err != nil {
			w.Fatal(err)
		}
		if c := conversation(w, r.ConversationID); *c.AssigneeID != w.Operator.UserID {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestStrangerTakesNothingOver(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		boss := w.Member(w.Company("Інша"), "Супер", ident.Owner)
		boss.SuperAdmin, boss.WorkspaceID = true, w.Workspace
		if _, err := w.Inbox.Answer(w.As(boss), w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"}); err != nil {
			w.Fatal(err)
		}
		if c := conversation(w, r.ConversationID); c.AssigneeID != nil {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestRefusedSendLeavesNothing(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		w.Recorder.Refuse = true
		if _, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"}); err == nil {
			w.Fatal("must fail")
		}
		if c := conversation(w, r.ConversationID); c.LastSeq != 1 || c.AssigneeID != nil || len(thread(w, c.ID)) != 1 {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestWhatCannotBeSent(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r, other := w.Conversation(5, "Петро", 1), w.Conversation(6, "Іван", 1)
		photo, doc := w.Media(w.Workspace, inbox.Photo), w.Media(w.Workspace, inbox.Document)
		foreign := w.Media(w.Company("Інша"), inbox.Photo)
		eleven := make([]inbox.ReplyFile, 11)
		missing := ident.New()
		for _, c := range []struct {
			name, field string
			reply       inbox.Reply
		}{
			{"nothing", "text", inbox.Reply{Text: "  "}},
			{"only tags", "text", inbox.Reply{Text: "<b> </b>"}},
			{"too long", "text", inbox.Reply{Text: strings.Repeat("ї", 4097)}},
			{"unknown tag", "text", inbox.Reply{Text: "<h1>x</h1>"}},
			{"unclosed tag", "text", inbox.Reply{Text: "<b>x"}},
			{"attribute that Telegram drops", "text", inbox.Reply{Text: `<a href="https://e.example" onclick="f()">x</a>`}},
			{"link with a script", "text", inbox.Reply{Text: `<a href="javascript:alert(1)">x</a>`}},
			{"caption too long", "text", inbox.Reply{Text: strings.Repeat("x", 1025), Attachments: []inbox.ReplyFile{{MediaID: photo}}}},
			{"unknown file", "attachments", inbox.Reply{Attachments: []inbox.ReplyFile{{MediaID: missing}}}},
			{"foreign file", "attachments", inbox.Reply{Attachments: []inbox.ReplyFile{{MediaID: foreign}}}},
			{"eleven files", "attachments", inbox.Reply{Attachments: eleven}},
			{"mixed album", "attachments", inbox.Reply{Attachments: []inbox.ReplyFile{{MediaID: photo}, {MediaID: doc}}}},
			{"unknown kind", "attachments", inbox.Reply{Attachments: []inbox.ReplyFile{{MediaID: photo, Kind: "poll"}}}},
			{"buttons under an album", "buttons", inbox.Reply{Attachments: []inbox.ReplyFile{{MediaID: photo}, {MediaID: photo}}, Buttons: [][]inbox.Button{{{Text: "a", Data: "b"}}}}},
			{"button without effect", "buttons", inbox.Reply{Text: "x", Buttons: [][]inbox.Button{{{Text: "a"}}}}},
			{"button with a script", "buttons", inbox.Reply{Text: "x", Buttons: [][]inbox.Button{{{Text: "a", URL: "javascript:alert(1)"}}}}},
			{"data of 65 bytes", "buttons", inbox.Reply{Text: "x", Buttons: [][]inbox.Button{{{Text: "a", Data: strings.Repeat("ї", 33)}}}}},
			{"reply elsewhere", "reply_to_id", inbox.Reply{Text: "x", ReplyToID: &other.MessageID}},
			{"reply to nothing", "reply_to_id", inbox.Reply{Text: "x", ReplyToID: &missing}},
		} {
			_, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, c.reply)
			if e := errs.As(err); e == nil || e.Kind != errs.KindInvalid || e.Field != c.field {
				w.Errorf("%s: got %v", c.name, err)
			}
		}
		if len(w.Recorder.Calls) != 0 {
			w.Fatalf("messaging was asked: %+v", w.Recorder.Calls)
		}
		// 4096 visible characters pass whatever the tags add
		if _, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "<b>" + strings.Repeat("ї", 4095) + "&lt;</b>"}); err != nil {
			w.Error(err)
		}
	})
}

func TestAlbumGoesOut(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		a, b := w.Media(w.Workspace, inbox.Photo), w.Media(w.Workspace, inbox.Video)
		m, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "Ось", Attachments: []inbox.ReplyFile{{MediaID: a}, {MediaID: b}}})
		if err != nil || m.Kind != inbox.Album || len(m.Attachments) != 2 || *m.Attachments[1].MediaID != b || m.Attachments[0].State != inbox.Ready {
			w.Fatalf("got %+v %v", m, err)
		}
		first := w.Delivered(m)
		if err := w.Inbox.DeleteSent(w.As(w.Manager), w.Workspace, m.ID); err != nil {
			w.Fatal(err)
		}
		call := w.Recorder.Calls[len(w.Recorder.Calls)-1]
		if call.Op != "delete" || !slices.Equal(call.Target.ExternalIDs, []int64{first, first + 1}) || call.Target.ChatID != 5 {
			w.Fatalf("got %+v", call)
		}
		if c := conversation(w, r.ConversationID); c.LastText != "повідомлення 1" || c.LastDirection != inbox.In {
			w.Fatalf("the list still shows what is deleted: %+v", c)
		}
	})
}

func TestEditOfASentMessage(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		m, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: "ціна 100"})
		if err != nil {
			w.Fatal(err)
		}
		if _, err := w.Inbox.EditSent(ctx, w.Workspace, m.ID, "ціна 90"); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("it is not sent yet: %v", err)
		}
		if _, err := w.Inbox.EditSent(ctx, w.Workspace, r.MessageID, "x"); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("it is not ours: %v", err)
		}
		external := w.Delivered(m)
		if m, err = w.Inbox.EditSent(ctx, w.Workspace, m.ID, "ціна 90"); err != nil || m.Text != "ціна 90" || m.EditedAt == nil {
			w.Fatalf("got %+v %v", m, err)
		}
		call := w.Recorder.Calls[len(w.Recorder.Calls)-1]
		if call.Op != "edit" || call.Text != "ціна 90" || !slices.Equal(call.Target.ExternalIDs, []int64{external}) {
			w.Fatalf("got %+v", call)
		}
		// Telegram refuses: the earlier text comes back with the reason
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: m.ID, Operation: inbox.OpEdit, State: inbox.Failed, ErrorKind: "bad_request", Error: "message can't be edited"})
		m = thread(w, r.ConversationID)[1]
		if m.Text != "ціна 100" || m.EditedAt != nil || m.ErrorKind != "bad_request" || m.State != inbox.Sent {
			w.Fatalf("got %+v", m)
		}
		if got := w.Events(r.ConversationID); got[len(got)-1] != "message.edited" {
			w.Fatalf("nobody is told that the text is back: %v", got)
		}
		if c := conversation(w, r.ConversationID); c.LastText != "ціна 100" {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestRefusedDeletionBringsTheMessageBack(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		m, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "раз"})
		if err != nil {
			w.Fatal(err)
		}
		w.Delivered(m)
		if err := w.Inbox.DeleteSent(w.As(w.Manager), w.Workspace, m.ID); err != nil {
			w.Fatal(err)
		}
		if err := w.Inbox.DeleteSent(w.As(w.Manager), w.Workspace, m.ID); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("deleting twice: %v", err)
		}
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: m.ID, Operation: inbox.OpDelete, State: inbox.Failed, ErrorKind: "bad_request", Error: "too old"})
		if m := thread(w, r.ConversationID)[1]; m.DeletedAt != nil || m.ErrorKind != "bad_request" {
			w.Fatalf("got %+v", m)
		}
		if c := conversation(w, r.ConversationID); c.LastText != "раз" {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestDeliveryStates(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		send := func(text string) inbox.Message {
			m, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: text})
			if err != nil {
				w.Fatal(err)
			}
			return m
		}
		a, b := send("перше"), send("друге")
		w.Result(
			inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: a.ID, Operation: inbox.OpSend, State: inbox.Unknown, ErrorKind: "unavailable", Error: "timeout"},
			inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: b.ID, Operation: inbox.OpSend, State: inbox.Failed, ErrorKind: "limited", Error: "later"},
		)
		if c := conversation(w, r.ConversationID); c.LastState != inbox.Failed {
			w.Fatalf("got %+v", c)
		}
		if f := w.Recorder.Failures; len(f) != 1 || b.AuthorID == nil || f[0].AuthorID != *b.AuthorID {
			w.Fatalf("the author was told %+v", f)
		}
		if err := w.Inbox.DeleteSent(ctx, w.Workspace, a.ID); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("first the doubt must end: %v", err)
		}
		if _, err := w.Inbox.RetryFailed(ctx, w.Workspace, a.ID); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("unknown is not retried blindly: %v", err)
		}
		if m, err := w.Inbox.ResolveUnknown(ctx, w.Workspace, a.ID, true); err != nil || m.State != inbox.Sent || m.ErrorKind != "" {
			w.Fatalf("got %+v %v", m, err)
		}
		if m, err := w.Inbox.RetryFailed(ctx, w.Workspace, b.ID); err != nil || m.State != inbox.Queued {
			w.Fatalf("got %+v %v", m, err)
		}
		if _, err := w.Inbox.ResolveUnknown(ctx, w.Workspace, b.ID, true); !errs.Is(err, errs.KindConflict) {
			w.Fatalf("got %v", err)
		}
		var ops []string
		for _, c := range w.Recorder.Calls {
			ops = append(ops, c.Op)
		}
		if !slices.Equal(ops, []string{"send", "send", "arrived", "retry"}) {
			w.Fatalf("got %v", ops)
		}
		states := 0
		for _, kind := range w.Events(r.ConversationID) {
			if kind == "message.state" {
				states++
			}
		}
		if states != 3 { // one for the batch, one for each decision
			w.Fatalf("%d state events", states)
		}
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: b.ID, Operation: inbox.OpSend, State: inbox.Failed, ErrorKind: inbox.ErrorBlocked, Error: "blocked"})
		if c := conversation(w, r.ConversationID); !c.IsBlocked {
			w.Fatalf("got %+v", c)
		}
		before, known := conversation(w, r.ConversationID), len(w.Events(r.ConversationID))
		// what reaches them shows that they let the bot in again
		sent := inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: b.ID, Operation: inbox.OpSend, State: inbox.Sent, ExternalIDs: []int64{77}}
		w.Result(sent)
		if c := conversation(w, r.ConversationID); c.IsBlocked || c.Version == before.Version {
			w.Fatalf("got %+v", c)
		}
		if got := w.Events(r.ConversationID)[known:]; !slices.Equal(got, []string{"conversation.changed", "message.state"}) {
			w.Fatalf("events %v", got)
		}
		refused := sent
		refused.State, refused.ErrorKind, refused.ExternalIDs = inbox.Failed, inbox.ErrorBlocked, nil
		w.Result(sent, refused) // the last word counts
		if c := conversation(w, r.ConversationID); !c.IsBlocked {
			w.Fatalf("got %+v", c)
		}
	})
}

func TestUnread(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 4)
		ctx := w.As(w.Manager)
		steps := []struct {
			name string
			do   func() (inbox.Conversation, error)
			want int
		}{
			{"up to the second", func() (inbox.Conversation, error) { return w.Inbox.Read(ctx, w.Workspace, r.ConversationID, 2) }, 2},
			{"an older place brings nothing back", func() (inbox.Conversation, error) { return w.Inbox.Read(ctx, w.Workspace, r.ConversationID, 1) }, 2},
			{"all", func() (inbox.Conversation, error) { return w.Inbox.Read(ctx, w.Workspace, r.ConversationID, 99) }, 0},
			{"by hand", func() (inbox.Conversation, error) { return w.Inbox.Unread(ctx, w.Workspace, r.ConversationID) }, 1},
			{"by hand again", func() (inbox.Conversation, error) { return w.Inbox.Unread(ctx, w.Workspace, r.ConversationID) }, 1},
			{"read again", func() (inbox.Conversation, error) { return w.Inbox.Read(ctx, w.Workspace, r.ConversationID, 4) }, 0},
		}
		for _, s := range steps {
			if c, err := s.do(); err != nil || c.UnreadCount != s.want {
				w.Fatalf("%s: %d %v", s.name, c.UnreadCount, err)
			}
		}
	})
}

func TestAssignment(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		dealer := w.Member(w.Workspace, "Дилер", ident.Dealer)
		stranger := w.Member(w.Company("Інша"), "Чужий", ident.Owner)
		for name, id := range map[string]uuid.UUID{"a dealer": dealer.UserID, "a stranger": stranger.UserID, "nobody known": ident.New()} {
			_, err := w.Inbox.Assign(ctx, w.Workspace, r.ConversationID, &id)
			if e := errs.As(err); e == nil || e.Field != "user_id" {
				w.Errorf("%s: got %v", name, err)
			}
		}
		if c, err := w.Inbox.Assign(ctx, w.Workspace, r.ConversationID, &w.Operator.UserID); err != nil || c.AssigneeName != "Ігор Ткач" {
			w.Fatalf("got %+v %v", c, err)
		}
		if got := w.Recorder.Assigned; len(got) != 1 || got[0].Title != "Петро" || got[0].By != "Марія Бондар" || got[0].AssigneeID != w.Operator.UserID {
			w.Fatalf("told %+v", got)
		}
		if c, err := w.Inbox.Assign(ctx, w.Workspace, r.ConversationID, nil); err != nil || c.AssigneeID != nil {
			w.Fatalf("got %+v %v", c, err)
		}
		h, err := w.Inbox.History(ctx, w.Workspace, r.ConversationID, 0, 10)
		if err != nil || len(h) != 2 || h[1].Assignee != "Ігор Ткач" || h[1].ActorName != "Марія Бондар" || h[1].Kind != "conversation.changed" {
			w.Fatalf("history %+v %v", h, err)
		}
		list, err := w.Inbox.Assignees(ctx, w.Workspace)
		if err != nil || len(list) != 2 {
			w.Fatalf("assignees %+v %v", list, err)
		}
	})
}

func TestNotes(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		n, err := w.Inbox.AddNote(w.As(w.Operator), w.Workspace, r.ConversationID, " любить універсали ")
		if err != nil || n.Text != "любить універсали" || n.AuthorName != "Ігор Ткач" {
			w.Fatalf("got %+v %v", n, err)
		}
		if err := w.Inbox.DeleteNote(w.As(w.Manager), w.Workspace, n.ID); !errs.Is(err, errs.KindForbidden) {
			w.Fatalf("a manager deletes others' notes: %v", err)
		}
		admin := w.Member(w.Workspace, "Адмін", ident.Admin)
		if err := w.Inbox.DeleteNote(w.As(admin), w.Workspace, n.ID); err != nil {
			w.Fatal(err)
		}
		if list, err := w.Inbox.Notes(w.Context(), w.Workspace, r.ConversationID, uuid.Nil, 10); err != nil || len(list) != 0 {
			w.Fatalf("left %+v %v", list, err)
		}
		if _, err := w.Inbox.AddNote(w.As(w.Operator), w.Workspace, r.ConversationID, "  "); !errs.Is(err, errs.KindInvalid) {
			w.Fatalf("got %v", err)
		}
	})
}

func TestDraftIsOnesOwn(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		if _, err := w.Inbox.SaveDraft(w.As(w.Operator), w.Workspace, r.ConversationID, "перша", nil); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Inbox.SaveDraft(w.As(w.Operator), w.Workspace, r.ConversationID, "друга", &r.MessageID); err != nil {
			w.Fatal(err)
		}
		d, err := w.Inbox.Draft(w.As(w.Operator), w.Workspace, r.ConversationID)
		if err != nil || d.Text != "друга" || *d.ReplyToID != r.MessageID {
			w.Fatalf("got %+v %v", d, err)
		}
		if d, err := w.Inbox.Draft(w.As(w.Manager), w.Workspace, r.ConversationID); err != nil || d.Text != "" {
			w.Fatalf("somebody else's draft: %+v %v", d, err)
		}
		if _, err := w.Inbox.SaveDraft(w.As(w.Operator), w.Workspace, r.ConversationID, "", nil); err != nil {
			w.Fatal(err)
		}
		if d, _ := w.Inbox.Draft(w.As(w.Operator), w.Workspace, r.ConversationID); d.UpdatedAt != nil {
			w.Fatalf("left %+v", d)
		}
	})
}

func TestCannedReplies(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		ctx, s := w.As(w.Manager), func(v string) *string { return &v }
		hi, err := w.Inbox.AddCanned(ctx, w.Workspace, inbox.CannedPatch{Shortcut: s("/Привіт"), Title: s("Вітання"), Text: map[string]string{"uk": "Вітаю, {first_name}!", "en": " "}})
		if err != nil || hi.Shortcut != "привіт" || len(hi.Text.V) != 1 {
			w.Fatalf("got %+v %v", hi, err)
		}
		_, err = w.Inbox.AddCanned(ctx, w.Workspace, inbox.CannedPatch{Shortcut: s("ПРИВІТ"), Title: s("x"), Text: map[string]string{"uk": "x"}})
		if e := errs.As(err); e == nil || e.Kind != errs.KindConflict || e.Field != "shortcut" {
			w.Fatalf("got %v", err)
		}
		if _, err = w.Inbox.EditCanned(ctx, w.Workspace, hi.ID, 1, inbox.CannedPatch{Title: s("Привітання")}); err != nil {
			w.Fatal(err)
		}
		now, err := w.Inbox.EditCanned(ctx, w.Workspace, hi.ID, 1, inbox.CannedPatch{Title: s("Інше")})
		if !errs.Is(err, errs.KindConflict) || now.Title != "Привітання" || now.Version != 2 {
			w.Fatalf("got %+v %v", now, err)
		}
		for field, p := range map[string]inbox.CannedPatch{
			"shortcut": {Shortcut: s("два слова"), Title: s("x"), Text: map[string]string{"uk": "x"}},
			"title":    {Shortcut: s("x"), Title: s(" "), Text: map[string]string{"uk": "x"}},
			"text":     {Shortcut: s("x"), Title: s("x"), Text: map[string]string{"de": "x"}},
		} {
			_, err := w.Inbox.AddCanned(ctx, w.Workspace, p)
			if e := errs.As(err); e == nil || e.Field != field {
				w.Errorf("%s: got %v", field, err)
			}
		}
		other := w.Company("Інша")
		if err := w.Inbox.DeleteCanned(ctx, other, hi.ID); !errs.Is(err, errs.KindNotFound) {
			w.Fatalf("got %v", err)
		}
		if err := w.Inbox.DeleteCanned(ctx, w.Workspace, hi.ID); err != nil {
			w.Fatal(err)
		}
	})
}

func TestNothingIsQueuedForABotThatDoesNotSend(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		answer := func(text string) inbox.Message {
			w.Helper()
			m, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: text})
			if err != nil {
				w.Fatal(err)
			}
			return m
		}
		waiting, sent, failed, unknown := answer("чекає"), answer("пішло"), answer("ні"), answer("хтозна")
		w.Delivered(sent)
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: failed.ID, Operation: inbox.OpSend, State: inbox.Failed})
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: unknown.ID, Operation: inbox.OpSend, State: inbox.Unknown})
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE bots SET is_enabled = FALSE WHERE id = ?", w.Bot)
			return err
		})
		for name, do := range map[string]func() error{
			"answer": func() error {
				_, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: "x"})
				return err
			},
			"edit":       func() error { _, err := w.Inbox.EditSent(ctx, w.Workspace, sent.ID, "x"); return err },
			"delete":     func() error { return w.Inbox.DeleteSent(ctx, w.Workspace, sent.ID) },
			"retry":      func() error { _, err := w.Inbox.RetryFailed(ctx, w.Workspace, failed.ID); return err },
			"send again": func() error { _, err := w.Inbox.ResolveUnknown(ctx, w.Workspace, unknown.ID, false); return err },
		} {
			if e := errs.As(do()); e == nil || e.Kind != errs.KindConflict || e.Token != "bot_disabled" {
				w.Errorf("%s: got %v", name, e)
			}
		}
		if err := w.Inbox.DeleteSent(ctx, w.Workspace, waiting.ID); err != nil { // needs no bot
			w.Error(err)
		}
		if _, err := w.Inbox.ResolveUnknown(ctx, w.Workspace, unknown.ID, true); err != nil {
			w.Error(err)
		}
	})
}

func TestTheRefusedEditIsTakenBack(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ctx := w.As(w.Manager)
		m, err := w.Inbox.Answer(ctx, w.Workspace, r.ConversationID, inbox.Reply{Text: "A"})
		if err != nil {
			w.Fatal(err)
		}
		w.Delivered(m)
		var edits []inbox.Target
		for _, text := range []string{"B", "C"} { // at one moment of the clock
			if _, err := w.Inbox.EditSent(ctx, w.Workspace, m.ID, text); err != nil {
				w.Fatal(err)
			}
			edits = append(edits, w.Recorder.Calls[len(w.Recorder.Calls)-1].Target)
		}
		refuse := func(e inbox.Target) inbox.Message {
			w.Result(inbox.DeliveryResult{
				ConversationID: r.ConversationID, MessageID: m.ID, Operation: inbox.OpEdit, State: inbox.Failed,
				ErrorKind: "bad_request", Error: "no", EditedAt: e.EditedAt,
			})
			return thread(w, r.ConversationID)[1]
		}
		if m := refuse(edits[0]); m.Text != "C" || len(m.Payload.V.Edits) != 1 || m.Payload.V.Edits[0].Text != "A" || m.EditedAt == nil {
			w.Fatalf("Telegram shows C, which replaced A: %+v", m)
		}
		if m := refuse(edits[0]); m.Text != "C" || len(m.Payload.V.Edits) != 1 {
			w.Fatalf("the same refusal twice: %+v", m)
		}
		if m := refuse(edits[1]); m.Text != "A" || len(m.Payload.V.Edits) != 0 || m.EditedAt != nil {
			w.Fatalf("got %+v", m)
		}
	})
}

func TestWhoRetriesAndWhoDeletesTakeTurns(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		m, err := w.Inbox.Answer(w.As(w.Manager), w.Workspace, r.ConversationID, inbox.Reply{Text: "так"})
		if err != nil {
			w.Fatal(err)
		}
		w.Result(inbox.DeliveryResult{ConversationID: r.ConversationID, MessageID: m.ID, Operation: inbox.OpSend, State: inbox.Failed})
		inside, goOn := make(chan struct{}), make(chan struct{})
		w.Recorder.Hold = func(op string) {
			if op == "retry" {
				close(inside)
				<-goOn
			}
		}
		retried, deleted := make(chan error, 1), make(chan error, 1)
		go func() { _, err := w.Inbox.RetryFailed(w.As(w.Manager), w.Workspace, m.ID); retried <- err }()
		<-inside
		go func() { deleted <- w.Inbox.DeleteSent(w.As(w.Operator), w.Workspace, m.ID) }()
		for w.DB.Engine() == db.Postgres && len(deleted) == 0 {
			waits, err := db.One[int64](w.Context(), w.DB.Read(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
			if err != nil {
				w.Fatal(err)
			}
			if waits > 0 {
				break
			}
		}
		close(goOn)
		if err := <-retried; err != nil {
			w.Fatal(err)
		}
		if err := <-deleted; err != nil {
			w.Fatal(err)
		}
		// Who shares a commit may be recorded in either order: what the deletion saw counts.
		calls := w.Recorder.Calls
		at := slices.IndexFunc(calls, func(c inboxtest.Call) bool { return c.Op == "delete" })
		if len(calls) != 3 || at < 0 || calls[at].Target.State != inbox.Queued {
			w.Fatalf("a deleted message is on its way: %+v", w.Recorder.Calls)
		}
	})
}
