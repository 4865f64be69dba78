// Package app puts the slices together for the role of this process. It is the only
// package that knows them all; nothing imports it but the commands.
//
//	Build: platform ──► slices ──► joins (each slice's small interfaces) ──► routes
//	Run:   lock, migrate, hub ──► jobs, dispatcher, polling, HTTP ──► stop in reverse
package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/contact"
	"cartie/internal/inbox"
	"cartie/internal/media"
	"cartie/internal/messaging"
	carrier "cartie/internal/messaging/botapi"
	"cartie/internal/messaging/pace"
	"cartie/internal/notification"
	"cartie/internal/platform/blob"
	"cartie/internal/platform/clock"
	"cartie/internal/platform/config"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/events"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/i18n"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/jobs"
	"cartie/internal/platform/lease"
	"cartie/internal/platform/secrets"
	"cartie/internal/platform/telemetry"
	"cartie/internal/scenario"
	"cartie/internal/telegram"
	"cartie/internal/telegram/botapi"
	"cartie/internal/telegram/intake"
	"cartie/internal/workspace"
	"cartie/web"
)

// Options are what tests and the demo set beside the configuration.
type Options struct {
	Clock clock.Clock
	Log   *slog.Logger
	// Sandbox is mounted under /sandbox: the demo's own Telegram.
	Sandbox http.Handler
	// SignInLinks lets one-click links sign a person in: the demo only.
	SignInLinks bool
	// Unpaced sends as fast as the Bot API answers: benches only.
	Unpaced bool
}

// App is a process under construction, then running.
type App struct {
	DB       *db.DB
	Log      *slog.Logger
	API      *httpapi.API
	Handler  http.Handler
	Listener net.Listener
	// Ready is called once everything runs.
	Ready func(ctx context.Context)
	// Stopping is called when the server begins to stop: the demo's sandbox then lets
	// go of the bots that poll it.
	Stopping func()

	Accounts   *account.Service
	Companies  *workspace.Companies
	Workspaces *workspace.Service
	Contacts   *contact.Service
	Inbox      *inbox.Service
	Media      *media.Service
	Messaging  *messaging.Service
	Dispatcher *messaging.Dispatcher
	Bots       *telegram.Service
	Intake     *intake.Intake
	Scenarios  *scenario.Service
	Events     *events.Log
	Leases     *lease.Leases

	cfg     config.Config
	clock   clock.Clock
	owner   string
	metrics *telemetry.Metrics
	hub     *events.Hub
	stream  *events.Stream
	jobs    *jobs.Client
	parts   []part
	checks  []check
}

// does reports whether this process takes part in a role.
func (a *App) does(role string) bool { return a.cfg.Role == "all" || a.cfg.Role == role }

// Build opens what is needed and makes the slices; nothing runs before Run.
func Build(ctx context.Context, cfg config.Config, opt Options) (_ *App, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	if opt.Log == nil {
		opt.Log = newLog(cfg)
	}
	if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.Database, SyncNormal: cfg.SQLiteSync == "normal"})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = d.Close()
		}
	}()
	host, _ := os.Hostname()
	a := &App{
		DB: d, Log: opt.Log, cfg: cfg, clock: opt.Clock, metrics: telemetry.NewMetrics(),
		owner: fmt.Sprintf("%s/%d/%s", host, os.Getpid(), ident.New()),
	}
	if err := a.slices(opt); err != nil {
		return nil, err
	}
	return a, nil
}

func newLog(cfg config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // validated by the flag's enum
	return telemetry.NewLogger(os.Stderr, telemetry.LogOptions{Level: level, Text: cfg.LogFormat == "text"})
}

// quiet keeps a library's warnings and errors only.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

