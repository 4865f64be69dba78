package intake

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cartie/internal/platform/errs"
	"cartie/internal/telegram/markup"
)

var seeds = []string{
	`{"update_id":1,"message":{"message_id":2,"date":3,"chat":{"id":4,"type":"private"},"from":{"id":4,"first_name":"A"},"text":"/start x","entities":[{"type":"bold","offset":0,"length":99}]}}`,
	`{"update_id":1,"edited_message":{"message_id":2,"chat":{"id":-4,"type":"group"},"photo":[{"file_id":"a","width":1,"height":1}],"caption":"<"}}`,
	`{"update_id":1,"callback_query":{"id":"1","from":{"id":4},"data":"x","message":{"message_id":1,"chat":{"id":4,"type":"private"}}}}`,
	`{"update_id":1,"my_chat_member":{"chat":{"id":4,"type":"private"},"new_chat_member":{"status":"kicked"}}}`,
	`{"update_id":9007199254740993,"poll":{}}`, `{"update_id":1,"message":null}`, `{"update_id":1,"message":[]}`, `[]`, `{"update_id":1,"":0}`,
}

// Whatever comes, reading it is an update or a refusal, and what would be stored is
// text that both databases take.
func FuzzUpdate(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	b := Bot{TelegramID: 777}
	in := &Intake{MaxFile: 1}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := Parse(raw)
		if err != nil {
			if k := errs.KindOf(err); k != errs.KindInvalid && k != errs.KindTooLarge {
				t.Fatalf("kind %s: %v", k, err)
			}
			return
		}
		again, err := Parse(u.Body)
		if err != nil || again.Hash != u.Hash || again.ID != u.ID {
			t.Fatalf("the compact form reads differently: %v", err)
		}
		_ = lockKey(b, u)
		if u.message == nil && u.editedMessage == nil && u.callback == nil && u.membership == nil && u.broken == nil {
			storable(t, u.Kind, string(u.Body))
		}
		m := u.message
		if m == nil {
			m = u.editedMessage
		}
		var got Incoming
		switch {
		case m != nil:
			got = m.incoming(b, u.Body, in.MaxFile)
		case u.callback != nil && u.callback.Message != nil:
			got = u.callback.incoming(b, u.Body, time.Unix(0, 0))
		default:
			return
		}
		if got.Kind == "" {
			t.Fatal("a message without a kind")
		}
		if _, err := markup.Visible(got.Text); err != nil {
			t.Fatalf("%q: %v", got.Text, err)
		}
		payload, err := json.Marshal(got.Payload)
		if err != nil || strings.Contains(string(payload), `\u0000`) {
			t.Fatalf("payload %s: %v", payload, err)
		}
		storable(t, got.Text, got.Title, got.AlbumID, got.Person.Name, got.Person.Username)
		for _, a := range got.Attachments {
			storable(t, a.FileID, a.FileUniqueID, a.Name, a.Mime)
		}
	})
}

func storable(t *testing.T, list ...string) {
	t.Helper()
	for _, s := range list {
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			t.Fatalf("%q cannot be stored", s)
		}
	}
}

var payloadAlphabet = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)

func FuzzStartPayload(f *testing.F) {
	for _, s := range []string{"/start", "/start abc", "/start@bot_x tl_A-1", "/start a b", "/starta", "/start " + strings.Repeat("a", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := startPayload(text)
		if !payloadAlphabet.MatchString(got) || got != "" && !strings.Contains(text, got) {
			t.Fatalf("%q gives %q", text, got)
		}
	})
}

func TestStartPayload(t *testing.T) {
	for text, want := range map[string]string{
		"/start": "", "/start abc": "abc", "/start@auto_bot tl_A-1": "tl_A-1", "/start a b": "", "/startabc": "", "start abc": "",
		"/start " + strings.Repeat("a", 64): strings.Repeat("a", 64), "/start " + strings.Repeat("a", 65): "",
	} {
		if got := startPayload(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for code, want := range map[string]string{"uk": "uk", "ua": "uk", "RU": "ru", "en-GB": "en", "de": "", "": ""} {
		if got := language(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	texts := map[string]string{"uk": "У", "ru": "Р", "pl": "P"}
	for _, c := range []struct{ contact, company, want string }{
		{"ru", "uk", "Р"}, {"en", "uk", "У"}, {"", "en", "У"},
	} {
		if got := pick(texts, c.contact, c.company); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := pick(map[string]string{"pl": "P"}, "en", "uk"); got != "P" {
		t.Errorf("any language: %q", got)
	}
}
