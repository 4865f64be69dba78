package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCallsAreCheckedAsTelegramChecksThem(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	chat := w.user.ID
	long := func(n int) string { return strings.Repeat("я", n) }
	astral := strings.Repeat("😀", 2048) // 4096 UTF-16 units
	cases := []struct {
		name, method, body string
		code               int // 200: accepted
		want               string
	}{
		{"plain", "sendMessage", `{"chat_id":$,"text":"hi"}`, 200, ""},
		{"method without case", "SENDMESSAGE", `{"chat_id":$,"text":"hi"}`, 200, ""},
		{"unknown method", "sendMassage", `{}`, 404, "method not found"},
		{"known but not played", "sendGift", `{"gift_id":"1","user_id":1}`, 400, "not played by the sandbox"},
		{"no chat", "sendMessage", `{"text":"hi"}`, 400, "chat_id is empty"},
		{"no text", "sendMessage", `{"chat_id":$}`, 400, "message text is empty"},
		{"blank text", "sendMessage", `{"chat_id":$,"text":"  \n"}`, 400, "message text is empty"},
		{"unknown chat", "sendMessage", `{"chat_id":1,"text":"hi"}`, 400, "chat not found"},
		{"chat id as words", "sendMessage", `{"chat_id":"me","text":"hi"}`, 400, "chat not found"},
		{"mistyped integer", "deleteMessage", `{"chat_id":$,"message_id":"x"}`, 400, `"message_id" must be an Integer`},
		{"mistyped boolean", "sendMessage", `{"chat_id":$,"text":"hi","protect_content":"perhaps"}`, 400, "must be a Boolean"},
		{"mistyped nested", "sendMessage", `{"chat_id":$,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":7,"callback_data":[]}]]}}`, 400, "must be a String"},
		{"broken JSON", "sendMessage", `{"chat_id":`, 400, "can't parse request body"},
		{"text of 4096", "sendMessage", `{"chat_id":$,"text":"` + long(4096) + `"}`, 200, ""},
		{"text of 4097", "sendMessage", `{"chat_id":$,"text":"` + long(4097) + `"}`, 400, "message is too long"},
		{"astral text of 4096 units", "sendMessage", `{"chat_id":$,"text":"` + astral + `"}`, 200, ""},
		{"astral text of 4097 units", "sendMessage", `{"chat_id":$,"text":"` + astral + `a"}`, 400, "message is too long"},
		{"limit counts after parsing", "sendMessage", `{"chat_id":$,"parse_mode":"HTML","text":"<b>` + long(4096) + `</b>"}`, 200, ""},
		{"unsupported tag", "sendMessage", `{"chat_id":$,"parse_mode":"HTML","text":"<p>x</p>"}`, 400, `can't parse entities: Unsupported start tag "p" at byte offset 0`},
		{"tag not closed", "sendMessage", `{"chat_id":$,"parse_mode":"HTML","text":"<b>x"}`, 400, "Can't find end tag"},
		{"tags crossed", "sendMessage", `{"chat_id":$,"parse_mode":"HTML","text":"<b><i>x</b></i>"}`, 400, "Unmatched end tag"},
		{"unknown parse mode", "sendMessage", `{"chat_id":$,"parse_mode":"BB","text":"x"}`, 400, "unsupported parse_mode"},
		{"callback data of 64 bytes", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b","callback_data":"` + long(32) + `"}]]}}`, 200, ""},
		{"callback data of 65 bytes", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b","callback_data":"` + long(32) + `a"}]]}}`, 400, "BUTTON_DATA_INVALID"},
		{"button without action", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b"}]]}}`, 400, "Text buttons are unallowed"},
		{"button with a link", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b","url":"cars.example.com/17"},{"text":"b","url":"http://127.0.0.1:8080/p/1"},{"text":"b","url":"tg://resolve?domain=x"}]]}}`, 200, ""},
		{"button with a bad link", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b","url":"javascript:alert(1)"}]]}}`, 400, "Wrong HTTP URL"},
		{"button with a plain web app", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"b","web_app":{"url":"http://x.test"}}]]}}`, 400, "Only HTTPS links are allowed"},
		{"markup of no kind", "sendMessage", `{"chat_id":$,"text":"x","reply_markup":{"buttons":[]}}`, 400, "matches none of"},
		{"reply to nothing", "sendMessage", `{"chat_id":$,"text":"x","reply_parameters":{"message_id":999}}`, 400, "message to be replied not found"},
		{"reply to nothing, allowed", "sendMessage", `{"chat_id":$,"text":"x","reply_parameters":{"message_id":999,"allow_sending_without_reply":true}}`, 200, ""},
		{"edit nothing", "editMessageText", `{"chat_id":$,"message_id":999,"text":"x"}`, 400, "message to edit not found"},
		{"edit the customer's", "editMessageText", `{"chat_id":$,"message_id":1,"text":"x"}`, 400, "message can't be edited"},
		{"delete none", "deleteMessages", `{"chat_id":$,"message_ids":[]}`, 400, "must have 1-100"},
		{"delete 101", "deleteMessages", `{"chat_id":$,"message_ids":[1` + strings.Repeat(",1", 100) + `]}`, 400, "must have 1-100"},
		{"answer too long", "answerCallbackQuery", `{"callback_query_id":"1","text":"` + long(201) + `"}`, 400, "MESSAGE_TOO_LONG"},
		{"answer to nothing", "answerCallbackQuery", `{"callback_query_id":"1"}`, 400, "query is too old"},
		{"command in capitals", "setMyCommands", `{"commands":[{"command":"Start","description":"x"}]}`, 400, "BOT_COMMAND_INVALID"},
		{"command of 33", "setMyCommands", `{"commands":[{"command":"` + strings.Repeat("a", 33) + `","description":"x"}]}`, 400, "BOT_COMMAND_INVALID"},
		{"commands", "setMyCommands", `{"commands":[{"command":"start","description":"x"}],"scope":{"type":"all_private_chats"}}`, 200, ""},
		{"scope of no kind", "setMyCommands", `{"commands":[],"scope":{"type":"planet"}}`, 400, "matches none of"},
		{"secret with a space", "setWebhook", `{"url":"https://x.test","secret_token":"a b"}`, 400, "unallowed characters"},
		{"secret of 257", "setWebhook", `{"url":"https://x.test","secret_token":"` + strings.Repeat("a", 257) + `"}`, 400, "must have 1-256"},
		{"webhook by ftp", "setWebhook", `{"url":"ftp://x.test"}`, 400, "HTTPS URL must be provided"},
		{"album of one", "sendMediaGroup", `{"chat_id":$,"media":[{"type":"photo","media":"x"}]}`, 400, "must have 2-10"},
		{"album mixed", "sendMediaGroup", `{"chat_id":$,"media":[{"type":"photo","media":"x"},{"type":"document","media":"x"}]}`, 400, "can't be mixed"},
		{"photo by a wrong id", "sendPhoto", `{"chat_id":$,"photo":"AgACnonsense"}`, 400, "wrong file identifier/HTTP URL specified"},
		{"photo by URL without a fetcher", "sendPhoto", `{"chat_id":$,"photo":"https://x.test/a.jpg"}`, 400, "failed to get HTTP URL content"},
		{"no photo", "sendPhoto", `{"chat_id":$}`, 400, "there is no photo in the request"},
		{"caption of 1025", "sendPhoto", `{"chat_id":$,"photo":"x","caption":"` + long(1025) + `"}`, 400, "message caption is too long"},
		{"location off the globe", "sendLocation", `{"chat_id":$,"latitude":91,"longitude":0}`, 400, "wrong latitude"},
		{"action of no kind", "sendChatAction", `{"chat_id":$,"action":"sleeping"}`, 400, "wrong parameter action"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			res := w.call(tc.method, strings.ReplaceAll(tc.body, "$", fmt.Sprint(chat)))
			if tc.code == 200 {
				if !res.OK {
					t.Fatalf("refused: %d %s", res.ErrorCode, res.Description)
				}
				return
			}
			if res.OK || res.ErrorCode != tc.code || !strings.Contains(res.Description, tc.want) {
				t.Errorf("got ok=%v %d %q, want %d …%q…", res.OK, res.ErrorCode, res.Description, tc.code, tc.want)
			}
		})
	}
}

func TestRevokedTokenIsUnauthorized(t *testing.T) {
	w := newWorld(t, Options{})
	fresh, err := w.RevokeToken(w.bot.ID)
	if err != nil {
		t.Fatal(err)
	}
	if res := w.call("getMe", `{}`); res.ErrorCode != 401 || res.Description != "Unauthorized" {
		t.Errorf("old token: %+v", res)
	}
	w.bot = fresh
	if res := w.call("getMe", `{}`); !res.OK {
		t.Errorf("new token: %+v", res)
	}
}

func TestParametersComeInEveryForm(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	base := w.http.URL + "/bot" + w.bot.Token + "/sendMessage"
	chat := fmt.Sprint(w.user.ID)
	multipart := "--B\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n" + chat + "\r\n--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nfour\r\n--B--\r\n"
	for _, x := range []struct{ method, url, kind, body, want string }{
		{"GET", base + "?chat_id=" + chat + "&text=one", "", "", "one"},
		{"POST", base, "application/x-www-form-urlencoded", "chat_id=" + chat + "&text=two", "two"},
		{"POST", base + "?chat_id=" + chat, "application/json", `{"text":"three"}`, "three"},
		{"POST", base, "multipart/form-data; boundary=B", multipart, "four"},
	} {
		req, err := http.NewRequest(x.method, x.url, strings.NewReader(x.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", x.kind)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		list := w.Messages(w.bot.ID, w.user.ID)
		if res.StatusCode != 200 || list[len(list)-1].Text != x.want {
			t.Errorf("%s %s: status %d, last message %q", x.method, x.kind, res.StatusCode, list[len(list)-1].Text)
		}
	}
}

func TestEveryMethodOfTheFactsIsKnown(t *testing.T) {
	if len(facts.Methods) != 180 {
		t.Errorf("%d methods", len(facts.Methods))
	}
	for name := range methods {
		if facts.Methods[name] == nil {
			t.Errorf("%s is played but unknown to the facts", name)
		}
	}
	for name, s := range facts.Types {
		for _, f := range s.Fields {
			for _, base := range f.bases {
				switch base {
				case "String", "Integer", "Float", "Boolean":
				default:
					if facts.Types[base] == nil {
						t.Errorf("%s.%s has an unknown type %s", name, f.Name, base)
					}
				}
			}
		}
	}
}

func TestPagesRunUnderTheirContentPolicy(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	mux := http.NewServeMux()
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", s))
	h := httptest.NewServer(mux)
	defer h.Close()
	for _, path := range []string{"/sandbox/", "/sandbox/side"} {
		res, err := http.Get(h.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no policy", path)
		}
		for _, bad := range []string{"<style", " style=", "onclick=", `src="/`, `href="/`, "<script>"} {
			if strings.Contains(string(body), bad) {
				t.Errorf("%s contains %s", path, bad)
			}
		}
		for _, link := range strings.Split(string(body), `"page/`)[1:] {
			name, _, _ := strings.Cut(link, `"`)
			r, err := http.Get(h.URL + "/sandbox/page/" + name)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if r.StatusCode != 200 {
				t.Errorf("%s links to page/%s: %d", path, name, r.StatusCode)
			}
		}
	}
	req, _ := http.NewRequest("POST", h.URL+"/sandbox/api/users", strings.NewReader(`{}`))
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 403 {
		t.Errorf("a foreign page acted: %d", res.StatusCode)
	}
}
