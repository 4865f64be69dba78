package pace

import (
	"container/heap"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Item waits to be sent. Within a chat and class the lowest (Seq, ID) goes first.
type Item struct {
	ID        uuid.UUID
	Chat      int64
	Class     Class
	Seq       int64
	NotBefore time.Time // it holds back what comes after it in its lane
}

func (i Item) before(j Item) bool {
	if i.Seq != j.Seq {
		return i.Seq < j.Seq
	}
	return slices.Compare(i.ID[:], j.ID[:]) < 0
}

// Queue is what waits at one bot. It is not safe for concurrent use.
type Queue struct {
	pacer *Pacer
	known map[uuid.UUID]*lane // the lane of each waiting item
	lanes map[laneKey]*lane
	ready [classes]laneHeap
	busy  map[int64]bool // chats with a message on its way
	count [classes]int
	turn  uint64
}

type laneKey struct {
	chat  int64
	class Class
}

type lane struct {
	laneKey
	items []Item
	at    time.Time // not before; may prove too early when it is looked at
	turn  uint64    // among lanes of the same instant, who waits longest
	index int       // in its heap, -1 while its chat is busy
}

// NewQueue returns an empty queue.
func NewQueue(l Limits) *Queue {
	return &Queue{
		pacer: NewPacer(l), known: map[uuid.UUID]*lane{}, lanes: map[laneKey]*lane{}, busy: map[int64]bool{},
	}
}

// Len is how many items of the class wait.
func (q *Queue) Len(class Class) int { return q.count[class] }

// Put adds an item; one that waits already is left as it is.
func (q *Queue) Put(item Item) {
	if q.known[item.ID] != nil {
		return
	}
	key := laneKey{item.Chat, item.Class}
	l := q.lanes[key]
	if l == nil {
		q.turn++
		l = &lane{laneKey: key, index: -1, turn: q.turn}
		q.lanes[key] = l
	}
	i, _ := slices.BinarySearchFunc(l.items, item, func(a, b Item) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	l.items = slices.Insert(l.items, i, item)
	q.known[item.ID] = l
	q.count[item.Class]++
	if i == 0 {
		q.place(l)
	}
}

// place puts the lane where its head belongs.
func (q *Queue) place(l *lane) {
	h := &q.ready[l.class]
	switch {
	case len(l.items) == 0:
		if l.index >= 0 {
			heap.Remove(h, l.index)
		}
		delete(q.lanes, l.laneKey)
	case q.busy[l.chat]:
		if l.index >= 0 {
			heap.Remove(h, l.index)
		}
	default:
		l.at = l.items[0].NotBefore
		if l.index >= 0 {
			heap.Fix(h, l.index)
		} else {
			heap.Push(h, l)
		}
	}
}

// Next takes the item that goes now. Without one, at is the instant to ask again; zero
// when only Put or Done can change that.
func (q *Queue) Next(now time.Time) (item Item, ok bool, at time.Time) {
	for class := Reply; class < classes; class++ {
		h := &q.ready[class]
		if len(*h) == 0 {
			continue
		}
		if free := q.pacer.Bot(now, class); free.After(now) {
			at = sooner(at, free)
			continue
		}
		for len(*h) > 0 {
			l := (*h)[0]
			if l.at.After(now) {
				at = sooner(at, l.at)
				break
			}
			if free := q.pacer.Chat(now, l.chat); free.After(now) {
				l.at = free
				heap.Fix(h, 0)
				continue
			}
			item = l.items[0]
			q.busy[l.chat] = true
			q.turn++
			l.turn = q.turn
			q.take(l, 0)
			q.park(l.chat)
			q.pacer.Take(now, l.chat)
			return item, true, time.Time{}
		}
	}
	return Item{}, false, at
}

func (q *Queue) take(l *lane, i int) {
	delete(q.known, l.items[i].ID)
	q.count[l.class]--
	l.items = slices.Delete(l.items, i, i+1)
	if i == 0 {
		q.place(l)
	}
}

// park takes the other lanes of a busy chat out of the heaps, or puts them back.
func (q *Queue) park(chat int64) {
	for class := Reply; class < classes; class++ {
		if l := q.lanes[laneKey{chat, class}]; l != nil {
			q.place(l)
		}
	}
}

// Done says that nothing of the chat is on its way any more.
func (q *Queue) Done(chat int64) {
	delete(q.busy, chat)
	q.park(chat)
}

// Limited says that Telegram refused a message of the chat for now.
func (q *Queue) Limited(now time.Time, chat int64, retryAfter time.Duration) {
	q.pacer.Limited(now, chat, retryAfter)
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// laneHeap has the lane on top that may go first.
type laneHeap []*lane

func (h laneHeap) Len() int { return len(h) }
func (h laneHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].turn < h[j].turn
}
func (h laneHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *laneHeap) Push(x any) {
	l := x.(*lane)
	l.index = len(*h)
	*h = append(*h, l)
}
func (h *laneHeap) Pop() any {
	old := *h
	l := old[len(old)-1]
	old[len(old)-1] = nil
	l.index = -1
	*h = old[:len(old)-1]
	return l
}

// Move gives what waits for a chat to another one.
func (q *Queue) Move(from, to int64) {
	for class := Reply; class < classes; class++ {
		l := q.lanes[laneKey{from, class}]
		for l != nil && len(l.items) > 0 {
			item := l.items[0]
			q.take(l, 0)
			item.Chat = to
			q.Put(item)
		}
	}
}
