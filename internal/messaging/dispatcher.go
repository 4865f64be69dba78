package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/messaging/pace"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/lease"
)

// Options of a Dispatcher; zero values take the defaults.
type Options struct {
	Limits      *pace.Limits  // pace.Telegram
	Concurrency int           // calls under way at once, 256
	LeaseTTL    time.Duration // a minute; renewed three times in it
	StopWithin  time.Duration // how long Run waits for calls under way when it ends, 15 s
	Poll        time.Duration // how often rows are looked for that nobody woke us for: 5 s on SQLite, 1 s on PostgreSQL
	Log         *slog.Logger
	Metrics     *Metrics
}

// Dispatcher sends what is due. There is one per process; a lease per bot says which
// process sends for it.
type Dispatcher struct {
	db      *db.DB
	clock   clock.Clock
	leases  *lease.Leases
	senders Senders
	carrier Carrier
	convs   Conversations
	chats   Chats
	opt     Options
	limits  pace.Limits

	// Shared with callers of Wake.
	mu      sync.Mutex
	woken   map[laneOf]bool
	changed bool
	wake    chan struct{}

	// Owned by the loop.
	bots     map[uuid.UUID]*bot
	finished []outcome          // results that are not written yet
	away     map[uuid.UUID]bool // calls whose results are not written yet
	doubtful map[uuid.UUID]pick // picked, and no call began
	unit     func(ctx context.Context, f db.UnitFunc) error
	results  chan outcome
	flying   int
	renewAt  time.Time
	pollAt   time.Time
	draining bool

	calls context.Context // ends with the last chance of a stop
	abort context.CancelFunc
}

type laneOf struct {
	bot   uuid.UUID
	class Class
}

// bot is a sender this process owns.
type bot struct {
	Sender
	token int64 // of the lease
	until time.Time
	queue *pace.Queue
	// dirty classes are read before the next pick; full ones have more rows than were read.
	dirty, full map[Class]bool
	// refused is set while Telegram does not accept the token; told, once that was said.
	refused, told bool
}

const (
	// unitRows bounds the rows of one unit.
	unitRows = 100
	// readRows bounds what waits in memory per bot and class.
	readRows = 1000
	// held is how far ahead rows are read that wait for another attempt.
	held = time.Hour
	// maxAttempts of what is tried again for another reason than an outage.
	maxAttempts = 5
	// stride bounds what a bot begins in one round. What is on its way when the process dies
	// is unknown for ever, and a round is a few milliseconds: a burst spread over several
	// rounds has the results of its first messages written before the last ones begin.
	stride = 4
	// margin before a lease's end in which nothing new is begun.
	margin = 2 * time.Second
	// stubborn is how often the last results are tried to be written.
	stubborn = 5
)

var classes = []Class{Reply, Notice, Campaign}

