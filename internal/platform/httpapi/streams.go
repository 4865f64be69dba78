package httpapi

import (
	"sync"

	"github.com/google/uuid"
)

// maxStreams of one person at once: each browser window holds one, and one that went to
// sleep holds it until the network notices.
const maxStreams = 50

// streams counts the open streams of each person.
type streams struct {
	mu   sync.Mutex
	open map[uuid.UUID]int
}

func (s *streams) enter(user uuid.UUID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user] >= maxStreams {
		return false
	}
	if s.open == nil {
		s.open = map[uuid.UUID]int{}
	}
	s.open[user]++
	return true
}

func (s *streams) leave(user uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user]--; s.open[user] <= 0 {
		delete(s.open, user)
	}
}
