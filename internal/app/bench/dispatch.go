package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Dispatch says what is sent.
type Dispatch struct {
	Target
	Paced bool
	// Bots, Chats of each and Messages to each chat, unpaced.
	Bots, Chats, Messages int
	// Duration of the paced run with one bot.
	Duration time.Duration
	// Latency is how long the Bot API takes to answer.
	Latency time.Duration
}

// telegramRate is what Telegram allows one bot in a second.
const telegramRate = 30

// RunDispatch sends what waits: unpaced through many bots, or paced through one.
func RunDispatch(ctx context.Context, o Dispatch) error {
	if o.Paced {
		o.Bots, o.Messages = 1, 1
		o.Chats = int(o.Duration.Seconds())*telegramRate + 2*telegramRate
	}
	tg, err := startTelegram(o.Latency, true)
	if err != nil {
		return err
	}
	defer tg.close()
	s, err := launch(ctx, o.Target, Plan{Telegram: tg.base, Bots: o.Bots, Chats: o.Chats, Waiting: o.Messages, Unpaced: !o.Paced})
	if err != nil {
		return err
	}
	defer s.close()
	total := int64(o.Bots * o.Chats * o.Messages)
	limit := time.Duration(total)*time.Second/500 + time.Minute
	if o.Paced {
		limit = 2*o.Duration + time.Minute
	}
	sp, err := s.begin()
	if err != nil {
		return err
	}
	already := tg.sent.Load() // went out between the start and the first question
	for ; ; time.Sleep(10 * time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if time.Since(sp.start) > limit {
			return fmt.Errorf("%d of %d were sent in %s", tg.sent.Load(), total, limit)
		}
		if tg.sent.Load() < total {
			continue
		}
		var st State
		if err := s.ask(Question{Do: "waiting"}, &st); err != nil {
			return err
		}
		if !st.Waiting {
			break
		}
	}
	if err := sp.end(); err != nil {
		return err
	}
	st, err := s.state()
	if err != nil {
		return err
	}
	tg.mu.Lock()
	times := tg.times
	tg.mu.Unlock()
	if len(times) < 2 {
		return errNoAnswers
	}
	fmt.Fprintf(o.Out, "load       %d bots × %d chats × %d messages; the Bot API answers after %s\n", o.Bots, o.Chats, o.Messages, o.Latency)
	if o.Paced {
		o.paced(times)
	} else {
		fmt.Fprintf(o.Out, "deliveries %.0f/s: %d in %.1f s until every row was final\n",
			float64(total-already)/sp.Wall.Seconds(), total-already, sp.Wall.Seconds())
	}
	sp.report(o.Out, total-already)
	fmt.Fprintf(o.Out, "states     deliveries %v, messages %v, calls %d\n", st.Deliveries, st.Messages, tg.sent.Load())
	if st.Deliveries["sent"] != total || st.Messages["sent"] != total || tg.sent.Load() != total {
		return errors.New("not everything was sent once")
	}
	return nil
}

// paced tells the rate at the Bot API between the first and the last call of the run.
func (o Dispatch) paced(times []time.Time) {
	first, last := times[0], times[len(times)-1]
	wall := last.Sub(first)
	rate := float64(len(times)-1) / wall.Seconds()
	most, from := 0, 0
	for i, t := range times {
		for t.Sub(times[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	gap := time.Duration(0)
	for i := 1; i < len(times); i++ {
		gap = max(gap, times[i].Sub(times[i-1]))
	}
	fmt.Fprintf(o.Out, "deliveries %.2f/s over %.1f s (%+.1f %% of %d/s); most in any second %d, longest pause %s\n",
		rate, wall.Seconds(), 100*(rate/telegramRate-1), telegramRate, most, gap.Round(time.Millisecond))
	fmt.Fprintf(o.Out, "limited by the pacing of %d campaign messages in any second\n", telegramRate)
}
