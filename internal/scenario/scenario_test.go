package scenario_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/money"
	"cartie/internal/scenario"
	"cartie/internal/scenario/deeplink"
)

const (
	menu      = "Hello! This is the bot of <b>Авто &amp; Co</b>."
	stale     = "This button is out of date. Please use the latest message."
	cancelled = "Cancelled. Nothing was sent."
)

func text(s string) func(*scenario.Update) { return func(u *scenario.Update) { u.Text = s } }

func TestALeadIsCaptured(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("hello").hears(menu)
		if s := c.session(); s.State != "idle" || s.Flow != "lead_capture" || *s.ContactID != c.Person.ContactID {
			t.Fatalf("%+v", s)
		}
		c.press("Leave a request").told("q1: ").hears("What is your name?\n\nNow: <b>Ann Lee</b>")
		c.say("A").hears("That is a little short").say("Ann").hears("Which car")
		c.say("бмв х5").hears("What is your budget?").say("much").hears("Please write one amount").say("25 000 $").hears("Which city")
		c.say("Киев").hears("Your phone number?")
		if k := c.last().Keyboard; len(k) == 0 || !k[0][0].Contact {
			t.Fatalf("no contact key: %+v", k)
		}
		c.say("123").hears("This does not look like a phone number").share("380501112233", true)
		c.hears("Please check your request:\n\nName: <b>Ann</b>\nCar: <b>BMW X5</b>\nBudget: <b>$25\u00a0000</b>\nCity: <b>Київ</b>\nPhone: <b>+380501112233</b>")
		c.press("✏️ Change").press("City").say("skip")
		c.press("✅ Send")
		want := scenario.Lead{
			Chat:   scenario.Chat{WorkspaceID: w.ws, BotID: w.bot, ChatID: c.ChatID, ConversationID: c.ConversationID},
			Person: c.Person, Name: "Ann", Phone: "+380501112233", Type: "BUY", Car: "BMW X5", Budget: &money.Money{Amount: 2500000, Currency: "USD"},
		}
		if len(w.leads) != 1 {
			t.Fatalf("%d leads", len(w.leads))
		}
		got := w.leads[0]
		if *got.Budget != *want.Budget {
			t.Errorf("budget %v", got.Budget)
		}
		got.Budget = want.Budget
		if got != want {
			t.Errorf("%+v\nwant %+v", got, want)
		}
		if w.phones[c.Person.ContactID] != "+380501112233" {
			t.Error("the contact has no phone")
		}
		c.seen = len(c.said) - 1
		c.hears("Thank you, Ann! Your request <b>L-100000</b> is in.")
		if !c.last().Remove {
			t.Error("the keyboard stays")
		}
		if n := w.count("SELECT count(*) FROM scenario_sessions WHERE workspace_id = ? AND CAST(variables AS text) = '{}'", w.ws); n != 1 {
			t.Error("the answers outlive the flow")
		}
		if n := w.count("SELECT count(*) FROM events WHERE workspace_id = ? AND kind IN ('scenario.started', 'scenario.completed') AND actor_type = 'contact'", w.ws); n != 2 {
			t.Errorf("%d events", n)
		}
		if n := w.count("SELECT count(*) FROM events WHERE CAST(data AS text) LIKE '%Ann%' OR CAST(data AS text) LIKE '%BMW%'"); n != 0 {
			t.Errorf("%d events hold what was said", n)
		}
	})
}

func TestSendingTwiceMakesOneLead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("/buy").say("keep as it is").say("BMW X5").say("skip").say("skip").say("0501112233")
		send := c.button("✅ Send")
		c.pressData(send).pressData(send).told("q1: ", "q2: "+stale)
		if len(w.leads) != 1 || w.leads[0].Budget != nil || w.leads[0].City != "" || w.leads[0].Name != "Ann Lee" {
			t.Fatalf("%+v", w.leads)
		}
		c.seen = len(c.said)
		// afterwards people are left to people for a while, but for the menu
		c.ignored(text("thank you!")).ignored(text("bye"))
		c.say("меню").hears(menu)
		again := w.chat(scenario.ClientLead)
		again.say("/buy").say("Ann").say("BMW X5").say("skip").say("skip").say("0501112233").press("✅ Send")
		if last := again.last().Text; !strings.HasPrefix(last, "Thank you, Ann! We are already working on your request <b>L-") {
			t.Errorf("a known lead is told %q", last)
		}
	})
}

