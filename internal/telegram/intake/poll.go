package intake

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/errs"
	"cartie/internal/telegram/botapi"
)

// AllowedUpdates is the whole list, sent with every setWebhook and getUpdates: what is
// left out keeps its former setting, and Telegram's default leaves out some of these.
var AllowedUpdates = []string{
	"message", "edited_message", "channel_post", "edited_channel_post",
	"business_connection", "business_message", "edited_business_message", "deleted_business_messages",
	"message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
	"shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
	"my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
}

const (
	pollWait     = 50 * time.Second // Telegram's own cap
	pollLimit    = 100
	pollParallel = 8
	leaseLife    = 30 * time.Second
	leaseRenew   = 10 * time.Second
	rosterEvery  = 5 * time.Second
	maxBackoff   = time.Minute
	// conflictWait is the pause when somebody else polls or a webhook is set.
	conflictWait = 30 * time.Second
	// idleReset: after a week without updates Telegram numbers them anew, from anywhere.
	idleReset = 6 * 24 * time.Hour
)

// TokenRefused is what is kept of a bot that was switched off because of its token.
const TokenRefused = "Telegram does not accept the token any more. Enter a new one from @BotFather."

// PollRef names a bot to poll; another version starts its loop anew.
type PollRef struct {
	WorkspaceID uuid.UUID
	ID          uuid.UUID
	Version     int64
}

// Roster says which bots are to be polled and from where on.
type Roster interface {
	Polling(ctx context.Context) ([]PollRef, error)
	Session(ctx context.Context, ref PollRef) (token string, offset int64, lastUpdate time.Time, err error)
}

// Progress keeps what became of polling.
type Progress interface {
	Advance(ctx context.Context, ref PollRef, offset int64) error
	// Problem keeps the trouble of a bot, "" when it is over; stop switches the bot off.
	Problem(ctx context.Context, ref PollRef, text string, stop bool) error
}

// Source is the Bot API's getUpdates.
type Source interface {
	GetUpdates(ctx context.Context, token string, offset int64, limit int, timeout time.Duration, allowed []string) ([]json.RawMessage, error)
}

// Ownership lets one process poll a bot.
type Ownership interface {
	Acquire(ctx context.Context, name string, ttl time.Duration) (token int64, ok bool, err error)
	Renew(ctx context.Context, name string, token int64, ttl time.Duration) (bool, error)
	Release(ctx context.Context, name string, token int64) error
}

// PollDeps are the neighbours of polling.
type PollDeps struct {
	Bots     Bots
	Roster   Roster
	Progress Progress
	Source   Source
	Leases   Ownership
}

// Poller runs a loop per polling bot.
type Poller struct {
	PollDeps
	in    *Intake
	clock clock.Clock
	log   *slog.Logger
	wake  chan struct{}
}

// NewPoller returns a poller that starts with Run.
func NewPoller(in *Intake, c clock.Clock, log *slog.Logger, deps PollDeps) *Poller {
	return &Poller{PollDeps: deps, in: in, clock: c, log: log, wake: make(chan struct{}, 1)}
}

// Wake makes Run look at once which bots are to be polled.
func (p *Poller) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

type pollLoop struct {
	version int64
	cancel  context.CancelFunc
	done    chan struct{}
}

func (l *pollLoop) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// Run polls until ctx ends, then waits for what is being applied.
func (p *Poller) Run(ctx context.Context) error {
	loops := map[uuid.UUID]*pollLoop{}
	defer func() {
		for _, l := range loops {
			l.cancel()
		}
		for _, l := range loops {
			<-l.done
		}
	}()
	tick := time.NewTicker(rosterEvery)
	defer tick.Stop()
	for {
		if err := p.align(ctx, loops); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "listing the bots to poll", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// align ends the loops of bots that are gone or changed and starts what is missing.
func (p *Poller) align(ctx context.Context, loops map[uuid.UUID]*pollLoop) error {
	refs, err := p.Roster.Polling(ctx)
	if err != nil {
		return err
	}
	wanted := map[uuid.UUID]PollRef{}
	for _, r := range refs {
		wanted[r.ID] = r
	}
	for id, l := range loops {
		if r, ok := wanted[id]; !ok || r.Version != l.version || l.ended() {
			l.cancel()
			<-l.done
			delete(loops, id)
		}
	}
	for id, r := range wanted {
		if loops[id] != nil {
			continue
		}
		lctx, cancel := context.WithCancel(ctx)
		l := &pollLoop{version: r.Version, cancel: cancel, done: make(chan struct{})}
		loops[id] = l
		go func() {
			defer close(l.done)
			p.own(lctx, r)
		}()
	}
	return nil
}

// own polls while the bot's lease is ours. It returns when ctx ends, the lease is
// somebody else's or the bot is to be polled no more; align starts it again.
func (p *Poller) own(ctx context.Context, r PollRef) {
	name := "poll:" + r.ID.String()
	token, ok, err := p.Leases.Acquire(ctx, name, leaseLife)
	if err != nil || !ok {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(leaseRenew)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if ok, err := p.Leases.Renew(ctx, name, token, leaseLife); err != nil || !ok {
				p.log.WarnContext(ctx, "the lease of a polled bot is lost", "bot", r.ID, "error", err)
				cancel()
				return
			}
		}
	})
	p.poll(ctx, r)
	cancel()
	renewing.Wait()
	if err := p.Leases.Release(context.WithoutCancel(ctx), name, token); err != nil {
		p.log.WarnContext(ctx, "releasing the lease of a polled bot", "bot", r.ID, "error", err)
	}
}

