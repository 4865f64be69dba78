package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/messaging"
	"cartie/internal/platform/db"
	"cartie/internal/platform/db/dbtest"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/sandbox"
)

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func TestMessagesOfAChatGoInOrderAndPaced(t *testing.T) {
	each(t, func(w *world) {
		var want []string
		var last messaging.Receipt
		for i := range 6 {
			want = append(want, fmt.Sprint("рядок ", i))
			last = w.send(text(want[i]))
		}
		w.run(900 * time.Millisecond)
		if got := w.arrived(); !slices.Equal(got, want[:3]) {
			t.Fatalf("a burst has three: %v", got)
		}
		w.run(10 * time.Second)
		if got := w.arrived(); !slices.Equal(got, want) {
			t.Fatalf("got %v", got)
		}
		w.expect(last, messaging.Sent)
	})
}

func TestLimitedWaitsAsToldAndIsSentOnce(t *testing.T) {
	each(t, func(w *world) {
		w.misbehave(sandbox.Fault{Kind: sandbox.FaultRateLimit, Method: "sendMessage", RetryAfter: 7, Count: 1})
		first, second := w.send(text("перше")), w.send(text("друге"))
		w.run(6900 * time.Millisecond)
		if got := w.arrived(); len(got) != 0 || w.state(first)[1] != messaging.Queued {
			t.Fatalf("during the pause: %v, %v", got, w.state(first))
		}
		w.run(2 * time.Second)
		if got := w.arrived(); !slices.Equal(got, []string{"перше", "друге"}) {
			t.Fatalf("got %v", got)
		}
		w.expect(first, messaging.Sent)
		w.expect(second, messaging.Sent)
	})
}

func TestTimeoutAfterAcceptIsUnknownAndNeverRepeated(t *testing.T) {
	each(t, func(w *world) {
		w.misbehave(sandbox.Fault{Kind: sandbox.FaultTimeoutAfterAccept, Method: "sendMessage", Count: 1})
		r := w.send(text("ціна 12 500"))
		after := w.send(text("далі"))
		w.run(time.Hour)
		w.expect(r, messaging.Unknown)
		w.expect(after, messaging.Sent) // doubt about one does not hold up the chat
		if got := w.arrived(); !slices.Equal(got, []string{"ціна 12 500", "далі"}) {
			t.Fatalf("got %v", got)
		}
		// A new process does not repeat it either.
		w.disp = w.dispatcher("two", w.carrier)
		w.expire()
		w.run(time.Hour)
		if got := w.arrived(); len(got) != 2 {
			t.Fatalf("got %v", got)
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Resolve(ctx, tx, w.Workspace, r.MessageID, false)
		})
		w.run(10 * time.Second)
		if got := w.arrived(); len(got) != 3 {
			t.Fatalf("a person had it sent again: %v", got)
		}
		w.expect(r, messaging.Sent)
		err := w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Resolve(ctx, tx, w.Workspace, r.MessageID, true)
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Fatalf("there is no doubt left: %v", err)
		}
	})
}

func TestServerErrorIsUnknown(t *testing.T) {
	each(t, func(w *world) {
		w.misbehave(sandbox.Fault{Kind: sandbox.FaultServerError, Method: "sendMessage", Count: 1})
		r := w.send(text("хто знає"))
		w.run(time.Hour)
		w.expect(r, messaging.Unknown)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Resolve(ctx, tx, w.Workspace, r.MessageID, true)
		})
		w.run(time.Hour)
		if got := w.state(r)[0]; got != messaging.Sent || len(w.arrived()) != 0 {
			t.Fatalf("is %v, arrived %v", got, w.arrived())
		}
	})
}

