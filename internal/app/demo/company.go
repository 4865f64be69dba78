package demo

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/account"
	"cartie/internal/inbox"
	"cartie/internal/platform/db"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/telegram"
	"cartie/internal/telegram/sandbox"
	"cartie/internal/workspace"
)

const (
	companyName = "Каштан Авто"
	companySlug = "kashtan-avto" // what the name becomes
	companyZone = "Europe/Kyiv"
)

// Keys of the members in the stories.
const (
	olena  = "olena@kashtan.example"
	taras  = "taras@kashtan.example"
	maryna = "maryna@kashtan.example"
	sofiia = "sofiia@kashtan.example"
	ihor   = "ihor@kashtan.example"
)

var people = []struct {
	email, name string
	role        ident.Role
	link        bool
}{
	{olena, "Олена Каштан", ident.Owner, true},
	{taras, "Тарас Бондаренко", ident.Manager, true},
	{maryna, "Марина Коваль", ident.Manager, false},
	{sofiia, "Софія Ткаченко", ident.Operator, true},
	{ihor, "Ігор Лисенко", ident.Viewer, true},
}

// company finds or makes the company and its members.
func (p *player) company(ctx context.Context) error {
	found, err := p.find(ctx)
	if err != nil {
		return err
	}
	if found.ID == uuid.Nil {
		err := p.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			id, err := p.Companies.Create(ctx, tx, companyName, "uk", companyZone)
			found.ID = id
			return err
		})
		if err != nil {
			return err
		}
		if found, err = p.Companies.Get(ctx, p.DB.Read(), found.ID); err != nil {
			return err
		}
	}
	p.ws = found.ID
	if p.zone, err = time.LoadLocation(found.TimeZone); err != nil {
		return err
	}
	if err := p.hire(ctx); err != nil {
		return err
	}
	if found.Version == 1 {
		if found, err = p.furnish(ctx, found); err != nil {
			return err
		}
	}
	p.hours = found
	return nil
}

func (p *player) find(ctx context.Context) (workspace.Workspace, error) {
	const page = 100
	after := uuid.Nil
	for {
		list, err := p.Workspaces.List(ctx, ident.Principal{SuperAdmin: true}, after, page)
		if err != nil {
			return workspace.Workspace{}, err
		}
		for _, s := range list {
			if s.Slug == companySlug {
				return s.Workspace, nil
			}
			after = s.ID
		}
		if len(list) < page {
			return workspace.Workspace{}, nil
		}
	}
}

// hire makes the members who are missing. Their passwords are random: they come in by
// links.
func (p *player) hire(ctx context.Context) error {
	there, err := p.Accounts.Members(ctx, p.DB.Read(), p.ws)
	if err != nil {
		return err
	}
	for _, m := range there {
		p.hired(m.Email, m.UserID, m.Name, m.Role)
	}
	for _, m := range people {
		if _, ok := p.members[m.email]; ok {
			continue
		}
		id, err := p.Accounts.CreateUser(ctx, account.NewUser{
			Name: m.name, Email: m.email, Password: rand.Text(), Language: "uk", Company: p.ws, Role: m.role,
		})
		if errs.Is(err, errs.KindConflict) { // disabled or removed by hand: their choice
			p.Log.WarnContext(ctx, "a member of the demo does not work in its company any more", "member", m.email)
			continue
		}
		if err != nil {
			return err
		}
		p.hired(m.email, id, m.name, m.role)
	}
	return nil
}

func (p *player) hired(email string, id uuid.UUID, name string, role ident.Role) {
	p.members[email] = ident.Principal{UserID: id, WorkspaceID: p.ws, Name: name, Language: "uk", Role: role}
}

func (p *player) furnish(ctx context.Context, w workspace.Workspace) (workspace.Workspace, error) {
	boss, ok := p.members[olena]
	if !ok {
		return w, nil
	}
	hours := workspace.Hours{"sat": {{"10:00", "16:00"}}, "sun": {}}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		hours[d] = [][2]string{{"09:00", "19:00"}}
	}
	now := time.Now().In(p.zone)
	christmas := time.Date(now.Year(), time.December, 25, 0, 0, 0, 0, p.zone)
	if christmas.Before(now.AddDate(0, 0, -1)) {
		christmas = christmas.AddDate(1, 0, 0)
	}
	holidays := []workspace.Holiday{{Date: christmas.Format(time.DateOnly), Name: "Різдво Христове"}}
	currency := "UAH"
	st, err := p.Workspaces.Change(ident.With(ctx, boss), boss, w.ID, w.Version, workspace.Edit{
		Currency: &currency, Hours: &hours, Holidays: &holidays,
	})
	return st.Workspace, err
}

// Keys of the bots in the stories: their usernames.
const (
	sales   = "kashtan_auto_bot"
	service = "kashtan_service_bot"
)

// bot is a bot on both sides.
type bot struct {
	id         uuid.UUID
	telegramID int64
}

