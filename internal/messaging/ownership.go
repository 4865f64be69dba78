package messaging

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"cartie/internal/messaging/pace"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
)

// renewers bounds how many leases are asked for at once; on SQLite they share commits.
const renewers = 32

// own brings the bots in line with the senders: new ones are taken, kept ones renewed,
// gone ones given up.
func (d *Dispatcher) own(ctx context.Context, now time.Time) error {
	list, err := d.senders.Senders(ctx)
	if err != nil {
		return errs.Wrap(err, "listing the bots")
	}
	type held struct {
		token int64
		ok    bool
		err   error
	}
	got := make([]held, len(list))
	limit := make(chan struct{}, renewers)
	var wg sync.WaitGroup
	for i, s := range list {
		limit <- struct{}{}
		wg.Go(func() {
			defer func() { <-limit }()
			take := d.leases.Acquire
			if d.db.Engine() == db.SQLite && d.bots[s.BotID] == nil {
				take = d.leases.TakeOver // this process alone holds the file
			}
			got[i].token, got[i].ok, got[i].err = take(ctx, leaseName(s.BotID), d.opt.LeaseTTL)
		})
	}
	wg.Wait()
	kept := map[uuid.UUID]bool{}
	var failed []error
	for i, s := range list {
		h, b := got[i], d.bots[s.BotID]
		switch {
		case h.err != nil:
			failed = append(failed, errs.Wrap(h.err, "asking for a bot's lease"))
			kept[s.BotID] = b != nil // until its time is over
			continue
		case !h.ok:
			continue
		}
		kept[s.BotID] = true
		if b != nil && b.token == h.token && b.WorkspaceID == s.WorkspaceID {
			if b.Token != s.Token {
				b.refused, b.told = false, false
			}
			b.Sender, b.until = s, now.Add(d.opt.LeaseTTL)
			continue
		}
		if err := d.orphaned(ctx, s, h.token); err != nil {
			failed = append(failed, err)
			continue
		}
		n, err := stale(d.db, d.clock, d.convs).run(ctx, s.WorkspaceID, s.BotID, now.Add(-staleAfter))
		d.opt.Metrics.ended(Failed, Unavailable, n)
		if err != nil {
			failed = append(failed, errs.Wrap(err, "ending what waited too long"))
			continue
		}
		b = &bot{
			Sender: s, token: h.token, until: now.Add(d.opt.LeaseTTL), queue: pace.NewQueue(d.limits),
			dirty: map[Class]bool{}, full: map[Class]bool{},
		}
		for _, c := range classes {
			b.dirty[c] = true
		}
		d.bots[s.BotID] = b
	}
	for id, b := range d.bots {
		if kept[id] {
			continue
		}
		delete(d.bots, id)
		if err := d.leases.Release(ctx, leaseName(id), b.token); err != nil {
			failed = append(failed, errs.Wrap(err, "giving a bot up"))
		}
	}
	return errors.Join(failed...)
}

// tellRefused says of each bot once that its token is refused: whoever keeps the bots
// switches it off. Until then it sends nothing.
func (d *Dispatcher) tellRefused(ctx context.Context) error {
	var failed []error
	for _, b := range d.bots {
		if !b.refused || b.told {
			continue
		}
		if err := d.senders.TokenRefused(ctx, b.Sender); err != nil {
			failed = append(failed, errs.Wrap(err, "telling of a refused token"))
			continue
		}
		b.told = true
	}
	return errors.Join(failed...)
}

// lostText is shown beside a message that an earlier process left on its way.
const lostText = "The server stopped while this message was being sent. It may have arrived."

// orphaned calls unknown what an earlier owner of the bot left on its way; changes of
// messages are made again.
func (d *Dispatcher) orphaned(ctx context.Context, s Sender, token int64) error {
	for {
		// Found outside of the unit: a long campaign lies beside the few rows that are meant.
		// The former owner cannot add to them, its token is refused.
		ids, err := db.All[uuid.UUID](ctx, d.db.Read(), qOrphans, s.WorkspaceID, s.BotID, token, unitRows)
		if err != nil {
			return errs.Wrap(err, "looking for what an earlier owner left")
		}
		if len(ids) == 0 {
			return nil
		}
		keys := make([]key, len(ids))
		for i, id := range ids {
			keys[i] = key{s.WorkspaceID, id}
		}
		keys = padded(keys)
		lost, err := d.giveUp(ctx, s, token, keys, true)
		if err != nil && !errs.Is(err, errs.KindUnavailable) {
			d.opt.Log.ErrorContext(ctx, "telling conversations of lost deliveries", "error", err)
			lost, err = d.giveUp(ctx, s, token, keys, false) // a bad message must not keep the bot silent
		}
		if err != nil {
			return errs.Wrap(err, "taking a bot over")
		}
		d.opt.Metrics.ended(Unknown, Unavailable, lost)
		if len(ids) < unitRows {
			return nil
		}
	}
}

// giveUp writes one unit of orphaned and returns how many sends are lost.
func (d *Dispatcher) giveUp(ctx context.Context, s Sender, token int64, keys []key, tell bool) (lost int, err error) {
	err = d.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := d.clock.Now()
		rows, err := db.All[delivery](ctx, tx, qLeft(tx, len(keys)), append(pairArgs(keys), token)...)
		if err != nil {
			return err
		}
		lost = 0
		var told []Result
		for _, r := range rows {
			v := verdict{State: Unknown, Kind: Unavailable, Text: lostText, Attempts: r.Attempts, DueAt: r.DueAt}
			if r.Operation != OpSend { // changing a message twice does no harm
				v = verdict{State: Queued, Attempts: r.Attempts, DueAt: now}
			} else {
				lost++
			}
			v.write(ctx, tx, key{r.WorkspaceID, r.ID}, now)
			told = v.tell(told, r, now)
		}
		if !tell {
			return nil
		}
		return d.tell(ctx, tx, s.WorkspaceID, told)
	})
	return lost, err
}

func (d *Dispatcher) tell(ctx context.Context, tx *db.Tx, ws uuid.UUID, results []Result) error {
	if len(results) == 0 {
		return nil
	}
	return d.convs.DeliveryChanged(ctx, tx, ws, results)
}

func (d *Dispatcher) release(ctx context.Context) {
	var wg sync.WaitGroup
	limit := make(chan struct{}, renewers)
	for id, b := range d.bots {
		limit <- struct{}{}
		wg.Go(func() {
			defer func() { <-limit }()
			if err := d.leases.Release(ctx, leaseName(id), b.token); err != nil {
				d.opt.Log.ErrorContext(ctx, "giving a bot up", "error", err)
			}
		})
	}
	wg.Wait()
	clear(d.bots)
}