// poll asks again and again, with pauses after failures.
func (p *Poller) poll(ctx context.Context, r PollRef) {
	token, offset, last, err := p.Roster.Session(ctx, r)
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		p.log.ErrorContext(ctx, "opening a bot to poll", "bot", r.ID, "error", err)
		return
	}
	s := &PollSession{Ref: r, Token: token, Offset: offset, Last: last}
	for ctx.Err() == nil {
		pause, more := p.Once(ctx, s)
		if !more {
			return
		}
		if pause > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

// PollSession is where the polling of one bot stands.
type PollSession struct {
	Ref      PollRef
	Token    string
	Offset   int64     // the first update that is not yet known to be kept
	Last     time.Time // of the last update
	failures int
	problem  string
	told     bool // problem is what is kept of the bot
}

// Once asks for updates and applies them. The offset moves only past what is kept. It
// says how long to pause and whether to go on.
func (p *Poller) Once(ctx context.Context, s *PollSession) (pause time.Duration, more bool) {
	err := p.batch(ctx, s)
	if ctx.Err() != nil {
		return 0, false
	}
	if err == nil {
		s.failures = 0
		p.problem(ctx, s, "", false)
		return 0, true
	}
	if errs.Is(err, errs.KindNotFound) { // disabled or deleted meanwhile
		return 0, false
	}
	s.failures++
	var api *botapi.Error
	if !errors.As(err, &api) {
		p.log.ErrorContext(ctx, "polled updates could not be kept", "bot", s.Ref.ID, "error", err)
		return backoff(s.failures), true
	}
	p.log.WarnContext(ctx, "polling a bot", "bot", s.Ref.ID, "error", err)
	switch api.Kind {
	case botapi.Unauthorized:
		p.problem(ctx, s, TokenRefused, true)
		return 0, false
	case botapi.Conflict:
		p.problem(ctx, s, "Somebody else fetches this bot's updates: another program polls it or a webhook is set. "+api.Description, false)
		return jitter(conflictWait), true
	case botapi.Limited:
		return api.RetryAfter, true
	}
	if s.failures > 2 { // a single lost connection is nothing to tell
		p.problem(ctx, s, "Telegram cannot be reached: "+api.Description, false)
	}
	return backoff(s.failures), true
}

func (p *Poller) problem(ctx context.Context, s *PollSession, text string, stop bool) {
	if s.told && text == s.problem && !stop {
		return
	}
	if err := p.Progress.Problem(ctx, s.Ref, clip(text, 500), stop); err != nil {
		p.log.ErrorContext(ctx, "noting the trouble of a bot", "bot", s.Ref.ID, "error", err)
		return
	}
	s.problem, s.told = text, true
}

// batch gets updates, applies chats side by side and each chat in order.
func (p *Poller) batch(ctx context.Context, s *PollSession) error {
	ask := s.Offset
	if !s.Last.IsZero() && p.clock.Now().Sub(s.Last) > idleReset {
		ask = 0
	}
	list, err := p.Source.GetUpdates(ctx, s.Token, ask, pollLimit, pollWait, AllowedUpdates)
	if err != nil || len(list) == 0 {
		return err
	}
	b, err := p.Bots.Live(ctx, s.Ref.ID)
	if err != nil {
		return err
	}
	var order []string
	chats := map[string][]*Update{}
	first, next := int64(math.MaxInt64), int64(0)
	for _, raw := range list {
		u, err := parse(raw)
		if err != nil {
			return errs.Wrap(err, "reading getUpdates")
		}
		key := lockKey(b, u)
		if chats[key] == nil {
			order = append(order, key)
		}
		chats[key] = append(chats[key], u)
		first, next = min(first, u.ID), max(next, u.ID+1)
	}
	failed := p.applyChats(ctx, b, order, chats)
	for _, f := range failed {
		next = min(next, f.id)
	}
	if next > first { // something is kept
		if err := p.Progress.Advance(ctx, s.Ref, next); err != nil {
			return err
		}
		s.Offset, s.Last = next, p.clock.Now()
	}
	if len(failed) > 0 {
		return failed[0].err
	}
	return nil
}

type stuck struct {
	id  int64
	err error
}

// applyChats returns, for each chat that could not go on, the update it waits at.
func (p *Poller) applyChats(ctx context.Context, b Bot, order []string, chats map[string][]*Update) []stuck {
	var mu sync.Mutex
	var failed []stuck
	var wg sync.WaitGroup
	slots := make(chan struct{}, pollParallel)
	for _, key := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, u := range chats[key] {
				if err := p.in.accept(ctx, b, u); err != nil {
					mu.Lock()
					failed = append(failed, stuck{u.ID, err})
					mu.Unlock()
					return
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// backoff doubles from one second to a minute, with jitter.
func backoff(failures int) time.Duration {
	return jitter(min(maxBackoff, time.Second<<min(failures-1, 6)))
}

// jitter spreads a pause over its second half.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }
