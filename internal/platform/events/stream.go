package events

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// Pushed is what a browser is told of an event.
type Pushed struct {
	Seq         int64           `json:"seq"`
	Kind        string          `json:"kind"`
	SubjectType string          `json:"subject_type"`
	SubjectID   *uuid.UUID      `json:"subject_id,omitempty"`
	ActorID     *uuid.UUID      `json:"actor_id,omitempty"`
	Data        json.RawMessage `json:"data"`
	At          time.Time       `json:"at"`
}

// Stream is the endless answer of server-sent events: each event with its seq as id, a
// comment every 20 s, and a `reset` when the browser's last id is too old to catch up.
type Stream struct {
	hub  *Hub
	db   *db.DB
	Fail func(http.ResponseWriter, *http.Request, error)
	// Still reports whether the session of the request may go on listening.
	Still func(*http.Request) error

	mu      sync.Mutex
	closing chan struct{}
	closed  bool
}

// NewStream returns the handler.
func NewStream(h *Hub, d *db.DB, fail func(http.ResponseWriter, *http.Request, error), still func(*http.Request) error) *Stream {
	return &Stream{hub: h, db: d, Fail: fail, Still: still, closing: make(chan struct{})}
}

// Close ends all streams: the server is stopping and browsers shall reconnect.
func (s *Stream) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
}

const (
	pingEvery = 20 * time.Second
	// maxCatchUp bounds what is replayed; a browser further behind reloads its lists.
	maxCatchUp = 1000
)

func (s *Stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	p, _ := ident.From(ctx)
	last := int64(-1)
	if id := strings.TrimSpace(r.Header.Get("Last-Event-ID")); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n < 0 {
			s.Fail(w, r, errs.Invalid("Last-Event-ID", "The last event's id is not one of ours."))
			return
		}
		last = n
	}
	sub := s.hub.Subscribe(p.WorkspaceID)
	defer sub.Close()
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)

	sent, err := s.catchUp(w, r, p, last)
	if err != nil || rc.Flush() != nil {
		return
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-ping.C:
			if s.Still(r) != nil {
				return
			}
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		case e, ok := <-sub.C:
			if !ok {
				return // too slow: the browser reconnects and catches up
			}
			if e.Seq <= sent {
				continue
			}
			sent = e.Seq
			// what concerns the person's own rights ends the stream at once
			if strings.HasPrefix(e.Kind, "session.") || strings.HasPrefix(e.Kind, "member.") || strings.HasPrefix(e.Kind, "workspace.") {
				if s.Still(r) != nil {
					return
				}
			}
			if err := write(w, p, e); err != nil {
				return
			}
		}
		if rc.Flush() != nil {
			return
		}
	}
}

// catchUp replays what came after the browser's last id. It returns the seq up to which
// the browser now knows everything.
func (s *Stream) catchUp(w http.ResponseWriter, r *http.Request, p ident.Principal, last int64) (int64, error) {
	head, err := Last(r.Context(), s.db.Read())
	if err != nil {
		return 0, err
	}
	if last < 0 { // a first visit: it has just loaded its lists
		_, err := fmt.Fprintf(w, "id: %d\nevent: hello\ndata: {}\n\n", head)
		return head, err
	}
	missed, err := OfWorkspace(r.Context(), s.db.Read(), p.WorkspaceID, last, maxCatchUp+1)
	if err != nil {
		return 0, err
	}
	if len(missed) > maxCatchUp || last > head {
		_, err := fmt.Fprintf(w, "id: %d\nevent: reset\ndata: {}\n\n", head)
		return head, err
	}
	sent := last
	for _, e := range missed {
		if err := write(w, p, e); err != nil {
			return 0, err
		}
		sent = e.Seq
	}
	if len(missed) == 0 {
		if _, err := fmt.Fprintf(w, "id: %d\nevent: hello\ndata: {}\n\n", last); err != nil {
			return 0, err
		}
	}
	return sent, nil
}

func write(w http.ResponseWriter, p ident.Principal, e Stored) error {
	if !mayHear(p, e) {
		_, err := fmt.Fprintf(w, "id: %d\nevent: hello\ndata: {}\n\n", e.Seq)
		return err
	}
	b, err := json.Marshal(Pushed{Seq: e.Seq, Kind: e.Kind, SubjectType: e.SubjectType, SubjectID: e.SubjectID, ActorID: e.ActorID, Data: e.Data.V, At: e.At})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, b)
	return err
}

// mayHear keeps what concerns one member from the others, and chats from those who may
// not read them.
func mayHear(p ident.Principal, e Stored) bool {
	var to struct {
		UserID *uuid.UUID `json:"user_id"`
	}
	switch family, _, _ := strings.Cut(e.Kind, "."); family {
	case "draft", "notification", "session":
		return json.Unmarshal(e.Data.V, &to) == nil && to.UserID != nil && *to.UserID == p.UserID
	case "message", "conversation", "note", "contact", "media", "canned":
		return p.Can(ident.AnswerChats)
	case "invite":
		return p.Can(ident.ManageUsers)
	case "audit":
		return false
	}
	return true
}
