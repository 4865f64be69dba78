package pace

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC)

func id(n int) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[8:], uint64(n))
	return u
}

type sent struct {
	Item
	at time.Time
}

// most is the largest number of instants within any span.
func most(at []time.Time, span time.Duration) int {
	best, from := 0, 0
	for i, t := range at {
		for t.Sub(at[from]) >= span {
			from++
		}
		best = max(best, i-from+1)
	}
	return best
}

// TestRatesAndOrder drives a bot with any mix of chats and classes, answers that take any
// time and refusals, and checks every promise on what was sent.
func TestRatesAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Telegram()
		q := NewQueue(l)
		now := start
		chats := []int64{1, 2, 3, 4, 5, 6, 7, 8, -9, -10}
		for i := range 60 {
			chats = append(chats, int64(100+i))
		}
		var log []sent
		flight := map[int64]time.Time{}
		pause := map[int64]time.Time{}
		next, put := 0, 0
		for range rapid.IntRange(20, 400).Draw(t, "steps") {
			for range rapid.IntRange(0, 30).Draw(t, "arrivals") {
				next++
				put++
				q.Put(Item{
					ID: id(next), Seq: int64(next), Chat: rapid.SampledFrom(chats).Draw(t, "chat"),
					Class: Class(rapid.IntRange(0, 2).Draw(t, "class")),
				})
			}
			for {
				item, ok, at := q.Next(now)
				if !ok {
					if !at.IsZero() && !at.After(now) {
						t.Fatalf("asks to be called again at %v, now is %v", at, now)
					}
					break
				}
				if _, twice := flight[item.Chat]; twice {
					t.Fatalf("chat %d has two messages on their way", item.Chat)
				}
				if now.Before(pause[item.Chat]) {
					t.Fatalf("chat %d is paused until %v", item.Chat, pause[item.Chat])
				}
				flight[item.Chat] = now.Add(time.Duration(rapid.IntRange(0, 800).Draw(t, "answer ms")) * time.Millisecond)
				log = append(log, sent{item, now})
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "ms")) * time.Millisecond)
			for chat, until := range flight {
				if until.After(now) {
					continue
				}
				if rapid.IntRange(0, 40).Draw(t, "refused") == 0 {
					q.Limited(now, chat, 2*time.Second)
					pause[chat] = now.Add(2 * time.Second)
				}
				delete(flight, chat)
				q.Done(chat)
			}
		}
		check(t, l, log)
		// Nothing is forgotten: with time, all of it goes.
		for chat := range flight {
			q.Done(chat)
		}
		for len(log) < put {
			item, ok, at := q.Next(now)
			if ok {
				log = append(log, sent{item, now})
				q.Done(item.Chat)
				continue
			}
			if at.IsZero() {
				t.Fatalf("%d of %d sent, and no instant to ask again", len(log), put)
			}
			now = at
		}
		check(t, l, log)
	})
}

func check(t *rapid.T, l Limits, log []sent) {
	var all []time.Time
	chat := map[int64][]time.Time{}
	lane := map[laneKey][]int64{}
	for i, s := range log {
		all = append(all, s.at)
		chat[s.Chat] = append(chat[s.Chat], s.at)
		k := laneKey{s.Chat, s.Class}
		lane[k] = append(lane[k], s.Seq)
		if s.Class != Reply && most(all[max(0, i-l.Bulk):], time.Second) > l.Bulk {
			t.Fatalf("a bulk message is number %d within a second", l.Bulk+1)
		}
	}
	if n := most(all, time.Second); n > l.All {
		t.Fatalf("%d messages of the bot within a second", n)
	}
	for c, at := range chat {
		for _, span := range []time.Duration{time.Second, 5 * time.Second, time.Minute} {
			if n, limit := most(at, span), l.Burst+int((span-1)/l.Chat); n > limit {
				t.Fatalf("%d messages of chat %d within %v", n, c, span)
			}
		}
		if n := most(at, time.Minute); IsGroup(c) && n > l.Group {
			t.Fatalf("%d messages of group %d within a minute", n, c)
		}
	}
	for k, seqs := range lane {
		if !slices.IsSorted(seqs) {
			t.Fatalf("chat %d class %d out of order: %v", k.chat, k.class, seqs)
		}
	}
}

