package sandbox

import (
	"bytes"
	"encoding/json"
	"net"
	"net/url"
	"strings"
)

// markup is a reply_markup as sent: an inline keyboard belongs to the message, the rest to the chat.
type markup struct {
	inline json.RawMessage
	reply  json.RawMessage // reply keyboard or force_reply
	remove bool
}

// InlineButton is a button under a message.
type InlineButton struct {
	Text         string                `json:"text"`
	URL          string                `json:"url,omitempty"`
	CallbackData string                `json:"callback_data,omitempty"`
	WebApp       *struct{ URL string } `json:"web_app,omitempty"`
}

// actions are the fields of which an inline button has exactly one.
var actions = []string{"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}

const maxButtons = 100

func readMarkup(c *call) (markup, *apiError) {
	v := c.str("reply_markup")
	if v == "" {
		return markup{}, nil
	}
	var m struct {
		Inline [][]map[string]json.RawMessage `json:"inline_keyboard"`
		Keys   [][]json.RawMessage            `json:"keyboard"`
		Remove bool                           `json:"remove_keyboard"`
		Force  bool                           `json:"force_reply"`
	}
	if err := json.Unmarshal([]byte(v), &m); err != nil {
		return markup{}, badRequest("can't parse reply keyboard markup JSON object")
	}
	var flat bytes.Buffer
	_ = json.Compact(&flat, []byte(v)) // just decoded
	switch {
	case m.Inline != nil:
		n := 0
		for _, row := range m.Inline {
			for _, button := range row {
				n++
				if err := checkButton(button); err != nil {
					return markup{}, err
				}
			}
		}
		if n > maxButtons {
			return markup{}, badRequest("REPLY_MARKUP_TOO_LONG")
		}
		if n == 0 {
			return markup{}, nil
		}
		return markup{inline: flat.Bytes()}, nil
	case m.Keys != nil:
		n := 0
		for _, row := range m.Keys {
			n += len(row)
			for _, key := range row {
				var text string
				var obj struct{ Text string }
				if json.Unmarshal(key, &text) != nil {
					_ = json.Unmarshal(key, &obj) // the facts have checked it
					text = obj.Text
				}
				if strings.TrimSpace(text) == "" {
					return markup{}, badRequest("keyboard button text must be non-empty")
				}
			}
		}
		if n > 3*maxButtons {
			return markup{}, badRequest("REPLY_MARKUP_TOO_LONG")
		}
		return markup{reply: flat.Bytes()}, nil
	case m.Remove:
		return markup{remove: true}, nil
	case m.Force:
		return markup{reply: flat.Bytes()}, nil
	}
	return markup{}, nil
}

func checkButton(button map[string]json.RawMessage) *apiError {
	var text string
	if json.Unmarshal(button["text"], &text) != nil || strings.TrimSpace(text) == "" {
		return badRequest("can't parse inline keyboard button: button text must be non-empty")
	}
	n := 0
	for _, a := range actions {
		if _, ok := button[a]; ok {
			n++
		}
	}
	if n == 0 {
		return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	if n > 1 {
		return badRequest("can't parse inline keyboard button: exactly one optional field must be used")
	}
	if raw := button["url"]; raw != nil {
		var link string
		_ = json.Unmarshal(raw, &link)
		if !linkable(link) {
			return badRequest("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", link)
		}
	}
	if raw := button["web_app"]; raw != nil {
		var app struct{ URL string }
		_ = json.Unmarshal(raw, &app)
		u, err := url.Parse(app.URL)
		if err != nil || u.Scheme != "https" && !loopback(u) {
			return badRequest("inline keyboard button Web App URL '%s' is invalid: Only HTTPS links are allowed", app.URL)
		}
	}
	return nil
}

// linkable says whether a button may open the link: tg://, or http(s) with a real host, whose scheme
// may be left out. Telegram refuses hosts of this machine; a sandbox cannot.
func linkable(link string) bool {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return false
	}
	switch u.Scheme {
	case "tg":
		return true
	case "http", "https":
		return strings.Contains(u.Host, ".") || u.Hostname() == "localhost"
	case "":
		host, _, _ := strings.Cut(link, "/")
		return strings.Contains(host, ".")
	}
	return false
}

// loopback lets a mini app on this machine be opened without a certificate.
func loopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
