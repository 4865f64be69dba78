package sandbox

import (
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

//go:embed page
var pageFiles embed.FS

// csp lets the pages load only what the sandbox itself serves.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	static, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic("sandbox: page: " + err.Error()) // the folder is embedded
	}
	mux.Handle("GET /page/", http.StripPrefix("/page/", noStore(http.FileServerFS(static))))
	mux.HandleFunc("GET /{$}", page(static, "index.html"))
	mux.HandleFunc("GET /side", page(static, "side.html"))
	mux.HandleFunc("GET /media/{id}", s.serveMedia)

	api := http.NewServeMux()
	s.controlRoutes(api)
	// Nobody is asked who he is here, so at least no foreign page may act.
	mux.Handle("/api/", http.NewCrossOriginProtection().Handler(api))
	return mux
}

func noStore(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r)
	})
}

func page(files fs.FS, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", csp)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body)
	}
}

// place names a chat as the page sees it.
type place struct {
	Bot       int64  `json:"bot"`
	User      int64  `json:"user"`
	Chat      int64  `json:"chat"`
	MessageID int64  `json:"message_id"`
	Text      string `json:"text"`
	Data      string `json:"data"`
	Payload   string `json:"payload"`
	Blocked   bool   `json:"blocked"`
	Who       int64  `json:"who"`
	Status    string `json:"status"`
}

func placeOf(r *http.Request) (p place) {
	p.Bot, _ = strconv.ParseInt(r.FormValue("bot"), 10, 64)
	p.User, _ = strconv.ParseInt(r.FormValue("user"), 10, 64)
	p.Chat, _ = strconv.ParseInt(r.FormValue("chat"), 10, 64)
	return p
}

func (s *Server) controlRoutes(mux *http.ServeMux) {
	get := func(path string, f func(r *http.Request) (any, error)) {
		mux.HandleFunc("GET /api/"+path, func(w http.ResponseWriter, r *http.Request) {
			v, err := f(r)
			answer(w, v, err)
		})
	}
	post := func(path string, f func(p place) (any, error)) {
		mux.HandleFunc("POST /api/"+path, func(w http.ResponseWriter, r *http.Request) {
			var p place
			err := decode(r, &p)
			var v any
			if err == nil {
				v, err = f(p)
			}
			answer(w, v, err)
		})
	}
	get("bots", func(*http.Request) (any, error) { return s.Bots(), nil })
	get("users", func(*http.Request) (any, error) { return s.Users(), nil })
	get("chats", func(r *http.Request) (any, error) { return s.Chats(placeOf(r).User), nil })
	get("messages", func(r *http.Request) (any, error) {
		p := placeOf(r)
		return s.Look(p.Bot, p.User, p.Chat)
	})
	get("calls", func(r *http.Request) (any, error) {
		list := s.Calls(placeOf(r).Bot, r.FormValue("method"))
		if list == nil {
			list = []Call{}
		}
		return list, nil
	})
	get("answers/{query}", func(r *http.Request) (any, error) { return s.Answer(r.PathValue("query")) })
	get("faults", func(*http.Request) (any, error) { return s.Faults(), nil })
	get("stickers", func(*http.Request) (any, error) { return s.Stickers(), nil })
	get("webapp", func(r *http.Request) (any, error) {
		p := placeOf(r)
		link, err := s.OpenWebApp(p.Bot, p.User, r.FormValue("url"))
		return map[string]string{"url": link}, err
	})
	mux.HandleFunc("GET /api/events", s.serveEvents)

	mux.HandleFunc("POST /api/bots", accept(s.AddBot))
	mux.HandleFunc("POST /api/users", accept(func(u User) (User, error) { return s.AddUser(u), nil }))
	mux.HandleFunc("POST /api/groups", accept(s.AddGroup))
	mux.HandleFunc("POST /api/faults", accept(s.Misbehave))
	mux.HandleFunc("DELETE /api/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.Behave(0)
		answer(w, true, nil)
	})
	mux.HandleFunc("DELETE /api/faults/{id}", func(w http.ResponseWriter, r *http.Request) {
		if id, err := strconv.ParseInt(r.PathValue("id"), 10, 64); err == nil && id > 0 {
			s.Behave(id)
		}
		answer(w, true, nil)
	})
	mux.HandleFunc("POST /api/acts", s.serveAct)
	post("revoke", func(p place) (any, error) { return s.RevokeToken(p.Bot) })
	post("start", func(p place) (any, error) { return s.Start(p.Bot, p.User, p.Payload) })
	post("edit", func(p place) (any, error) { return s.Edit(p.Bot, p.User, p.Chat, p.MessageID, p.Text) })
	post("delete", func(p place) (any, error) { return true, s.Delete(p.Bot, p.User, p.Chat, p.MessageID) })
	post("block", func(p place) (any, error) { return true, s.Block(p.Bot, p.User, p.Blocked) })
	post("key", func(p place) (any, error) { return s.PressKey(p.Bot, p.User, p.Text) })
	post("join", func(p place) (any, error) { return true, s.Join(p.Chat, p.Who, p.Status) })
	post("migrate", func(p place) (any, error) { return s.Migrate(p.Chat) })
	post("press", func(p place) (any, error) {
		id, err := s.Press(p.Bot, p.User, p.Chat, p.MessageID, p.Data)
		return map[string]string{"query": id}, err
	})
}