func TestAFailedUnitLeavesTheFlowWhereItWas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("/buy").say("Ann").say("BMW X5").say("skip").say("skip").say("0501112233")
		before, said := c.session(), len(c.said)
		w.fail = errs.Unavailable("The database does not answer.")
		send := c.button("✅ Send")
		if _, err := c.handle(func(u *scenario.Update) { u.CallbackID, u.Data = "q", send }); !errs.Is(err, errs.KindUnavailable) {
			t.Fatal(err)
		}
		if after := c.session(); after.Version != before.Version || len(c.said) != said || len(c.toasts) != 0 {
			t.Fatalf("%+v, was %+v; said %d", after, before, len(c.said)-said)
		}
		w.fail = nil
		c.pressData(send)
		if len(w.leads) != 1 {
			t.Fatalf("%d leads", len(w.leads))
		}
	})
}

func TestAQuestionGoesToTheStaff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("hello").press("Contact a manager").seen = len(c.said)
		c.say("Is the X5 <2019> still there?").hears("We have passed it to a manager.")
		if len(w.questions) != 1 || w.questions[0].Text != "Is the X5 <2019> still there?" || w.questions[0].MessageID == uuid.Nil || w.questions[0].Username != "ann" {
			t.Fatalf("%+v", w.questions)
		}
		c.ignored(text("and the X3?"))
		w.clock.Advance(4*time.Hour + time.Minute)
		c.say("hello again").hears(menu)
	})
}

func TestTheMenuGivesWayToPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("hello").hears(menu).say("is anybody here?").hears("Please press one of the buttons. Or write once more")
		c.say("a human please").hears("Thank you, we have your message.").ignored(text("hello?"))

		c = w.chat(scenario.ClientLead)
		c.seen = len(c.said)
		c.say("hello").hears(menu)
		w.attended = true
		c.ignored(text("I wrote to the manager")).ignored(func(u *scenario.Update) { u.HasFile = true })
		c.press("Leave a request").hears("What is your name?")
		c.say("Ann").hears("Which car") // inside of a flow a text is its answer
		c.say("/cancel").hears(cancelled, menu)
		c.say("/menu").hears(menu).say("/start").hears(menu).say("/start promo").hears(menu)
		c.ignored(text("back to you"))

		fresh := w.chat(scenario.ClientLead)
		fresh.ignored(text("hello"))
		w.attended = false
		fresh.ignored(func(u *scenario.Update) { u.HasFile = true })
		fresh.IsNew = true
		fresh.seen = len(fresh.said)
		fresh.do(func(u *scenario.Update) { u.HasFile = true }).hears(menu)
	})
}

func TestSilenceEndsAFlow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("/buy").say("Ann").seen = len(c.said)
		w.clock.Advance(73 * time.Hour)
		c.say("hello").hears(menu)
		c.press("Leave a request").say("Ann")
		cancel := "отмена"
		w.clock.Advance(73 * time.Hour)
		w.attended = true
		c.ignored(text(cancel))
		if s := c.session(); s.State != "ended" {
			t.Fatalf("%+v", s)
		}
		if n := w.count("SELECT count(*) FROM events WHERE workspace_id = ? AND kind = 'scenario.completed'", w.ws); n != 2 {
			t.Errorf("%d events", n)
		}
	})
}

func TestOldButtons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("hello")
		first := c.button("Leave a request")
		c.press("Leave a request").say("Ann").seen = len(c.said)
		c.told("q1: ").pressData(first).told("q2: " + stale).hears()
		c.say("cancel").hears(cancelled, menu).pressData(first).told("q3: " + stale).hears()
		other := w.chat(scenario.ClientLead) // it has no session at all
		other.seen, other.seenToasts = len(other.said), len(other.toasts)
		other.pressData(first).told("q1: " + stale).hears(menu)
		// the buttons of others are theirs
		other.ignored(func(u *scenario.Update) { u.CallbackID, u.Data = "x", "lead:won" })
	})
}

func TestBotsWithoutATemplateAreLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat("")
		c.ignored(text("/start")).ignored(text("/start rq_REQ-1")).ignored(func(u *scenario.Update) { u.CallbackID, u.Data = "x", "s.1.0" })
		c = w.chat(scenario.B2B) // it has no home, but dealers may come
		c.ignored(text("/start")).ignored(text("hello")).say("/start rq_REQ-1")
		c.seen = len(c.said)
		c.say("/menu").hears(cancelled).ignored(text("hello"))
		if n := w.count("SELECT count(*) FROM scenario_sessions"); n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
}

func TestTheLanguageIsChosen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.Person.Language = ""
		c.say("hello").hears("Вітаємо! Це бот компанії <b>Авто &amp; Co</b>.")
		c.say("/language").hears("Якою мовою").press("Русский").hears("Здравствуйте!")
		if len(w.languages) != 1 || w.languages[0] != "ru" || c.session().Language != "ru" {
			t.Fatalf("%v %+v", w.languages, c.session())
		}
		c.say("/buy").hears("Как к вам обращаться?")
	})
}

func TestCompaniesAndBotsHaveSessionsOfTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.chat(scenario.ClientLead)
		a.say("/buy")
		b := w.chat(scenario.ClientLead)
		b.WorkspaceID, b.ChatID, b.BotID = ident.New(), a.ChatID, a.BotID
		b.seen = len(b.said)
		b.say("BMW").hears(menu)
		a.seen = len(a.said)
		a.say("Ann").hears("Which car")
	})
}

func (c *chat) offerUntil(photos int, price, year, vin, url, note string) *chat {
	c.t.Helper()
	for range photos {
		c.photo()
	}
	c.say("done").say(price).say(year).say(vin).say(url)
	return c.say(note)
}

func TestADealerOffers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("/start rq_REQ-1").hears("Request <b>REQ-1</b>, <b>Авто &amp; Co</b>:\nBMW X5 &lt;2018&gt;, en", "Please share your number")
		if s := c.session(); s.Role != "dealer" || s.Flow != "dealer_offer" {
			t.Fatalf("%+v", s)
		}
		c.say("0501112233").hears("Please press the button below").share("0507778899", false).hears("Please share your own number")
		c.share("380501112233", true).hears("Send photos of the car")
		c.say("done").hears("Please send at least one photo first.").photo().hears("Got it.").photo().photo().hears()
		if n := len(c.last().Keyboard); n == 0 {
			t.Error("no keys")
		}
		c.say("done").hears("What is the price?").say("24500 €").hears("Year of manufacture?")
		w.clock.Advance(5 * 24 * time.Hour) // days later, in another process, by the same link
		c.say("/start rq_REQ-1").hears("Year of manufacture?").say("1910").hears("Please write the year").say("2019").hears("VIN, 17")
		c.say("WBA8E9G50GNT12345").hears("A link").say("auto.ria.com/1").hears("What else").say("call 0501112233").hears("Please write it without")
		c.say("One owner, 120 000 km").hears("Please check your offer for the request <b>REQ-1</b>:\n\nPhotos: <b>3</b>\nPrice: <b>€24\u00a0500</b>\nYear: <b>2019</b>\nVIN: <b>WBA8E9G50GNT12345</b>\nLink: <b>https://auto.ria.com/1</b>\nNote: <b>One owner, 120 000 km</b>")
		send := c.button("✅ Send")
		c.press("✅ Send").hears("Thank you! Your offer is sent.").pressData(send)
		if len(w.offers) != 1 {
			t.Fatalf("%d offers", len(w.offers))
		}
		o := w.offers[0]
		if o.Request != "REQ-1" || o.Price != (money.Money{Amount: 2450000, Currency: "EUR"}) || o.Year != 2019 || o.VIN != "WBA8E9G50GNT12345" || o.URL != "https://auto.ria.com/1" ||
			o.Note != "One owner, 120 000 km" || len(o.Photos) != 3 || o.Phone != "+380501112233" || o.ContactID != c.Person.ContactID || o.TelegramID != c.ChatID {
			t.Errorf("%+v", o)
		}
		if s := c.session(); s.Role != "client" || s.State != "ended" {
			t.Errorf("the dealer's mode goes on: %+v", s)
		}
		c.seen = len(c.said)
		c.ignored(text("thanks"))

		// the next one: the number is known, the same car is refused with the reason
		c.say("/start rq_REQ-2").hears("Request <b>REQ-2</b>", "Send photos").offerUntil(1, "20000", "2018", "WBA8E9G50GNT12345", "https://auto.ria.com/1", "skip").seen = len(c.said)
		c.press("✅ Send").hears("A car with the VIN <b>WBA8E9G50GNT12345</b> was already offered", "VIN, 17").say("WBA8E9G50GNT99999").hears("Please check your offer")
		c.press("✅ Send").hears("A car with this link was already offered", "A link").say("skip").hears("Please check your offer").press("✅ Send").hears("Thank you!")
		if len(w.offers) != 2 || w.offers[1].VIN != "WBA8E9G50GNT99999" || w.offers[1].URL != "" || w.offers[1].Note != "" || w.offers[1].Price.Currency != "USD" {
			t.Fatalf("%+v", w.offers[1])
		}
	})
}

func TestADealerIsRefusedWithTheReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.B2B)
		c.say("/start rq_REQ-9").hears("There is no such request.")
		w.closed = true
		c.say("/start request:REQ-1").hears("This request is closed already.")
		w.closed, w.blocked = false, true
		c.say("/start of_REQ-1_x").hears("Unfortunately, we do not take offers from you.")
		w.blocked = false
		w.phones[c.Person.ContactID] = "+380501112233"
		c.say("/start rq_REQ-1").offerUntil(1, "20000", "2018", "skip", "skip", "skip").seen = len(c.said)
		w.closed = true // meanwhile
		c.press("✅ Send").hears("This request is closed already.")
		if len(w.offers) != 0 {
			t.Fatalf("%+v", w.offers)
		}
	})
}

func TestADealerJoinsByInvitation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.Catalog)
		c.say("/start di_p1").hears("Please share your number").share("0501112233", true).hears("Done, you are now among the partners", "When you see a request")
		c.say("/start dealer_invite:p1:REQ-1").hears("Request <b>REQ-1</b>", "Done, you are now", "Send photos")
		c.say("скасувати").hears(cancelled)
		c.say("/start di_gone").hears("This invitation is no longer valid.")
		if len(w.joined) != 2 || w.joined[0] != "Ann Lee" {
			t.Fatalf("%v", w.joined)
		}
	})
}

func TestAnotherRequestBeginsAnew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		w.phones[c.Person.ContactID] = "+380501112233"
		p, err := deeplink.Link{Kind: deeplink.Request, Request: "REQ-2"}.Payload()
		if err != nil {
			t.Fatal(err)
		}
		c.say("/start rq_REQ-1").photo().say("done").seen = len(c.said)
		c.say("/start "+p).hears("Request <b>REQ-2</b>", "Send photos")
		c.say("/start").hears(menu) // who wants the menu is no dealer any more
		if s := c.session(); s.Role != "client" {
			t.Errorf("%+v", s)
		}
	})
}

// A session of a flow that this program does not know is a new beginning.
func TestAnUnknownFlowIsLeft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.chat(scenario.ClientLead)
		c.say("/buy").seen = len(c.said)
		for _, change := range []string{"node = 'gone'", "flow = 'gone'"} {
			if err := w.d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE scenario_sessions SET state = 'waiting', "+change+" WHERE workspace_id = ?", w.ws)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			c.say("Ann").hears(menu)
		}
	})
}