func TestRefusedConnectionIsTriedAgainInOrder(t *testing.T) {
	each(t, func(w *world) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		up := w.api.Base
		w.api.Base = "http://" + l.Addr().String()
		first, second := w.send(text("перше")), w.send(text("друге"))
		w.run(900 * time.Millisecond)
		if got := w.state(first); got != [2]string{messaging.Queued, messaging.Queued} {
			t.Fatalf("got %v", got)
		}
		w.api.Base = up
		w.run(10 * time.Second)
		if got := w.arrived(); !slices.Equal(got, []string{"перше", "друге"}) {
			t.Fatalf("got %v", got)
		}
		w.expect(second, messaging.Sent)

		w.api.Base = "http://" + l.Addr().String()
		patient := w.send(text("терпляче"))
		w.run(20 * time.Minute)
		w.expect(patient, messaging.Queued) // an outage costs no reply
		w.api.Base = up
		w.run(3 * time.Minute)
		w.expect(patient, messaging.Sent)

		w.api.Base = "http://" + l.Addr().String()
		third := w.send(text("третє"))
		w.run(70 * time.Minute)
		w.expect(third, messaging.Failed)
		kind, err := db.One[string](t.Context(), w.DB.Read(), "SELECT error_kind FROM deliveries WHERE workspace_id = ? AND id = ?", w.Workspace, third.DeliveryID)
		if err != nil || kind != "unavailable" {
			t.Fatalf("kind %q %v", kind, err)
		}
	})
}

func TestOrderOutlivesTheProcess(t *testing.T) {
	each(t, func(w *world) {
		w.misbehave(sandbox.Fault{Kind: sandbox.FaultRateLimit, Method: "sendMessage", RetryAfter: 30, Count: 1})
		first := w.send(text("перше"))
		w.run(time.Second)
		w.expect(first, messaging.Queued)
		w.disp = w.dispatcher("two", w.carrier)
		w.expire()
		w.send(text("друге")) // due at once, and still after the first
		w.run(20 * time.Second)
		if got := w.arrived(); len(got) != 0 {
			t.Fatalf("overtaken: %v", got)
		}
		w.run(time.Minute)
		if got := w.arrived(); !slices.Equal(got, []string{"перше", "друге"}) {
			t.Fatalf("got %v", got)
		}
	})
}

func TestBlockedFailsAndAPersonRetries(t *testing.T) {
	each(t, func(w *world) {
		if err := w.sandbox.Block(w.bot.ID, w.user.ID, true); err != nil {
			t.Fatal(err)
		}
		r := w.send(text("є хто?"))
		w.run(time.Minute)
		w.expect(r, messaging.Failed)
		row, err := db.One[struct{ ErrorKind, Error string }](t.Context(), w.DB.Read(),
			"SELECT error_kind, error FROM messages WHERE workspace_id = ? AND id = ?", w.Workspace, r.MessageID)
		if err != nil || row.ErrorKind != "blocked" || row.Error != "Forbidden: bot was blocked by the user" {
			t.Fatalf("%+v %v", row, err)
		}
		if err := w.sandbox.Block(w.bot.ID, w.user.ID, false); err != nil {
			t.Fatal(err)
		}
		w.run(time.Hour)
		if len(w.arrived()) != 0 {
			t.Fatal("a refused message is not repeated by itself")
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error { return w.msgs.Retry(ctx, tx, w.Workspace, r.MessageID) })
		w.run(time.Minute)
		w.expect(r, messaging.Sent)
		err = w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Retry(ctx, tx, w.Workspace, r.MessageID)
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Fatalf("sent messages are not retried: %v", err)
		}
	})
}

// expire ends every lease, as time would.
func (w *world) expire() {
	w.Helper()
	w.Tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE leases SET expires_at = ?", time.Unix(0, 0).UTC())
		return err
	})
}

// gate is a carrier that holds its calls until it is opened.
type gate struct {
	began chan messaging.Parcel
	open  chan struct{}
	with  messaging.Carrier
}

func newGate(w *world) *gate {
	return &gate{began: make(chan messaging.Parcel, 10), open: make(chan struct{}), with: w.carrier}
}

func (g *gate) Carry(ctx context.Context, p messaging.Parcel) ([]int64, error) {
	g.began <- p
	select {
	case <-g.open:
		return g.with.Carry(ctx, p)
	case <-ctx.Done():
		return nil, &messaging.Failure{Kind: messaging.Unavailable, Text: ctx.Err().Error()}
	}
}

