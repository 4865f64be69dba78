package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/OvyFlash/telegram-bot-api"
)

// world is a sandbox with one bot and one customer, reached over HTTP.
type world struct {
	*Server
	t    *testing.T
	http *httptest.Server
	bot  Bot
	user User
	api  *tgbotapi.BotAPI
}

func newWorld(t *testing.T, opt Options) *world {
	t.Helper()
	if opt.Clock == nil {
		at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		opt.Clock = func() time.Time { return at }
	}
	opt.RetryMin, opt.RetryMax, opt.RetryUnit = time.Millisecond, 2*time.Millisecond, time.Millisecond
	s := New(opt)
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		_ = s.Close()
		h.CloseClientConnections()
		h.Close()
	})
	w := &world{Server: s, t: t, http: h}
	var err error
	if w.bot, err = s.AddBot(NewBot{Username: "dealer_bot", Name: "Dealer"}); err != nil {
		t.Fatal(err)
	}
	w.user = s.AddUser(User{FirstName: "Olena", LanguageCode: "uk"})
	w.api = w.client(w.bot)
	return w
}

func (w *world) client(b Bot) *tgbotapi.BotAPI {
	api := &tgbotapi.BotAPI{Token: b.Token, Client: w.http.Client()}
	api.SetAPIEndpoint(w.http.URL + "/bot%s/%s")
	return api
}

// start has the customer press Start, so that the bot may write.
func (w *world) start() {
	w.t.Helper()
	if _, err := w.Start(w.bot.ID, w.user.ID, ""); err != nil {
		w.t.Fatal(err)
	}
}

// call posts JSON to a method and returns the decoded answer.
func (w *world) call(method, body string) (res struct {
	OK          bool            `json:"ok"`
	ErrorCode   int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		Migrate    int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}) {
	w.t.Helper()
	r, err := http.Post(w.http.URL+"/bot"+w.bot.Token+"/"+method, "application/json", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &res); err != nil {
		w.t.Fatalf("%s answered %q: %v", method, raw, err)
	}
	if !res.OK && res.ErrorCode != r.StatusCode {
		w.t.Errorf("%s: error_code %d with status %d", method, res.ErrorCode, r.StatusCode)
	}
	return res
}

func (w *world) updates(offset int) []tgbotapi.Update {
	w.t.Helper()
	list, err := w.api.GetUpdatesWithContext(context.Background(), tgbotapi.UpdateConfig{Offset: offset})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestIndependentClientTalksToTheSandbox(t *testing.T) {
	w := newWorld(t, Options{})
	me, err := w.api.GetMe()
	if err != nil || me.UserName != "dealer_bot" || !me.IsBot {
		t.Fatalf("getMe: %+v, %v", me, err)
	}
	if _, err := w.api.Send(tgbotapi.NewMessage(w.user.ID, "Hello")); err == nil || !strings.Contains(err.Error(), "can't initiate conversation") {
		t.Fatalf("a bot wrote first: %v", err)
	}
	if _, err := w.Start(w.bot.ID, w.user.ID, "car_17"); err != nil {
		t.Fatal(err)
	}
	list := w.updates(0)
	if len(list) != 1 || list[0].Message == nil || list[0].Message.Command() != "start" || list[0].Message.CommandArguments() != "car_17" {
		t.Fatalf("updates: %+v", list)
	}
	msg := tgbotapi.NewMessage(w.user.ID, "<b>Škoda</b> &lt;2019&gt;")
	msg.ParseMode = "HTML"
	msg.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(tgbotapi.NewInlineKeyboardButtonData("Buy", "buy:17")))
	sent, err := w.api.Send(msg)
	if err != nil {
		t.Fatal(err)
	}
	if sent.Text != "Škoda <2019>" || len(sent.Entities) != 1 || sent.Entities[0].Type != "bold" || sent.Entities[0].Length != 5 {
		t.Errorf("sent: %+v", sent)
	}
	query, err := w.Press(w.bot.ID, w.user.ID, 0, int64(sent.MessageID), "Buy")
	if err != nil {
		t.Fatal(err)
	}
	list = w.updates(list[0].UpdateID + 1)
	if len(list) != 1 || list[0].CallbackQuery == nil || list[0].CallbackQuery.Data != "buy:17" || list[0].CallbackQuery.ID != query {
		t.Fatalf("updates after the press: %+v", list)
	}
	if _, err := w.api.Request(tgbotapi.NewCallback(query, "Reserved")); err != nil {
		t.Fatal(err)
	}
	if a, _ := w.Answer(query); !a.Answered || a.Text != "Reserved" {
		t.Errorf("answer: %+v", a)
	}
	edit := tgbotapi.NewEditMessageText(w.user.ID, sent.MessageID, "Sold")
	if _, err := w.api.Send(edit); err != nil {
		t.Fatal(err)
	}
	var refused *tgbotapi.Error
	if _, err := w.api.Send(edit); !errors.As(err, &refused) || !strings.Contains(refused.Message, "message is not modified") {
		t.Errorf("the same edit twice: %v", err)
	}
	messages := w.Messages(w.bot.ID, w.user.ID)
	if len(messages) != 2 || messages[1].Text != "Sold" || messages[1].EditDate == 0 {
		t.Errorf("messages: %+v", messages)
	}
	if calls := w.Calls(w.bot.ID, "sendMessage"); len(calls) != 2 || calls[0].OK || !calls[1].OK {
		t.Errorf("calls: %+v", calls)
	}
}
