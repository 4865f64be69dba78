package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// event tells the page what changed. Kinds: message, edit, delete, reaction, action, toast, block,
// bots, users, chats, faults, and gap (events were lost, load again).
type event struct {
	Kind      string          `json:"kind"`
	Bot       int64           `json:"bot,omitempty"` // 0: a group or channel
	Chat      int64           `json:"chat,omitempty"`
	User      int64           `json:"user,omitempty"`
	Message   *Message        `json:"message,omitempty"`
	MessageID int64           `json:"message_id,omitempty"`
	Keyboard  json.RawMessage `json:"keyboard,omitempty"`
	Reaction  json.RawMessage `json:"reaction,omitempty"`
	Action    string          `json:"action,omitempty"`
	Query     string          `json:"query,omitempty"`
	Text      string          `json:"text,omitempty"`
	Alert     bool            `json:"alert,omitempty"`
	URL       string          `json:"url,omitempty"`
	Blocked   bool            `json:"blocked,omitempty"`
}

// hub hands events to the open pages.
type hub struct {
	open atomic.Int32
	mu   sync.Mutex
	subs map[*subscriber]bool
	done chan struct{}
}

type subscriber struct {
	ch  chan event
	gap atomic.Bool
}

func newHub() *hub { return &hub{subs: map[*subscriber]bool{}, done: make(chan struct{})} }

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
	default:
		close(h.done)
	}
}

// send never waits: a page that does not keep up is told so.
func (h *hub) send(e event) {
	if h.open.Load() == 0 || e.Kind == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for sub := range h.subs {
		select {
		case sub.ch <- e:
		default:
			sub.gap.Store(true)
		}
	}
}

func (h *hub) subscribe() *subscriber {
	sub := &subscriber{ch: make(chan event, 256)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[sub] = true
	h.open.Add(1)
	return sub
}

func (h *hub) leave(sub *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, sub)
	h.open.Add(-1)
}

// changed tells the page and has the state saved. The caller holds the lock.
func (s *Server) changed(e event) {
	s.hub.send(e)
	s.saver.touch()
}

// serveEvents streams changes of the chats of one bot and user as server-sent events.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	botID, _ := strconv.ParseInt(r.FormValue("bot"), 10, 64)
	user, _ := strconv.ParseInt(r.FormValue("user"), 10, 64)
	sub := s.hub.subscribe()
	defer s.hub.leave(sub)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	flush := http.NewResponseController(w)
	_, _ = w.Write([]byte(": open\n\n"))
	if flush.Flush() != nil {
		return
	}
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	for {
		var line []byte
		select {
		case e := <-sub.ch:
			if e.Chat != 0 && e.Bot != 0 && (e.Bot != botID || e.Chat != user) {
				continue
			}
			raw, err := json.Marshal(e)
			if err != nil {
				continue
			}
			line = append(append([]byte("data: "), raw...), "\n\n"...)
		case <-beat.C:
			line = []byte(": beat\n\n")
		case <-r.Context().Done():
			return
		case <-s.hub.done:
			return
		}
		if sub.gap.Swap(false) {
			line = append(line, "data: {\"kind\":\"gap\"}\n\n"...)
		}
		if _, err := w.Write(line); err != nil || flush.Flush() != nil {
			return
		}
	}
}