// NewDispatcher returns a dispatcher that Start sets going.
func NewDispatcher(d *db.DB, c clock.Clock, leases *lease.Leases, senders Senders, carrier Carrier, convs Conversations, chats Chats, o Options) *Dispatcher {
	limits := pace.Telegram()
	if o.Limits != nil {
		limits = *o.Limits
	}
	if o.Concurrency == 0 {
		o.Concurrency = 256
	}
	if o.LeaseTTL == 0 {
		o.LeaseTTL = time.Minute
	}
	if o.Poll == 0 {
		if o.Poll = 5 * time.Second; d.Engine() == db.Postgres {
			o.Poll = time.Second
		}
	}
	if o.StopWithin == 0 {
		o.StopWithin = 15 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	calls, abort := context.WithCancel(context.Background())
	return &Dispatcher{
		db: d, clock: c, leases: leases, senders: senders, carrier: carrier, convs: convs, chats: chats, opt: o, limits: limits,
		woken: map[laneOf]bool{}, wake: make(chan struct{}, 1), bots: map[uuid.UUID]*bot{},
		away: map[uuid.UUID]bool{}, doubtful: map[uuid.UUID]pick{}, unit: d.InTx, results: make(chan outcome, o.Concurrency), calls: calls, abort: abort,
	}
}

// Wake says that the bot has something due.
func (d *Dispatcher) Wake(bot uuid.UUID, class Class) {
	d.mu.Lock()
	d.woken[laneOf{bot, class}] = true
	d.mu.Unlock()
	d.ring()
}

// Changed says that a bot was added, changed, switched off or deleted.
func (d *Dispatcher) Changed() {
	d.mu.Lock()
	d.changed = true
	d.mu.Unlock()
	d.ring()
}

func (d *Dispatcher) ring() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. Then it takes nothing new, waits for what is under way, writes
// what became of it and gives the bots up. Calls that last longer than StopWithin are
// broken off: their fate is unknown. A Dispatcher runs once.
func (d *Dispatcher) Run(ctx context.Context) error {
	quit := ctx.Done()
	ctx = context.WithoutCancel(ctx)
	defer d.abort()
	var late <-chan time.Time
	failures := 0
	for {
		next, err := d.step(ctx)
		if failures++; err == nil {
			failures = 0
		} else {
			d.opt.Log.ErrorContext(ctx, "sending", "error", err)
			next = d.clock.Now().Add(time.Second)
			if d.draining && failures > stubborn {
				return errs.Wrap(err, "writing the last results") // the next owner calls them unknown
			}
		}
		if d.draining && d.flying == 0 && len(d.finished) == 0 {
			d.release(ctx)
			return nil
		}
		timer := time.NewTimer(max(time.Millisecond, next.Sub(d.clock.Now())))
		select {
		case <-d.wake:
		case o := <-d.results:
			d.land(o)
		case <-timer.C:
		case <-quit:
			quit, d.draining = nil, true
			late = time.After(d.opt.StopWithin)
		case <-late:
			d.abort()
		}
		timer.Stop()
	}
}

// step does one round: ownership, results, reads, and as many new calls as may begin now.
// It returns when to come again unless something happens before.
func (d *Dispatcher) step(ctx context.Context) (time.Time, error) {
	now := d.clock.Now()
	d.mu.Lock()
	woken, changed := d.woken, d.changed
	d.woken, d.changed = map[laneOf]bool{}, false
	d.mu.Unlock()
	for l := range woken {
		if b := d.bots[l.bot]; b != nil {
			b.dirty[l.class] = true
		}
	}
	var failed []error
	if !d.draining && (changed || !now.Before(d.renewAt)) {
		if err := d.own(ctx, now); err != nil {
			failed = append(failed, err)
			d.renewAt = now.Add(time.Second)
		} else {
			d.renewAt = now.Add(d.opt.LeaseTTL / 3)
		}
	}
	d.reap()
	if err := d.unmark(ctx); err != nil {
		failed = append(failed, err)
	}
	var picked []pick
	next := d.renewAt
	if d.draining { // results come by themselves
		next = now.Add(d.opt.StopWithin)
	} else {
		if err := d.read(ctx, now); err != nil {
			failed = append(failed, err)
		}
		picked, next = d.pick(now, next)
		next = sooner(next, d.pollAt)
	}
	results := len(d.finished)
	if err := d.write(ctx, now, picked); err != nil {
		failed = append(failed, err)
	}
	if err := d.tellRefused(ctx); err != nil {
		failed = append(failed, err)
	}
	if results > len(d.finished) && !d.draining { // a settled chat may have its next message waiting
		next = now
	}
	return next, errors.Join(failed...)
}

// reap takes the results that are there.
func (d *Dispatcher) reap() {
	for {
		select {
		case o := <-d.results:
			d.land(o)
		default:
			return
		}
	}
}

func (d *Dispatcher) land(o outcome) {
	d.flying--
	d.finished = append(d.finished, o)
}

// read fills the queues of the bots that were woken.
func (d *Dispatcher) read(ctx context.Context, now time.Time) error {
	if !now.Before(d.pollAt) {
		awaited, err := db.All[struct {
			BotID uuid.UUID
			Class Class
		}](ctx, d.db.Read(), qAwaited, now)
		if err != nil {
			return errs.Wrap(err, "looking for due deliveries")
		}
		for _, a := range awaited {
			if b := d.bots[a.BotID]; b != nil {
				b.dirty[a.Class] = true
			}
		}
		d.pollAt = now.Add(d.opt.Poll)
	}
	for _, b := range d.bots {
		for _, class := range classes {
			pc := paceClass[class]
			if b.full[class] && b.queue.Len(pc) < readRows/2 {
				b.dirty[class] = true
			}
			if !b.dirty[class] || b.queue.Len(pc) >= readRows {
				continue
			}
			rows, err := db.All[head](ctx, d.db.Read(), qDue, b.WorkspaceID, b.BotID, class, now.Add(held), now, readRows)
			if err != nil {
				return errs.Wrap(err, "reading due deliveries")
			}
			for _, r := range rows {
				b.queue.Put(pace.Item{ID: r.ID, Chat: r.ChatID, Class: pc, Seq: r.Seq, NotBefore: r.DueAt})
			}
			b.dirty[class], b.full[class] = false, len(rows) == readRows
		}
	}
	return nil
}

// pick is an item chosen to go now.
type pick struct {
	bot  *bot
	item pace.Item
}

func (p pick) key() key { return key{p.bot.WorkspaceID, p.item.ID} }

func (d *Dispatcher) pick(now, next time.Time) ([]pick, time.Time) {
	var out []pick
	room := d.opt.Concurrency - d.flying
	for _, b := range d.bots {
		if b.refused || now.After(b.until.Add(-margin)) {
			continue
		}
		for n := 0; room > 0; n++ {
			if n == stride { // the rest goes with the next round, beside the results of these
				next = now
				break
			}
			item, ok, at := b.queue.Next(now)
			if !ok {
				if !at.IsZero() {
					next = sooner(next, at)
				}
				break
			}
			out = append(out, pick{b, item})
			room--
		}
	}
	return out, next
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// carry makes the call. One that panics may have gone out: its fate is unknown.
func (d *Dispatcher) carry(p Parcel) (ids []int64, err error) {
	defer func() {
		if r := recover(); r != nil {
			d.opt.Log.ErrorContext(d.calls, "a delivery panicked", "bot", p.BotID, "operation", p.Operation, "panic", r, "stack", string(debug.Stack()))
			ids, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	return d.carrier.Carry(d.calls, p)
}

// launch begins the calls of rows that are marked.
func (d *Dispatcher) launch(marked []marked) {
	for _, m := range marked {
		d.flying++
		d.away[m.ID] = true
		go func() {
			started := time.Now()
			ids, err := d.carry(m.parcel)
			d.opt.Metrics.called(m.parcel.Operation, time.Since(started))
			d.results <- outcome{marked: m, ids: ids, err: err}
		}()
	}
}
