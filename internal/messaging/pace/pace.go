// Package pace decides what one bot sends next and when: pure, with the caller's clock.
//
//	Put ──▶ lane per (chat, class), first in first out ──▶ Next(now): an item, or the instant to ask again
//	                                             Done(chat) ◀── its answer; Limited ◀── a 429
//
// Telegram's limits: about 30 messages a second per bot in bulk, one a second per chat
// with short bursts, 20 a minute per group. Replies go ahead of notices, notices ahead of
// campaigns; one message of a chat is on its way at a time.
package pace

import (
	"time"
)

// Class orders what waits: lower goes first.
type Class uint8

// The classes.
const (
	Reply Class = iota
	Notice
	Campaign
	classes
)

// Limits of one bot. The zero value of a field means no such limit.
type Limits struct {
	Bulk      int           // messages of any class in any second, before notices and campaigns wait
	All       int           // messages in any second, replies included
	Chat      time.Duration // a chat earns one message in this time
	Burst     int           // what a quiet chat may send at once
	Group     int           // messages of a group in any GroupSpan
	GroupSpan time.Duration
}

// Telegram is what the Bot API's FAQ asks for.
func Telegram() Limits {
	return Limits{Bulk: 30, All: 36, Chat: time.Second, Burst: 3, Group: 20, GroupSpan: time.Minute}
}

// Unpaced sends as fast as it can, for benches.
func Unpaced() Limits { return Limits{} }

// Pacer counts what one bot sent.
type Pacer struct {
	limits Limits
	recent ring
	chats  map[int64]*chat
	taken  int
	// pauses after a 429: campaigns, or everything.
	bulkUntil, allUntil time.Time
	limitedChat         int64
}

type chat struct {
	// full is when the chat has earned its whole burst back.
	full  time.Time
	group ring
	until time.Time // paused by a 429
}

// NewPacer returns a pacer that has sent nothing yet.
func NewPacer(l Limits) *Pacer {
	return &Pacer{limits: l, recent: newRing(max(l.Bulk, l.All)), chats: map[int64]*chat{}}
}

// IsGroup reports whether a chat id is a group's or a channel's.
func IsGroup(chatID int64) bool { return chatID < 0 }

// Bot returns the instant from which the bot may send something of the class.
func (p *Pacer) Bot(now time.Time, class Class) time.Time {
	at := later(now, p.allUntil)
	if class == Campaign {
		at = later(at, p.bulkUntil)
	}
	n := p.limits.All
	if class != Reply && p.limits.Bulk > 0 {
		n = p.limits.Bulk
	}
	return later(at, p.recent.free(n, time.Second))
}

// Chat returns the instant from which the chat may get a message.
func (p *Pacer) Chat(now time.Time, chatID int64) time.Time {
	c := p.chats[chatID]
	if c == nil {
		return now
	}
	at := later(now, c.until)
	if p.limits.Chat > 0 {
		// The bucket holds one message when the time to its being full is at most Burst-1 spans.
		at = later(at, c.full.Add(-time.Duration(p.limits.Burst-1)*p.limits.Chat))
	}
	if IsGroup(chatID) {
		at = later(at, c.group.free(p.limits.Group, p.limits.GroupSpan))
	}
	return at
}

// Take counts a message to the chat.
func (p *Pacer) Take(now time.Time, chatID int64) {
	p.recent.add(now)
	if p.taken++; p.taken%1024 == 0 {
		p.forget(now)
	}
	if p.limits.Chat <= 0 && p.limits.Group <= 0 {
		return
	}
	c := p.chat(chatID)
	c.full = later(now, c.full).Add(p.limits.Chat)
	if IsGroup(chatID) {
		c.group.add(now)
	}
}

// Limited takes Telegram's "retry after": the chat and the bot's campaigns pause. When
// another chat is refused during the pause it is the bot that Telegram means, and
// everything waits.
func (p *Pacer) Limited(now time.Time, chatID int64, retryAfter time.Duration) {
	until := now.Add(retryAfter)
	if now.Before(p.bulkUntil) && chatID != p.limitedChat {
		p.allUntil = later(p.allUntil, until)
	}
	p.limitedChat = chatID
	p.bulkUntil = later(p.bulkUntil, until)
	c := p.chat(chatID)
	c.until = later(c.until, until)
}

func (p *Pacer) chat(id int64) *chat {
	c := p.chats[id]
	if c == nil {
		c = &chat{}
		if IsGroup(id) {
			c.group = newRing(p.limits.Group)
		}
		p.chats[id] = c
	}
	return c
}

// forget drops chats that are as good as new.
func (p *Pacer) forget(now time.Time) {
	for id, c := range p.chats {
		if !c.full.After(now) && !c.until.After(now) && !c.group.free(1, p.limits.GroupSpan).After(now) {
			delete(p.chats, id)
		}
	}
}

// ring remembers the last instants, as many as a limit counts.
type ring struct {
	at   []time.Time
	next int
}

func newRing(n int) ring { return ring{at: make([]time.Time, n)} }

func (r *ring) add(t time.Time) {
	if len(r.at) == 0 {
		return
	}
	r.at[r.next] = t
	r.next = (r.next + 1) % len(r.at)
}

// free returns when fewer than n instants lie within the last span.
func (r *ring) free(n int, span time.Duration) time.Time {
	if n <= 0 || len(r.at) == 0 {
		return time.Time{}
	}
	n = min(n, len(r.at))
	t := r.at[(r.next-n+len(r.at))%len(r.at)]
	if t.IsZero() {
		return t
	}
	return t.Add(span)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
