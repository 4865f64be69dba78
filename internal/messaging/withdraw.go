package messaging

import (
	"context"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
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
	w := withdrawal{db: d, clock: s.clock, convs: s.convs, verdict: verdict{State: Cancelled, Text: goneText}}
	_, err := w.run(ctx, ws, bot, s.clock.Now().AddDate(100, 0, 0))
	return errs.Wrap(err, "withdrawing what a bot has to send")
}

// withdrawal ends rows that wait, with one verdict for all.
type withdrawal struct {
	db      *db.DB
	clock   clock.Clock
	convs   Conversations
	verdict verdict
}

func stale(d *db.DB, c clock.Clock, convs Conversations) withdrawal {
	return withdrawal{db: d, clock: c, convs: convs, verdict: verdict{State: Failed, Kind: Unavailable, Text: staleText}}
}

// run ends what was due before the time and returns how many rows that were.
func (w withdrawal) run(ctx context.Context, ws, bot uuid.UUID, before time.Time) (ended int, err error) {
	const rows = unitRows / 2 // each brings a message and what its author is told along
	for {
		ids, err := db.All[uuid.UUID](ctx, w.db.Read(), qWaiting, ws, bot, before, rows)
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
		rows, err := db.All[delivery](ctx, tx, qStillWaiting(tx, len(keys)), pairArgs(keys)...)
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