func TestTakeoverCallsUnknownWhatAnotherProcessLeft(t *testing.T) {
	each(t, func(w *world) {
		g := newGate(w)
		old := w.dispatcher("old", g)
		first := w.send(text("перше"))
		if _, err := old.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-g.began
		w.expire()
		w.round(w.disp)
		w.expect(first, messaging.Unknown)

		other := w.sandbox.AddUser(sandbox.User{FirstName: "Петро"})
		if _, err := w.sandbox.Start(w.bot.ID, other.ID, ""); err != nil {
			t.Fatal(err)
		}
		conv := w.Receive(w.From(other.ID, "Петро", "/start")).ConversationID
		second := w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: conv, Content: text("друге")})
		old.Wake(w.Bot, messaging.Reply)
		if _, err := old.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.state(second)[0]; got != messaging.Queued {
			t.Fatalf("who lost the lease took a message: %s", got)
		}
		w.run(10 * time.Second)
		w.expect(second, messaging.Sent)

		close(g.open) // the answer comes after all, and ends the doubt
		old.Land()
		if _, err := old.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.expect(first, messaging.Sent)
		if got := w.arrived(); !slices.Equal(got, []string{"перше"}) {
			t.Fatalf("got %v", got)
		}
	})
}

func TestRunEndsAfterWhatIsUnderWay(t *testing.T) {
	each(t, func(w *world) {
		g := newGate(w)
		d := w.dispatcher("run", g)
		w.msgs = messaging.New(w.Clock, talk{w.Inbox}, d)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		r := w.send(text("ще встигне"))
		<-g.began
		cancel()
		late := w.send(text("вже ні"))
		close(g.open)
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		w.expect(r, messaging.Sent)
		// Whether the second one began before the stop or waits: it is not lost and not torn.
		if got := w.state(late); got[0] != got[1] || got[0] != messaging.Queued && got[0] != messaging.Sent {
			t.Fatalf("got %v", got)
		}
		owner, err := db.One[string](t.Context(), w.DB.Read(), "SELECT owner FROM leases WHERE name = ?", "sender:"+w.Bot.String())
		if err != nil || owner != "" {
			t.Fatalf("the lease is still held by %q: %v", owner, err)
		}
	})
}

func TestGroupThatMovedIsFollowed(t *testing.T) {
	each(t, func(w *world) {
		g, err := w.sandbox.AddGroup(sandbox.NewGroup{Title: "Автобазар", Type: "group", Members: []int64{w.user.ID, w.bot.ID}})
		if err != nil {
			t.Fatal(err)
		}
		in := w.From(g.ID, "Олена", "є авто?")
		in.ChatKind, in.ChatTitle = "group", g.Title
		w.conv = w.Receive(in).ConversationID
		moved, err := w.sandbox.Migrate(g.ID)
		if err != nil {
			t.Fatal(err)
		}
		a, b := w.send(text("одне")), w.send(text("два"))
		w.run(time.Minute)
		w.expect(a, messaging.Sent)
		w.expect(b, messaging.Sent)
		var got []string
		for _, m := range w.sandbox.Messages(w.bot.ID, moved.ID) {
			if m.Text != "" {
				got = append(got, m.Text)
			}
		}
		if !slices.Equal(got, []string{"одне", "два"}) {
			t.Fatalf("got %v", got)
		}
	})
}

// deaf is an inbox that cannot hear of one message.
type deaf struct {
	talk
	to uuid.UUID
}

func (d deaf) DeliveryChanged(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []messaging.Result) error {
	for _, r := range results {
		if r.MessageID == d.to {
			return errors.New("no such message")
		}
	}
	return d.talk.DeliveryChanged(ctx, tx, ws, results)
}

func TestOneBadResultDoesNotHoldUpOthers(t *testing.T) {
	each(t, func(w *world) {
		other := w.sandbox.AddUser(sandbox.User{FirstName: "Петро"})
		if _, err := w.sandbox.Start(w.bot.ID, other.ID, ""); err != nil {
			t.Fatal(err)
		}
		bad := w.send(text("одне"))
		conv := w.Receive(w.From(other.ID, "Петро", "/start")).ConversationID
		good := w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: conv, Content: text("інше")})
		d := messaging.NewDispatcher(w.DB, w.Clock, w.leases("deaf"), w, w.carrier, deaf{talk{w.Inbox}, bad.MessageID}, talk{w.Inbox}, messaging.Options{})
		for range 3 { // the failure is reported, and everything else goes on
			_, _ = d.Step(t.Context())
			d.Land()
		}
		w.expect(good, messaging.Sent)
		if got := w.state(bad)[0]; got != messaging.Sent {
			t.Fatalf("the delivery is %s", got)
		}
		if got := w.arrived(); len(got) != 1 {
			t.Fatalf("got %v", got)
		}
	})
}

