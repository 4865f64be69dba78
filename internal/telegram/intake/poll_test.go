package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/lease"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
)

// line is a Bot API that holds updates and forgets those below the offset, as Telegram does.
type line struct {
	liveBots
	updates  map[int64]string
	fail     error
	asked    chan int64
	advanced []int64
	problems []string
}

func (l *line) GetUpdates(ctx context.Context, _ string, offset int64, limit int, _ time.Duration, allowed []string) ([]json.RawMessage, error) {
	if !slices.Contains(allowed, "my_chat_member") || limit != 100 {
		return nil, &botapi.Error{Kind: botapi.BadRequest}
	}
	if l.asked != nil {
		select {
		case l.asked <- offset:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var ids []int64
	for id := range l.updates {
		if id < offset {
			delete(l.updates, id)
		} else {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var out []json.RawMessage
	for _, id := range ids {
		out = append(out, json.RawMessage(l.updates[id]))
	}
	return out, l.fail
}

func (l *line) Polling(context.Context) ([]intake.PollRef, error) {
	return []intake.PollRef{{WorkspaceID: l.bot.WorkspaceID, ID: l.bot.ID, Version: 1}}, nil
}

func (l *line) Session(context.Context, intake.PollRef) (string, int64, time.Time, error) {
	return "1:token", 0, time.Time{}, nil
}

func (l *line) Advance(_ context.Context, _ intake.PollRef, offset int64) error {
	l.advanced = append(l.advanced, offset)
	return nil
}

func (l *line) Problem(_ context.Context, _ intake.PollRef, text string, stop bool) error {
	l.problems = append(l.problems, fmt.Sprintf("%s %t", text, stop))
	return nil
}

func (w *world) line() *line {
	return &line{liveBots: liveBots{bot: w.bot}, updates: map[int64]string{}}
}

func (w *world) poller(l *line, leases intake.Ownership) *intake.Poller {
	return intake.NewPoller(w.in, w.clock, slog.New(slog.DiscardHandler), intake.PollDeps{Bots: l, Roster: l, Progress: l, Source: l, Leases: leases})
}

func TestPollingGoesOnWhereItIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.line()
		p := w.poller(l, nil)
		s := &intake.PollSession{Token: "1:token", Ref: intake.PollRef{WorkspaceID: w.bot.WorkspaceID, ID: w.bot.ID}}
		for i := range int64(6) { // two chats in turn
			l.updates[10+i] = text(10+i, 100+i%2, i+1, fmt.Sprint(i))
		}
		w.fail["3"] = errs.Unavailable("The database does not answer.")
		if pause, more := p.Once(t.Context(), s); pause == 0 || !more {
			t.Fatalf("pause %s, more %t", pause, more)
		}
		// 13 is not kept, so the offset stands there; the other chat is complete
		if s.Offset != 13 || !slices.Equal(l.advanced, []int64{13}) {
			t.Fatalf("offset %d, advanced %v", s.Offset, l.advanced)
		}
		if got := w.texts(); len(got) != 4 {
			t.Fatalf("kept %q", got)
		}
		delete(w.fail, "3")
		if pause, more := p.Once(t.Context(), s); pause != 0 || !more {
			t.Fatalf("pause %s, more %t", pause, more)
		}
		got := w.texts()
		slices.Sort(got[:3])
		if s.Offset != 16 || len(got) != 6 {
			t.Fatalf("offset %d, kept %q", s.Offset, got)
		}
		rows, err := db.All[string](t.Context(), w.d.Read(), `SELECT m.text FROM messages m JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
			WHERE c.workspace_id = ? AND c.chat_id = 101 ORDER BY m.seq`, w.bot.WorkspaceID)
		if err != nil || !slices.Equal(rows, []string{"1", "3", "5"}) {
			t.Fatalf("the order is %q %v", rows, err)
		}
	})
}

func TestPollingSaysWhatIsWrong(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	ref := intake.PollRef{WorkspaceID: w.bot.WorkspaceID, ID: w.bot.ID}
	for name, c := range map[string]struct {
		err      error
		times    int
		more     bool
		problems int
	}{
		"dead token":            {&botapi.Error{Kind: botapi.Unauthorized, Code: 401}, 1, false, 1},
		"another poller":        {&botapi.Error{Kind: botapi.Conflict, Code: 409}, 2, true, 1},
		"flood":                 {&botapi.Error{Kind: botapi.Limited, RetryAfter: 7 * time.Second}, 1, true, 0},
		"one lost connection":   {&botapi.Error{Kind: botapi.Unavailable}, 1, true, 0},
		"Telegram out of reach": {&botapi.Error{Kind: botapi.Unavailable}, 5, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := w.line()
			p := w.poller(l, nil)
			s := &intake.PollSession{Ref: ref}
			l.fail = c.err
			for range c.times {
				pause, more := p.Once(t.Context(), s)
				if more != c.more || more && (pause <= 0 || pause > time.Minute) {
					t.Fatalf("pause %s, more %t", pause, more)
				}
			}
			if len(l.problems) != c.problems {
				t.Fatalf("problems %q", l.problems)
			}
			if !c.more {
				return
			}
			l.fail = nil
			p.Once(t.Context(), s)
			if n := len(l.problems); n != c.problems+1 || l.problems[n-1] != " false" {
				t.Fatalf("after it is over: %q", l.problems)
			}
		})
	}
}

func TestAfterAWeekOfSilencePollingStartsAnew(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	l := w.line()
	l.updates[5] = text(5, 100, 1, "numbered anew")
	s := &intake.PollSession{Ref: intake.PollRef{WorkspaceID: w.bot.WorkspaceID, ID: w.bot.ID}, Offset: 900, Last: start.Add(-8 * 24 * time.Hour)}
	w.poller(l, nil).Once(t.Context(), s)
	if got := w.texts(); len(got) != 1 || s.Offset != 6 {
		t.Fatalf("kept %q, offset %d", got, s.Offset)
	}
}

func TestADisabledBotIsPolledNoMore(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	l := w.line()
	l.updates[5] = text(5, 100, 1, "late")
	l.err = errs.NotFound("bot")
	s := &intake.PollSession{Ref: intake.PollRef{ID: w.bot.ID}}
	if _, more := w.poller(l, nil).Once(t.Context(), s); more || s.Offset != 0 || len(w.texts()) != 0 {
		t.Fatalf("more %t, offset %d", more, s.Offset)
	}
}

func TestOneProcessPollsABot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.line()
		l.updates[5] = text(5, 100, 1, "hi")
		l.asked = make(chan int64)
		name := "poll:" + w.bot.ID.String()
		other := lease.New(w.d, w.clock, "other")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = w.poller(l, lease.New(w.d, w.clock, "this")).Run(ctx) }()
		for _, want := range []int64{0, 6} {
			if got := <-l.asked; got != want {
				t.Errorf("asked from %d, want %d", got, want)
			}
		}
		if _, ok, err := other.Acquire(t.Context(), name, time.Minute); ok || err != nil {
			t.Errorf("another process may poll too: %v", err)
		}
		cancel()
		<-done
		if _, ok, err := other.Acquire(t.Context(), name, time.Minute); !ok || err != nil {
			t.Errorf("the lease is not given up: %v", err)
		}
		if got := w.texts(); !slices.Equal(got, []string{"hi"}) {
			t.Errorf("kept %q", got)
		}
	})
}
