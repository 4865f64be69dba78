package demo

import "cartie/internal/inbox"

// Everybody here is made up.
var customers = []customer{
	{"andriy", "Андрій", "Мельник", "andriy_melnyk", "uk"},
	{"natalia", "Наталія", "Шевчук", "natalka_sh", "uk"},
	{"james", "James", "Whitfield", "jwhitfield", "en"},
	{"viktor", "Виктор", "Соколов", "viktor_sokol", "ru"},
	{"oleksandr", "Олександр", "Гнатюк", "gnatyuk_o", "uk"},
	{"yuliia", "Юлія", "Романюк", "yulia_romaniuk", "uk"},
	{"maksym", "Максим", "Литвин", "", "uk"},
	{"iryna", "Ірина", "Поліщук", "ira_polishchuk", "uk"},
	{"bohdan", "Богдан", "Савчук", "savchuk_b", "uk"},
	{"serhii", "Сергій", "Мороз", "", "uk"},
	{"kateryna", "Катерина", "Заєць", "kate_zaiets", "uk"},
	{"pavlo", "Павло", "Дяченко", "p_diachenko", "uk"},
	{"larysa", "Лариса", "Гончар", "", "uk"},
	{"roman", "Роман", "Клименко", "roman_klym", "uk"},
	{"mariia", "Мария", "Коваленко", "masha_kov", "ru"},
	{"tetiana", "Тетяна", "Бойко", "tania_boiko", "uk"},
	{"emma", "Emma", "Larsen", "emmalarsen", "en"},
	{"volodymyr", "Володимир", "Павлюк", "", "uk"},
	{"yaroslav", "Ярослав", "Кузьменко", "yarik_kuz", "uk"},
	{"oksana", "Оксана", "Федорук", "oksana_fedoruk", "uk"},
}

var (
	graphite = hex(0x2B3036)
	pearl    = hex(0xE8E8E3)
	petrol   = hex(0x0B6E6E)
	cherry   = hex(0xA52A34)
	azure    = hex(0x2F6FD0)
	silver   = hex(0xA9AFB3)
	sand     = hex(0xC9B48A)
)

var stories = append(append([]story{}, salesStories...), serviceStories...)

