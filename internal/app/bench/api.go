package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// API says how long each operation is called.
type API struct {
	Target
	Duration    time.Duration
	Connections int
}

// RunAPI calls operations of a signed-in person: one after another, each for a while.
func RunAPI(ctx context.Context, o API) error {
	tg, err := startTelegram(0, false)
	if err != nil {
		return err
	}
	defer tg.close()
	s, err := launch(ctx, o.Target, Plan{Telegram: tg.base, Bots: 1, Chats: 2000})
	if err != nil {
		return err
	}
	defer s.close()
	note, err := json.Marshal(map[string]string{"text": strings.Repeat("Клієнт просить передзвонити завтра. ", 3)[:180]})
	if err != nil {
		return err
	}
	conversation := "/api/conversations/" + s.Conversation.String()
	fmt.Fprintf(o.Out, "load       %d connections, 2000 conversations\n", o.Connections)
	for _, op := range []struct {
		name, method, path string
		body               []byte
		want               int
	}{
		{"create", "POST", conversation + "/notes", note, 201},
		{"view", "GET", "/api/contacts/" + s.Contact.String(), nil, 200},
		{"list", "GET", conversation + "/notes?limit=30", nil, 200},
		{"inbox", "GET", "/api/conversations?limit=30", nil, 200},
	} {
		if err := o.one(ctx, s, op.name, request(op.method, op.path, s.Address, map[string]string{"Cookie": s.Cookie}, op.body), op.want); err != nil {
			return fmt.Errorf("%s %s: %w", op.method, op.path, err)
		}
	}
	return nil
}

func (o API) one(ctx context.Context, s *server, name string, req []byte, want int) error {
	sp, err := s.begin()
	if err != nil {
		return err
	}
	times := make(latencies, o.Connections)
	failed := make([]error, o.Connections)
	size := 0
	var wg sync.WaitGroup
	for i := range o.Connections {
		wg.Go(func() {
			c, err := dial(s.Address)
			if err != nil {
				failed[i] = err
				return
			}
			defer c.close()
			c.keep = i == 0
			for ctx.Err() == nil && time.Since(sp.start) < o.Duration {
				started := time.Now()
				status, err := c.do(req)
				if err == nil && status != want {
					err = fmt.Errorf("answer %d: %s", status, c.body)
				}
				if err != nil {
					failed[i] = err
					return
				}
				times[i] = append(times[i], uint32(time.Since(started).Microseconds()))
			}
			if c.keep {
				size = len(c.body)
			}
		})
	}
	wg.Wait()
	if err := sp.end(); err != nil {
		return err
	}
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	times.report(o.Out, sp.Wall, name)
	fmt.Fprintf(o.Out, "           an answer has %d bytes\n", size)
	n := 0
	for _, list := range times {
		n += len(list)
	}
	sp.report(o.Out, int64(n))
	return nil
}
