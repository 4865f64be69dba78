package messaging

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/messaging/pace"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// marked is a delivery whose row says sending, under our lease.
type marked struct {
	delivery
	parcel Parcel
	chat   int64 // the lane it came from; the row may have moved to another chat since
	bot    *bot
}

func (m marked) item() pace.Item {
	return pace.Item{ID: m.ID, Chat: m.chat, Class: paceClass[m.Class], Seq: m.Seq}
}

// outcome is the end of a call.
type outcome struct {
	marked
	ids []int64
	err error
}

// verdict is what a row becomes.
type verdict struct {
	State       string
	Kind        ErrorKind
	Code        int
	Text        string
	ExternalIDs []int64
	Attempts    int
	DueAt       time.Time
	migrateTo   int64
	pause       time.Duration
}

// backoff is the wait after an attempt that provably was not sent; the last one repeats.
var backoff = []time.Duration{time.Second, 5 * time.Second, 20 * time.Second, time.Minute, 2 * time.Minute}

// maxOutage attempts, with these waits, last for about an hour.
const maxOutage = 33

func (o outcome) verdict(now time.Time) verdict {
	v := verdict{State: Sent, ExternalIDs: o.ids, Attempts: o.Attempts, DueAt: o.DueAt}
	if o.err == nil {
		return v
	}
	var f *Failure
	if !errors.As(o.err, &f) {
		v.State, v.Kind, v.Text = Unknown, Internal, "The message was given up for an unexpected reason. It may have arrived."
		return v
	}
	v.Kind, v.Code, v.Text = f.Kind, f.Code, f.Text
	switch {
	case !f.NotSent && o.Operation == OpSend:
		v.State = Unknown
	case f.Kind == Limited:
		// Telegram's pacing costs no attempt; one stays, so that the row holds its place.
		v.State, v.Attempts, v.DueAt, v.pause = Queued, max(1, o.Attempts-1), now.Add(f.RetryAfter), f.RetryAfter
	case f.MigrateTo != 0 && o.Attempts < maxAttempts:
		v.State, v.DueAt, v.migrateTo = Queued, now, f.MigrateTo
	case f.Kind == Unavailable && f.NotSent && o.Attempts < maxOutage, // an outage is nobody's fault
		(f.Kind == Unavailable || !f.NotSent) && o.Attempts < maxAttempts: // changing a message twice does no harm
		v.State, v.DueAt = Queued, now.Add(backoff[min(o.Attempts, len(backoff))-1])
	default:
		v.State = Failed
	}
	return v
}

func (v verdict) write(ctx context.Context, tx *db.Tx, k key, now time.Time) {
	ids := v.ExternalIDs
	if ids == nil {
		ids = []int64{}
	}
	tx.Push(ctx, qFinish, v.State, db.JSON[[]int64]{V: ids}, v.Kind, v.Code, v.Text, v.Attempts, v.DueAt, now, k.WorkspaceID, k.ID)
}

// tell adds what the message's conversation is told. A message that waits for its next
// attempt was queued for it all along.
func (v verdict) tell(list []Result, d delivery, now time.Time) []Result {
	if d.MessageID == nil || d.ConversationID == nil || v.State == Queued {
		return list
	}
	return append(list, Result{
		ConversationID: *d.ConversationID, MessageID: *d.MessageID, Operation: d.Operation, State: v.State,
		ErrorKind: v.Kind, Error: v.Text, ExternalIDs: v.ExternalIDs, At: now,
		EditedAt: d.Content.V.EditedAt,
	})
}

// write brings results and new marks to the database, each in bounded units that share
// commits on SQLite, and begins the calls of what is marked.
func (d *Dispatcher) write(ctx context.Context, now time.Time, picked []pick) error {
	finished := d.finished
	d.finished = nil
	var mu sync.Mutex
	var failed []error
	var started []marked
	var wg sync.WaitGroup
	for chunk := range slices.Chunk(finished, unitRows/2) { // each brings a message and an event along
		wg.Go(func() {
			unwritten, err := d.finish(ctx, now, chunk)
			mu.Lock()
			defer mu.Unlock()
			d.finished = append(d.finished, unwritten...)
			failed = append(failed, err)
		})
	}
	for chunk := range slices.Chunk(picked, unitRows) {
		wg.Go(func() {
			rows, err := d.mark(ctx, now, chunk)
			mu.Lock()
			defer mu.Unlock()
			started = append(started, rows...)
			failed = append(failed, err)
		})
	}
	wg.Wait()
	d.settle(now, finished, d.finished)
	d.unpick(now, picked, started)
	d.launch(started)
	return errors.Join(failed...)
}

