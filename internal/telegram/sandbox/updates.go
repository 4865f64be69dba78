package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// updateLife is how long Telegram keeps an update that nobody takes.
const updateLife = 24 * 60 * 60 // seconds

// maxPoll is the longest long poll the server allows.
const maxPoll = 50 * time.Second

// update waits in a bot's queue until it is confirmed or delivered.
type update struct {
	ID   int64
	Kind string
	Chat int64 // updates of one chat are delivered in order
	Body json.RawMessage
	At   int64
	done bool
}

// optIn are the kinds that a bot gets only if it names them.
var optIn = []string{"chat_member", "message_reaction", "message_reaction_count"}

func (b *bot) wants(kind string) bool {
	if b.Allowed == nil {
		return !slices.Contains(optIn, kind)
	}
	return slices.Contains(b.Allowed, kind)
}

// allow sets which kinds the bot gets: absent keeps the setting, an empty list restores the default.
func (b *bot) allow(c *call) *apiError {
	if c.str("allowed_updates") == "" {
		return nil
	}
	var kinds []string
	if err := c.into("allowed_updates", &kinds); err != nil {
		return err
	}
	b.Allowed = nil
	if len(kinds) > 0 {
		b.Allowed = kinds
	}
	return nil
}

// push queues an update. The caller holds the lock.
func (s *Server) push(b *bot, kind string, chat int64, payload any) {
	if !b.wants(kind) {
		return
	}
	if m, ok := payload.(*Message); ok {
		payload = m.forBot(b.ID)
	}
	b.LastUpdate++
	u := s.encode(b.LastUpdate, kind, chat, payload)
	if u == nil {
		return
	}
	batch := []*update{u}
	if f := s.fault.take(b.ID, chat, kind, FaultDuplicateUpdate); f != nil {
		batch = append(batch, &update{ID: u.ID, Kind: kind, Chat: chat, Body: u.Body, At: u.At})
	}
	if f := s.fault.take(b.ID, chat, kind, FaultChangedUpdate); f != nil {
		if m, ok := payload.(*Message); ok {
			other := *m
			if other.Text != "" {
				other.Text += " (changed)"
			} else {
				other.Caption += " (changed)"
			}
			batch = append(batch, s.encode(u.ID, kind, chat, &other))
		}
	}
	if f := s.fault.take(b.ID, chat, kind, FaultRepeatedMessage); f != nil {
		b.LastUpdate++
		batch = append(batch, s.encode(b.LastUpdate, kind, chat, payload))
	}
	if held := b.held; held != nil {
		b.held = nil
		batch = append(batch, held)
	} else if f := s.fault.take(b.ID, chat, kind, FaultReorderUpdate); f != nil {
		b.held, batch = u, batch[1:]
	}
	for _, u := range batch {
		b.pending = append(b.pending, u)
		b.waiting++
		if b.Hook.URL != "" {
			s.queue(b, u)
		}
	}
	close(b.wake)
	b.wake = make(chan struct{})
	if b.Hook.URL != "" {
		s.pump(b)
	}
}

func (s *Server) encode(id int64, kind string, chat int64, payload any) *update {
	raw, err := json.Marshal(payload)
	if err != nil {
		s.log.Error("sandbox: encode update", "kind", kind, "error", err)
		return nil
	}
	body := make([]byte, 0, len(raw)+len(kind)+40)
	body = append(body, `{"update_id":`...)
	body = strconv.AppendInt(body, id, 10)
	body = append(body, `,"`...)
	body = append(body, kind...)
	body = append(body, `":`...)
	body = append(body, raw...)
	body = append(body, '}')
	return &update{ID: id, Kind: kind, Chat: chat, Body: body, At: s.now()}
}

func (b *bot) finish(u *update) {
	if !u.done {
		u.done = true
		b.waiting--
	}
	for len(b.pending) > 0 && b.pending[0].done {
		b.pending[0] = nil
		b.pending = b.pending[1:]
	}
}

// dropPending forgets all; what is on its way to a webhook right now may still arrive.
func (b *bot) dropPending() {
	for _, u := range b.pending {
		u.done = true
	}
	b.pending, b.waiting, b.held = nil, 0, nil
}

// getUpdates confirms everything below offset, then waits for something to give.
func (s *Server) getUpdates(r *http.Request, b *bot, c *call) (any, *apiError) {
	limit := int(c.num("limit"))
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	wait := min(time.Duration(max(c.num("timeout"), 0))*time.Second, maxPoll)
	s.mu.Lock()
	if b.Hook.URL != "" {
		s.mu.Unlock()
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := b.allow(c); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	b.endPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	mine := make(chan struct{})
	b.poll = mine
	b.confirm(c.num("offset"))
	s.changed(event{})
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	last := wait == 0
	for {
		select {
		case <-mine:
			why := b.pollWhy
			s.mu.Unlock()
			return nil, conflict(why)
		default:
		}
		list := b.take(limit, s.now())
		if len(list) > 0 || last {
			b.poll = nil
			s.mu.Unlock()
			return list, nil
		}
		wake := b.wake
		s.mu.Unlock()
		select {
		case <-wake:
		case <-mine:
		case <-deadline.C:
			last = true
		case <-r.Context().Done():
			last = true
		case <-s.ctx.Done():
			last = true
		}
		s.mu.Lock()
	}
}

func (b *bot) endPoll(why string) {
	if b.poll != nil {
		b.pollWhy = why
		close(b.poll)
		b.poll = nil
	}
}

// confirm forgets updates below offset; a negative offset keeps only the last -offset.
func (b *bot) confirm(offset int64) {
	switch {
	case offset > 0:
		for _, u := range slices.Clone(b.pending) {
			if u.ID < offset {
				b.finish(u)
			}
		}
	case offset < 0 && int64(len(b.pending)) > -offset:
		for _, u := range slices.Clone(b.pending[:int64(len(b.pending))+offset]) {
			b.finish(u)
		}
	}
}

func (b *bot) take(limit int, now int64) []json.RawMessage {
	list := []json.RawMessage{}
	for _, u := range slices.Clone(b.pending) {
		if len(list) == limit {
			break
		}
		switch {
		case u.done:
		case now-u.At > updateLife:
			b.finish(u)
		default:
			list = append(list, u.Body)
		}
	}
	return list
}