var salesStories = []story{
	{bot: sales, who: "andriy", lines: []line{
		starts(day(3, "10:12"), ""),
		says(day(3, "10:13"), "Доброго дня! Цікавить BMW X5 2019 року, дизель. Є щось у наявності?"),
		answers(day(3, "10:17"), taras, "Доброго дня, Андрію! Так, є <b>BMW X5 xDrive30d 2019</b>: 3.0 дизель, 128 тис. км, один власник, офіційна. Надсилаю фото."),
		answers(day(3, "10:18"), taras, "BMW X5 xDrive30d, 2019. Пробіг 128 450 км.",
			photo(Picture{Body: SUV, Paint: graphite, Scene: Morning, Plate: "KA 7043 OI"}),
			photo(Picture{Body: SUV, Paint: graphite, Scene: Overcast, Left: true, Plate: "KA 7043 OI"}),
			photo(Picture{Body: SUV, Paint: graphite, Scene: Morning, Zoom: 1.7}), odometer(128450)),
		says(day(3, "10:31"), "Гарна! А яка ціна в доларах?"),
		quotes(day(3, "10:34"), taras, "$46 900, торг біля авто. У гривні — за курсом НБУ на день оплати."),
		says(day(3, "10:40"), "Чи можна здати мій Passat у залік? Фото надішлю в сервісний бот"),
		answers(day(3, "10:44"), taras, "Так, оцінимо безкоштовно: @kashtan_service_bot. Пальне й тест-драйв за нами 🙂"),
		tags(day(3, "10:45"), taras, "BMW X5", "trade-in", "гарячий"),
		notes(day(3, "10:46"), taras, "Бюджет до $48 000 з урахуванням Passat. Тримаємо авто до п’ятниці."),
		offers(day(1, "11:05"), taras, "Андрію, запрошую на тест-драйв. Коли вам зручно?",
			inbox.Button{Text: "Завтра о 12:00", Data: "td:1200"}, inbox.Button{Text: "Завтра о 17:30", Data: "td:1730"},
			inbox.Button{Text: "Як доїхати", URL: "https://maps.example.com/kashtan"}),
		presses(day(1, "11:20"), "Завтра о 17:30"),
		answers(day(1, "11:22"), taras, "Записав на 17:30. Візьміть, будь ласка, посвідчення водія."),
		says(hoursAgo(1, 10), "Буду. Можна приїхати з дружиною?"),
	}},
	{bot: sales, who: "natalia", lines: []line{
		says(day(2, "09:24"), "Добрий ранок. Скільки коштує Skoda Octavia A7 універсал у гривнях?"),
		edits(day(2, "09:25"), "Добрий ранок. Скільки коштує Skoda Octavia A8 універсал у гривнях?"),
		answers(day(2, "09:31"), sofiia, "Доброго ранку, Наталіє! Octavia A8 Combi 2.0 TDI, 2021, 74 тис. км — 912 000 грн.",
			photo(Picture{Body: Hatchback, Paint: petrol, Scene: Morning, Plate: "AA 2180 TX"})),
		says(day(2, "09:48"), "А кредит оформлюєте?"),
		answers(day(2, "09:55"), sofiia, "Так, внесок від 20 %, термін до 7 років. Підготую розрахунок до обіду."),
		assigns(day(2, "09:56"), sofiia, maryna),
		answers(day(2, "12:40"), maryna, "Внесок 182 400 грн, далі 19 850 грн на місяць протягом 5 років. Страхування вже в платежі."),
		sends(day(2, "12:58"), "", sticker),
		tags(day(2, "13:00"), maryna, "Octavia", "кредит"),
		drafts(day(1, "18:10"), maryna, "Наталіє, банк схвалив заявку, чекаємо вас "),
	}},
	{bot: sales, who: "james", lines: []line{
		sends(day(2, "15:02"), "", voice),
		answers(day(2, "15:11"), maryna, "Hello James! Yes, the car is still for sale. Saturday at 11:00 works for us, the showroom is at 12 Kashtanova Street."),
		says(day(2, "15:20"), "Great, see you on Saturday. Do you accept payment in USD by bank transfer?"),
		answers(day(2, "15:26"), maryna, "The contract is in hryvnias at the National Bank's rate of the day. We will prepare the invoice for your bank."),
		tags(day(2, "15:30"), maryna, "english"),
	}},
	{bot: sales, who: "viktor", lines: []line{
		says(day(2, "17:36"), "Здравствуйте. Какая цена на Mercedes C200 в долларах? И есть ли рассрочка?"),
		answers(day(2, "17:43"), taras, "Добрый день, Виктор! C 200 2018 года, 96 тыс. км — $27 400. Рассрочка на 12 месяцев, первый взнос 40 %.",
			photo(Picture{Body: Sedan, Paint: silver, Scene: Dusk, Plate: "KA 3317 CB"})),
		says(day(2, "17:51"), "Хорошо, перезвоните мне, пожалуйста"),
		sharesPhone(day(2, "17:51"), "+380671234567"),
		notes(day(2, "18:04"), taras, "Подзвонив: приїде в суботу з дружиною, просить зимові шини в подарунок."),
		tags(day(2, "18:05"), taras, "Mercedes", "розстрочка"),
	}},
	{bot: sales, who: "oleksandr", lines: []line{
		says(day(3, "18:20"), "Добрий вечір, чекаю на VIN-код Golf, обіцяли скинути ще вранці"),
		says(day(3, "18:52"), "Ви взагалі відповідаєте?"),
		says(day(2, "09:10"), "Вже другий день. Шукаю інший салон!!!"),
		answers(day(2, "14:35"), olena, "Олександре, перепрошую за мовчання: повідомлення залишилося без відповідального. VIN: <code>WVWZZZAUZJW012345</code>, звіт про історію авто — за наш рахунок."),
		notes(day(2, "14:40"), olena, "Розібрати на планірці: непризначений чат провисів майже добу. Відповідальна — Марина."),
		assigns(day(2, "14:41"), olena, maryna),
		says(day(2, "15:05"), "Добре, подивлюся звіт. Дякую, що відповіли особисто"),
		tags(day(2, "15:07"), olena, "скарга"),
	}},
	{bot: sales, who: "yuliia", lines: []line{
		says(day(4, "11:00"), "Вітаю! Волію маленьке авто для міста, автомат, до $15 000"),
		answers(day(4, "11:06"), maryna, "Вітаю, Юліє! Раджу VW Golf 7 1.4 TSI DSG, 2017, 88 тис. км — $13 900.",
			photo(Picture{Body: Hatchback, Paint: cherry, Scene: Morning, Plate: "AI 5512 HP"}),
			photo(Picture{Body: Hatchback, Paint: cherry, Scene: Overcast, Left: true, Plate: "AI 5512 HP"})),
		says(day(4, "11:25"), "Колір — мрія ❤️ Як до вас доїхати? Я ось тут"),
		sharesPlace(day(4, "11:26"), 50.4547, 30.5238),
		answers(day(4, "11:29"), maryna, "Це 15 хвилин: вулиця Каштанова, 12, заїзд з двору. Чекаємо!"),
		says(day(3, "13:15"), "Забрала! Їде як нова. Дякую Марині за терпіння"),
		answers(day(3, "13:20"), maryna, "Щасливих доріг, Юліє! Перше ТО — за 10 000 км, нагадаємо."),
		sends(day(3, "13:22"), "", sticker),
		tags(day(3, "13:30"), maryna, "купівля", "VW Golf"),
		notes(day(3, "13:31"), maryna, "Угоду закрито: $13 700, КАСКО оформлено."),
		closes(day(3, "13:32"), maryna),
	}},
	{bot: sales, who: "serhii", lines: []line{
		says(day(4, "16:10"), "Є Renault Megane до 8000?"),
		answers(day(4, "16:22"), sofiia, "Доброго дня, Сергію! Зараз Megane немає, але в дорозі Clio 2016 за $7 800. Показати?"),
		says(day(4, "16:40"), "Ні, не цікаво"),
		blocks(day(4, "16:41")),
	}},
	{bot: sales, who: "kateryna", lines: []line{
		says(day(2, "10:05"), "Доброго дня, цікавить Toyota RAV4 гібрид"),
		answers(day(2, "10:15"), taras, "Доброго дня, Катерино! RAV4 Hybrid 2020, 61 тис. км — $31 500.",
			photo(Picture{Body: SUV, Paint: pearl, Scene: Overcast, Plate: "KA 9004 EE"})),
		says(day(2, "10:30"), "Подумаю, дякую"),
		refused(day(1, "10:00")),
		answers(day(1, "10:00"), taras, "Катерино, на RAV4 знижка $700 до кінця тижня. Заброньовати?"),
		notes(day(1, "10:08"), taras, "Повідомлення не дійшло: бот заблоковано. Подзвонити, якщо буде номер."),
	}},
	{bot: sales, who: "bohdan", lines: []line{
		says(day(1, "14:12"), "Добрий день! Audi A6 ще продається? Можна завдаток сьогодні?"),
		unsure(day(1, "14:16")),
		answers(day(1, "14:16"), maryna, "Добрий день, Богдане! Так, продається. Завдаток — від 20 000 грн, рахунок надішлю за 10 хвилин."),
	}},
	{bot: sales, who: "pavlo", group: "Автопарк «Дніпро-Логістик»", guest: []string{"larysa"}, lines: []line{
		gathers(day(2, "11:30")),
		says(day(2, "11:32"), "Колеги, потрібні 3 універсали для торгових представників. Бюджет до $18 000 за авто"),
		saysAs(day(2, "11:34"), "larysa", "Оплата з ПДВ, документи потрібні до 1 числа"),
		answers(day(2, "11:50"), olena, "Вітаю! Підберемо три Octavia Combi 2019–2020. Комерційну пропозицію надішлю сьогодні до 18:00."),
		saysAs(hoursAgo(2, 20), "larysa", "Чекаємо на пропозицію, директор питає"),
	}},
	{bot: sales, who: "iryna", lines: []line{
		sends(ago(minutes(52)), "Побачила в Instagram. Це авто ще є?", photo(Picture{Body: SUV, Paint: azure, Scene: Dusk, Plate: "AA 4410 PK"})),
		says(ago(minutes(49)), "І чи можна подивитися сьогодні після 18:00?"),
	}},
	{bot: sales, who: "maksym", lines: []line{
		says(ago(minutes(24)), "Доброго дня"),
		says(ago(minutes(23)), "Шукаю електро: Nissan Leaf або Tesla Model 3, батарея не менше 85 %"),
		says(ago(minutes(9)), "До $20 000, готовий приїхати у вихідні"),
	}},
	{bot: sales, who: "yaroslav", lines: []line{starts(ago(minutes(4)), "ad_autumn")}},
}