// finish writes a chunk of results. It returns those that have to be written again.
func (d *Dispatcher) finish(ctx context.Context, now time.Time, chunk []outcome) ([]outcome, error) {
	err := d.finishUnit(ctx, now, chunk, tellAll)
	if err == nil || errs.Is(err, errs.KindUnavailable) {
		if err != nil {
			return chunk, errs.Wrap(err, "writing results")
		}
		return nil, nil
	}
	// One of them is poison: each alone, then as one whose ids were used before, and at last
	// without its message.
	var left []outcome
	var failed []error
	for _, o := range chunk {
		alone := d.finishUnit(ctx, now, []outcome{o}, tellAll)
		if db.IsUnique(alone) {
			alone = d.finishUnit(ctx, now, []outcome{o}, tellReused)
		}
		if alone != nil && !errs.Is(alone, errs.KindUnavailable) {
			failed = append(failed, errs.Wrap(alone, "telling the conversation of a delivery"))
			alone = d.finishUnit(ctx, now, []outcome{o}, tellNobody)
		}
		if alone != nil {
			left = append(left, o)
			failed = append(failed, errs.Wrap(alone, "writing a result"))
		}
	}
	return left, errors.Join(failed...)
}

// telling is how conversations hear of results.
type telling int

const (
	tellAll telling = iota
	tellReused
	tellNobody
)

func (d *Dispatcher) finishUnit(ctx context.Context, now time.Time, chunk []outcome, tell telling) error {
	return d.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		keys := make([]key, len(chunk))
		for i, o := range chunk {
			keys[i] = key{o.WorkspaceID, o.ID}
		}
		keys = padded(keys)
		rows, err := db.All[struct {
			ID         uuid.UUID
			State      string
			LeaseToken int64
		}](ctx, tx, qOpenOf(tx, len(keys)), pairArgs(keys)...)
		if err != nil {
			return err
		}
		// Ours still: sending, or called unknown by who took the bot over while we were
		// waiting for the answer. A person may have decided otherwise since.
		ours := make(map[uuid.UUID]int64, len(rows))
		for _, r := range rows {
			if r.State == Sending || r.State == Unknown {
				ours[r.ID] = r.LeaseToken
			}
		}
		told := map[uuid.UUID][]Result{}
		var order []uuid.UUID
		for _, o := range chunk {
			if token, ok := ours[o.ID]; !ok || token != o.LeaseToken {
				continue
			}
			v := o.verdict(now)
			v.write(ctx, tx, key{o.WorkspaceID, o.ID}, now)
			if v.migrateTo != 0 {
				if err := d.chats.Migrated(ctx, tx, o.WorkspaceID, o.BotID, o.ChatID, v.migrateTo); err != nil {
					return err
				}
				tx.Push(ctx, qRekey, v.migrateTo, o.WorkspaceID, o.BotID, o.ChatID)
			}
			if told[o.WorkspaceID] == nil {
				order = append(order, o.WorkspaceID)
			}
			told[o.WorkspaceID] = v.tell(told[o.WorkspaceID], o.delivery, now)
		}
		if tell == tellNobody {
			return nil
		}
		for _, ws := range order {
			for i := range told[ws] {
				told[ws][i].Reused = tell == tellReused
			}
			if err := d.tell(ctx, tx, ws, told[ws]); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle brings the queues in line with the results that are written.
func (d *Dispatcher) settle(now time.Time, all, unwritten []outcome) {
	again := make(map[uuid.UUID]bool, len(unwritten))
	for _, o := range unwritten {
		again[o.ID] = true
	}
	for _, o := range all {
		if again[o.ID] {
			continue
		}
		delete(d.away, o.ID)
		v := o.verdict(now)
		d.opt.Metrics.ended(v.State, v.Kind, 1)
		if v.Kind == Unauthorized && o.parcel.Token == o.bot.Token {
			o.bot.refused = true
		}
		q := o.bot.queue
		if v.pause > 0 {
			q.Limited(now, o.chat, v.pause)
		}
		if v.migrateTo != 0 {
			q.Move(o.chat, v.migrateTo)
		}
		if v.State == Queued {
			item := o.item()
			item.NotBefore = v.DueAt
			if v.migrateTo != 0 {
				item.Chat = v.migrateTo
			}
			q.Put(item)
		}
		q.Done(o.chat)
	}
}

// mark says in the database that the picked rows are being sent, if the bots are ours in
// this very transaction.
func (d *Dispatcher) mark(ctx context.Context, now time.Time, chunk []pick) ([]marked, error) {
	var out []marked
	err := d.unit(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = nil
		ours, err := currentBots(ctx, tx, chunk)
		if err != nil {
			return err
		}
		var keys []key
		from := map[uuid.UUID]pick{}
		for _, p := range chunk {
			if ours[p.bot.BotID] == p.bot.token {
				keys = append(keys, p.key())
				from[p.item.ID] = p
			}
		}
		if len(keys) == 0 {
			return nil
		}
		keys = padded(keys)
		rows, err := db.All[delivery](ctx, tx, qMark(tx, len(keys)), pairArgs(keys, now)...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p := from[r.ID]
			m := marked{delivery: r, bot: p.bot, chat: p.item.Chat, parcel: Parcel{
				Sender: p.bot.Sender, ChatID: r.ChatID, Operation: r.Operation,
				Content: r.Content.V.Content, ReplyTo: r.Content.V.ReplyTo, Targets: r.Content.V.Targets,
			}}
			if to := m.parcel.Content.ReplyToID; to != nil && m.parcel.ReplyTo == 0 && r.Operation == OpSend {
				// The answered message was still waiting itself when this one was queued.
				ids, _, err := db.Maybe[db.JSON[[]int64]](ctx, tx, qExternalIDs, r.WorkspaceID, *to)
				if err != nil {
					return err
				}
				if len(ids.V) > 0 {
					m.parcel.ReplyTo = ids.V[0]
				}
			}
			out = append(out, m)
		}
		return nil
	})
	if err != nil {
		return nil, errs.Wrap(err, "taking deliveries")
	}
	return out, nil
}

// unmark puts back what a unit may have marked whose answer was lost: its rows say sending
// under our own token, no call began, and nobody would look at them again.
func (d *Dispatcher) unmark(ctx context.Context) error {
	if len(d.doubtful) == 0 {
		return nil
	}
	lots := map[*bot][]key{}
	for _, p := range d.doubtful {
		lots[p.bot] = append(lots[p.bot], p.key())
	}
	for b, keys := range lots {
		for chunk := range slices.Chunk(keys, unitRows) {
			padding := padded(slices.Clone(chunk))
			err := d.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, qUnmark(tx, len(padding)), append(pairArgs(padding, d.clock.Now()), b.token)...)
				return err
			})
			if err != nil {
				return errs.Wrap(err, "putting back what was not begun")
			}
			for _, k := range chunk {
				delete(d.doubtful, k.ID)
			}
		}
		for _, c := range classes {
			b.dirty[c] = true
		}
	}
	return nil
}