func (a *App) slices(opt Options) error {
	box, err := a.secrets()
	if err != nil {
		return err
	}
	blobs, err := blob.Open(a.cfg.Media)
	if err != nil {
		return err
	}
	d, c, log := a.DB, a.clock, a.Log
	registry := jobs.NewRegistry()
	late := &lateJobs{}
	client := botapi.New(a.cfg.TelegramAPI)
	a.hub = events.NewHub(d, log)
	a.Events = events.NewLog(c, a.hub)
	a.Leases = lease.New(d, c, a.owner)

	a.Companies = workspace.NewCompanies(c)
	a.Media = media.New(media.Config{DB: d, Clock: c, Events: a.Events, Blobs: blobs})
	a.Media.Jobs = late
	a.Contacts = contact.New(d, c, a.Events)
	a.Bots = telegram.New(d, c, a.Events, log, telegram.Deps{
		API: client, Box: box, Companies: companiesOfTelegram{a.Companies}, PublicURL: a.webhookBase(opt), BotLink: a.botLink(opt),
	})
	a.Accounts, err = account.New(account.Config{
		DB: d, Clock: c, Events: a.Events, Companies: a.Companies, Bots: a.Bots, SignInLinks: opt.SignInLinks, BotLink: a.botLink(opt),
		Server: account.ServerView{Version: Version, Sandbox: a.cfg.TelegramAPI != botapi.DefaultBase},
	})
	if err != nil {
		return err
	}
	a.Workspaces = workspace.NewService(d, c, a.Events, a.Companies, a.Accounts, picturesOfWorkspace{a.Media})
	texts, err := i18n.New(notification.Locales)
	if err != nil {
		return err
	}
	notices := notification.New(notification.Config{
		DB: d, Clock: c, Events: a.Events, Members: membersOfNotification{a.Accounts}, Telegram: telegramOfNotification{a},
		Texts: texts, PublicURL: a.cfg.PublicURL,
	})
	a.Inbox = inbox.New(d, c, a.Events, inbox.Ports{
		Contacts: contactsOfInbox{a.Contacts}, Members: membersOfInbox{a.Accounts}, Bots: a.Bots, Notifier: noticesOfInbox{notices},
	})
	chats := inboxOfMessaging{a.Inbox}
	pacing := pace.Telegram()
	if opt.Unpaced {
		pacing = pace.Unpaced()
	}
	a.Dispatcher = messaging.NewDispatcher(d, c, a.Leases, sendersOfMessaging{a.Bots}, carrier.New(client, mediaOfCarrier{a.Media, d}, log),
		chats, chats, messaging.Options{Limits: &pacing, StopWithin: a.cfg.StopWithin * 3 / 4, LeaseTTL: a.cfg.LeaseTTL, Log: log, Metrics: messaging.NewMetrics(a.metrics.Registry)})
	a.Messaging = messaging.New(c, chats, a.waker())
	a.Inbox.Connect(messagingOfInbox{a.Messaging}, messagingOfInbox{a.Messaging})
	a.Intake = intake.New(d, c, a.Events, log, intake.Deps{
		Phones: a.Contacts, Inbox: inboxOfIntake{a.Inbox}, Chats: a.Inbox,
		Messaging: messagingOfIntake{a.Messaging, late}, Media: mediaOfIntake{a.Media, a.Inbox},
		Notices: noticesOfIntake{notices, late}, Links: linksOfIntake{a.Accounts},
	})
	a.Bots.Deliveries = deliveriesOfTelegram{a.Messaging, d}
	a.Bots.Members = membersOfTelegram{a.Accounts}
	a.Bots.Notices = notices
	a.Bots.Failed = a.Intake

	a.Media.RegisterJobs(registry, filesOfTelegram{a.Bots, client}, a.Inbox)
	notices.RegisterJobs(registry)
	jobs.Register(registry, func(ctx context.Context, j answerCallback) error { return j.work(ctx, a.Bots, client) })
	if err := a.edge(opt, notices); err != nil {
		return err
	}
	a.housekeeping(registry)
	a.jobs, err = jobs.New(d, registry, jobs.Config{Work: a.does("worker"), Log: quiet(log)})
	if err != nil {
		return err
	}
	late.client = a.jobs
	a.run(client)
	return nil
}

func (a *App) secrets() (*secrets.Box, error) {
	if a.cfg.SecretKeys != "" {
		return secrets.FromEnv(a.cfg.SecretKeys)
	}
	return secrets.Open(filepath.Join(a.cfg.Data, "secrets.json"))
}

// webhookBase is where Telegram reaches us: the demo's sandbox does so on this machine.
func (a *App) webhookBase(opt Options) string {
	if a.cfg.PublicURL == "" && opt.Sandbox != nil {
		return a.cfg.BaseURL()
	}
	return a.cfg.PublicURL
}

// botLink leads to Telegram, in the demo to its own.
func (a *App) botLink(opt Options) func(username, start string) string {
	if opt.Sandbox == nil {
		return botapi.BotLink
	}
	return func(username, start string) string {
		q := url.Values{"bot": {username}}
		if start != "" {
			q.Set("start", start)
		}
		return a.cfg.BaseURL() + "/sandbox/?" + q.Encode()
	}
}

