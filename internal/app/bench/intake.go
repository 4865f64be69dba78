package bench

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Intake says how updates are posted.
type Intake struct {
	Target
	Duration    time.Duration
	Connections int
	// Duplicates is the share of posts that repeat a recent update, 0 to 1.
	Duplicates float64
	// Chats is how many have written before, evenly over the bots.
	Chats, Bots int
	// NewEvery is after how many updates one comes from somebody new, who is greeted.
	NewEvery int
}

// update is the n-th update, always the same bytes, and the number of its bot.
func (o Intake) update(n uint64) (bot int, body []byte) {
	chat := firstChat + int64(mix(n)%uint64(o.Chats))
	bot = int(chat-firstChat) / (o.Chats / o.Bots)
	if n%uint64(o.NewEvery) == 0 {
		chat = 2*firstChat + int64(n)
		bot = int(n) % o.Bots
	}
	return bot, fmt.Appendf(make([]byte, 0, 1024), `{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Олександр","last_name":"Коваленко","username":"client%d","language_code":"uk"},"chat":{"id":%d,"first_name":"Олександр","last_name":"Коваленко","username":"client%d","type":"private"},"date":%d,"text":"Добрий день! Чи доступна ще Škoda Octavia 2021 року з вашого каналу? Цікавить комплектація, чи був автомобіль у ДТП, і чи можливий обмін на мій Golf з доплатою. Зможу під'їхати завтра після 18:00. Повідомлення %d","entities":[{"offset":28,"length":13,"type":"bold"}]}}`,
		n, n+1, chat, chat, chat, chat, 1_760_000_000+n/100, n)
}

// mix spreads n evenly.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// RunIntake posts updates to the webhook routes for a while.
func RunIntake(ctx context.Context, o Intake) error {
	o.Chats -= o.Chats % o.Bots
	tg, err := startTelegram(0, false)
	if err != nil {
		return err
	}
	defer tg.close()
	s, err := launch(ctx, o.Target, Plan{Telegram: tg.base, Bots: o.Bots, Chats: o.Chats / o.Bots, Greeting: true})
	if err != nil {
		return err
	}
	defer s.close()
	hooks, err := tg.webhooks()
	if err != nil {
		return err
	}
	was, err := s.state()
	if err != nil {
		return err
	}
	sp, err := s.begin()
	if err != nil {
		return err
	}
	var last atomic.Uint64 // the newest update's number
	times := make(latencies, o.Connections)
	var mu sync.Mutex
	failed, repeats := 0, 0
	var firstFailure string
	var wg sync.WaitGroup
	for i := range o.Connections {
		wg.Go(func() {
			c, err := dial(s.Address)
			note := func(why string) {
				mu.Lock()
				defer mu.Unlock()
				if failed++; firstFailure == "" {
					firstFailure = why
				}
			}
			if err != nil {
				note(err.Error())
				return
			}
			defer c.close()
			seed := mix(uint64(i))
			mine := make([]uint32, 0, 1<<16)
			again := 0
			for ctx.Err() == nil && time.Since(sp.start) < o.Duration {
				seed = mix(seed)
				var n uint64
				if newest := last.Load(); float64(seed%10_000) < o.Duplicates*10_000 && newest > 200 {
					n = newest - seed>>32%200 // also ones that are under way at this moment
					again++
				} else {
					n = last.Add(1)
				}
				bot, body := o.update(n)
				h := hooks[bot]
				started := time.Now()
				status, err := c.do(request("POST", h.URL, s.Address, map[string]string{"X-Telegram-Bot-Api-Secret-Token": h.Secret}, body))
				if err != nil {
					note(err.Error())
					return
				}
				if status != http.StatusOK {
					note(fmt.Sprintf("answer %d", status))
				}
				mine = append(mine, uint32(time.Since(started).Microseconds()))
			}
			times[i] = mine
			mu.Lock()
			repeats += again
			mu.Unlock()
		})
	}
	wg.Wait()
	if err := sp.end(); err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var st State
		if err := s.ask(Question{Do: "waiting"}, &st); err != nil {
			return err
		}
		if !st.Waiting || time.Now().After(deadline) {
			break
		}
	}
	st, err := s.state()
	if err != nil {
		return err
	}
	unique := int64(last.Load())
	arrivals := unique / int64(o.NewEvery)
	_, sample := o.update(1)
	fmt.Fprintf(o.Out, "load       %d connections, %d known chats of %d bots, 1 of %d updates from somebody new, %d B a body, %d posts repeated another (%.0f %%)\n",
		o.Connections, o.Chats, o.Bots, o.NewEvery, len(sample), repeats, 100*float64(repeats)/float64(max(1, repeats+int(unique))))
	times.report(o.Out, sp.Wall, "updates")
	sp.report(o.Out, int64(repeats)+unique)
	fmt.Fprintf(o.Out, "kept       %d updates → %d messages, %d counted as unread, %d events, %d new conversations, %d greetings, deliveries %v\n",
		st.Updates, st.Incoming-was.Incoming, st.Counted-was.Counted, st.Events-was.Events, st.Conversations-was.Conversations, st.Greetings, st.Deliveries)
	surplus, missing := int64(0), int64(0)
	for _, e := range [][2]int64{
		{st.Updates, unique}, {st.Incoming - was.Incoming, unique}, {st.Counted - was.Counted, unique}, {st.Events - was.Events, unique},
		{st.Conversations - was.Conversations, arrivals}, {st.Greetings, arrivals}, {st.Deliveries["sent"], arrivals}, {tg.sent.Load(), arrivals},
	} {
		surplus, missing = surplus+max(0, e[0]-e[1]), missing+max(0, e[1]-e[0])
	}
	fmt.Fprintf(o.Out, "effects    %d repeated, %d missing; %d errors %s\n", surplus, missing, failed, firstFailure)
	if surplus > 0 || failed == 0 && missing > 0 {
		return fmt.Errorf("%d effects repeated, %d missing", surplus, missing)
	}
	return nil
}
