package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"cartie/internal/inbox"
	"cartie/internal/messaging"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram/sandbox"
	"cartie/internal/workspace"
)

// player plays the stories.
type player struct {
	World
	ws      uuid.UUID
	zone    *time.Location
	hours   workspace.Workspace
	now     time.Time // when the play began
	members map[string]ident.Principal
	bots    map[string]bot
	users   map[string]int64 // by key
	convs   map[chatKey]uuid.UUID
}

type chatKey struct {
	bot  uuid.UUID
	chat int64
}

// customer is somebody who writes.
type customer struct {
	key, first, last, username, language string
}

// story is one conversation.
type story struct {
	bot   string
	who   string   // key of the customer, or of the first one in a group
	group string   // title of a group; empty: a private chat
	guest []string // the others in the group
	lines []line
}

// line is one thing that somebody does at a time.
type line struct {
	at when
	do func(ctx context.Context, s *scene) error
}

// when is a time of a line: so many working days before today at a local time, or a
// while before now.
type when struct {
	days  int
	clock string // HH:MM
	ago   time.Duration
}

func day(back int, clock string) when { return when{days: back, clock: clock} }
func ago(d time.Duration) when        { return when{ago: d} }
func minutes(n int) time.Duration     { return time.Duration(n) * time.Minute }
func hoursAgo(h, m int) when          { return ago(time.Duration(h)*time.Hour + minutes(m)) }

// maxDaysBack bounds the search for working days.
const maxDaysBack = 30

// instant resolves a time of a line.
func (p *player) instant(w when) time.Time {
	if w.clock == "" {
		return p.now.Add(-w.ago)
	}
	at, _ := time.Parse("15:04", w.clock) // written in this package
	local := p.now.In(p.zone)
	evening := time.Date(local.Year(), local.Month(), local.Day(), 18, 45, 0, 0, p.zone) // short days are left out
	for back, tries := w.days, 0; back > 0 && tries < maxDaysBack; tries++ {
		evening = evening.AddDate(0, 0, -1)
		if open, _ := p.hours.Open(evening); open {
			back--
		}
	}
	return time.Date(evening.Year(), evening.Month(), evening.Day(), at.Hour(), at.Minute(), 0, 0, p.zone)
}

// scene is a story while it is played.
type scene struct {
	*player
	story
	bot  bot
	user int64
	chat int64           // 0 until a group exists; a user's id in a private chat
	said sandbox.Message // the customer's last message
}

type cue struct {
	at    time.Time
	line  line
	scene *scene
}

const betweenLines = 20 * time.Second // at least, in one story

// play plays what was not played before.
func (p *player) play(ctx context.Context) error {
	p.now = time.Now()
	p.enroll()
	if err := p.remember(ctx); err != nil {
		return err
	}
	var cues []cue
	for _, st := range stories {
		s := &scene{player: p, story: st, bot: p.bots[st.bot], user: p.users[st.who]}
		if s.group == "" {
			s.chat = s.user
		}
		if p.played(s) {
			continue
		}
		before := time.Time{}
		for _, l := range st.lines {
			at := p.instant(l.at)
			if soonest := before.Add(betweenLines); at.Before(soonest) {
				at = soonest
			}
			before = at
			cues = append(cues, cue{at, l, s})
		}
	}
	if len(cues) == 0 {
		return nil
	}
	slices.SortStableFunc(cues, func(a, b cue) int { return a.at.Compare(b.at) })
	p.Log.InfoContext(ctx, "playing the demo", "lines", len(cues))
	if p.Clock != nil {
		defer p.comeHome()
	}
	for _, c := range cues {
		if p.Clock != nil {
			p.Clock.travel(c.at)
		}
		if err := c.line.do(ctx, c.scene); err != nil {
			return fmt.Errorf("the story of %s: %w", c.scene.who, err)
		}
		if err := c.scene.settle(ctx); err != nil {
			return fmt.Errorf("the story of %s: %w", c.scene.who, err)
		}
	}
	return nil
}

// comeHome tells the machine's time again and wakes the dispatcher, whose timer was set
// by a clock that was days behind: asleep until then, it would lose its leases.
func (p *player) comeHome() {
	p.Clock.home()
	if p.Dispatcher == nil {
		return
	}
	for _, b := range p.bots {
		p.Dispatcher.Wake(b.id, messaging.Reply)
	}
}

