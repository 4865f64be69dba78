package app_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"cartie/internal/app/apptest"
	"cartie/internal/platform/db"
	"cartie/internal/scenario"
	"cartie/internal/telegram/sandbox"
)

// desk is the sales side of flows, in memory.
type desk struct {
	mu     sync.Mutex
	leads  []scenario.Lead
	offers []scenario.Offer
}

func (d *desk) Capture(_ context.Context, tx *db.Tx, l scenario.Lead) (scenario.Captured, error) {
	tx.AfterCommit(func() { d.mu.Lock(); defer d.mu.Unlock(); d.leads = append(d.leads, l) })
	return scenario.Captured{Code: "L-123456"}, nil
}

func (d *desk) Forward(context.Context, *db.Tx, scenario.Question) error { return nil }

func (d *desk) Open(_ context.Context, _ *db.Tx, _ uuid.UUID, id string, _ scenario.Person) (scenario.Wanted, error) {
	return scenario.Wanted{PublicID: id, Summary: "BMW X5, 2018–2021"}, nil
}

func (d *desk) Dealer(context.Context, *db.Tx, uuid.UUID, scenario.Person) (scenario.Dealer, error) {
	return scenario.Dealer{}, nil
}

func (d *desk) Join(context.Context, *db.Tx, uuid.UUID, string, scenario.Person) (scenario.Dealer, error) {
	return scenario.Dealer{}, nil
}

func (d *desk) Submit(_ context.Context, tx *db.Tx, o scenario.Offer) error {
	tx.AfterCommit(func() { d.mu.Lock(); defer d.mu.Unlock(); d.offers = append(d.offers, o) })
	return nil
}

func (d *desk) Normalise(_ context.Context, _ *db.Tx, _ uuid.UUID, _, text string) (string, error) {
	return text, nil
}

func (d *desk) counts() (leads, offers int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.leads), len(d.offers)
}

// customer is a person's side of a chat with the bot.
type customer struct {
	*apptest.World
	bot, user int64
	seen      int
}

// hears waits for the bot's next words and returns the message.
func (k *customer) hears(want string) (m sandbox.Message) {
	k.Helper()
	apptest.Eventually(k.TB, "the bot says "+want, func() bool {
		n := 0
		for _, m = range k.Telegram.Messages(k.bot, k.user) {
			if m.From == nil || !m.From.IsBot {
				continue
			}
			if n++; n > k.seen {
				return true
			}
		}
		return false
	})
	k.seen++
	if !strings.HasPrefix(m.Text, want) {
		k.Fatalf("the bot says %q, want %q", m.Text, want)
	}
	return m
}

func (k *customer) must(_ any, err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k *customer) say(text string) { k.Helper(); k.must(k.Telegram.Say(k.bot, k.user, text)) }
func (k *customer) key(text string) { k.Helper(); k.must(k.Telegram.PressKey(k.bot, k.user, text)) }

// press presses a button and waits until the bot has answered it.
func (k *customer) press(m sandbox.Message, label string) (answer sandbox.Answer) {
	k.Helper()
	id, err := k.Telegram.Press(k.bot, k.user, 0, m.MessageID, label)
	k.must(id, err)
	apptest.Eventually(k.TB, "the pressed button is answered", func() bool {
		answer, err = k.Telegram.Answer(id)
		return err == nil && answer.Answered
	})
	return answer
}

// again stops the app and starts another one in its place.
func again(t *testing.T, engine db.Engine, w *apptest.World, d *desk) *apptest.World {
	t.Helper()
	w.Stop()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", w.Config.Listen)
	if err != nil {
		t.Fatal(err)
	}
	return startLed(t, engine, d, apptest.Options{Database: w.Config.Database, Data: w.Config.Data, Telegram: w.Telegram, Listener: l})
}

func startLed(t *testing.T, engine db.Engine, d *desk, opt apptest.Options) *apptest.World {
	t.Helper()
	w := apptest.Prepare(t, engine, opt)
	if err := w.App.Lead(scenario.Ports{Leads: d, Support: d, Requests: d, Dictionary: d}); err != nil {
		t.Fatal(err)
	}
	w.Run()
	return w
}

