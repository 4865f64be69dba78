package bench

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/app"
	"cartie/internal/inbox"
	"cartie/internal/messaging"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram"
)

// Plan is the first line that the server reads: what world it is to serve.
type Plan struct {
	Data       string
	Database   string
	SyncNormal bool
	Telegram   string // base address of the Bot API
	Bots       int
	Greeting   bool
	Unpaced    bool
	// Chats per bot that exist already, and messages that wait for each of them.
	Chats, Waiting int
}

// Hello is the first line that the server answers.
type Hello struct {
	Engine  string
	Address string
	// Cookie signs the owner in; Conversation and Contact are there when there are chats.
	Cookie                string
	Conversation, Contact uuid.UUID
}

// Question is a later line. Do is usage, state or profile (to Path, until the next one).
type Question struct{ Do, Path string }

// Usage is what the server has used since it started.
type Usage struct {
	CPU            time.Duration
	Units, Commits int64 // SQLite only
	PeakMB         int64
}

// State is what the database holds.
type State struct {
	Updates, Incoming, Counted, Events int64
	Conversations, Greetings           int64
	Waiting                            bool // a delivery is queued or being sent
	Deliveries                         map[string]int64
	Messages                           map[string]int64 // outgoing ones by their state
}

type failure struct{ Error string }

// Serve is the measured process. It ends when in ends.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return errs.Invalid("server", "This command is started by the other benches.")
	}
	var p Plan
	if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	cfg := config.Config{
		Listen: l.Addr().String(), PublicURL: "http://" + l.Addr().String(), Data: p.Data, Database: p.Database, Role: "all",
		TelegramAPI: p.Telegram, SQLiteSync: "full", LogLevel: "warn", LogFormat: "text", StopWithin: 10 * time.Second,
	}
	if p.SyncNormal {
		cfg.SQLiteSync = "normal"
	}
	fail := func(err error) error { return errors.Join(err, answers.Encode(failure{err.Error()}), l.Close()) }
	a, err := app.Build(ctx, cfg, app.Options{Unpaced: p.Unpaced})
	if err != nil {
		return fail(err)
	}
	if _, err := a.DB.Migrate(ctx); err != nil {
		return fail(err)
	}
	hello, err := furnish(ctx, a, p)
	if err != nil {
		return fail(err)
	}
	hello.Engine, hello.Address = string(a.DB.Engine()), l.Addr().String()
	if hello.Engine == string(db.Postgres) {
		v, err := db.One[string](ctx, a.DB.Read(), "SELECT current_setting('server_version') || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')")
		if err != nil {
			return fail(err)
		}
		hello.Engine = "PostgreSQL " + v
	} else {
		v, err := db.One[string](ctx, a.DB.Read(), "SELECT sqlite_version()")
		if err != nil {
			return fail(err)
		}
		hello.Engine = "SQLite " + v + ", WAL, synchronous " + cfg.SQLiteSync
	}
	runtime.GC() // what furnishing left is not the product's
	a.Listener = l
	a.Ready = func(ctx context.Context) {
		if err := answers.Encode(hello); err != nil {
			cancel()
			return
		}
		go func() {
			defer cancel()
			listen(ctx, a, lines, answers)
		}()
	}
	return a.Run(ctx)
}

// listen answers questions until there are no more.
func listen(ctx context.Context, a *app.App, lines *bufio.Scanner, answers *json.Encoder) {
	stopProfile := func() {}
	defer func() { stopProfile() }()
	for lines.Scan() {
		var q Question
		err := json.Unmarshal(lines.Bytes(), &q)
		var answer any
		switch {
		case err != nil:
		case q.Do == "usage":
			answer = usage(a)
		case q.Do == "state":
			answer, err = state(ctx, a)
		case q.Do == "waiting":
			var waiting bool
			waiting, err = db.Exists(ctx, a.DB.Read(), "SELECT 1 FROM deliveries WHERE state IN ('queued', 'sending') LIMIT 1")
			answer = State{Waiting: waiting}
		case q.Do == "profile":
			stopProfile()
			stopProfile, err = profile(q.Path)
			answer = struct{}{}
		default:
			err = fmt.Errorf("unknown question %q", q.Do)
		}
		if err != nil {
			answer = failure{err.Error()}
		}
		if answers.Encode(answer) != nil {
			return
		}
	}
}

func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return func() {}, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return func() {}, errors.Join(err, f.Close())
	}
	var once sync.Once
	return func() { once.Do(func() { pprof.StopCPUProfile(); _ = f.Close() }) }, nil
}

func usage(a *app.App) Usage {
	u := Usage{CPU: ownCPU()}
	u.Units, u.Commits = a.DB.Commits()
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) == nil {
		u.PeakMB = r.Maxrss >> 10
	}
	return u
}

