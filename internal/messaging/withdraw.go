package messaging

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
)

// staleAfter is how long after its time a message may still go out by itself: nobody
// wants the answer of last week.
const staleAfter = 24 * time.Hour

const (
	staleText = "This message waited for more than a day, so it was not sent by itself."
	goneText  = "The bot was disconnected before this message was sent."
)

// CancelBot withdraws what the bot has still to send, in small units. What is being sent
// at this moment ends as it does.
func (s *Service) CancelBot(ctx context.Context, d *db.DB, ws, bot uuid.UUID) error {
	w := withdrawal{db: d, clock: s.clock, convs: s.convs, from: Queued, verdict: verdict{State: Cancelled, Text: goneText}}
	_, err := w.run(ctx, ws, bot, s.clock.Now().AddDate(100, 0, 0))
	return errs.Wrap(err, "withdrawing what a bot has to send")
}

// withdrawal ends rows of one state, queued or sending, with one verdict for all.
type withdrawal struct {
	db      *db.DB
	clock   clock.Clock
	convs   Conversations
	from    string
	verdict verdict
}

func stale(d *db.DB, c clock.Clock, convs Conversations) withdrawal {
	return withdrawal{db: d, clock: c, convs: convs, from: Queued, verdict: verdict{State: Failed, Kind: Unavailable, Text: staleText}}
}

// run ends what was due, or began to be sent, before the time and returns how many rows
// that were.
func (w withdrawal) run(ctx context.Context, ws, bot uuid.UUID, before time.Time) (ended int, err error) {
	const rows = unitRows / 2 // each brings a message and what its author is told along
	query := qWaiting
	if w.from == Sending {
		query = qLeftLong
	}
	for {
		ids, err := db.All[uuid.UUID](ctx, w.db.Read(), query, ws, bot, before, rows)
		if err != nil || len(ids) == 0 {
			return ended, err
		}
		keys := make([]key, len(ids))
		for i, id := range ids {
			keys[i] = key{ws, id}
		}
		keys = padded(keys)
		n, err := w.unit(ctx, ws, keys, true)
		if err != nil && !errs.Is(err, errs.KindUnavailable) {
			n, err = w.unit(ctx, ws, keys, false) // a bad message must not keep the others waiting
		}
		if ended += n; err != nil || len(ids) < rows {
			return ended, err
		}
	}
}

func (w withdrawal) unit(ctx context.Context, ws uuid.UUID, keys []key, tell bool) (n int, err error) {
	err = w.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := db.All[delivery](ctx, tx, qStill(tx, len(keys)), append(pairArgs(keys), w.from)...)
		if err != nil {
			return err
		}
		n = len(rows)
		now := w.clock.Now()
		var told []Result
		for _, r := range rows {
			v := w.verdict
			v.Attempts, v.DueAt = r.Attempts, r.DueAt
			v.write(ctx, tx, key{ws, r.ID}, now)
			told = v.tell(told, r, now)
		}
		if !tell || len(told) == 0 {
			return nil
		}
		return w.convs.DeliveryChanged(ctx, tx, ws, told)
	})
	return n, err
}

// keepFor is how long a delivery that came to its end is kept; its message stays.
const keepFor = 90 * 24 * time.Hour

// sweepRows bounds one unit of housekeeping.
const sweepRows = 200

// Sweep ends what waits for a bot that has not sent for a day, calls unknown what a bot
// that nobody took over left on its way, and deletes deliveries that ended long ago, in
// small units. A message in doubt keeps its delivery: a person decides.
func (s *Service) Sweep(ctx context.Context, d *db.DB) error {
	now := s.clock.Now()
	type lane struct {
		WorkspaceID, BotID uuid.UUID
		State              string
	}
	lanes, err := db.All[lane](ctx, d.Read(), qForgotten, now.Add(-staleAfter), now.Add(-staleAfter))
	if err != nil {
		return errs.Wrap(err, "looking for forgotten deliveries")
	}
	for _, l := range lanes {
		w := stale(d, s.clock, s.convs)
		if l.State == Sending {
			w.from, w.verdict = Sending, verdict{State: Unknown, Kind: Unavailable, Text: lostText}
		}
		if _, err := w.run(ctx, l.WorkspaceID, l.BotID, now.Add(-staleAfter)); err != nil {
			return errs.Wrap(err, "ending forgotten deliveries")
		}
	}
	companies, err := db.All[uuid.UUID](ctx, d.Read(), "SELECT id FROM workspaces")
	if err != nil {
		return errs.Wrap(err, "listing companies")
	}
	for _, ws := range companies {
		for n := int64(sweepRows); n == sweepRows; {
			if err := d.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = tx.Exec(ctx, qForget, ws, ws, ident.Floor(now.Add(-keepFor)), now.Add(-keepFor), sweepRows)
				return err
			}); err != nil {
				return errs.Wrap(err, "deleting old deliveries")
			}
		}
	}
	return nil
}
