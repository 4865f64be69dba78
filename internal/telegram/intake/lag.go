package intake

import (
	"sync"
	"time"
)

// lag is how far behind Telegram the last messages were when they were kept.
type lag struct {
	mu   sync.Mutex
	last time.Duration
	at   time.Time
}

func (l *lag) note(u *Update, now time.Time) {
	if u.message == nil || u.message.Date == 0 {
		return
	}
	l.mu.Lock()
	l.last, l.at = max(0, now.Sub(time.Unix(u.message.Date, 0))), now
	l.mu.Unlock()
}

// Lag says how old the latest message was when it was kept, and when that was; the time
// is zero when this process has kept none.
func (in *Intake) Lag() (time.Duration, time.Time) {
	in.lag.mu.Lock()
	defer in.lag.mu.Unlock()
	return in.lag.last, in.lag.at
}