// enroll finds or makes the customers in the sandbox, always in the same order.
func (p *player) enroll() {
	there := map[[2]string]int64{}
	for _, u := range p.Sandbox.Users() {
		there[[2]string{u.FirstName, u.LastName}] = u.ID
	}
	for _, c := range customers {
		id, ok := there[[2]string{c.first, c.last}]
		if !ok {
			id = p.Sandbox.AddUser(sandbox.User{FirstName: c.first, LastName: c.last, Username: c.username, LanguageCode: c.language}).ID
		}
		p.users[c.key] = id
	}
}

// remember learns which conversations are there.
func (p *player) remember(ctx context.Context) error {
	f := inbox.Filter{Status: "any", Limit: 200}
	for {
		list, more, err := p.Inbox.List(ctx, p.ws, f)
		if err != nil {
			return err
		}
		for _, c := range list {
			p.convs[chatKey{c.BotID, c.ChatID}] = c.ID
			if c.Kind != inbox.Private {
				p.convs[groupKey(c.BotID, c.Title)] = c.ID
			}
		}
		if !more {
			return nil
		}
		last := list[len(list)-1]
		f.After = &inbox.Place{At: last.LastMessageAt, ID: last.ID}
	}
}

func (p *player) played(s *scene) bool {
	_, ok := p.convs[chatKey{s.bot.id, s.chat}]
	if s.group != "" {
		_, ok = p.convs[groupKey(s.bot.id, s.group)]
	}
	return ok
}

// groupKey finds a group before its chat is known.
func groupKey(bot uuid.UUID, title string) chatKey {
	return chatKey{uuid.NewSHA1(bot, []byte(title)), 0}
}

// conversation is the product's side of the scene.
func (s *scene) conversation(ctx context.Context) (inbox.Conversation, error) {
	key := chatKey{s.bot.id, s.chat}
	if _, ok := s.convs[key]; !ok {
		if err := s.remember(ctx); err != nil {
			return inbox.Conversation{}, err
		}
	}
	id, ok := s.convs[key]
	if !ok {
		return inbox.Conversation{}, errs.NotFound("conversation")
	}
	return s.Inbox.Get(ctx, s.ws, id)
}

// Bounds of the wait for the product.
const (
	patience  = 30 * time.Second
	glance    = 5 * time.Millisecond
	wakeEvery = 20 // glances
)

// settle waits until the product has taken every update and sent every message of the
// conversation, so that what comes next comes after it.
func (s *scene) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	last := ""
	for tries := 0; ; tries++ {
		why, err := s.busy(ctx)
		switch {
		case ctx.Err() != nil:
			return errs.Wrap(ctx.Err(), "waiting, because "+cmp.Or(why, last, "the database does not answer"))
		case err != nil, why == "":
			return err
		}
		last = why
		if s.Dispatcher != nil && tries%wakeEvery == wakeEvery-1 {
			s.Dispatcher.Wake(s.bot.id, messaging.Reply)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// busy says what the product has still to do, "" for nothing.
func (s *scene) busy(ctx context.Context) (string, error) {
	for _, b := range s.Sandbox.Bots() {
		if b.ID == s.bot.telegramID && b.Pending > 0 {
			return "an update is on its way", nil
		}
	}
	c, err := s.conversation(ctx)
	if errs.Is(err, errs.KindNotFound) {
		if s.chat == 0 {
			return "", nil
		}
		return "the conversation is not there", nil
	}
	if err != nil {
		return "", err
	}
	thread, _, err := s.Inbox.Thread(ctx, s.ws, c.ID, inbox.Page{Limit: 10})
	for _, m := range thread {
		if m.State == inbox.Queued {
			return fmt.Sprintf("message %d is %s", m.Seq, m.State), nil
		}
	}
	return "", err
}

// as is the context in which a member acts.
func (s *scene) as(ctx context.Context, member string) (context.Context, ident.Principal, error) {
	m, ok := s.members[member]
	if !ok {
		return ctx, m, errs.NotFound("member")
	}
	return ident.With(ctx, m), m, nil
}
