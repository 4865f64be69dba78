package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"cartie/internal/inbox"
	"cartie/internal/inbox/inboxtest"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

func list(w *inboxtest.World, f inbox.Filter) []inbox.Conversation {
	w.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	got, _, err := w.Inbox.List(w.Context(), w.Workspace, f)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func names(list []inbox.Conversation) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.Name())
	}
	return out
}

func TestListViews(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		a, b, c := w.Conversation(1, "Анна", 1), w.Conversation(2, "Борис", 1), w.Conversation(3, "Віра", 1)
		second := w.AddBot(w.Workspace, "Другий")
		in := w.From(1, "Анна", "через іншого бота")
		in.BotID = second
		d := w.Receive(in)
		ctx := w.As(w.Manager)
		must := func(_ inbox.Conversation, err error) {
			w.Helper()
			if err != nil {
				w.Fatal(err)
			}
		}
		must(w.Inbox.Assign(ctx, w.Workspace, b.ConversationID, &w.Operator.UserID))
		must(w.Inbox.Close(ctx, w.Workspace, c.ConversationID))
		must(w.Inbox.Read(ctx, w.Workspace, a.ConversationID, 9))
		if a.ContactID != d.ContactID || d.NewContact {
			w.Fatal("one person is two contacts")
		}
		for _, x := range []struct {
			name string
			f    inbox.Filter
			want []string
		}{
			{"open", inbox.Filter{}, []string{"Анна", "Борис", "Анна"}},
			{"closed", inbox.Filter{Status: inbox.Closed}, []string{"Віра"}},
			{"any", inbox.Filter{Status: "any"}, []string{"Анна", "Віра", "Борис", "Анна"}},
			{"mine", inbox.Filter{View: inbox.Mine, UserID: w.Operator.UserID}, []string{"Борис"}},
			{"unassigned", inbox.Filter{View: inbox.Unassigned}, []string{"Анна", "Анна"}},
			{"one bot", inbox.Filter{Bot: second}, []string{"Анна"}},
			{"unread", inbox.Filter{Unread: true}, []string{"Анна", "Борис"}},
			{"unread of one bot", inbox.Filter{Unread: true, Bot: w.Bot}, []string{"Борис"}},
		} {
			if got := names(list(w, x.f)); !slices.Equal(got, x.want) {
				w.Errorf("%s: got %v", x.name, got)
			}
		}
		if got, err := w.Inbox.OfContact(w.Context(), w.Workspace, a.ContactID); err != nil || len(got) != 2 {
			w.Errorf("of the contact: %v %v", got, err)
		}
	})
}

func TestEachListShowsTheLatestFirst(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		write := func(who int64, name string, after time.Duration) inbox.Received {
			in := w.From(who, name, "x")
			in.SentAt = inboxtest.Start.Add(after)
			return w.Receive(in)
		}
		var a inbox.Received
		for i, name := range []string{"Анна", "Борис", "Віра"} {
			if r := write(int64(i+1), name, time.Duration(i)*time.Minute); i == 0 {
				a = r
			}
		}
		check := func(f inbox.Filter, want ...string) {
			w.Helper()
			if got := names(list(w, f)); !slices.Equal(got, want) {
				w.Errorf("%+v: got %v", f, got)
			}
		}
		filters := []inbox.Filter{{}, {Unread: true}, {Bot: w.Bot}, {View: inbox.Unassigned}}
		for _, f := range filters {
			check(f, "Віра", "Борис", "Анна")
		}
		write(2, "Борис", 3*time.Minute)
		write(1, "Анна", time.Hour)
		for _, f := range filters {
			check(f, "Анна", "Борис", "Віра")
		}
		if _, err := w.Inbox.Read(w.As(w.Manager), w.Workspace, a.ConversationID, 9); err != nil {
			w.Fatal(err)
		}
		check(inbox.Filter{Unread: true}, "Борис", "Віра")
		if _, err := w.Inbox.Unread(w.As(w.Manager), w.Workspace, a.ConversationID); err != nil {
			w.Fatal(err)
		}
		check(inbox.Filter{Unread: true}, "Анна", "Борис", "Віра")
	})
}

func TestSearchFoldsEveryScript(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(11, "Ґалина ЇЖАКЕВИЧ", 1)
		w.Conversation(12, "Straße 100%_ Verkauf", 1)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			return w.Contacts.SetPhone(ctx, tx, w.Workspace, r.ContactID, "380501234567")
		})
		group := w.From(13, "Хтось", "x")
		group.ChatID, group.ChatKind, group.ChatTitle = -13, "group", "Дилери КИЇВ"
		w.Receive(group)
		for q, want := range map[string]string{
			"їжак": "Ґалина ЇЖАКЕВИЧ", "ґАЛИНА": "Ґалина ЇЖАКЕВИЧ", "@USER11": "Ґалина ЇЖАКЕВИЧ", "(050) 123-45": "Ґалина ЇЖАКЕВИЧ",
			"+380 50 1234567": "Ґалина ЇЖАКЕВИЧ", "STRASSE": "Straße 100%_ Verkauf", "100%_": "Straße 100%_ Verkauf", "київ": "Дилери КИЇВ",
		} {
			if got := names(list(w, inbox.Filter{Search: q})); !slices.Equal(got, []string{want}) {
				w.Errorf("%s: got %v", q, got)
			}
		}
		for _, q := range []string{"%", "_", `\`, "000", "%%%"} {
			if got := names(list(w, inbox.Filter{Search: q})); len(got) > 1 {
				w.Errorf("%q is a wildcard: %v", q, got)
			}
		}
	})
}

// pages reads a list to its end in pages of the given sizes.
func pages(w *inboxtest.World, f inbox.Filter, sizes func() int) []uuid.UUID {
	var ids []uuid.UUID
	for {
		f.Limit = sizes()
		got, more, err := w.Inbox.List(w.Context(), w.Workspace, f)
		if err != nil {
			w.Fatal(err)
		}
		for _, c := range got {
			ids = append(ids, c.ID)
		}
		if !more {
			return ids
		}
		last := got[len(got)-1]
		f.After = &inbox.Place{At: last.LastMessageAt, ID: last.ID}
	}
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		var all []uuid.UUID
		contact := map[uuid.UUID]bool{}
		for i := range 23 { // many share an instant
			in := w.From(int64(i+1), fmt.Sprint("К", i), "x")
			in.SentAt = inboxtest.Start.Add(time.Duration(i/6) * 7 * time.Minute)
			r := w.Receive(in)
			if i%4 == 0 {
				if _, err := w.Inbox.Close(w.As(w.Manager), w.Workspace, r.ConversationID); err != nil {
					w.Fatal(err)
				}
			}
			all = append(all, r.ConversationID)
			contact[r.ContactID] = true
		}
		if len(contact) != 23 {
			w.Fatalf("%d contacts", len(contact))
		}
		rapid.Check(w.TB.(*testing.T), func(rt *rapid.T) {
			f := rapid.SampledFrom([]inbox.Filter{{}, {Unread: true}, {Bot: w.Bot}, {View: inbox.Unassigned}}).Draw(rt, "filter")
			f.Status = "any"
			got := pages(w, f, func() int { return rapid.IntRange(1, 9).Draw(rt, "limit") })
			if len(got) != len(all) {
				rt.Fatalf("%d of %d", len(got), len(all))
			}
			seen := map[uuid.UUID]bool{}
			for _, id := range got {
				seen[id] = true
			}
			if len(seen) != len(all) {
				rt.Fatalf("%d distinct of %d", len(seen), len(all))
			}
		})
	})
}

func TestTimelineJoinsBots(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		bots := []uuid.UUID{w.Bot, w.AddBot(w.Workspace, "Другий"), w.AddBot(w.Workspace, "Третій")}
		var contact uuid.UUID
		total := 40
		for i := range total {
			in := w.From(5, "Петро", fmt.Sprint(i))
			in.BotID = bots[(i*i)%3]
			in.SentAt = inboxtest.Start.Add(time.Duration((i*7)%11) * time.Second) // clocks that disagree with the order
			contact = w.Receive(in).ContactID
		}
		rapid.Check(w.TB.(*testing.T), func(rt *rapid.T) {
			var spot inbox.Spot
			seen, last, pages := map[uuid.UUID]bool{}, map[uuid.UUID]int64{}, 0
			for {
				got, next, err := w.Inbox.Timeline(w.Context(), w.Workspace, contact, spot, rapid.IntRange(1, 13).Draw(rt, "limit"))
				if err != nil {
					rt.Fatal(err)
				}
				for _, m := range got {
					if seen[m.ID] {
						rt.Fatalf("message %s twice", m.Text)
					}
					seen[m.ID] = true
					if before, ok := last[m.ConversationID]; ok && m.Seq != before-1 {
						rt.Fatalf("seq %d after %d", m.Seq, before)
					}
					last[m.ConversationID] = m.Seq
				}
				if pages++; next == nil || pages > total {
					break
				}
				if spot, err = inbox.ReadSpot(next.String()); err != nil { // as it travels
					rt.Fatal(err)
				}
			}
			if len(seen) != total {
				rt.Fatalf("%d of %d messages", len(seen), total)
			}
		})
		// what comes between two pages does not slip in behind the first
		first, next, err := w.Inbox.Timeline(w.Context(), w.Workspace, contact, nil, 5)
		if err != nil || len(first) != 5 {
			w.Fatalf("%d %v", len(first), err)
		}
		late := w.From(5, "Петро", "щойно")
		late.BotID = w.AddBot(w.Workspace, "Новий")
		w.Receive(late)
		for _, bot := range bots {
			late.BotID, late.ExternalID = bot, 0
			w.Receive(late)
		}
		rest, _, err := w.Inbox.Timeline(w.Context(), w.Workspace, contact, next, 100)
		if err != nil || len(rest) != total-5 {
			w.Fatalf("%d of %d %v", len(rest), total-5, err)
		}
	})
}

func TestThreadPages(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 12)
		seqs := func(p inbox.Page) (out []int64, more bool) {
			got, more, err := w.Inbox.Thread(w.Context(), w.Workspace, r.ConversationID, p)
			if err != nil {
				w.Fatal(err)
			}
			for _, m := range got {
				out = append(out, m.Seq)
			}
			return out, more
		}
		for _, c := range []struct {
			page inbox.Page
			want []int64
			more bool
		}{
			{inbox.Page{Limit: 3}, []int64{10, 11, 12}, true},
			{inbox.Page{Before: 10, Limit: 3}, []int64{7, 8, 9}, true},
			{inbox.Page{Before: 4, Limit: 3}, []int64{1, 2, 3}, false},
			{inbox.Page{After: 9, Limit: 2}, []int64{10, 11}, true},
			{inbox.Page{After: 10, Limit: 2}, []int64{11, 12}, false},
			{inbox.Page{Before: 1, Limit: 3}, nil, false},
		} {
			if got, more := seqs(c.page); !slices.Equal(got, c.want) || more != c.more {
				w.Errorf("%+v: got %v %v", c.page, got, more)
			}
		}
	})
}

func TestForeignCompanySeesNothing(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		ours := w.As(w.Manager)
		sent, err := w.Inbox.Answer(ours, w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"})
		if err != nil {
			w.Fatal(err)
		}
		note, err := w.Inbox.AddNote(ours, w.Workspace, r.ConversationID, "нотатка")
		if err != nil {
			w.Fatal(err)
		}
		other := w.Company("Інша")
		spy := w.Member(other, "Шпигун", ident.Owner)
		ctx, id := w.As(spy), r.ConversationID
		for name, try := range map[string]func() error{
			"get":      func() error { _, err := w.Inbox.Get(ctx, other, id); return err },
			"thread":   func() error { _, _, err := w.Inbox.Thread(ctx, other, id, inbox.Page{Limit: 5}); return err },
			"timeline": func() error { _, _, err := w.Inbox.Timeline(ctx, other, r.ContactID, nil, 5); return err },
			"chats":    func() error { _, err := w.Inbox.OfContact(ctx, other, r.ContactID); return err },
			"answer":   func() error { _, err := w.Inbox.Answer(ctx, other, id, inbox.Reply{Text: "x"}); return err },
			"edit":     func() error { _, err := w.Inbox.EditSent(ctx, other, sent.ID, "x"); return err },
			"delete":   func() error { return w.Inbox.DeleteSent(ctx, other, sent.ID) },
			"retry":    func() error { _, err := w.Inbox.RetryFailed(ctx, other, sent.ID); return err },
			"resolve":  func() error { _, err := w.Inbox.ResolveUnknown(ctx, other, sent.ID, true); return err },
			"close":    func() error { _, err := w.Inbox.Close(ctx, other, id); return err },
			"reopen":   func() error { _, err := w.Inbox.Reopen(ctx, other, id); return err },
			"read":     func() error { _, err := w.Inbox.Read(ctx, other, id, 1); return err },
			"unread":   func() error { _, err := w.Inbox.Unread(ctx, other, id); return err },
			"assign":   func() error { _, err := w.Inbox.Assign(ctx, other, id, &spy.UserID); return err },
			"notes":    func() error { _, err := w.Inbox.Notes(ctx, other, id, uuid.Nil, 5); return err },
			"note":     func() error { _, err := w.Inbox.AddNote(ctx, other, id, "x"); return err },
			"unnote":   func() error { return w.Inbox.DeleteNote(ctx, other, note.ID) },
			"history":  func() error { _, err := w.Inbox.History(ctx, other, id, 0, 5); return err },
			"draft":    func() error { _, err := w.Inbox.Draft(ctx, other, id); return err },
			"drafting": func() error { _, err := w.Inbox.SaveDraft(ctx, other, id, "x", nil); return err },
		} {
			if err := try(); !errs.Is(err, errs.KindNotFound) {
				w.Errorf("%s: got %v", name, err)
			}
		}
		if got, _, err := w.Inbox.List(ctx, other, inbox.Filter{Status: "any", Limit: 10}); err != nil || len(got) != 0 {
			w.Errorf("list: %v %v", got, err)
		}
		// the same chat with another company's bot is another conversation and contact
		in := w.From(5, "Петро", "x")
		in.WorkspaceID, in.BotID = other, w.AddBot(other, "Чужий бот")
		if got := w.Receive(in); got.ConversationID == id || got.ContactID == r.ContactID || !got.NewContact {
			w.Errorf("shared between companies: %+v", got)
		}
		if c := conversation(w, id); c.Version != 2 || c.LastSeq != 2 { // 2: the answer took it over
			w.Errorf("a foreigner left a trace: %+v", c)
		}
	})
}

// The list says who wrote the last message, whoever has the conversation.
func TestListNamesTheAuthorOfTheLastMessage(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		r := w.Conversation(5, "Петро", 1)
		colleague := w.Member(w.Workspace, "Остап Вишня", ident.Manager)
		last := func() inbox.Conversation {
			list, _, err := w.Inbox.List(w.Context(), w.Workspace, inbox.Filter{Limit: 10})
			if err != nil || len(list) != 1 {
				w.Fatalf("%+v %v", list, err)
			}
			return list[0]
		}
		if c := last(); c.LastOrigin != "channel" || c.LastAuthorID != nil {
			w.Fatalf("got %+v", c)
		}
		for _, p := range []ident.Principal{w.Manager, colleague} { // the first one takes it
			if _, err := w.Inbox.Answer(w.As(p), w.Workspace, r.ConversationID, inbox.Reply{Text: "Вітаю"}); err != nil {
				w.Fatal(err)
			}
		}
		if c := last(); c.LastAuthorID == nil || *c.LastAuthorID != colleague.UserID || c.LastAuthor != "Остап Вишня" || *c.AssigneeID != w.Manager.UserID || c.LastOrigin != inbox.ByPerson {
			w.Fatalf("got %+v", c)
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Inbox.AppendOutgoing(ctx, tx, inbox.Outbound{
				WorkspaceID: w.Workspace, ConversationID: r.ConversationID, Origin: "away", Content: inbox.Content{Kind: inbox.Text, Text: "Ми зачинені"},
			})
			return err
		})
		if c := last(); c.LastOrigin != "away" || c.LastAuthorID != nil {
			w.Fatalf("got %+v", c)
		}
	})
}

// TestListUsesIndexes looks at the plans: no list walks a table or sorts it; the filtered
// ones sort what shares a step.
func TestListUsesIndexes(t *testing.T) {
	d := dbtest.SQLite(t)
	w := inboxtest.New(t, d)
	after := &inbox.Place{At: w.Clock.Now(), ID: ident.New()}
	for name, f := range map[string]inbox.Filter{
		"all":              {},
		"next page":        {After: after},
		"mine":             {View: inbox.Mine, UserID: ident.New()},
		"more of mine":     {View: inbox.Mine, UserID: ident.New(), After: after},
		"unassigned":       {View: inbox.Unassigned},
		"more unassigned":  {View: inbox.Unassigned, After: after},
		"one bot":          {Bot: ident.New()},
		"more of one bot":  {Bot: ident.New(), After: after},
		"unread":           {Unread: true},
		"more unread":      {Unread: true, After: after},
		"search":           {Search: "коваль 050", After: after},
		"mine, unread bot": {View: inbox.Mine, UserID: ident.New(), Unread: true, Bot: ident.New(), After: after},
	} {
		f.Limit = 30
		query, args := inbox.ListQuery(w.Workspace, inbox.Open, f)
		checkPlan(t, d, name, query, args...)
	}
	for name, query := range inbox.Reads {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = 1
		}
		checkPlan(t, d, name, query, args...)
	}
}

func checkPlan(t *testing.T, d *db.DB, name, query string, args ...any) {
	t.Helper()
	type step struct {
		ID, Parent, Notused int64
		Detail              string
	}
	plan, err := db.All[step](t.Context(), d.Read(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(name, err)
	}
	for _, s := range plan {
		if strings.HasPrefix(s.Detail, "SCAN") || strings.Contains(s.Detail, "TEMP B-TREE") && !strings.Contains(s.Detail, "LAST 2 TERMS") {
			t.Errorf("%s: %s", name, s.Detail)
		}
	}
}

func TestSeedIsWhatTheInboxReads(t *testing.T) {
	each(t, func(w *inboxtest.World) {
		ids, err := inboxtest.Seed(w.Context(), w.DB, inboxtest.SeedPlan{
			Workspace: w.Workspace, Bots: []uuid.UUID{w.Bot}, Assignees: []uuid.UUID{w.Operator.UserID},
			Conversations: 30, Messages: 7, FirstChat: 1000, Until: w.Clock.Now(),
		})
		if err != nil {
			w.Fatal(err)
		}
		got := list(w, inbox.Filter{Status: "any"})
		if len(got) != 30 || got[0].ID != ids[29] || got[0].LastSeq != 7 || len(thread(w, ids[0])) != 7 {
			w.Fatalf("%d conversations, first %+v", len(got), got[0])
		}
		in := w.From(1000, "Олена", "ще")
		in.ExternalID = 500 // seeded messages are numbered by their seq
		if next := w.Receive(in); next.ConversationID != ids[0] || next.Seq != 8 || next.NewContact {
			w.Fatalf("got %+v", next)
		}
	})
}
