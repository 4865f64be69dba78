package account

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cartie/internal/platform/errs"
)

// maxKeys bounds the memory of one limit: about 150 bytes a key.
const maxKeys = 10_000

// limit lets each key do something burst times at once and then once per interval.
type limit struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	keys map[string]*bucket
}

type bucket struct {
	limiter *rate.Limiter
	seen    time.Time
}

func newLimit(burst int, every time.Duration) *limit {
	return &limit{every: every, burst: burst, keys: map[string]*bucket{}}
}

// take uses one attempt of the key. giveBack returns it, for what turned out to be
// no attack.
func (l *limit) take(key string, now time.Time) (giveBack func(), err error) {
	l.mu.Lock()
	b := l.keys[key]
	if b == nil {
		l.makeRoom(now)
		b = &bucket{limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.keys[key] = b
	}
	b.seen = now
	l.mu.Unlock()

	r := b.limiter.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return nil, errs.Limited("Too many attempts. Wait a little and try again.", wait).Code("too_many_attempts")
	}
	return func() { r.CancelAt(now) }, nil
}

// makeRoom forgets the keys whose attempts are all back, and the longest unseen one
// when none is.
func (l *limit) makeRoom(now time.Time) {
	if len(l.keys) < maxKeys {
		return
	}
	full := time.Duration(l.burst) * l.every
	var oldest string
	var at time.Time
	for k, b := range l.keys {
		if now.Sub(b.seen) >= full {
			delete(l.keys, k)
			continue
		}
		if oldest == "" || b.seen.Before(at) {
			oldest, at = k, b.seen
		}
	}
	if len(l.keys) >= maxKeys {
		delete(l.keys, oldest)
	}
}

// limits are the attempts that a stranger has. One person behind one address signs in
// far below them; a password cannot be guessed within them.
type limits struct {
	loginAddress *limit
	loginEmail   *limit
	link         *limit // invites, resets, setup and sign-in links, per address
	password     *limit // the current password on the profile page, per user
}

func newLimits() limits {
	return limits{
		loginAddress: newLimit(20, 5*time.Second),
		loginEmail:   newLimit(6, 30*time.Second),
		link:         newLimit(20, 6*time.Second),
		password:     newLimit(6, 30*time.Second),
	}
}

// addressKey names who shares an address: the /64 of an IPv6 address belongs to one
// household.
func addressKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
