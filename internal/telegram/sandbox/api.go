package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// method answers one Bot API method. It is called without the lock.
type method func(s *Server, r *http.Request, b *bot, c *call) (any, *apiError)

// methods are those with real behaviour; every other known method only validates.
var methods map[string]method

func init() {
	methods = map[string]method{
		"getMe":          func(_ *Server, _ *http.Request, b *bot, _ *call) (any, *apiError) { return b.me(), nil },
		"logOut":         yes,
		"close":          yes,
		"getUpdates":     (*Server).getUpdates,
		"setWebhook":     (*Server).setWebhook,
		"deleteWebhook":  (*Server).deleteWebhook,
		"getWebhookInfo": (*Server).getWebhookInfo,

		"sendMessage":    (*Server).sendMessage,
		"sendPhoto":      sendMedia("photo"),
		"sendVideo":      sendMedia("video"),
		"sendAnimation":  sendMedia("animation"),
		"sendAudio":      sendMedia("audio"),
		"sendVoice":      sendMedia("voice"),
		"sendVideoNote":  sendMedia("video_note"),
		"sendDocument":   sendMedia("document"),
		"sendSticker":    sendMedia("sticker"),
		"sendContact":    (*Server).sendContact,
		"sendLocation":   (*Server).sendLocation,
		"sendMediaGroup": (*Server).sendMediaGroup,
		"sendChatAction": (*Server).sendChatAction,
		"copyMessage":    (*Server).copyMessage,
		"forwardMessage": (*Server).forwardMessage,

		"editMessageText":        (*Server).editMessageText,
		"editMessageCaption":     (*Server).editMessageCaption,
		"editMessageMedia":       (*Server).editMessageMedia,
		"editMessageReplyMarkup": (*Server).editMessageReplyMarkup,
		"deleteMessage":          (*Server).deleteMessage,
		"deleteMessages":         (*Server).deleteMessages,
		"setMessageReaction":     (*Server).setMessageReaction,
		"answerCallbackQuery":    (*Server).answerCallbackQuery,

		"getFile":              (*Server).getFile,
		"getChat":              (*Server).getChat,
		"getChatMember":        (*Server).getChatMember,
		"getStickerSet":        (*Server).getStickerSet,
		"getUserProfilePhotos": (*Server).getUserProfilePhotos,
		"setMyCommands":        (*Server).setMyCommands,
		"getMyCommands":        (*Server).getMyCommands,
		"deleteMyCommands":     (*Server).deleteMyCommands,
		"setChatMenuButton":    (*Server).setChatMenuButton,
		"getChatMenuButton":    (*Server).getChatMenuButton,
	}
}

func yes(*Server, *http.Request, *bot, *call) (any, *apiError) { return true, nil }

// serveBot answers /bot<token>/<method>.
func (s *Server) serveBot(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, ok := strings.Cut(rest, "/")
	if !ok || name == "" || strings.Contains(name, "/") {
		writeError(w, &apiError{Code: 404, Text: "Not Found"})
		return
	}
	s.mu.Lock()
	b := s.tokens[token]
	s.mu.Unlock()
	if b == nil {
		writeError(w, &apiError{Code: 401, Text: "Unauthorized"})
		return
	}
	canonical, known := facts.lower[strings.ToLower(name)]
	if !known {
		writeError(w, &apiError{Code: 404, Text: "Not Found: method not found"})
		s.calls.add(Call{Time: s.opt.Clock(), Bot: b.ID, Method: name, Code: 404})
		return
	}
	if f := s.fault.take(b.ID, 0, canonical, FaultDrop); f != nil {
		s.calls.add(Call{Time: s.opt.Clock(), Bot: b.ID, Method: canonical, Fault: FaultDrop})
		hangUp()
	}
	c, aerr := readCall(r, canonical)
	if aerr != nil {
		writeError(w, aerr)
		s.calls.add(Call{Time: s.opt.Clock(), Bot: b.ID, Method: canonical, Code: aerr.Code, Description: aerr.Text})
		return
	}
	s.run(w, r, b, c)
}