// edge mounts the routes of the role.
func (a *App) edge(opt Options, notices *notification.Service) error {
	page, err := web.New(web.Dist())
	if err != nil {
		return err
	}
	a.API, err = httpapi.New(httpapi.Config{
		Auth: a.Accounts, DB: a.DB, Clock: a.clock, Log: a.Log, Version: Version, Page: page,
		Middleware: []func(http.Handler) http.Handler{a.metrics.Middleware}, TrustedProxies: a.cfg.TrustedProxies,
	})
	if err != nil {
		return err
	}
	a.Handler = a.API
	a.healthRoutes()
	a.stream = events.NewStream(a.hub, a.DB, a.API.WriteError, func(r *http.Request) error {
		now, err := a.Accounts.Authenticate(r)
		if was, _ := ident.From(r.Context()); err == nil && (now.WorkspaceID != was.WorkspaceID || now.Role != was.Role) {
			err = errs.Forbidden("The stream's company or role is no longer this person's.")
		}
		return err
	})
	if !a.does("web") {
		return nil
	}
	a.Accounts.RegisterAPI(a.API, a.cfg.BaseURL(), a.Log)
	a.Workspaces.RegisterAPI(a.API)
	a.Contacts.RegisterAPI(a.API)
	a.Inbox.RegisterAPI(a.API)
	a.Media.RegisterAPI(a.API, logosOfMedia{a.DB, a.Companies})
	a.Bots.RegisterAPI(a.API)
	notices.RegisterAPI(a.API)
	a.API.Component(events.Pushed{})
	a.API.Handle(httpapi.Route{ID: "events", Method: "GET", Path: "/api/events", Permission: httpapi.Member, Stream: true}, a.stream)
	a.API.Handle(httpapi.Route{ID: "telegram_webhook", Method: "POST", Path: "/api/telegram/webhook/{bot}", Permission: httpapi.Public, MaxBody: 2 << 20},
		intake.Webhook(a.Bots, a.Intake, a.Log))
	if opt.Sandbox != nil {
		mux := http.NewServeMux()
		mux.Handle("/sandbox/", http.StripPrefix("/sandbox", opt.Sandbox))
		mux.Handle("/", a.API)
		a.Handler = mux
	}
	return nil
}

// run lists what runs beside the HTTP server, in the order of starting.
func (a *App) run(client *botapi.Client) {
	a.checks = []check{{"database", a.writeAndRead}, {"disk", a.diskFree}, {"jobs", a.jobAge}, {"bots", a.botOwners}, {"intake", a.intakeLag}}
	if a.does("worker") {
		a.parts = append(a.parts, part{"jobs", func(ctx context.Context) error { return a.jobs.Start(ctx) }, a.jobs.Stop})
	}
	if a.does("telegram") {
		a.parts = append(a.parts, a.background("dispatcher", a.Dispatcher.Run))
		poller := intake.NewPoller(a.Intake, a.clock, a.Log, intake.PollDeps{
			Bots: a.Bots, Roster: a.Bots, Progress: a.Bots, Source: client, Leases: pollLeases{a.Leases, a.DB.Engine()},
		})
		a.Bots.Changed = func() { poller.Wake(); a.Dispatcher.Changed() }
		a.hub.OnWord(func(word string) {
			if word == lease.Released { // another process stops: its bots are taken over at once
				a.Bots.Changed()
			}
		})
		a.parts = append(a.parts, a.background("polling", poller.Run))
	}
	a.hub.OnEvent(a.Bots.OnEvent)
	if a.does("telegram") && a.DB.Engine() == db.Postgres {
		a.hub.OnEvent(a.wakeSender)
	}
}

// wakeSender takes up what another process queued; the dispatcher would find it within
// its polling interval.
func (a *App) wakeSender(e events.Stored) {
	if e.Kind != "message.sent" {
		return
	}
	var data struct {
		BotID uuid.UUID `json:"bot_id"`
	}
	if json.Unmarshal(e.Data.V, &data) == nil && data.BotID != uuid.Nil {
		a.Dispatcher.Wake(data.BotID, messaging.Reply)
	}
}

// background makes a part of a function that runs until its context ends.
func (a *App) background(name string, run func(ctx context.Context) error) part {
	var cancel context.CancelFunc
	done := make(chan struct{})
	return part{
		Name: name,
		Start: func(ctx context.Context) error {
			ctx, cancel = context.WithCancel(ctx)
			go func() {
				defer close(done)
				if err := run(ctx); err != nil && ctx.Err() == nil {
					a.Log.ErrorContext(ctx, name+" ended", "error", err)
				}
			}()
			return nil
		},
		Stop: func(ctx context.Context) error {
			cancel()
			select {
			case <-done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
	}
}

// OpenAPI returns the document of the API without a server.
func OpenAPI() (*huma.OpenAPI, error) {
	dir, err := os.MkdirTemp("", "cartie-openapi-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	a, err := Build(context.Background(), config.Config{
		Listen: "127.0.0.1:0", Data: dir, Role: "all", TelegramAPI: botapi.DefaultBase, LogLevel: "error", StopWithin: time.Second,
	}, Options{})
	if err != nil {
		return nil, err
	}
	doc := a.API.OpenAPI()
	doc.Info.Version = "1" // of the document, not of the build: it is compared in CI
	return doc, a.DB.Close()
}

// logosOfMedia says which file is a company's logo.
type logosOfMedia struct {
	db        *db.DB
	companies *workspace.Companies
}

func (j logosOfMedia) IsLogo(ctx context.Context, ws, id uuid.UUID) (bool, error) {
	w, err := j.companies.Get(ctx, j.db.Read(), ws)
	return err == nil && w.LogoMediaID != nil && *w.LogoMediaID == id, err
}
