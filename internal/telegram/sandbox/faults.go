package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// FaultKind is one way to misbehave.
type FaultKind string

// Kinds of faults. The first group plays on calls of a bot, the second on its updates.
const (
	FaultRateLimit          FaultKind = "rate_limit"           // 429 with RetryAfter
	FaultServerError        FaultKind = "server_error"         // Status, default 500
	FaultTimeoutAfterAccept FaultKind = "timeout_after_accept" // done, but no answer: hangs for Delay, then drops
	FaultDrop               FaultKind = "drop"                 // drops before anything is read
	FaultBlocked            FaultKind = "blocked"              // as if the user had blocked the bot
	FaultSlow               FaultKind = "slow"                 // answers after Delay
	FaultMigrate            FaultKind = "migrate"              // the group becomes a supergroup at this call

	FaultDuplicateUpdate FaultKind = "duplicate_update" // the update arrives twice
	FaultReorderUpdate   FaultKind = "reorder_update"   // the update waits and comes after the bot's next one
	FaultRepeatedMessage FaultKind = "repeated_message" // the message comes again under a new update id, as from a server that was restored
	FaultChangedUpdate   FaultKind = "changed_update"   // the update comes again with the same id and another text
)

var faultKinds = []FaultKind{
	FaultRateLimit, FaultServerError, FaultTimeoutAfterAccept, FaultDrop, FaultBlocked, FaultSlow, FaultMigrate,
	FaultDuplicateUpdate, FaultReorderUpdate, FaultChangedUpdate, FaultRepeatedMessage,
}

// Fault says when to misbehave. Zero values match everything.
type Fault struct {
	ID          int64     `json:"id"`
	Kind        FaultKind `json:"kind"`
	Bot         int64     `json:"bot,omitempty"`
	Chat        int64     `json:"chat,omitempty"`
	Method      string    `json:"method,omitempty"`      // Bot API method, or kind of update
	Count       int       `json:"count,omitempty"`       // how often; 0: until removed
	Probability float64   `json:"probability,omitempty"` // of playing when it matches; 0: always
	Seed        uint64    `json:"seed,omitempty"`        // of the probability
	RetryAfter  int       `json:"retry_after,omitempty"` // seconds
	Status      int       `json:"status,omitempty"`
	DelayMS     int       `json:"delay_ms,omitempty"`
	Played      int       `json:"played"`

	random *rand.Rand
}

func (f *Fault) delay(or time.Duration) time.Duration {
	if f.DelayMS > 0 {
		return time.Duration(f.DelayMS) * time.Millisecond
	}
	return or
}

// faultSet holds the faults switched on.
type faultSet struct {
	mu   sync.Mutex
	last int64
	list []*Fault
}

// take returns the first matching fault of the kinds asked for and counts it as played.
func (fs *faultSet) take(bot, chat int64, method string, kinds ...FaultKind) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.list {
		if !slices.Contains(kinds, f.Kind) || f.Bot != 0 && f.Bot != bot || f.Method != "" && f.Method != method {
			continue
		}
		if f.Chat != 0 && f.Chat != chat {
			continue
		}
		if f.Probability > 0 && f.random.Float64() >= f.Probability {
			continue
		}
		f.Played++
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				fs.list = slices.Delete(fs.list, i, i+1)
			}
		}
		c := *f
		return &c
	}
	return nil
}

// Misbehave switches a fault on and returns it with its id.
func (s *Server) Misbehave(f Fault) (Fault, error) {
	if !slices.Contains(faultKinds, f.Kind) {
		return Fault{}, fmt.Errorf("sandbox: no fault %q", f.Kind)
	}
	if f.Probability < 0 || f.Probability > 1 || f.Count < 0 || f.DelayMS < 0 {
		return Fault{}, fmt.Errorf("sandbox: probability is 0-1, count and delay are not negative")
	}
	if f.Status != 0 && (f.Status < 500 || f.Status > 599) {
		return Fault{}, fmt.Errorf("sandbox: status is 500-599")
	}
	fs := s.fault
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.last++
	f.ID, f.Played = fs.last, 0
	f.random = rand.New(rand.NewPCG(f.Seed, 1))
	fs.list = append(fs.list, &f)
	s.hub.send(event{Kind: "faults"})
	return f, nil
}

// Behave switches one fault off, or all if id is 0.
func (s *Server) Behave(id int64) {
	fs := s.fault
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = slices.DeleteFunc(fs.list, func(f *Fault) bool { return id == 0 || f.ID == id })
	s.hub.send(event{Kind: "faults"})
}

// Faults lists the faults that are on.
func (s *Server) Faults() []Fault {
	fs := s.fault
	fs.mu.Lock()
	defer fs.mu.Unlock()
	list := make([]Fault, 0, len(fs.list))
	for _, f := range fs.list {
		list = append(list, *f)
	}
	return list
}

// refusal is what a fault on a call answers; nil if it does not apply to this chat.
func (s *Server) refusal(f *Fault, b *bot, chat int64) *apiError {
	switch f.Kind {
	case FaultRateLimit:
		after := f.RetryAfter
		if after <= 0 {
			after = 1
		}
		return &apiError{Code: 429, Text: fmt.Sprintf("Too Many Requests: retry after %d", after), RetryAfter: after}
	case FaultServerError:
		switch f.Status {
		case 502:
			return &apiError{Code: 502, Text: "Bad Gateway"}
		case 0, 500:
			return &apiError{Code: 500, Text: "Internal Server Error"}
		}
		return &apiError{Code: f.Status, Text: "Service Unavailable"}
	case FaultBlocked:
		if chat > 0 {
			return forbidden("bot was blocked by the user")
		}
	case FaultMigrate:
		s.mu.Lock()
		defer s.mu.Unlock()
		if t := s.threads[threadKey{0, chat}]; t != nil && t.Chat.Type == "group" && t.Members[b.ID] != "" && t.MigratedTo == 0 {
			s.migrate(t)
		}
	}
	return nil
}
