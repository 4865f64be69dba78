// Texts of the chat page in three languages.

const texts = {
  en: {
    you: 'You', chat: 'Chat', newUser: 'New customer', menu: 'Chat menu', faults: 'Misbehaviour', newMessages: 'New messages ↓',
    cancel: 'Cancel', attach: 'Attach', keyboard: 'Bot keyboard', stickers: 'Stickers', voice: 'Record voice', voiceStop: 'Stop and send',
    send: 'Send', save: 'Save', photo: 'Photo or video', file: 'File', contact: 'My contact', location: 'Location', start: 'Start', unblock: 'Unblock bot',
    block: 'Block bot', message: 'Message', post: 'Post to the channel', close: 'Close', bot: 'bot', typing: 'typing…', sending: 'sending a file…',
    reply: 'Reply', edit: 'Edit', remove: 'Delete', edited: 'edited', forwarded: 'Forwarded from', play: 'Play voice', pause: 'Pause',
    empty: 'No messages yet', emptyHint: 'Press Start: the bot may only write to people who wrote first.', emptyGroup: 'What is written here will show up in this thread.',
    firstName: 'First name', lastName: 'Last name', username: 'Username', language: 'Language', create: 'Create', ok: 'OK',
    noBots: 'No bot yet', noBotsHint: 'Create a bot here and give its token to the program that plays it.', botName: 'Name', botUser: 'Username (ends in bot)', token: 'Token', addBot: '+ New bot…', addGroup: '+ New group or channel…',
    title: 'Title', type: 'Type', group: 'Group', supergroup: 'Supergroup', channel: 'Channel', asAdmin: 'Add this bot as administrator',
    migrate: 'Upgrade to supergroup', migratedTo: 'The group became a supergroup', migratedFrom: 'Upgraded from a group', joined: 'joined',
    faultsHint: 'What goes wrong at Telegram’s side. The bot must cope.', kind: 'What', scope: 'Where', thisBot: 'This bot', thisChat: 'This chat', everything: 'Everywhere',
    method: 'Method (empty: any)', count: 'How often (0: until off)', probability: 'Probability', retryAfter: 'Retry after, s', delay: 'Delay, ms', status: 'Status',
    switchOn: 'Switch on', allOff: 'All off', off: 'Off', noFaults: 'Everything works.', always: 'until off', left: 'left: ',
    rate_limit: 'Too many requests (429)', server_error: 'Server error (5xx)', timeout_after_accept: 'Accepted, but no answer', drop: 'Connection dropped', blocked: 'Blocked by the user',
    slow: 'Slow answers', duplicate_update: 'Update twice', reorder_update: 'Updates out of order', changed_update: 'Same update id, other text', repeated_message: 'Same message, new update id', migrate_fault: 'Group becomes a supergroup',
    failed: 'Not done', micFailed: 'No access to the microphone', offline: 'Connection lost, trying again…', me: 'you', opensOutside: 'Opens', phone: 'Phone', sentContact: 'Contact', notHere: 'This button does nothing in the sandbox',
    copied: 'Copied', members: 'Group', startPayload: 'Start',
  },
  uk: {
    you: 'Ви', chat: 'Чат', newUser: 'Новий клієнт', menu: 'Меню чату', faults: 'Збої', newMessages: 'Нові повідомлення ↓',
    cancel: 'Скасувати', attach: 'Прикріпити', keyboard: 'Клавіатура бота', stickers: 'Стікери', voice: 'Записати голосове', voiceStop: 'Зупинити й надіслати',
    send: 'Надіслати', save: 'Зберегти', photo: 'Фото або відео', file: 'Файл', contact: 'Мій контакт', location: 'Геопозиція', start: 'Розпочати', unblock: 'Розблокувати бота',
    block: 'Заблокувати бота', message: 'Повідомлення', post: 'Допис у канал', close: 'Закрити', bot: 'бот', typing: 'друкує…', sending: 'надсилає файл…',
    reply: 'Відповісти', edit: 'Редагувати', remove: 'Видалити', edited: 'змінено', forwarded: 'Переслано від', play: 'Слухати голосове', pause: 'Пауза',
    empty: 'Повідомлень ще немає', emptyHint: 'Натисніть «Розпочати»: бот може писати лише тим, хто написав першим.', emptyGroup: 'Тут з’явиться все, що напишуть у цьому чаті.',
    firstName: 'Ім’я', lastName: 'Прізвище', username: 'Ім’я користувача', language: 'Мова', create: 'Створити', ok: 'Гаразд',
    noBots: 'Ботів ще немає', noBotsHint: 'Створіть бота й передайте його токен програмі, що ним керує.', botName: 'Назва', botUser: 'Ім’я користувача (закінчується на bot)', token: 'Токен', addBot: '+ Новий бот…', addGroup: '+ Нова група чи канал…',
    title: 'Назва', type: 'Тип', group: 'Група', supergroup: 'Супергрупа', channel: 'Канал', asAdmin: 'Додати цього бота адміністратором',
    migrate: 'Перетворити на супергрупу', migratedTo: 'Група стала супергрупою', migratedFrom: 'Перетворено з групи', joined: 'приєднується',
    faultsHint: 'Що йде не так на боці Telegram. Бот має впоратися.', kind: 'Що', scope: 'Де', thisBot: 'Цей бот', thisChat: 'Цей чат', everything: 'Усюди',
    method: 'Метод (порожньо: будь-який)', count: 'Скільки разів (0: до вимкнення)', probability: 'Імовірність', retryAfter: 'Повторити через, с', delay: 'Затримка, мс', status: 'Код',
    switchOn: 'Увімкнути', allOff: 'Вимкнути все', off: 'Вимкнути', noFaults: 'Усе працює.', always: 'до вимкнення', left: 'залишилося: ',
    rate_limit: 'Забагато запитів (429)', server_error: 'Помилка сервера (5xx)', timeout_after_accept: 'Прийнято, але без відповіді', drop: 'З’єднання розірвано', blocked: 'Користувач заблокував бота',
    slow: 'Повільні відповіді', duplicate_update: 'Оновлення двічі', reorder_update: 'Оновлення не по порядку', changed_update: 'Той самий номер оновлення, інший текст', repeated_message: 'Те саме повідомлення, новий номер оновлення', migrate_fault: 'Група стає супергрупою',
    failed: 'Не виконано', micFailed: 'Немає доступу до мікрофона', offline: 'Зв’язок втрачено, пробуємо знову…', me: 'ви', opensOutside: 'Відкриває', phone: 'Телефон', sentContact: 'Контакт', notHere: 'Ця кнопка в пісочниці не діє',
    copied: 'Скопійовано', members: 'Група', startPayload: 'Розпочати',
  },
  ru: {
    you: 'Вы', chat: 'Чат', newUser: 'Новый клиент', menu: 'Меню чата', faults: 'Сбои', newMessages: 'Новые сообщения ↓',
    cancel: 'Отмена', attach: 'Прикрепить', keyboard: 'Клавиатура бота', stickers: 'Стикеры', voice: 'Записать голосовое', voiceStop: 'Остановить и отправить',
    send: 'Отправить', save: 'Сохранить', photo: 'Фото или видео', file: 'Файл', contact: 'Мой контакт', location: 'Геопозиция', start: 'Начать', unblock: 'Разблокировать бота',
    block: 'Заблокировать бота', message: 'Сообщение', post: 'Публикация в канал', close: 'Закрыть', bot: 'бот', typing: 'печатает…', sending: 'отправляет файл…',
    reply: 'Ответить', edit: 'Изменить', remove: 'Удалить', edited: 'изменено', forwarded: 'Переслано от', play: 'Слушать голосовое', pause: 'Пауза',
    empty: 'Сообщений пока нет', emptyHint: 'Нажмите «Начать»: бот может писать только тем, кто написал первым.', emptyGroup: 'Здесь появится всё, что напишут в этом чате.',
    firstName: 'Имя', lastName: 'Фамилия', username: 'Имя пользователя', language: 'Язык', create: 'Создать', ok: 'Хорошо',
    noBots: 'Ботов пока нет', noBotsHint: 'Создайте бота и передайте его токен программе, которая им управляет.', botName: 'Название', botUser: 'Имя пользователя (оканчивается на bot)', token: 'Токен', addBot: '+ Новый бот…', addGroup: '+ Новая группа или канал…',
    title: 'Название', type: 'Тип', group: 'Группа', supergroup: 'Супергруппа', channel: 'Канал', asAdmin: 'Добавить этого бота администратором',
    migrate: 'Превратить в супергруппу', migratedTo: 'Группа стала супергруппой', migratedFrom: 'Превращено из группы', joined: 'присоединяется',
    faultsHint: 'Что идёт не так на стороне Telegram. Бот должен справиться.', kind: 'Что', scope: 'Где', thisBot: 'Этот бот', thisChat: 'Этот чат', everything: 'Везде',
    method: 'Метод (пусто: любой)', count: 'Сколько раз (0: до выключения)', probability: 'Вероятность', retryAfter: 'Повторить через, с', delay: 'Задержка, мс', status: 'Код',
    switchOn: 'Включить', allOff: 'Выключить всё', off: 'Выключить', noFaults: 'Всё работает.', always: 'до выключения', left: 'осталось: ',
    rate_limit: 'Слишком много запросов (429)', server_error: 'Ошибка сервера (5xx)', timeout_after_accept: 'Принято, но без ответа', drop: 'Соединение разорвано', blocked: 'Пользователь заблокировал бота',
    slow: 'Медленные ответы', duplicate_update: 'Обновление дважды', reorder_update: 'Обновления не по порядку', changed_update: 'Тот же номер обновления, другой текст', repeated_message: 'То же сообщение, новый номер обновления', migrate_fault: 'Группа становится супергруппой',
    failed: 'Не выполнено', micFailed: 'Нет доступа к микрофону', offline: 'Связь потеряна, пробуем снова…', me: 'вы', opensOutside: 'Открывает', phone: 'Телефон', sentContact: 'Контакт', notHere: 'Эта кнопка в песочнице не действует',
    copied: 'Скопировано', members: 'Группа', startPayload: 'Начать',
  },
};

const wanted = (new URLSearchParams(location.search).get('lang') || navigator.language || 'en').slice(0, 2).toLowerCase();
export const lang = texts[wanted] ? wanted : wanted === 'ua' ? 'uk' : 'en';
export const t = (key) => texts[lang][key] ?? texts.en[key] ?? key;

// translate fills every element marked with data-t (text) or data-label (accessible name).
export function translate(root = document) {
  document.documentElement.lang = lang;
  for (const el of root.querySelectorAll('[data-t]')) el.textContent = t(el.dataset.t);
  for (const el of root.querySelectorAll('[data-label]')) {
    el.setAttribute('aria-label', t(el.dataset.label));
    el.title = t(el.dataset.label);
  }
}
