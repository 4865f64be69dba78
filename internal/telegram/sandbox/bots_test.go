package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestBotsSettings(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	steps := []struct{ method, body, want string }{
		{"getMyCommands", `{}`, `[]`},
		{"setMyCommands", `{"commands":[{"command":"stock","description":"Stock"}]}`, `true`},
		{"setMyCommands", `{"commands":[{"command":"stock","description":"Наявність"}],"language_code":"uk"}`, `true`},
		{"getMyCommands", `{}`, `[{"command":"stock","description":"Stock"}]`},
		{"getMyCommands", `{"language_code":"uk"}`, `[{"command":"stock","description":"Наявність"}]`},
		{"deleteMyCommands", `{}`, `true`},
		{"getMyCommands", `{}`, `[]`},
		{"setChatMenuButton", `{"menu_button":{"type":"web_app","text":"Shop","web_app":{"url":"https://x.test"}}}`, `true`},
		{"getChatMenuButton", `{}`, `{"type":"web_app","text":"Shop","web_app":{"url":"https://x.test"}}`},
		{"getUserProfilePhotos", fmt.Sprintf(`{"user_id":%d}`, w.user.ID), `{"photos":[],"total_count":0}`},
	}
	for _, x := range steps {
		if res := w.call(x.method, x.body); !res.OK || string(res.Result) != x.want {
			t.Errorf("%s %s: %s %s", x.method, x.body, res.Result, res.Description)
		}
	}
	if res := w.call("getChat", fmt.Sprintf(`{"chat_id":%d}`, w.user.ID)); !strings.Contains(string(res.Result), `"first_name":"Olena"`) {
		t.Errorf("getChat: %s %s", res.Result, res.Description)
	}
	if res := w.call("getStickerSet", `{"name":"sandbox_cars"}`); strings.Count(string(res.Result), "file_unique_id") != len(paints) {
		t.Errorf("getStickerSet: %s %s", res.Result, res.Description)
	}
	v, err := w.Look(w.bot.ID, w.user.ID, 0)
	if err != nil || !strings.Contains(string(v.Commands), "Наявність") || !strings.Contains(string(v.Menu), "Shop") {
		t.Errorf("the page shows commands %s and menu %s: %v", v.Commands, v.Menu, err)
	}
}

func TestBotNamesAndTokens(t *testing.T) {
	s := New(Options{BaseURL: "http://127.0.0.1:1/sandbox/"})
	defer s.Close()
	for _, bad := range []NewBot{{Username: "dealer"}, {Username: "1bot"}, {Username: "good_bot", Token: "secret"}} {
		if b, err := s.AddBot(bad); err == nil {
			t.Errorf("%+v became %+v", bad, b)
		}
	}
	a, err := s.AddBot(NewBot{Username: "dealer_bot", Token: "123456:demo-token"})
	if err != nil || a.ID != 123456 {
		t.Fatalf("%+v, %v", a, err)
	}
	if again, err := s.AddBot(NewBot{Username: "Dealer_Bot"}); err != nil || again.Token != a.Token {
		t.Errorf("the same bot again: %+v, %v", again, err)
	}
	if got := s.APIEndpoint(); got != "http://127.0.0.1:1/sandbox/bot%s/%s" {
		t.Errorf("endpoint %s", got)
	}
	if got := s.ChatURL("dealer_bot", 5); got != "http://127.0.0.1:1/sandbox/?bot=dealer_bot&user=5" {
		t.Errorf("chat page %s", got)
	}
}