// currentBots returns the present lease token of each bot of the chunk.
func currentBots(ctx context.Context, tx *db.Tx, chunk []pick) (map[uuid.UUID]int64, error) {
	bots := map[string]uuid.UUID{}
	for _, p := range chunk {
		bots[leaseName(p.bot.BotID)] = p.bot.BotID
	}
	names := make([]string, 0, len(bots))
	for n := range bots {
		names = append(names, n)
	}
	slices.Sort(names) // rows are locked in one order
	names = padded(names)
	rows, err := db.All[struct {
		Name  string
		Token int64
	}](ctx, tx, qTokens(tx, len(names)), db.Args(names)...)
	out := make(map[uuid.UUID]int64, len(rows))
	for _, r := range rows {
		out[bots[r.Name]] = r.Token
	}
	return out, err
}

// unpick frees the chats of what was picked and not marked: withdrawn meanwhile, the bot
// is not ours any more, or the answer to the commit was lost. What still waits is read
// again.
func (d *Dispatcher) unpick(now time.Time, picked []pick, started []marked) {
	going := make(map[uuid.UUID]bool, len(started))
	for _, m := range started {
		going[m.ID] = true
	}
	for _, p := range picked {
		if going[p.item.ID] {
			continue
		}
		p.bot.queue.Done(p.item.Chat)
		if !d.away[p.item.ID] {
			d.doubtful[p.item.ID] = p
		}
		for _, c := range classes {
			if paceClass[c] == p.item.Class {
				p.bot.dirty[c] = true
			}
		}
		d.renewAt = now
	}
}