func TestRepliesGoFirstAndDuringACampaignsPause(t *testing.T) {
	q := NewQueue(Telegram())
	for i := range 100 {
		q.Put(Item{ID: id(i), Chat: int64(1000 + i), Class: Campaign})
	}
	q.Put(Item{ID: id(500), Chat: 1, Class: Reply})
	if item, ok, _ := q.Next(start); !ok || item.Class != Reply {
		t.Fatalf("got %+v", item)
	}
	n := 0
	for ; ; n++ {
		if _, ok, _ := q.Next(start); !ok {
			break
		}
	}
	if n != 29 {
		t.Fatalf("%d campaign messages beside one reply in a second", n)
	}
	q.Put(Item{ID: id(501), Chat: 2, Class: Reply})
	if item, ok, _ := q.Next(start); !ok || item.Chat != 2 {
		t.Fatal("a reply may exceed the bulk rate")
	}
	now := start.Add(2 * time.Second)
	q.Limited(now, 1000, 10*time.Second)
	if _, ok, at := q.Next(now); ok || !at.Equal(now.Add(10*time.Second)) {
		t.Fatalf("the campaign does not pause: %v %v", ok, at)
	}
	q.Put(Item{ID: id(502), Chat: 3, Class: Reply})
	if _, ok, _ := q.Next(now); !ok {
		t.Fatal("replies to others go on")
	}
	q.Limited(now, 3, 5*time.Second) // a second chat: Telegram means the bot
	q.Put(Item{ID: id(503), Chat: 4, Class: Reply})
	if _, ok, at := q.Next(now); ok || !at.Equal(now.Add(5*time.Second)) {
		t.Fatalf("the whole bot pauses: %v %v", ok, at)
	}
}

func TestAHeldItemHoldsBackItsLane(t *testing.T) {
	q := NewQueue(Unpaced())
	q.Put(Item{ID: id(2), Seq: 2, Chat: 1})
	q.Put(Item{ID: id(1), Seq: 1, Chat: 1, NotBefore: start.Add(time.Second)})
	q.Put(Item{ID: id(3), Seq: 1, Chat: 2})
	if item, ok, _ := q.Next(start); !ok || item.Chat != 2 {
		t.Fatalf("got %+v", item)
	}
	if _, ok, at := q.Next(start); ok || !at.Equal(start.Add(time.Second)) {
		t.Fatalf("got %v %v", ok, at)
	}
	if item, ok, _ := q.Next(start.Add(time.Second)); !ok || item.Seq != 1 {
		t.Fatalf("got %+v", item)
	}
	if _, ok, _ := q.Next(start.Add(time.Hour)); ok {
		t.Fatal("the chat is busy")
	}
	q.Done(1)
	if item, ok, _ := q.Next(start.Add(time.Hour)); !ok || item.Seq != 2 || q.Len(Reply) != 0 {
		t.Fatalf("got %+v", item)
	}
}

func TestQuietChatsAreForgotten(t *testing.T) {
	q := NewQueue(Telegram())
	now := start
	for i := range 5000 {
		q.Put(Item{ID: id(i), Chat: int64(i + 1)})
		if _, ok, _ := q.Next(now); !ok {
			t.Fatal("a new chat need not wait")
		}
		q.Done(int64(i + 1))
		now = now.Add(50 * time.Millisecond)
	}
	if len(q.pacer.chats) > 1100 || len(q.lanes) != 0 || len(q.known) != 0 || len(q.busy) != 0 {
		t.Fatalf("remembers %d chats, %d lanes", len(q.pacer.chats), len(q.lanes))
	}
}
