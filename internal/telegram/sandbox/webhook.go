package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// hook is a bot's webhook as it was set.
type hook struct {
	URL            string
	Secret         string
	IP             string
	HasCertificate bool
	MaxConnections int
	ErrorDate      int64
	ErrorText      string
	GoneSince      int64 // first of an unbroken run of 410 answers

	gen int // changes with every setWebhook and deleteWebhook
}

// lane is the queue of one chat; at most one update of it is on its way.
type lane struct {
	queue  []*update
	active bool // ready, being delivered, or waiting to be tried again
	fails  int
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// goneLimit is how long a webhook may answer 410 before Telegram removes it.
const goneLimit = 23 * 60 * 60 // seconds

func (s *Server) setWebhook(_ *http.Request, b *bot, c *call) (any, *apiError) {
	address := strings.TrimSpace(c.str("url"))
	if address == "" {
		return s.deleteWebhook(nil, b, c)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, badRequest("bad webhook: invalid URL")
	}
	// Telegram wants HTTPS; a sandbox on this machine also speaks HTTP.
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	secret := c.str("secret_token")
	if secret != "" && !secretToken.MatchString(secret) {
		return nil, badRequest("secret token contains unallowed characters")
	}
	connections := int(c.num("max_connections"))
	if connections <= 0 {
		connections = 40
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := b.allow(c); err != nil {
		return nil, err
	}
	b.endPoll("terminated by setWebhook request")
	if c.is("drop_pending_updates") {
		b.dropPending()
	}
	b.Hook = hook{
		URL: address, Secret: secret, IP: c.str("ip_address"), HasCertificate: c.files["certificate"] != nil,
		MaxConnections: min(connections, 100), gen: b.Hook.gen + 1,
	}
	s.rearm(b)
	s.changed(event{Kind: "bots"})
	return true, nil
}

func (s *Server) deleteWebhook(_ *http.Request, b *bot, c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.is("drop_pending_updates") {
		b.dropPending()
	}
	b.Hook = hook{gen: b.Hook.gen + 1}
	s.rearm(b)
	s.changed(event{Kind: "bots"})
	return true, nil
}

func (s *Server) getWebhookInfo(_ *http.Request, b *bot, _ *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := b.Hook
	info := map[string]any{"url": h.URL, "has_custom_certificate": h.HasCertificate, "pending_update_count": b.waiting}
	if h.URL != "" {
		info["max_connections"] = h.MaxConnections
	}
	if h.IP != "" {
		info["ip_address"] = h.IP
	}
	if h.ErrorDate != 0 {
		info["last_error_date"], info["last_error_message"] = h.ErrorDate, h.ErrorText
	}
	if b.Allowed != nil {
		info["allowed_updates"] = b.Allowed
	}
	return info, nil
}

// rearm rebuilds the lanes from what is pending. The caller holds the lock.
func (s *Server) rearm(b *bot) {
	b.lanes, b.ready, b.busy = map[int64]*lane{}, nil, 0
	if b.Hook.URL == "" {
		return
	}
	for _, u := range b.pending {
		if !u.done {
			s.queue(b, u)
		}
	}
	s.pump(b)
}

func (s *Server) queue(b *bot, u *update) {
	l := b.lanes[u.Chat]
	if l == nil {
		l = &lane{}
		b.lanes[u.Chat] = l
	}
	l.queue = append(l.queue, u)
	if !l.active {
		l.active = true
		b.ready = append(b.ready, l)
	}
}

// pump starts as many lanes as the webhook's connections allow. The caller holds the lock.
func (s *Server) pump(b *bot) {
	for len(b.ready) > 0 && b.busy < b.Hook.MaxConnections && s.ctx.Err() == nil {
		l := b.ready[0]
		b.ready = b.ready[1:]
		b.busy++
		s.wg.Add(1)
		go func(gen int) {
			defer s.wg.Done()
			s.drain(b, l, gen)
		}(b.Hook.gen)
	}
}

// drain delivers a lane's updates one after another until it is empty or has to wait.
func (s *Server) drain(b *bot, l *lane, gen int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if b.Hook.gen != gen || s.ctx.Err() != nil {
			return
		}
		for len(l.queue) > 0 && (l.queue[0].done || s.now()-l.queue[0].At > updateLife) {
			b.finish(l.queue[0])
			l.queue = l.queue[1:]
		}
		if len(l.queue) == 0 {
			l.active = false
			b.busy--
			s.pump(b)
			return
		}
		u, h := l.queue[0], b.Hook
		s.mu.Unlock()
		res := s.post(h, u)
		s.mu.Lock()
		if res.ok {
			b.finish(u)
			s.changed(event{})
		}
		if b.Hook.gen != gen {
			return
		}
		if res.ok {
			l.queue, l.fails = l.queue[1:], 0
			b.Hook.GoneSince = 0
			if res.reply != nil {
				s.mu.Unlock()
				s.runReply(b, res.reply)
				s.mu.Lock()
			}
			continue
		}
		if s.ctx.Err() != nil {
			return
		}
		b.Hook.ErrorDate, b.Hook.ErrorText = s.now(), res.why
		if s.gone(b, res) {
			return
		}
		l.fails++
		delay := s.retryDelay(l.fails, res.retryAfter)
		if delay == 0 {
			continue
		}
		b.busy--
		s.pump(b)
		time.AfterFunc(delay, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if b.Hook.gen == gen {
				b.ready = append(b.ready, l)
				s.pump(b)
			}
		})
		return
	}
}