func TestFlowsInTheSandbox(t *testing.T) {
	apptest.Each(t, func(t *testing.T, engine db.Engine) {
		d := &desk{}
		w := startLed(t, engine, d, apptest.Options{})
		c := w.Company("Alpha")
		b := c.Connect("alpha_bot", "Welcome")
		w.Exec("UPDATE bots SET template = 'CLIENT_LEAD', scenario_on = TRUE WHERE id = ?", b.ID)
		bot := "/api/bots/" + b.ID.String()
		version := c.Owner.Do("GET", bot, nil).Want(200).Header.Get("ETag")
		c.Owner.Do("PATCH", bot, map[string]any{"name": "Alpha cars"}, "If-Match", version).Want(200) // what was read of the bot before is forgotten

		k := &customer{World: w, bot: b.Telegram.ID, user: w.Telegram.AddUser(sandbox.User{FirstName: "Ann", LanguageCode: "en"}).ID}
		k.must(w.Telegram.Start(k.bot, k.user, ""))
		menu := k.hears("Hello! This is the bot of Alpha.") // and no greeting besides
		k.press(menu, "Leave a request")
		k.hears("What is your name?")
		k.key("☑️ Keep as it is")
		k.hears("Which car")
		w = again(t, engine, w, d)
		k.World, c.Owner.URL = w, w.URL
		k.say("BMW X5 2019")
		k.hears("What is your budget?")
		k.say("25 000 €")
		k.hears("Which city")
		k.key("Skip ➡️")
		k.hears("Your phone number?")
		k.key("📱 Share my number")
		summary := k.hears("Please check your request:\n\nName: Ann\nCar: BMW X5 2019\nBudget: €25\u00a0000\nPhone: +38067")
		if a := k.press(summary, "✅ Send"); a.Text != "" {
			t.Errorf("answered %+v", a)
		}
		k.hears("Thank you, Ann! Your request L-123456 is in.")
		if a := k.press(summary, "✅ Send"); !strings.HasPrefix(a.Text, "This button is out of date.") {
			t.Errorf("the second press is answered %+v", a)
		}
		if leads, _ := d.counts(); leads != 1 || d.leads[0].Budget.Amount != 2500000 || !strings.HasPrefix(d.leads[0].Phone, "+38067") {
			t.Fatalf("%+v", d.leads)
		}

		dealer := &customer{World: w, bot: k.bot, user: w.Telegram.AddUser(sandbox.User{FirstName: "Bo", LanguageCode: "uk"}).ID}
		dealer.must(w.Telegram.Start(k.bot, dealer.user, "rq_REQ-LX1-A2B3"))
		dealer.hears("Запит REQ-LX1-A2B3, компанія Alpha:\nBMW X5, 2018–2021")
		dealer.hears("Поділіться, будь ласка, своїм номером")
		dealer.key("📱 Поділитися номером")
		dealer.hears("Надішліть фото авто")
		var album []sandbox.Item
		for range 3 {
			album = append(album, sandbox.Item{Medium: sandbox.Medium{Kind: "photo"}, Upload: sandbox.Upload{Name: "x5.png", Mime: "image/png", Data: picture(t)}})
		}
		dealer.must(w.Telegram.Send(sandbox.Act{Bot: k.bot, User: dealer.user, Items: album}))
		dealer.hears("Отримали.")
		apptest.Eventually(t, "all parts of the album are here", func() bool {
			return w.Count("SELECT count(*) FROM attachments WHERE workspace_id = ?", c.ID) == 3
		})
		dealer.key("✅ Готово")
		dealer.hears("Яка ціна?")
		dealer.say("24500")
		dealer.hears("Рік випуску?")
		dealer.say("2019")
		dealer.hears("VIN, 17 знаків.")
		dealer.key("Пропустити ➡️")
		dealer.hears("Посилання на оголошення")
		dealer.say("auto.ria.com/x")
		dealer.hears("Що ще варто знати")
		dealer.say("телефонуйте 0501112233")
		dealer.hears("Будь ласка, без номерів телефону")
		dealer.say("Один власник")
		dealer.press(dealer.hears("Перевірте пропозицію за запитом REQ-LX1-A2B3:\n\nФото: 3\nЦіна: $24\u00a0500\nРік: 2019"), "✅ Надіслати")
		dealer.hears("Дякуємо! Пропозицію надіслано.")
		if _, offers := d.counts(); offers != 1 || len(d.offers[0].Photos) != 3 || d.offers[0].Request != "REQ-LX1-A2B3" {
			t.Fatalf("%+v", d.offers)
		}
		if n := w.Count("SELECT count(*) FROM attachments WHERE workspace_id = ? AND id IN (?,?,?)", c.ID, d.offers[0].Photos[0], d.offers[0].Photos[1], d.offers[0].Photos[2]); n != 3 {
			t.Errorf("%d of the photos are attachments", n)
		}
		if n := w.Count("SELECT count(*) FROM failed_updates"); n != 0 {
			t.Errorf("%d updates failed", n)
		}

		// a customer who talks with a member is not led by the way
		var page struct {
			Items []struct {
				ID    string `json:"id"`
				Title string `json:"title"`
			} `json:"items"`
		}
		c.Owner.Do("GET", "/api/conversations", nil).Want(200).JSON(&page)
		guest := &customer{World: w, bot: k.bot, user: w.Telegram.AddUser(sandbox.User{FirstName: "Cy", LanguageCode: "en"}).ID}
		guest.say("hello")
		guest.hears("Hello! This is the bot of Alpha.")
		c.Owner.Do("GET", "/api/conversations", nil).Want(200).JSON(&page)
		for _, conv := range page.Items {
			if conv.Title == "Cy" {
				c.Owner.Do("POST", "/api/conversations/"+conv.ID+"/messages", map[string]any{"text": "A person here"}, "Idempotency-Key", uuid.NewString()).Want(201)
			}
		}
		guest.hears("A person here")
		guest.say("good")
		apptest.Eventually(t, "the answer is in the inbox", func() bool {
			return w.Count("SELECT count(*) FROM messages WHERE workspace_id = ? AND text = 'good'", c.ID) == 1
		})
		guest.say("/menu")
		guest.hears("Hello! This is the bot of Alpha.")
	})
}