func state(ctx context.Context, a *app.App) (State, error) {
	s := State{Deliveries: map[string]int64{}, Messages: map[string]int64{}}
	q := a.DB.Read()
	for _, c := range []struct {
		to  *int64
		sql string
	}{
		{&s.Updates, "SELECT count(*) FROM bot_updates"},
		{&s.Incoming, "SELECT count(*) FROM messages WHERE direction = 'in'"},
		{&s.Counted, "SELECT CAST(COALESCE(sum(unread_count), 0) AS bigint) FROM conversations"},
		{&s.Events, "SELECT count(*) FROM events WHERE kind = 'message.received'"},
		{&s.Conversations, "SELECT count(*) FROM conversations"},
		{&s.Greetings, "SELECT count(*) FROM messages WHERE origin = 'greeting'"},
	} {
		var err error
		if *c.to, err = db.One[int64](ctx, q, c.sql); err != nil {
			return s, err
		}
	}
	for sql, to := range map[string]map[string]int64{
		"SELECT state, count(*) AS n FROM deliveries GROUP BY state":                       s.Deliveries,
		"SELECT state, count(*) AS n FROM messages WHERE direction = 'out' GROUP BY state": s.Messages,
	} {
		rows, err := db.All[struct {
			State string
			N     int64
		}](ctx, q, sql)
		if err != nil {
			return s, err
		}
		for _, r := range rows {
			to[r.State] = r.N
		}
	}
	s.Waiting = s.Deliveries[messaging.Queued]+s.Deliveries[messaging.Sending] > 0
	return s, nil
}

// firstChat is the id of the first chat that is furnished.
const firstChat = 1_000_000

// unitRows bounds what one unit furnishes.
const unitRows = 50

// furnish makes a company with an owner, its bots, chats and what waits for them.
func furnish(ctx context.Context, a *app.App, p Plan) (Hello, error) {
	var h Hello
	var ws uuid.UUID
	if err := a.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		ws, err = a.Companies.Create(ctx, tx, "Bench", "uk", "Europe/Kyiv")
		return err
	}); err != nil {
		return h, err
	}
	password := rand.Text()
	const email = "owner@example.com"
	if _, err := a.Accounts.CreateUser(ctx, account.NewUser{Name: "Owner", Email: email, Password: password, Company: ws, Role: ident.Owner}); err != nil {
		return h, err
	}
	session, err := a.Accounts.SignIn(ctx, account.Client{IP: "127.0.0.1"}, email, password, "")
	if err != nil {
		return h, err
	}
	h.Cookie = account.CookieName + "=" + session.Token
	for i := range p.Bots {
		b, err := a.Bots.Add(ctx, ws, strconv.Itoa(100001+i)+":"+rand.Text(), fmt.Sprintf("Bot %d", i+1), telegram.ModeWebhook)
		if err != nil {
			return h, err
		}
		if p.Greeting {
			on, texts := true, telegram.Texts{"uk": "Вітаємо, {first_name}! Напишіть, яке авто шукаєте, і менеджер {company} відповість за кілька хвилин."}
			if b, err = a.Bots.Edit(ctx, ws, b.ID, b.Version, telegram.Patch{Greeting: &texts, GreetingOn: &on}); err != nil {
				return h, err
			}
		}
		for from := 0; from < p.Chats; from += unitRows {
			if err := a.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				for j := from; j < min(from+unitRows, p.Chats); j++ {
					got, err := chat(ctx, tx, a, ws, b.ID, firstChat+int64(i*p.Chats+j))
					if err != nil {
						return err
					}
					h.Conversation, h.Contact = got.ConversationID, got.ContactID
					for range p.Waiting {
						if _, err := a.Messaging.Send(ctx, tx, messaging.SendRequest{
							WorkspaceID: ws, ConversationID: got.ConversationID, Class: messaging.Campaign, Origin: "broadcast",
							Content: messaging.Content{Kind: "text", Text: "Нове надходження: <b>Škoda Octavia</b> 2021, 1.5 TSI, 74 000 км. Перегляньте фото на сайті."},
						}); err != nil {
							return err
						}
					}
				}
				return nil
			}); err != nil {
				return h, err
			}
		}
	}
	return h, nil
}

// personName is everybody's.
const personName = "Олександр Коваленко"

func chat(ctx context.Context, tx *db.Tx, a *app.App, ws, bot uuid.UUID, id int64) (inbox.Received, error) {
	return a.Inbox.Receive(ctx, tx, inbox.Incoming{
		WorkspaceID: ws, BotID: bot, ChatID: id, ChatKind: inbox.Private,
		Person: inbox.Person{ExternalID: strconv.FormatInt(id, 10), Name: personName, Username: fmt.Sprintf("client%d", id), Language: "uk"},
		Kind:   "text", Text: "Добрий день! Чи є ще це авто?", ExternalID: 1, SentAt: time.Now().UTC().Truncate(time.Millisecond),
	})
}