// A chat whose numbers begin anew, as that of a restored test server: what is sent there
// takes the number over, and its delivery ends.
func TestAChatWhoseNumbersBeginAnew(t *testing.T) {
	each(t, func(w *world) {
		first := w.send(text("раніше"))
		w.run(time.Minute)
		w.expect(first, messaging.Sent)
		id, err := db.One[int64](t.Context(), w.DB.Read(), "SELECT external_id FROM messages WHERE workspace_id = ? AND id = ?", w.Workspace, first.MessageID)
		if err != nil {
			t.Fatal(err)
		}
		w.disp = w.dispatcher("anew", numbered{id})
		w.expire()
		second := w.send(text("тепер"))
		w.run(time.Minute)
		w.expect(second, messaging.Sent)
		w.expect(first, messaging.Sent)
		holder, err := db.All[uuid.UUID](t.Context(), w.DB.Read(), "SELECT id FROM messages WHERE workspace_id = ? AND conversation_id = ? AND external_id = ?", w.Workspace, w.conv, id)
		if err != nil || len(holder) != 1 || holder[0] != second.MessageID {
			t.Fatalf("%v have the number, %v", holder, err)
		}
	})
}

// numbered gives every message the same number.
type numbered struct{ id int64 }

func (n numbered) Carry(context.Context, messaging.Parcel) ([]int64, error) {
	return []int64{n.id}, nil
}

// A burst does not leave at once: what is on its way when the process dies is unknown.
// Calls that hang do not hold up the others.
func TestABurstIsSpreadOverRounds(t *testing.T) {
	each(t, func(w *world) {
		const chats = 10
		var queued []messaging.Receipt
		for i := range chats {
			conv := w.Receive(w.From(int64(700+i), "Петро", "/start")).ConversationID
			queued = append(queued, w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: conv, Content: text("вітаю")}))
		}
		g := newGate(w)
		g.with = numbered{77}
		w.disp = w.dispatcher("spread", g)
		onTheirWay := func() (n int) {
			for _, r := range queued {
				if w.state(r)[0] == messaging.Sending {
					n++
				}
			}
			return n
		}
		for _, want := range []int{4, 8, chats} {
			next, err := w.disp.Step(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if n := onTheirWay(); n != want {
				t.Fatalf("%d are on their way, want %d", n, want)
			}
			if want < chats && next.After(w.Clock.Now()) {
				t.Fatal("the rest has to wait")
			}
		}
		close(g.open)
		w.disp.Land()
		w.round(w.disp)
		for _, r := range queued {
			w.expect(r, messaging.Sent)
		}
	})
}

func TestNoticesNeedNoConversation(t *testing.T) {
	each(t, func(w *world) {
		r := w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, BotID: w.Bot, ChatID: w.user.ID, Content: text("<b>Новий лід</b>")})
		reply := w.send(text("відповідь"))
		w.run(time.Minute)
		if got := w.state(r)[0]; got != messaging.Sent || r.MessageID != uuid.Nil {
			t.Fatalf("got %v", got)
		}
		w.expect(reply, messaging.Sent)
		if got := w.arrived(); !slices.Equal(got, []string{"відповідь", "Новий лід"}) {
			t.Fatalf("replies go first: %v", got)
		}
	})
}

