package demo

var serviceStories = []story{
	{bot: service, who: "andriy", lines: []line{
		says(day(3, "10:52"), "Доброго дня! Хочу здати Passat у залік за X5, Тарас направив"),
		sends(day(3, "10:55"), "VW Passat B8 2017, 2.0 TDI, один власник",
			photo(Picture{Body: Sedan, Paint: azure, Scene: Dusk, Plate: "AA 6218 MP"}),
			photo(Picture{Body: Sedan, Paint: azure, Scene: Dusk, Left: true, Plate: "AA 6218 MP"}),
			photo(Picture{Body: Sedan, Paint: azure, Scene: Dusk, Zoom: 1.8}), odometer(184300)),
		sends(day(3, "10:58"), "Техпаспорт", papers("tekhpasport-passat.pdf", func() []byte {
			return passport("AA 6218 MP", "VOLKSWAGEN", "PASSAT", "2017", "WVWZZZ3CZHE000001")
		})),
		answers(day(3, "11:20"), sofiia, "Дякую, Андрію, усе бачу. Попередня оцінка $15 200–15 800 після огляду на підіймачі."),
		notes(day(3, "11:22"), sofiia, "Ринок: $16 400–17 000. Стеля викупу — $15 800, лівий поріг фарбований."),
		says(day(3, "11:41"), "Нормально. Коли можна на огляд?"),
		answers(day(3, "11:45"), sofiia, "Можна перед тест-драйвом, займе 40 хвилин."),
	}},
	{bot: service, who: "roman", lines: []line{
		says(day(3, "09:15"), "Запишіть на ТО, Skoda Fabia 2018, пробіг 60 тис."),
		answers(day(3, "09:22"), sofiia, "Доброго ранку, Романе! Є вікно в четвер о 10:30. ТО-60: масло, фільтри, свічки — 6 400 грн разом з роботою."),
		says(day(3, "09:30"), "Беру"),
		answers(day(3, "09:31"), sofiia, "Записала. За день до візиту нагадаю."),
		tags(day(3, "09:32"), sofiia, "ТО", "Skoda"),
		says(day(1, "12:10"), "Забрав, дякую. Усе швидко"),
		closes(day(1, "12:30"), sofiia),
	}},
	{bot: service, who: "mariia", lines: []line{
		says(day(2, "16:20"), "Добрый день, стучит спереди справа на неровностях"),
		sends(day(2, "16:22"), "Сняла видео, слышно на 2-й секунде", clip),
		answers(day(2, "16:35"), taras, "Добрый день, Мария! Похоже на стойку стабилизатора. Диагностика бесплатна, замена около 2 300 грн. Приезжайте в пятницу к 9:00?"),
		says(day(2, "16:50"), "Да, буду к 9"),
		assigns(day(2, "16:52"), taras, sofiia),
	}},
	{bot: service, who: "tetiana", lines: []line{
		says(day(2, "20:47"), "Допоможіть! Заглохла на трасі, не заводиться"),
		sharesPlace(day(2, "20:48"), 50.3587, 30.9321),
		sharesPhone(day(2, "20:49"), "+380503332211"),
		answers(day(2, "20:58"), olena, "Тетяно, увімкніть аварійку й чекайте в безпечному місці. Евакуатор виїхав, буде за 35 хвилин, водій Микола вам зателефонує."),
		says(day(2, "21:44"), "Забрали, дякую вам величезне 🙏"),
		answers(day(1, "10:40"), sofiia, "Доброго ранку, Тетяно! Несправний паливний насос. Робота з деталлю — 8 900 грн, готово буде завтра до 16:00. Робимо?"),
		says(day(1, "10:52"), "Так, робіть"),
		tags(day(1, "10:55"), sofiia, "евакуатор", "терміново"),
	}},
	{bot: service, who: "volodymyr", lines: []line{
		says(day(1, "15:05"), "Потрібна копія техпаспорта на авто, яке залишив у заліку, для страхової"),
		answers(day(1, "15:19"), sofiia, "Володимире, ось копія.", papers("kopiia-tekhpasporta.pdf", func() []byte {
			return passport("KA 1234 BX", "RENAULT", "DUSTER", "2016", "VF1HSRCA0GA000002")
		})),
		says(day(1, "15:24"), "Отримав, дякую"),
	}},
	{bot: service, who: "oksana", lines: []line{
		sends(day(1, "16:30"), "Оцініть, будь ласка, мою Mazda CX-5 2018",
			photo(Picture{Body: SUV, Paint: sand, Scene: Morning, Plate: "KA 2266 MT"}),
			photo(Picture{Body: SUV, Paint: sand, Scene: Morning, Left: true, Plate: "KA 2266 MT"}), odometer(97210)),
		answers(day(1, "16:52"), maryna, "Оксано, дякую! Попередньо $19 500–20 300. Для точної ціни потрібен огляд."),
		says(day(1, "17:20"), "А без огляду можете дати 21 000? Інший салон пропонує стільки"),
		assigns(day(1, "17:31"), maryna, taras),
		notes(day(1, "17:32"), maryna, "Тарасе, глянь: без сколів, один власник. Можемо підняти до 20 700?"),
	}},
	{bot: service, who: "emma", lines: []line{
		says(ago(minutes(37)), "Hi! I need a winter tyre change for a Volvo XC60 this week. Do you have a free slot?"),
	}},
}
