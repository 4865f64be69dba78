package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/intake"
)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func TestAnUpdateIsAppliedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(strings.ReplaceAll(text(1, 100, 1, "hello"), ",", ",\n  ")) // getUpdates may space it otherwise
		if got := w.texts(); !slices.Equal(got, []string{"hello"}) {
			t.Fatalf("kept %q", got)
		}
		if n := w.count("SELECT count(*) FROM failed_updates"); n != 0 {
			t.Fatalf("%d failed updates", n)
		}
	})
}

func TestAnotherBodyUnderTheSameIDIsKeptNotApplied(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(text(1, 100, 1, "hello"))
		w.mustAccept(text(1, 100, 2, "other"))
		w.mustAccept(text(1, 100, 2, "other"))
		if got := w.texts(); !slices.Equal(got, []string{"hello"}) {
			t.Fatalf("kept %q", got)
		}
		list, err := w.in.Failures(t.Context(), w.bot.WorkspaceID, nil, nil, 10)
		if err != nil || len(list) != 1 || list[0].Reason != intake.ReasonConflict || !strings.Contains(list[0].Body, "other") {
			t.Fatalf("%+v %v", list, err)
		}
		if len(w.troubles) != 1 || w.troubles[0] != "@"+w.bot.Username {
			t.Fatalf("told of %q", w.troubles)
		}
		if n := w.count("SELECT count(*) FROM events WHERE kind = 'update.failed' AND workspace_id = ?", w.bot.WorkspaceID); n != 1 {
			t.Fatalf("%d events", n)
		}
		err = w.in.Retry(t.Context(), w.bot, list[0].ID, false)
		if e := errs.As(err); e == nil || e.Token != "update_conflict" {
			t.Fatalf("retry without a person's word: %v", err)
		}
		if err := w.in.Retry(t.Context(), w.bot, list[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if got := w.texts(); !slices.Equal(got, []string{"hello", "other"}) {
			t.Fatalf("after the retry %q", got)
		}
		if err := w.in.Retry(t.Context(), w.bot, list[0].ID, true); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("second retry: %v", err)
		}
	})
}

func TestTheSameUpdateAtOnceIsAppliedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := w.accept(text(1, 100, 1, "hello")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := w.texts(); len(got) != 1 || len(w.incoming) != 1 {
			t.Fatalf("kept %q, told %d times", got, len(w.incoming))
		}
	})
}

func TestChatsAreCountedRightUnderParallelUpdates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const chats, each = 8, 12
		var wg sync.WaitGroup
		for c := range chats {
			for m := range each {
				wg.Go(func() {
					if err := w.accept(text(int64(c*each+m), int64(100+c), int64(m+1), fmt.Sprint(m))); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if n := w.count("SELECT count(*) FROM conversations WHERE last_seq = ?", each); n != chats {
			t.Fatalf("%d conversations are complete", n)
		}
		if n := w.count("SELECT count(*) FROM messages"); n != chats*each {
			t.Fatalf("%d messages", n)
		}
		if len(w.arrivals) != chats {
			t.Fatalf("%d arrivals", len(w.arrivals))
		}
	})
}

func TestPoisonIsKeptWholeAndRetried(t *testing.T) {
	for name, cause := range map[string]error{
		"panic": errPanic, "domain refusal": errs.Conflict("No."), "unreadable value": fmt.Errorf("cannot read it"),
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.fail["bad"] = cause
				w.mustAccept(text(1, 100, 1, "bad"))
				w.mustAccept(text(1, 100, 1, "bad")) // Telegram repeats it: nothing new
				w.mustAccept(text(2, 100, 2, "good"))
				if got := w.texts(); !slices.Equal(got, []string{"good"}) {
					t.Fatalf("kept %q", got)
				}
				list, err := w.in.Failures(t.Context(), w.bot.WorkspaceID, &w.bot.ID, nil, 10)
				if err != nil || len(list) != 1 || list[0].Reason != intake.ReasonError || list[0].Error == "" {
					t.Fatalf("%+v %v", list, err)
				}
				if n := w.count("SELECT count(*) FROM bot_updates WHERE state = 'failed'"); n != 1 {
					t.Fatalf("%d failed claims", n)
				}
				err = w.in.Retry(t.Context(), w.bot, list[0].ID, false)
				if e := errs.As(err); e == nil || e.Token != "update_failed_again" {
					t.Fatalf("a retry that fails: %v", err)
				}
				if f, err := w.in.Failure(t.Context(), w.bot.WorkspaceID, list[0].ID); err != nil || f.Attempts != 2 || f.State != intake.StateOpen {
					t.Fatalf("%+v %v", f, err)
				}
				delete(w.fail, "bad")
				if err := w.in.Retry(t.Context(), w.bot, list[0].ID, false); err != nil {
					t.Fatal(err)
				}
				if got := w.texts(); !slices.Equal(got, []string{"good", "bad"}) {
					t.Fatalf("after the retry %q", got)
				}
				w.mustAccept(text(1, 100, 1, "bad"))
				if n := w.count("SELECT count(*) FROM bot_updates WHERE state = 'applied'"); n != 2 {
					t.Fatalf("%d applied claims", n)
				}
			})
		})
	}
}

func TestDatabaseTroubleLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.fail["later"] = errs.Unavailable("The database does not answer.")
		if err := w.accept(text(1, 100, 1, "later")); !errs.Is(err, errs.KindUnavailable) {
			t.Fatalf("got %v", err)
		}
		if n := w.count("SELECT (SELECT count(*) FROM bot_updates) + (SELECT count(*) FROM failed_updates) + (SELECT count(*) FROM messages)"); n != 0 {
			t.Fatalf("%d rows are left", n)
		}
		delete(w.fail, "later")
		w.mustAccept(text(1, 100, 1, "later"))
		if got := w.texts(); !slices.Equal(got, []string{"later"}) {
			t.Fatalf("kept %q", got)
		}
	})
}

func TestRetryAndDismissKeepToTheirCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.fail["bad"] = errs.Conflict("No.")
		w.mustAccept(text(1, 100, 1, "bad"))
		list, _ := w.in.Failures(t.Context(), w.bot.WorkspaceID, nil, nil, 10)
		foreign := w.bot
		foreign.WorkspaceID = ident.New()
		if err := w.in.Retry(t.Context(), foreign, list[0].ID, true); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("retry: %v", err)
		}
		if err := w.in.Dismiss(t.Context(), foreign.WorkspaceID, list[0].ID); !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("dismiss: %v", err)
		}
		if err := w.in.Dismiss(t.Context(), w.bot.WorkspaceID, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := w.in.Retry(t.Context(), w.bot, list[0].ID, true); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("retry of a dismissed one: %v", err)
		}
		if list, _ := w.in.Failures(t.Context(), w.bot.WorkspaceID, nil, nil, 10); len(list) != 0 {
			t.Fatalf("still listed: %v", list)
		}
	})
}

func TestWhatHasNoHandlerIsKeptRaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(`{"update_id":1,"channel_post":{"message_id":3,"date":1,"chat":{"id":-1001,"type":"channel"},"text":"BMW"}}`)
		w.mustAccept(`{"update_id":2,"managed_bot":{"brand_new":true}}`)
		w.mustAccept(`{"update_id":2,"managed_bot":{"brand_new":true}}`)
		w.mustAccept(`{"update_id":3,"message_reaction":{"chat":{"id":4}}}`)
		w.mustAccept(`{"update_id":4}`)
		kinds, err := db.All[string](t.Context(), w.d.Read(), "SELECT kind FROM raw_updates WHERE workspace_id = ? ORDER BY update_id", w.bot.WorkspaceID)
		if err != nil || !slices.Equal(kinds, []string{"channel_post", "managed_bot", "message_reaction", ""}) {
			t.Fatalf("%q %v", kinds, err)
		}
	})
}

func TestAKnownKindOfAnotherShapeIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(`{"update_id":1,"message":{"message_id":"one"}}`)
		list, err := w.in.Failures(t.Context(), w.bot.WorkspaceID, nil, nil, 10)
		if err != nil || len(list) != 1 || !strings.Contains(list[0].Error, "message_id") {
			t.Fatalf("%+v %v", list, err)
		}
	})
}

func TestWhatIsNoUpdateIsInvalid(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, body := range []string{``, `{`, `[]`, `"x"`, `{"message":{}}`, `{"update_id":"7"}`, `{"update_id":1.5}`, `{"update_id":1} {}`} {
		if err := w.accept(body); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if err := w.accept(`{"update_id":1,"x":"` + strings.Repeat("x", intake.MaxBody) + `"}`); !errs.Is(err, errs.KindTooLarge) {
		t.Errorf("oversized: %v", err)
	}
}

func TestIDsKeep64Bits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(text(9007199254740993, 9007199254740995, 9007199254740997, "x"))
		got := w.incoming[0]
		if got.ChatID != 9007199254740995 || got.ExternalID != 9007199254740997 {
			t.Fatalf("%+v", got)
		}
		if n := w.count("SELECT update_id FROM bot_updates"); n != 9007199254740993 {
			t.Fatalf("claimed %d", n)
		}
	})
}

func TestZeroBytesDoNotPoison(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustAccept(message(1, 100, 1, `"text":"a\u0000b"`))
		w.mustAccept("{\"update_id\":2,\"message\":{\"message_id\":2,\"date\":1,\"chat\":{\"id\":100,\"type\":\"private\"},\"from\":{\"id\":100,\"first_name\":\"\\u0000A\"},\"text\":\"\xff\"}}")
		if got := w.texts(); !slices.Equal(got, []string{"ab", "�"}) {
			t.Fatalf("kept %q", got)
		}
	})
}

func TestGreetingOnceThenAwayOncePerPeriod(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.bot.Greeting = map[string]string{"en": "Hi <b>{name}</b>, this is {company}", "uk": "Вітаємо"}
		w.bot.Away = map[string]string{"uk": "Зачинено"}
		closed := "2026-11-23"
		w.bot.Company.Open = func(time.Time) (bool, string) { return closed == "", closed }
		w.mustAccept(strings.ReplaceAll(text(1, 100, 1, "/start"), "Lee", "<i>"))
		w.mustAccept(text(2, 100, 2, "hello?"))
		closed = ""
		w.mustAccept(text(3, 100, 3, "morning"))
		closed = "2026-11-24"
		w.mustAccept(text(4, 100, 4, "evening"))
		w.mustAccept(text(5, 100, 5, "night"))
		var got []string
		for _, a := range w.sent {
			got = append(got, a.Origin+": "+a.Text)
		}
		want := []string{"greeting: Hi <b>Ann &lt;i&gt;</b>, this is Авто &amp; Co", "away: Зачинено", "away: Зачинено"}
		if !slices.Equal(got, want) {
			t.Fatalf("sent %q", got)
		}
		if len(w.arrivals) != 1 || w.arrivals[0].Name != "Ann <i>" {
			t.Fatalf("arrivals %+v", w.arrivals)
		}
	})
}