func TestWithdrawnAndLaterMessages(t *testing.T) {
	each(t, func(w *world) {
		r := w.send(text("ні"))
		later := w.queue(messaging.SendRequest{
			WorkspaceID: w.Workspace, ConversationID: w.conv, Content: text("о десятій"), DueAt: w.Clock.Now().Add(10 * time.Minute),
		})
		w.Tx(func(ctx context.Context, tx *db.Tx) error { return w.msgs.Cancel(ctx, tx, w.Workspace, r.MessageID) })
		now := w.send(text("так"))
		w.run(9 * time.Minute)
		w.expect(now, messaging.Sent)
		if got := w.arrived(); !slices.Equal(got, []string{"так"}) {
			t.Fatalf("got %v", got)
		}
		w.run(2 * time.Minute)
		w.expect(later, messaging.Sent)
		err := w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Cancel(ctx, tx, w.Workspace, now.MessageID)
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Fatalf("got %v", err)
		}
		err = w.DB.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return w.msgs.Cancel(ctx, tx, uuid.New(), later.MessageID)
		})
		if !errs.Is(err, errs.KindNotFound) {
			t.Fatalf("another company's message is not found: %v", err)
		}
	})
}

func TestWhatADisconnectedBotHadToSendIsWithdrawn(t *testing.T) {
	each(t, func(w *world) {
		first, notice := w.send(text("перше")), w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, BotID: w.Bot, ChatID: w.user.ID, Content: text("знати")})
		var many []messaging.Receipt
		for range 60 { // more than one unit
			many = append(many, w.send(text("ще")))
		}
		if err := w.msgs.CancelBot(t.Context(), w.DB, uuid.New(), w.Bot); err != nil {
			t.Fatal(err)
		}
		w.expect(first, messaging.Queued) // the bot is not another company's
		if err := w.msgs.CancelBot(t.Context(), w.DB, w.Workspace, w.Bot); err != nil {
			t.Fatal(err)
		}
		w.expect(first, messaging.Cancelled)
		w.expect(many[59], messaging.Cancelled)
		if got := w.state(notice)[0]; got != messaging.Cancelled {
			t.Fatalf("the notice is %s", got)
		}
		w.run(time.Minute)
		if got := w.arrived(); len(got) != 0 {
			t.Fatalf("got %v", got)
		}
	})
}

func TestABotThatIsSwitchedOnAgainSendsNothingStale(t *testing.T) {
	each(t, func(w *world) {
		old := w.send(text("торік"))
		w.Clock.Advance(25 * time.Hour)
		fresh := w.send(text("сьогодні"))
		later := w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: w.conv, Content: text("потім"), DueAt: w.Clock.Now().Add(time.Minute)})
		w.run(time.Hour)
		w.expect(old, messaging.Failed)
		w.expect(fresh, messaging.Sent)
		w.expect(later, messaging.Sent)
		if got := w.arrived(); !slices.Equal(got, []string{"сьогодні", "потім"}) {
			t.Fatalf("got %v", got)
		}
		w.Tx(func(ctx context.Context, tx *db.Tx) error { return w.msgs.Retry(ctx, tx, w.Workspace, old.MessageID) })
		w.run(time.Minute)
		w.expect(old, messaging.Sent)
	})
}

func TestARefusedTokenIsToldOnce(t *testing.T) {
	each(t, func(w *world) {
		other := w.sandbox.AddUser(sandbox.User{FirstName: "Петро"})
		if _, err := w.sandbox.Start(w.bot.ID, other.ID, ""); err != nil {
			t.Fatal(err)
		}
		conv := w.Receive(w.From(other.ID, "Петро", "/start")).ConversationID
		fresh, err := w.sandbox.RevokeToken(w.bot.ID)
		if err != nil {
			t.Fatal(err)
		}
		first := w.send(text("перше"))
		second := w.queue(messaging.SendRequest{WorkspaceID: w.Workspace, ConversationID: conv, Content: text("друге")})
		w.run(time.Minute)
		third := w.send(text("третє"))
		w.run(10 * time.Minute)
		w.expect(first, messaging.Failed)
		w.expect(second, messaging.Failed)
		w.expect(third, messaging.Queued) // nothing is thrown at a token that is dead
		if len(w.refused) != 1 || w.refused[0].BotID != w.Bot || w.refused[0].Token != w.bot.Token {
			t.Fatalf("told %+v", w.refused)
		}
		w.bot.Token = fresh.Token
		w.run(time.Minute)
		w.expect(third, messaging.Sent)
	})
}

// bomb is a carrier that panics.
type bomb struct{}

