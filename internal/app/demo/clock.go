package demo

import (
	"sync"
	"time"
)

// Clock is the machine's clock until a story is played: then it tells an earlier time and
// goes on from there. The sandbox and the product share it, so that both sides of a chat
// agree on when something was said.
type Clock struct {
	mu   sync.Mutex
	back time.Duration // how far behind the machine
}

// NewClock returns a clock that tells the machine's time.
func NewClock() *Clock { return &Clock{} }

// Now is UTC, truncated to milliseconds.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time { return time.Now().Add(-c.back).UTC().Truncate(time.Millisecond) }

// travel sets the clock, which goes on from there.
func (c *Clock) travel(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back = max(time.Since(to), 0)
}

// home returns to the machine's time.
func (c *Clock) home() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back = 0
}