// The tokens are known so that a lost state of the sandbox does not cut the bots off;
// they mean nothing outside of it.
var bots = []struct {
	username, name, token string
	greeting, away        telegram.Texts
}{
	{
		sales, "Каштан Авто · продаж", "7000000001:demo-sandbox-bot-of-sales-000000001",
		telegram.Texts{
			"uk": "Вітаємо, {first_name}! Це <b>{company}</b>. Напишіть, яке авто шукаєте, — менеджер відповість протягом кількох хвилин.",
			"ru": "Здравствуйте, {first_name}! Это <b>{company}</b>. Напишите, какой автомобиль ищете, — менеджер ответит в течение нескольких минут.",
			"en": "Hello {first_name}, this is <b>{company}</b>. Tell us which car you are looking for and a manager will answer within a few minutes.",
		},
		telegram.Texts{
			"uk": "Зараз салон зачинено. Працюємо пн–пт 9:00–19:00, сб 10:00–16:00. Відповімо, щойно відчинимося.",
			"ru": "Сейчас салон закрыт. Работаем пн–пт 9:00–19:00, сб 10:00–16:00. Ответим, как только откроемся.",
			"en": "We are closed now. Our hours are Mon–Fri 9:00–19:00 and Sat 10:00–16:00. We will answer as soon as we open.",
		},
	},
	{
		service, "Каштан Сервіс · trade-in", "7000000002:demo-sandbox-bot-of-service-00000002",
		telegram.Texts{
			"uk": "Вітаємо, {first_name}! Це сервіс і trade-in <b>{company}</b>. Надішліть фото авто або опишіть, що сталося.",
			"ru": "Здравствуйте, {first_name}! Это сервис и trade-in <b>{company}</b>. Пришлите фото автомобиля или опишите, что случилось.",
			"en": "Hello {first_name}, this is service and trade-in at <b>{company}</b>. Send photos of your car or tell us what happened.",
		},
		telegram.Texts{
			"uk": "Сервіс зараз зачинено, відчиняємося о 9:00. Якщо авто не на ходу — телефон чергового +380 44 000 00 00.",
			"ru": "Сервис сейчас закрыт, открываемся в 9:00. Если автомобиль не на ходу — телефон дежурного +380 44 000 00 00.",
			"en": "The workshop is closed now and opens at 9:00. If your car does not move, call the duty phone +380 44 000 00 00.",
		},
	},
}

// connectBots finds or makes the bots on both sides.
func (p *player) connectBots(ctx context.Context) error {
	boss := p.members[olena]
	ctx = ident.With(ctx, boss)
	there, err := p.Bots.Bots(ctx, p.ws)
	if err != nil {
		return err
	}
	known := map[string]telegram.Bot{}
	for _, b := range there {
		known[b.Username] = b
	}
	for _, b := range bots {
		made, err := p.Sandbox.AddBot(sandbox.NewBot{Username: b.username, Name: b.name, Token: b.token, ReadsAll: true})
		if err != nil {
			return err
		}
		row, ok := known[b.username]
		if !ok {
			if row, err = p.Bots.Add(ctx, p.ws, made.Token, b.name, ""); err != nil {
				return err
			}
			on := true
			if row, err = p.Bots.Edit(ctx, p.ws, row.ID, row.Version, telegram.Patch{
				Greeting: &b.greeting, GreetingOn: &on, Away: &b.away, AwayOn: &on,
			}); err != nil {
				return err
			}
		} else if row.IsEnabled && row.Mode == telegram.ModeWebhook && !strings.HasPrefix(made.Webhook, strings.TrimRight(p.URL, "/")+"/") {
			// the sandbox forgot, or the product listens elsewhere than last time
			if err := p.Bots.Connect(ctx, p.ws, row.ID); err != nil {
				return err
			}
		}
		p.bots[b.username] = bot{row.ID, made.ID}
	}
	return nil
}

var canned = []struct {
	shortcut, title string
	text            map[string]string
}{
	{"вітання", "Вітання", map[string]string{
		"uk": "Доброго дня, {first_name}! Мене звати {manager}, {company}. Чим можу допомогти?",
		"ru": "Добрый день, {first_name}! Меня зовут {manager}, {company}. Чем могу помочь?",
		"en": "Hello {first_name}, my name is {manager} from {company}. How can I help?",
	}},
	{"хвилинку", "Прошу зачекати", map[string]string{
		"uk": "Дайте мені кілька хвилин, будь ласка: уточню й повернуся з відповіддю.",
		"ru": "Дайте мне несколько минут, пожалуйста: уточню и вернусь с ответом.",
		"en": "Give me a few minutes, please: I will check and come back to you.",
	}},
	{"дякую", "Подяка", map[string]string{
		"uk": "Дякуємо, що обрали {company}! Якщо виникнуть запитання — пишіть сюди або телефонуйте.",
		"ru": "Спасибо, что выбрали {company}! Если появятся вопросы — пишите сюда или звоните.",
		"en": "Thank you for choosing {company}. If you have any questions, write here or call us.",
	}},
	{"наявність", "Перевіряю наявність", map[string]string{
		"uk": "{first_name}, перевіряю наявність на майданчику й у дорозі. Відповім до кінця години.",
		"ru": "{first_name}, проверяю наличие на площадке и в пути. Отвечу до конца часа.",
		"en": "{first_name}, I am checking our stock and what is on its way. You will have an answer within the hour.",
	}},
	{"ціна", "Ціна і що в неї входить", map[string]string{
		"uk": "У ціну входить діагностика, комплект документів і перша реєстрація. Точну суму в гривні рахуємо за курсом НБУ на день оплати. Ваш номер для зв’язку: {phone}?",
		"ru": "В цену входит диагностика, комплект документов и первая регистрация. Точную сумму в гривне считаем по курсу НБУ на день оплаты. Ваш номер для связи: {phone}?",
		"en": "The price includes diagnostics, all papers and the first registration. The sum in hryvnias follows the National Bank's rate of the day of payment. Is {phone} the right number to reach you?",
	}},
}

func (p *player) canned(ctx context.Context) error {
	ctx = ident.With(ctx, p.members[olena])
	there, err := p.Inbox.CannedReplies(ctx, p.ws, "", 1)
	if err != nil || len(there) > 0 { // people have made them their own
		return err
	}
	for _, c := range canned {
		if _, err := p.Inbox.AddCanned(ctx, p.ws, inbox.CannedPatch{Shortcut: &c.shortcut, Title: &c.title, Text: c.text}); err != nil {
			return err
		}
	}
	return nil
}