// gone closes a webhook that has answered 410 for too long.
func (s *Server) gone(b *bot, res delivered) bool {
	if res.status != http.StatusGone {
		b.Hook.GoneSince = 0
		return false
	}
	if b.Hook.GoneSince == 0 {
		b.Hook.GoneSince = s.now()
	}
	if s.now()-b.Hook.GoneSince <= goneLimit {
		return false
	}
	b.Hook = hook{gen: b.Hook.gen + 1}
	s.rearm(b)
	return true
}

// retryDelay is Telegram's: the first retry at once, then doubling up to a random cap of one to two RetryMax.
func (s *Server) retryDelay(fails int, retryAfter int64) time.Duration {
	if retryAfter > 0 {
		return time.Duration(min(retryAfter, 3600)) * s.opt.RetryUnit
	}
	if fails <= 1 {
		return 0
	}
	delay := s.opt.RetryMin << min(fails-2, 20)
	limit := s.opt.RetryMax + time.Duration(rand.Float64()*float64(s.opt.RetryMax))
	if delay <= 0 || delay > limit {
		return limit
	}
	return delay
}

// delivered is what became of one attempt.
type delivered struct {
	ok         bool
	status     int
	why        string
	retryAfter int64 // seconds
	reply      []byte
}

func (s *Server) post(h hook, u *update) delivered {
	ctx, cancel := context.WithTimeout(s.ctx, s.opt.HookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(u.Body))
	if err != nil {
		return delivered{why: "Wrong webhook URL"}
	}
	req.Header.Set("Content-Type", "application/json")
	if h.Secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.Secret)
	}
	res, err := s.http.Do(req)
	if err != nil {
		return delivered{why: reason(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if res.StatusCode/100 == 2 {
		d := delivered{ok: true, status: res.StatusCode}
		if err == nil && bytes.Contains(body, []byte(`"method"`)) {
			d.reply = body
		}
		return d
	}
	after, _ := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 64)
	return delivered{
		status: res.StatusCode, retryAfter: after,
		why: fmt.Sprintf("Wrong response from the webhook: %d %s", res.StatusCode, http.StatusText(res.StatusCode)),
	}
}

func reason(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF):
		return "Connection reset by peer"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "Read timeout expired"
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return "Failed to resolve host: Name or service not known"
	}
	return "Connection failed"
}

// runReply plays a method that a webhook answered with; as in Telegram its result reaches nobody.
func (s *Server) runReply(b *bot, body []byte) {
	c := &call{values: map[string]string{}}
	if !json.Valid(body) || c.takeJSON(body) != nil {
		return
	}
	lower := strings.ToLower(c.values["method"])
	name := facts.lower[lower]
	delete(c.values, "method")
	switch {
	case name == "", strings.HasPrefix(lower, "get"), lower == "setwebhook", lower == "deletewebhook", lower == "close", lower == "logout":
		return
	}
	c.method = name
	entry := Call{Time: s.opt.Clock(), Bot: b.ID, Method: name, Params: c.values}
	aerr := facts.check(name, c)
	if play := methods[name]; aerr == nil && play != nil {
		var result any
		if result, aerr = play(s, nil, b, c); aerr == nil {
			entry.OK, entry.Code = true, 200
			entry.Result, _ = json.Marshal(result)
		}
	}
	if aerr != nil {
		entry.Code, entry.Description = aerr.Code, aerr.Text
	}
	s.calls.add(entry)
}
