package engine

// What the engine itself says; flows bring the rest.
const (
	labelBack = iota
	labelCancel
	labelSkip
	labelDone
	labelKeep
	labelClear
	labelShare
	labelSend
	labelChange

	sayCancelled
	sayStale
	saySorry
	sayGaveUp
	sayUseButtons
	sayNoSkip
	sayNow
	sayWhatToChange
	sayOwnContact
	sayShareButton
	sayPhotoKept
	sayPhotosFull
	sayPhotoFirst
	sayPhotosCleared
	sayTextOnly

	badText
	badLong
	badNumber
	badMoney
	badYear
	badPhone
	badVIN
	badURL
	badContacts
)

var phrases = [...][3]string{
	labelBack:   {"⬅️ Back", "⬅️ Назад", "⬅️ Назад"},
	labelCancel: {"✖️ Cancel", "✖️ Скасувати", "✖️ Отменить"},
	labelSkip:   {"Skip ➡️", "Пропустити ➡️", "Пропустить ➡️"},
	labelDone:   {"✅ Done", "✅ Готово", "✅ Готово"},
	labelKeep:   {"☑️ Keep as it is", "☑️ Залишити як є", "☑️ Оставить как есть"},
	labelClear:  {"🔄 Start the photos over", "🔄 Надіслати фото заново", "🔄 Отправить фото заново"},
	labelShare:  {"📱 Share my number", "📱 Поділитися номером", "📱 Поделиться номером"},
	labelSend:   {"✅ Send", "✅ Надіслати", "✅ Отправить"},
	labelChange: {"✏️ Change", "✏️ Змінити", "✏️ Изменить"},

	sayCancelled:     {"Cancelled. Nothing was sent.", "Скасовано. Нічого не надіслано.", "Отменено. Ничего не отправлено."},
	sayStale:         {"This button is out of date. Please use the latest message.", "Ця кнопка вже не діє. Скористайтеся останнім повідомленням.", "Эта кнопка уже не действует. Воспользуйтесь последним сообщением."},
	saySorry:         {"Sorry, something went wrong on our side. A manager will see your messages.", "Перепрошуємо, сталася помилка з нашого боку. Менеджер побачить ваші повідомлення.", "Извините, произошла ошибка с нашей стороны. Менеджер увидит ваши сообщения."},
	sayGaveUp:        {"Let’s leave it here. A manager will read your messages and answer you.", "Зупинімося на цьому. Менеджер прочитає ваші повідомлення й відповість вам.", "Остановимся на этом. Менеджер прочитает ваши сообщения и ответит вам."},
	sayUseButtons:    {"Please press one of the buttons.", "Будь ласка, натисніть одну з кнопок.", "Пожалуйста, нажмите одну из кнопок."},
	sayNoSkip:        {"We need this answer, it cannot be skipped.", "Ця відповідь потрібна, пропустити її не можна.", "Этот ответ нужен, пропустить его нельзя."},
	sayNow:           {"Now: ", "Зараз: ", "Сейчас: "},
	sayWhatToChange:  {"What would you like to change?", "Що змінити?", "Что изменить?"},
	sayOwnContact:    {"Please share your own number with the button below.", "Будь ласка, поділіться власним номером за допомогою кнопки нижче.", "Пожалуйста, поделитесь собственным номером с помощью кнопки ниже."},
	sayShareButton:   {"Please press the button below, so that we know the number is yours.", "Будь ласка, натисніть кнопку нижче: так ми знатимемо, що номер ваш.", "Пожалуйста, нажмите кнопку ниже: так мы будем знать, что номер ваш."},
	sayPhotoKept:     {"Got it. Send more, or press “Done”.", "Отримали. Надішліть ще або натисніть «Готово».", "Получили. Отправьте ещё или нажмите «Готово»."},
	sayPhotosFull:    {"That is the most we can take; we keep the first ones. Press “Done”.", "Більше прийняти не можемо, залишаємо перші. Натисніть «Готово».", "Больше принять не можем, оставляем первые. Нажмите «Готово»."},
	sayPhotoFirst:    {"Please send at least one photo first.", "Спершу надішліть хоча б одне фото.", "Сначала отправьте хотя бы одно фото."},
	sayPhotosCleared: {"All right, send the photos again.", "Гаразд, надішліть фото ще раз.", "Хорошо, отправьте фото ещё раз."},
	sayTextOnly:      {"Please answer with a text.", "Будь ласка, дайте відповідь текстом.", "Пожалуйста, ответьте текстом."},

	badText:     {"That is a little short. Please write more.", "Закоротко. Напишіть, будь ласка, докладніше.", "Слишком коротко. Напишите, пожалуйста, подробнее."},
	badLong:     {"That is too long. Please write it shorter.", "Задовго. Напишіть, будь ласка, коротше.", "Слишком длинно. Напишите, пожалуйста, короче."},
	badNumber:   {"Please write one number in digits.", "Будь ласка, напишіть одне число цифрами.", "Пожалуйста, напишите одно число цифрами."},
	badMoney:    {"Please write one amount in digits, for example 12500, 11000 € or 450000 UAH.", "Будь ласка, напишіть одну суму цифрами, наприклад 12500, 11000 € або 450000 грн.", "Пожалуйста, напишите одну сумму цифрами, например 12500, 11000 € или 450000 грн."},
	badYear:     {"Please write the year in four digits, for example 2019.", "Будь ласка, напишіть рік чотирма цифрами, наприклад 2019.", "Пожалуйста, напишите год четырьмя цифрами, например 2019."},
	badPhone:    {"This does not look like a phone number. Write it like +380 50 123 45 67.", "Це не схоже на номер телефону. Напишіть його так: +380 50 123 45 67.", "Это не похоже на номер телефона. Напишите его так: +380 50 123 45 67."},
	badVIN:      {"A VIN has 17 characters: digits and Latin letters without I, O and Q.", "VIN має 17 знаків: цифри й латинські літери, крім I, O та Q.", "VIN состоит из 17 знаков: цифры и латинские буквы, кроме I, O и Q."},
	badURL:      {"This is not a link. Send it like https://auto.ria.com/…", "Це не посилання. Надішліть його так: https://auto.ria.com/…", "Это не ссылка. Отправьте её так: https://auto.ria.com/…"},
	badContacts: {"Please write it without phone numbers, links and @names: we pass contacts on ourselves.", "Будь ласка, без номерів телефону, посилань та @імен: контакти ми передаємо самі.", "Пожалуйста, без номеров телефона, ссылок и @имён: контакты мы передаём сами."},
}

func phrase(lang, id int) string { return phrases[id][lang] }