func (bomb) Carry(context.Context, messaging.Parcel) ([]int64, error) { panic("a bad file") }

func TestACallThatPanicsIsUnknown(t *testing.T) {
	each(t, func(w *world) {
		r := w.send(text("ой"))
		w.round(w.dispatcher("bomb", bomb{}))
		w.expect(r, messaging.Unknown)
	})
}

func TestEndingWaitsForResultsOnly(t *testing.T) {
	each(t, func(w *world) {
		g := newGate(w)
		d := w.dispatcher("slow", g)
		r := w.send(text("довго"))
		if _, err := d.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-g.began
		d.Drain()
		w.Clock.Advance(time.Hour) // renewal and the next look are long due
		next, err := d.Step(t.Context())
		if err != nil || !next.After(w.Clock.Now().Add(time.Second)) {
			t.Fatalf("comes again in %s: %v", next.Sub(w.Clock.Now()), err)
		}
		close(g.open)
		d.Land()
		if _, err := d.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.expect(r, messaging.Sent)
	})
}

func TestWhatWasMarkedInVainIsSent(t *testing.T) {
	each(t, func(w *world) {
		r := w.send(text("не загубиться"))
		w.disp.LoseAnswer(errors.New("connection reset by peer"))
		if _, err := w.disp.Step(t.Context()); err == nil {
			t.Fatal("a lost answer is not told")
		}
		if got := w.state(r)[0]; got != messaging.Sending {
			t.Fatalf("the test loses nothing: %s", got)
		}
		w.run(time.Minute)
		w.expect(r, messaging.Sent)
		if got := w.arrived(); len(got) != 1 {
			t.Fatalf("got %v", got)
		}
	})
}

func TestOldDeliveriesAreForgotten(t *testing.T) {
	each(t, func(w *world) {
		w.Clock.Set(time.Now()) // ids tell the time of the machine
		sent, doubt := w.send(text("давно")), w.send(text("хтозна"))
		w.run(time.Minute)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE deliveries SET state = 'unknown' WHERE workspace_id = ? AND id = ?", w.Workspace, doubt.DeliveryID)
			return err
		})
		sweep := func() {
			w.Helper()
			if err := w.msgs.Sweep(t.Context(), w.DB); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Advance(89 * 24 * time.Hour)
		sweep()
		w.expect(sent, messaging.Sent)
		w.Clock.Advance(2 * 24 * time.Hour)
		sweep()
		if got := w.state(sent); got != [2]string{"", messaging.Sent} {
			t.Fatalf("the delivery is kept, or the message is not: %v", got)
		}
		if got := w.state(doubt)[0]; got != messaging.Unknown {
			t.Fatalf("nobody can end the doubt any more: %v", got)
		}
	})
}

func TestHousekeepingEndsWhatNoBotSends(t *testing.T) {
	each(t, func(w *world) {
		waits, left, fresh := w.send(text("чекає")), w.send(text("на півдорозі")), w.send(text("щойно"))
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE deliveries SET state = 'sending' WHERE workspace_id = ? AND id = ?", w.Workspace, left.DeliveryID)
			return err
		})
		w.Clock.Advance(25 * time.Hour)
		w.Tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE deliveries SET due_at = ? WHERE workspace_id = ? AND id = ?", w.Clock.Now(), w.Workspace, fresh.DeliveryID)
			return err
		})
		if err := w.msgs.Sweep(t.Context(), w.DB); err != nil {
			t.Fatal(err)
		}
		w.expect(waits, messaging.Failed)
		w.expect(left, messaging.Unknown)
		w.expect(fresh, messaging.Queued)
	})
}

func TestForgettingReadsByTheKey(t *testing.T) {
	d := dbtest.SQLite(t)
	steps, err := db.All[struct {
		ID, Parent, Notused int
		Detail              string
	}](t.Context(), d.Read(), "EXPLAIN QUERY PLAN "+messaging.ForgetQuery, uuid.New(), uuid.New(), uuid.New(), time.Now(), 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if strings.Contains(s.Detail, "TEMP B-TREE") || strings.HasPrefix(s.Detail, "SCAN") {
			t.Errorf("%+v", steps)
		}
	}
}