// run plays the faults, validates, calls the method and answers.
func (s *Server) run(w http.ResponseWriter, r *http.Request, b *bot, c *call) {
	entry := Call{Time: s.opt.Clock(), Bot: b.ID, Method: c.method, Params: c.values, Files: c.fileNames()}
	chat := c.num("chat_id")
	if f := s.fault.take(b.ID, chat, c.method, FaultSlow); f != nil {
		if !pause(r, f.delay(time.Second)) {
			return
		}
	}
	var result any
	var aerr *apiError
	if f := s.fault.take(b.ID, chat, c.method, FaultRateLimit, FaultServerError, FaultBlocked, FaultMigrate); f != nil {
		entry.Fault = f.Kind
		aerr = s.refusal(f, b, chat)
	}
	if aerr == nil {
		aerr = facts.check(c.method, c)
	}
	if aerr == nil {
		if play := methods[c.method]; play != nil {
			result, aerr = play(s, r, b, c)
		} else {
			aerr = badRequest("method is not played by the sandbox")
		}
	}
	if aerr != nil {
		entry.Code, entry.Description = aerr.Code, aerr.Text
		s.calls.add(entry)
		writeError(w, aerr)
		return
	}
	raw, err := json.Marshal(result)
	if err != nil {
		s.log.Error("sandbox: encode result", "method", c.method, "error", err)
		writeError(w, &apiError{Code: 500, Text: "Internal Server Error"})
		return
	}
	entry.OK, entry.Code, entry.Result = true, 200, raw
	if f := s.fault.take(b.ID, chat, c.method, FaultTimeoutAfterAccept); f != nil {
		entry.Fault = f.Kind
		s.calls.add(entry)
		pause(r, f.delay(s.opt.HangFor))
		hangUp()
	}
	s.calls.add(entry)
	body := make([]byte, 0, len(raw)+24)
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, raw...)
	body = append(body, '}')
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// hangUp drops the connection without an answer.
func hangUp() { panic(http.ErrAbortHandler) }

// pause waits unless the client goes away first.
func pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func writeError(w http.ResponseWriter, e *apiError) {
	body := map[string]any{"ok": false, "error_code": e.Code, "description": e.Text}
	more := map[string]any{}
	if e.RetryAfter > 0 {
		more["retry_after"] = e.RetryAfter
		w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	if e.MigrateTo != 0 {
		more["migrate_to_chat_id"] = e.MigrateTo
	}
	if len(more) > 0 {
		body["parameters"] = more
	}
	writeJSON(w, e.Code, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		status, raw = 500, []byte(`{"error":"encoding failed"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(raw, '\n'))
}

// Call is one API call received, kept for assertions.
type Call struct {
	Seq         int64             `json:"seq"`
	Time        time.Time         `json:"time"`
	Bot         int64             `json:"bot"`
	Method      string            `json:"method"`
	Params      map[string]string `json:"params,omitempty"`
	Files       map[string]string `json:"files,omitempty"` // part name → file name
	OK          bool              `json:"ok"`
	Code        int               `json:"code"`
	Description string            `json:"description,omitempty"`
	Result      json.RawMessage   `json:"result,omitempty"`
	Fault       FaultKind         `json:"fault,omitempty"`
}

func (c *call) fileNames() map[string]string {
	if len(c.files) == 0 {
		return nil
	}
	names := make(map[string]string, len(c.files))
	for k, f := range c.files {
		names[k] = f.name
	}
	return names
}

// callLog keeps the newest calls in a ring.
type callLog struct {
	mu   sync.Mutex
	max  int
	next int64
	ring []Call
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	c.Seq = l.next
	if len(l.ring) < l.max {
		l.ring = append(l.ring, c)
		return
	}
	l.ring[(c.Seq-1)%int64(l.max)] = c
}

// Calls returns the kept calls of a bot (0: all bots) and method ("": all), oldest first.
func (s *Server) Calls(bot int64, method string) []Call {
	l := s.calls
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Call
	n := int64(len(l.ring))
	for seq := l.next - n; seq < l.next; seq++ {
		c := l.ring[seq%int64(l.max)]
		if (bot == 0 || c.Bot == bot) && (method == "" || c.Method == method) {
			list = append(list, c)
		}
	}
	return list
}

// ErrUnknown says that a bot, user, chat, message or button does not exist.
var ErrUnknown = errors.New("sandbox: unknown")
