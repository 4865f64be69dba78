// Package sandbox is a local Bot API server with a chat page, so that a bot can be tried,
// tested and shown without Telegram. The product reaches it only over HTTP.
//
//	bot  ── /bot<token>/<method> ─→ params → facts (validation) → methods ─→ chats ─→ page (live)
//	page ── /api/… (acts) ────────→ chats → updates ─→ webhook or getUpdates ─→ bot
//
// Faults (faults.go) can be put on either way. State lives in memory; with Options.StateFile
// it is saved beside the running server.
package sandbox

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options says how a Server behaves; the zero value is a sandbox in memory with Telegram's delays.
type Options struct {
	Clock     func() time.Time // default time.Now
	BaseURL   string           // where clients reach the sandbox, without a slash at the end
	StateFile string           // optional: JSON state; media go to the folder StateFile + ".files"
	Log       *slog.Logger     // default: discards

	// Fetch downloads a file that a bot sends by URL. Nil refuses all URLs.
	Fetch func(ctx context.Context, url string) (data []byte, mime string, err error)

	RetryMin     time.Duration // webhook: delay after the second failure, doubled on; default 1 s
	RetryMax     time.Duration // webhook: longest delay between two tries; default 60 s
	HookTimeout  time.Duration // webhook: how long an answer may take; default 60 s
	RetryUnit    time.Duration // what one second of Retry-After lasts; default 1 s
	HangFor      time.Duration // timeout_after_accept: how long the connection hangs; default 60 s
	SaveEvery    time.Duration // debounce of the state file; default 500 ms
	KeepCalls    int           // API calls kept for assertions; default 5000
	KeepMessages int           // messages kept in a chat; default 5000
}

// Server is the sandbox; it is an http.Handler and may be mounted under any prefix with http.StripPrefix.
type Server struct {
	opt   Options
	log   *slog.Logger
	http  *http.Client
	mux   *http.ServeMux
	files *fileStore
	hub   *hub
	calls *callLog
	fault *faultSet
	saver *saver

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu      sync.Mutex // guards everything below; never held during I/O
	bots    map[int64]*bot
	tokens  map[string]*bot
	users   map[int64]*User
	threads map[threadKey]*thread
	queries map[string]*query
	last    counters
}

// counters are the last used numbers.
type counters struct {
	Bot, User, Group, Query, Album int64
}

// New returns a running sandbox; Close it when done.
func New(opt Options) *Server {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	opt.BaseURL = strings.TrimRight(opt.BaseURL, "/")
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	setDefault(&opt.RetryMin, time.Second)
	setDefault(&opt.RetryMax, time.Minute)
	setDefault(&opt.HookTimeout, time.Minute)
	setDefault(&opt.RetryUnit, time.Second)
	setDefault(&opt.HangFor, time.Minute)
	setDefault(&opt.SaveEvery, 500*time.Millisecond)
	if opt.KeepCalls == 0 {
		opt.KeepCalls = 5000
	}
	if opt.KeepMessages == 0 {
		opt.KeepMessages = 5000
	}
	s := &Server{
		opt:     opt,
		log:     opt.Log,
		files:   newFileStore(opt.StateFile),
		hub:     newHub(),
		calls:   &callLog{max: opt.KeepCalls},
		fault:   &faultSet{},
		bots:    map[int64]*bot{},
		tokens:  map[string]*bot{},
		users:   map[int64]*User{},
		threads: map[threadKey]*thread{},
		queries: map[string]*query{},
		last:    counters{Bot: 7_000_000_000, User: 500_000_000},
	}
	s.http = &http.Client{
		Timeout:       opt.HookTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux = s.routes()
	s.startSaving()
	return s
}

func setDefault(d *time.Duration, v time.Duration) {
	if *d == 0 {
		*d = v
	}
}

// Close stops deliveries and saves the state. Requests in flight end with their clients.
func (s *Server) Close() error {
	s.mu.Lock() // no delivery starts between the stop and the wait
	s.stop()
	s.mu.Unlock()
	s.hub.close()
	s.wg.Wait()
	s.http.CloseIdleConnections()
	return s.save()
}

// ServeHTTP answers the Bot API, the control API and the pages.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/bot"):
		s.serveBot(w, r, path[len("/bot"):])
	case strings.HasPrefix(path, "/file/bot"):
		s.serveFile(w, r, path[len("/file/bot"):])
	case path == "":
		// Mounted under a prefix and asked for without its slash, which relative links need.
		to := *r.URL
		to.Path, _, _ = strings.Cut(r.RequestURI, "?")
		to.Path += "/"
		http.Redirect(w, r, to.RequestURI(), http.StatusFound)
	default:
		s.mux.ServeHTTP(w, r)
	}
}

// APIEndpoint is what Bot API clients take as their endpoint: it has a %s for the token and one for the method.
func (s *Server) APIEndpoint() string { return s.opt.BaseURL + "/bot%s/%s" }

// FileEndpoint is the same for downloads: token and file_path.
func (s *Server) FileEndpoint() string { return s.opt.BaseURL + "/file/bot%s/%s" }

// ChatURL is the address of the chat page with this bot, for this user if it is not 0.
func (s *Server) ChatURL(botUsername string, user int64) string {
	q := url.Values{"bot": {botUsername}}
	if user != 0 {
		q.Set("user", strconv.FormatInt(user, 10))
	}
	return s.opt.BaseURL + "/?" + q.Encode()
}

func (s *Server) now() int64 { return s.opt.Clock().Unix() }