// accept turns a Go method into an operation that takes and gives JSON.
func accept[In, Out any](f func(In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := decode(r, &in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := f(in)
		answer(w, out, err)
	}
}

func decode(r *http.Request, dst any) error {
	dec := json.NewDecoder(io.LimitReader(r.Body, maxForm))
	if err := dec.Decode(dst); err != nil {
		return errors.New("sandbox: the body is not the JSON object expected: " + err.Error())
	}
	return nil
}

func answer(w http.ResponseWriter, v any, err error) {
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, v)
	case errors.Is(err, ErrUnknown):
		writeJSON(w, http.StatusNotFound, map[string]string{"error": message(err)})
	case errors.Is(err, ErrBlocked):
		writeJSON(w, http.StatusConflict, map[string]string{"error": message(err)})
	default:
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": message(err)})
	}
}

func message(err error) string { return strings.TrimPrefix(err.Error(), "sandbox: ") }

// serveAct takes an act as JSON, or as multipart: the part "act" is the JSON, the parts
// "file0", "file1" and so on are the files of its items.
func (s *Server) serveAct(w http.ResponseWriter, r *http.Request) {
	var a Act
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if err := decode(r, &a); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := s.Send(a)
		answer(w, out, err)
		return
	}
	c, aerr := readCall(r, "act")
	if aerr != nil {
		answer(w, nil, errors.New(aerr.Text))
		return
	}
	if err := json.Unmarshal([]byte(c.str("act")), &a); err != nil {
		answer(w, nil, errors.New("sandbox: the part act is not the JSON object expected"))
		return
	}
	for i := range a.Items {
		if f := c.files["file"+strconv.Itoa(i)]; f != nil {
			a.Items[i].Upload = Upload{Name: f.name, Mime: f.mime, Data: f.data}
		}
	}
	out, err := s.Send(a)
	answer(w, out, err)
}

// View is a chat with its messages, oldest first.
type View struct {
	Chat      Chat                      `json:"chat"`
	Messages  []*Message                `json:"messages"`
	Keyboard  json.RawMessage           `json:"keyboard,omitempty"`
	Reactions map[int64]json.RawMessage `json:"reactions,omitempty"`
	Started   bool                      `json:"started"`
	Blocked   bool                      `json:"blocked"`
	Commands  json.RawMessage           `json:"commands,omitempty"`
	Menu      json.RawMessage           `json:"menu,omitempty"`
}

// Look returns a chat as its people see it; chat 0 is the user's private chat with the bot.
func (s *Server) Look(botID, user, chat int64) (View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, b, err := s.thread(botID, user, chat)
	if err != nil {
		return View{}, err
	}
	v := View{Chat: t.Chat, Messages: []*Message{}, Keyboard: t.Keyboard, Started: t.Started, Blocked: t.Blocked, Reactions: map[int64]json.RawMessage{}}
	for _, id := range t.Order {
		if m := t.Messages[id]; m != nil {
			v.Messages = append(v.Messages, m)
		}
	}
	for id, x := range t.Reactions {
		v.Reactions[id] = x
	}
	if b != nil && t.private() {
		language := ""
		if u := s.users[user]; u != nil {
			language = u.LanguageCode
		}
		for _, key := range []string{"all_private_chats///" + language, "all_private_chats///", "default///" + language, "default///"} {
			if v.Commands = b.Commands[key]; v.Commands != nil {
				break
			}
		}
		if v.Menu = b.MenuButtons[t.Chat.ID]; v.Menu == nil {
			v.Menu = b.MenuButtons[0]
		}
	}
	return v, nil
}

// Messages returns the messages of a chat, oldest first: a private chat by its user's id, a group by its own.
func (s *Server) Messages(botID, chat int64) []Message {
	v, err := s.Look(botID, max(chat, 0), min(chat, 0))
	if err != nil {
		return nil
	}
	list := make([]Message, len(v.Messages))
	for i, m := range v.Messages {
		list[i] = *m
	}
	return list
}

// ChatItem is a line of the page's list of chats.
type ChatItem struct {
	Bot  int64    `json:"bot,omitempty"` // private chats only
	Chat Chat     `json:"chat"`
	Last *Message `json:"last,omitempty"`
}

// Chats lists a user's private chats, and all groups and channels.
func (s *Server) Chats(user int64) []ChatItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []ChatItem{}
	for _, id := range sortedKeys(s.bots) {
		if t := s.threads[threadKey{id, user}]; t != nil {
			list = append(list, ChatItem{Bot: id, Chat: t.Chat, Last: t.newest()})
		}
	}
	var groups []int64
	for key, t := range s.threads {
		if key.Bot == 0 && t.MigratedTo == 0 {
			groups = append(groups, key.Chat)
		}
	}
	slices.Sort(groups)
	for _, id := range groups {
		t := s.threads[threadKey{0, id}]
		list = append(list, ChatItem{Chat: t.Chat, Last: t.newest()})
	}
	return list
}

func (t *thread) newest() *Message {
	for i := len(t.Order) - 1; i >= 0; i-- {
		if m := t.Messages[t.Order[i]]; m != nil {
			return m
		}
	}
	return nil
}
