package telegram

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"cartie/internal/platform/errs"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
)

// Diagnosis is whether a bot works, as Telegram and our own tables have it.
type Diagnosis struct {
	Bot Bot
	// Problems are codes, the most serious first; none means that all is well.
	Problems []string
	Me       *botapi.User // nil when Telegram did not say
	MeError  string
	Webhook  *Webhook // nil when Telegram did not say
	Backlog  Backlog
	Failed   int64 // open failed updates, at most BacklogCap are counted
}

// Webhook is what Telegram says of pushing. Its whole address is not told: another
// program's may hold a secret.
type Webhook struct {
	Host           string // empty when there is no webhook
	Ours           bool
	Pending        int
	LastErrorAt    *time.Time
	LastError      string
	MaxConnections int
	IPAddress      string
	// Missing are the kinds of updates that Telegram does not send.
	Missing []string
}

// recentError is how long a webhook error of Telegram counts as a problem.
const recentError = time.Hour

// Each diagnosis asks Telegram twice: a person may look often, a script may not.
const (
	lookBurst = 20
	lookEvery = 2 * time.Second
)

// mayLook takes one diagnosis of the bot, limited when there were too many.
func (s *Service) mayLook(bot uuid.UUID) error {
	now := s.clock.Now()
	s.mu.Lock()
	l := s.looks[bot]
	if l == nil {
		l = rate.NewLimiter(rate.Every(lookEvery), lookBurst)
		s.looks[bot] = l
	}
	s.mu.Unlock()
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return errs.Limited("This bot was looked at very often just now. Wait a few seconds.", wait).Code("looked_often")
	}
	return nil
}

// Diagnose asks Telegram and looks at what waits. Errors: not found, limited.
func (s *Service) Diagnose(ctx context.Context, ws, id uuid.UUID) (Diagnosis, error) {
	b, err := s.Bot(ctx, ws, id)
	if err != nil {
		return Diagnosis{}, err
	}
	if err := s.mayLook(id); err != nil {
		return Diagnosis{}, err
	}
	d := Diagnosis{Bot: b}
	if d.Backlog, err = s.Deliveries.Backlog(ctx, s.db.Read(), ws, id); err != nil {
		return d, errs.Wrap(err, "counting deliveries")
	}
	if d.Failed, err = s.Failed.FailedCount(ctx, ws, id); err != nil {
		return d, errs.Wrap(err, "counting failed updates")
	}
	_, active, err := s.Companies.Company(ctx, s.db.Read(), ws)
	if err != nil {
		return d, err
	}
	if !active {
		d.Problems = append(d.Problems, "company_inactive")
	}
	if !b.IsEnabled {
		d.Problems = append(d.Problems, "disabled")
	}
	token, err := s.token(b)
	if err != nil {
		s.log.ErrorContext(ctx, "opening a bot token", "bot", id, "error", err)
		d.Problems = append(d.Problems, "token_unreadable")
		return d, nil
	}
	s.askTelegram(ctx, &d, token)
	if d.Failed > 0 {
		d.Problems = append(d.Problems, "updates_failed")
	}
	return d, nil
}

func (s *Service) askTelegram(ctx context.Context, d *Diagnosis, token string) {
	me, err := s.API.GetMe(ctx, token)
	if err != nil {
		d.MeError = err.Error() // redacted by the client
		code := "telegram_unreachable"
		if botapi.KindOf(err) == botapi.Unauthorized {
			code = "token_refused"
		}
		d.Problems = append(d.Problems, code)
		return
	}
	d.Me = &me
	info, err := s.API.GetWebhookInfo(ctx, token)
	if err != nil {
		d.Problems = append(d.Problems, "telegram_unreachable")
		return
	}
	w := &Webhook{
		Ours: s.PublicURL != "" && info.URL == s.webhookURL(d.Bot.ID), Pending: info.PendingUpdateCount,
		LastErrorAt: unix(info.LastErrorDate), LastError: info.LastErrorMessage, MaxConnections: info.MaxConnections, IPAddress: info.IPAddress,
	}
	if u, err := url.Parse(info.URL); err == nil {
		w.Host = u.Host
	}
	d.Webhook = w
	if !d.Bot.IsEnabled {
		return
	}
	if d.Bot.Mode == ModePolling {
		if info.URL != "" {
			d.Problems = append(d.Problems, "webhook_blocks_polling")
		}
		return
	}
	switch {
	case info.URL == "":
		d.Problems = append(d.Problems, "webhook_missing")
		return
	case !w.Ours:
		d.Problems = append(d.Problems, "webhook_elsewhere")
		return
	}
	for _, kind := range intake.AllowedUpdates {
		if !slices.Contains(info.AllowedUpdates, kind) {
			w.Missing = append(w.Missing, kind)
		}
	}
	if len(w.Missing) > 0 {
		d.Problems = append(d.Problems, "updates_missing")
	}
	if w.LastErrorAt != nil && s.clock.Now().Sub(*w.LastErrorAt) < recentError {
		d.Problems = append(d.Problems, "webhook_errors")
	}
}
