package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	tgbotapi "github.com/OvyFlash/telegram-bot-api"
)

func TestChannelAndGroup(t *testing.T) {
	w := newWorld(t, Options{})
	channel, err := w.AddGroup(NewGroup{Type: "channel", Title: "Cars", Username: "cars_kyiv", Admins: []int64{w.bot.ID}})
	if err != nil {
		t.Fatal(err)
	}
	post, err := w.api.Send(tgbotapi.NewMessageToChannel("@cars_kyiv", "For sale"))
	if err != nil || post.SenderChat == nil || post.SenderChat.ID != channel.ID {
		t.Fatalf("post: %+v, %v", post, err)
	}
	if _, err := w.Send(Act{Bot: w.bot.ID, Chat: channel.ID, Text: "by a person"}); err != nil {
		t.Fatal(err)
	}
	group, err := w.AddGroup(NewGroup{Type: "supergroup", Title: "Yard", Admins: []int64{w.user.ID}, Members: []int64{w.bot.ID}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"chatter", "/price", "ask @dealer_bot"} {
		if _, err := w.Send(Act{Bot: w.bot.ID, User: w.user.ID, Chat: group.ID, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, u := range w.updates(0) {
		switch {
		case u.ChannelPost != nil:
			got = append(got, "post:"+u.ChannelPost.Text)
		case u.Message != nil:
			got = append(got, u.Message.Text)
		}
	}
	if fmt.Sprint(got) != "[post:by a person /price ask @dealer_bot]" {
		t.Errorf("a plain member in privacy mode got %q", got)
	}
	if err := w.Join(group.ID, w.bot.ID, "kicked"); err != nil {
		t.Fatal(err)
	}
	if res := w.call("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"x"}`, group.ID)); res.ErrorCode != 403 || !strings.Contains(res.Description, "bot was kicked") {
		t.Errorf("a kicked bot writes: %+v", res)
	}
	member, err := w.api.GetChatMember(tgbotapi.GetChatMemberConfig{ChatConfigWithUser: tgbotapi.ChatConfigWithUser{ChatConfig: tgbotapi.ChatConfig{ChatID: group.ID}, UserID: w.user.ID}})
	if err != nil || member.Status != "administrator" {
		t.Errorf("member: %+v, %v", member, err)
	}
}

func TestCustomerEditsRepliesAndPressesKeys(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	ask := tgbotapi.NewMessage(w.user.ID, "Your phone?")
	ask.ReplyMarkup = tgbotapi.NewReplyKeyboard(tgbotapi.NewKeyboardButtonRow(tgbotapi.NewKeyboardButtonContact("Share"), tgbotapi.NewKeyboardButton("Later")))
	question, err := w.api.Send(ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.PressKey(w.bot.ID, w.user.ID, "Share"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PressKey(w.bot.ID, w.user.ID, "Never"); err == nil {
		t.Error("a key that is not there was pressed")
	}
	said, err := w.Send(Act{Bot: w.bot.ID, User: w.user.ID, Text: "first", ReplyTo: int64(question.MessageID)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Edit(w.bot.ID, w.user.ID, 0, said[0].MessageID, "second"); err != nil {
		t.Fatal(err)
	}
	list := w.updates(0)[1:]
	if len(list) != 3 || list[0].Message.Contact == nil || list[0].Message.Contact.UserID != w.user.ID {
		t.Fatalf("updates: %+v", list)
	}
	if r := list[1].Message.ReplyToMessage; r == nil || r.MessageID != question.MessageID {
		t.Errorf("reply: %+v", r)
	}
	if e := list[2].EditedMessage; e == nil || e.Text != "second" || e.EditDate == 0 {
		t.Errorf("edit: %+v", e)
	}
	if _, err := w.Start(w.bot.ID, w.user.ID, strings.Repeat("a", 65)); err == nil {
		t.Error("a start payload of 65 was taken")
	}
}

func TestCopyForwardDeleteReact(t *testing.T) {
	w := newWorld(t, Options{})
	w.start()
	orig, err := w.Say(w.bot.ID, w.user.ID, "original")
	if err != nil {
		t.Fatal(err)
	}
	args := fmt.Sprintf(`{"chat_id":%d,"from_chat_id":%d,"message_id":%d,"message_ids":[%d,999],"reaction":[{"type":"emoji","emoji":"👍"}]}`, w.user.ID, w.user.ID, orig.MessageID, orig.MessageID)
	for _, m := range []string{"copyMessage", "forwardMessage", "setMessageReaction", "deleteMessages"} {
		if res := w.call(m, args); !res.OK {
			t.Errorf("%s: %s", m, res.Description)
		}
	}
	list := w.Messages(w.bot.ID, w.user.ID)
	if len(list) != 3 || list[1].Text != "original" || list[1].ForwardOrigin != nil || list[2].ForwardOrigin == nil {
		t.Errorf("messages: %+v", list)
	}
	if res := w.call("deleteMessage", args); res.Description != "Bad Request: message to delete not found" {
		t.Errorf("deleted twice: %+v", res)
	}
}

func TestControlAPI(t *testing.T) {
	w := newWorld(t, Options{})
	do := func(method, path, body string) (int, map[string]any) {
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequest(method, path, strings.NewReader(body)))
		var obj map[string]any
		_ = json.Unmarshal(rec.Body.Bytes(), &obj)
		return rec.Code, obj
	}
	place := fmt.Sprintf(`"bot":%d,"user":%d`, w.bot.ID, w.user.ID)
	for _, x := range []struct {
		method, path, body string
		code               int
	}{
		{"POST", "/api/bots", `{"username":"second_bot","name":"Second"}`, 200},
		{"POST", "/api/bots", `{"username":"second"}`, 422},
		{"POST", "/api/users", `{"first_name":"Ivan"}`, 200},
		{"POST", "/api/groups", `{"type":"club","title":"x"}`, 422},
		{"POST", "/api/start", `{` + place + `,"payload":"car_1"}`, 200},
		{"POST", "/api/acts", `{` + place + `,"text":"hello"}`, 200},
		{"POST", "/api/acts", `{` + place + `,"text":""}`, 422},
		{"POST", "/api/acts", `{"bot":1,"user":2,"text":"x"}`, 404},
		{"POST", "/api/acts", `nonsense`, 422},
		{"POST", "/api/press", `{` + place + `,"message_id":1,"data":"x"}`, 404},
		{"POST", "/api/block", `{` + place + `,"blocked":true}`, 200},
		{"POST", "/api/acts", `{` + place + `,"text":"x"}`, 409},
		{"POST", "/api/faults", `{"kind":"slow","delay_ms":1}`, 200},
		{"DELETE", "/api/faults", ``, 200},
		{"GET", "/api/calls", ``, 200},
		{"GET", "/api/nothing", ``, 404},
	} {
		if code, obj := do(x.method, x.path, x.body); code != x.code {
			t.Errorf("%s %s %s: %d %v", x.method, x.path, x.body, code, obj)
		}
	}
	_, view := do("GET", fmt.Sprintf("/api/messages?bot=%d&user=%d", w.bot.ID, w.user.ID), "")
	if list, _ := view["messages"].([]any); len(list) != 2 || view["blocked"] != true {
		t.Errorf("view: %v", view)
	}
}

func TestWebAppLaunchDataIsSigned(t *testing.T) {
	w := newWorld(t, Options{})
	link, err := w.OpenWebApp(w.bot.ID, w.user.ID, "http://127.0.0.1:8080/app")
	if err != nil {
		t.Fatal(err)
	}
	_, fragment, _ := strings.Cut(link, "#")
	q, err := url.ParseQuery(fragment)
	if err != nil {
		t.Fatal(err)
	}
	valid, err := tgbotapi.ValidateWebAppData(w.bot.Token, q.Get("tgWebAppData"))
	if err != nil || !valid {
		t.Errorf("the independent client refuses the launch data: %v, %v", valid, err)
	}
	if _, err := w.OpenWebApp(w.bot.ID, w.user.ID, "http://example.com/"); err == nil {
		t.Error("a mini app without https was opened")
	}
}

// BenchmarkSendMessage is the handler's own cost, without the network.
func BenchmarkSendMessage(b *testing.B) {
	s := New(Options{})
	defer s.Close()
	bot, err := s.AddBot(NewBot{Username: "dealer_bot"})
	if err != nil {
		b.Fatal(err)
	}
	user := s.AddUser(User{FirstName: "Olena"})
	if _, err := s.Start(bot.ID, user.ID, ""); err != nil {
		b.Fatal(err)
	}
	body := fmt.Sprintf(`{"chat_id":%d,"text":"Skoda Octavia, 2019, 120 000 km","reply_markup":{"inline_keyboard":[[{"text":"Buy","callback_data":"buy:1"}]]}}`, user.ID)
	path := "/bot" + bot.Token + "/sendMessage"
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest("POST", path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		if rec.Code != 200 {
			b.Fatal(rec.Body.String())
		}
	}
}
