package events

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
)

// Hub tells subscribers in this process about events, in the order of seq. It re-reads
// from its last seq when woken and every few seconds; a wake-up is only a hint.
type Hub struct {
	db   *db.DB
	log  *slog.Logger
	wake chan struct{}
	told chan struct{} // another process, or a row that had not settled

	mu   sync.Mutex
	last int64
	subs map[*Subscription]struct{}
	all  []func(Stored)
	said []func(word string)
}

// NewHub returns a hub that reads from d once Run is called.
func NewHub(d *db.DB, log *slog.Logger) *Hub {
	return &Hub{db: d, log: log, wake: make(chan struct{}, 1), told: make(chan struct{}, 1), subs: map[*Subscription]struct{}{}}
}

// Wake asks the hub to look for new events.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// OnEvent registers f for every event of every company; call it before Run. f runs on
// the hub's goroutine and must not block.
func (h *Hub) OnEvent(f func(Stored)) { h.all = append(h.all, f) }

// OnWord registers f for what Say said in any process; call it before Run. f runs on the
// goroutine that listens and must not block.
func (h *Hub) OnWord(f func(word string)) { h.said = append(h.said, f) }

// Say tells a word, never empty, to every process once tx is committed. On SQLite there is
// one process, and nobody is told.
func Say(ctx context.Context, tx *db.Tx, word string) {
	if tx.Engine() == db.Postgres {
		tx.Push(ctx, "SELECT pg_notify(?, ?)", channel, word)
	}
}

// Subscription is one reader's queue. When the reader is too slow the queue is closed:
// it reconnects and reads from its last seq.
type Subscription struct {
	C         chan Stored
	workspace uuid.UUID
	hub       *Hub
	once      sync.Once
}

// Subscribe returns the events of one company that are committed from now on.
func (h *Hub) Subscribe(ws uuid.UUID) *Subscription {
	s := &Subscription{C: make(chan Stored, 256), workspace: ws, hub: h}
	h.mu.Lock()
	h.subs[s] = struct{}{}
	h.mu.Unlock()
	return s
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	delete(s.hub.subs, s)
	s.hub.mu.Unlock()
	s.once.Do(func() { close(s.C) })
}

const (
	reread    = 5 * time.Second
	readBatch = 500
	settle    = 20 * time.Millisecond
	channel   = "cartie_events"
)

// Start fixes where reading begins: what is committed afterwards is told.
func (h *Hub) Start(ctx context.Context) error {
	last, err := Last(ctx, h.db.Read())
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.last = last
	h.mu.Unlock()
	return nil
}

// Run reads until ctx ends; call Start before.
func (h *Hub) Run(ctx context.Context) {
	if h.db.Engine() == db.Postgres {
		go h.listen(ctx)
	}
	tick := time.NewTicker(reread)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
			h.notifyOthers(ctx)
		case <-h.told:
		case <-tick.C:
		}
		if err := h.read(ctx); err != nil && ctx.Err() == nil {
			h.log.WarnContext(ctx, "reading events", "error", err)
		}
	}
}

func (h *Hub) read(ctx context.Context) error {
	for {
		list, err := After(ctx, h.db.Read(), h.last, readBatch)
		if err != nil {
			return err
		}
		for _, e := range list {
			h.deliver(e)
		}
		if len(list) < readBatch {
			break
		}
	}
	if h.db.Engine() != db.Postgres {
		return nil
	}
	// rows that are written but not yet settled: their neighbour's commit may not wake us
	waiting, err := db.Exists(ctx, h.db.Read(), "SELECT 1 FROM events WHERE seq > ? LIMIT 1", h.last)
	if waiting {
		time.AfterFunc(settle, func() {
			select {
			case h.told <- struct{}{}:
			default:
			}
		})
	}
	return err
}

func (h *Hub) deliver(e Stored) {
	h.mu.Lock()
	h.last = e.Seq
	var slow []*Subscription
	for s := range h.subs {
		if s.workspace != e.WorkspaceID {
			continue
		}
		select {
		case s.C <- e:
		default:
			slow = append(slow, s)
		}
	}
	h.mu.Unlock()
	for _, s := range slow {
		s.Close()
	}
	for _, f := range h.all {
		f(e)
	}
}

// notifyOthers wakes the hubs of other processes: one coalesced call per wake-up.
func (h *Hub) notifyOthers(ctx context.Context) {
	if h.db.Engine() != db.Postgres {
		return
	}
	if _, err := h.db.Pool().Exec(ctx, "SELECT pg_notify($1, '')", channel); err != nil && ctx.Err() == nil {
		h.log.WarnContext(ctx, "notifying other processes", "error", err)
	}
}

// listen holds one connection for LISTEN and makes a new one when it breaks.
func (h *Hub) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := func() error {
			conn, err := h.db.Pool().Acquire(ctx)
			if err != nil {
				return err
			}
			// a connection that listens must not go back to the pool
			raw := conn.Hijack()
			defer func() { _ = raw.Close(context.WithoutCancel(ctx)) }()
			if _, err := raw.Exec(ctx, "LISTEN "+channel); err != nil {
				return err
			}
			for {
				n, err := raw.WaitForNotification(ctx)
				if err != nil {
					return err
				}
				if n.Payload != "" {
					for _, f := range h.said {
						f(n.Payload)
					}
					continue
				}
				select {
				case h.told <- struct{}{}:
				default:
				}
			}
		}()
		if ctx.Err() != nil {
			return
		}
		h.log.WarnContext(ctx, "listening for events", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}
