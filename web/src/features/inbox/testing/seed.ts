import type { Conversation } from '../types'
import { type FakeServer, ids } from './fake'

/** One conversation with a message of every kind and state, among many others. */
export function seed(fake: FakeServer): Conversation {
  fake.fill(60)
  const main = fake.addConversation({
    name: 'Оксана Бондар',
    minutes: 1,
    unread_count: 2,
    contact: {
      id: 'c-main',
      name: 'Оксана Бондар',
      username: 'oksana_b',
      language: 'uk',
      phone: '+380671234567',
    },
  })
  const other = fake.addConversation({
    name: 'Оксана Бондар',
    minutes: 900,
    contact: {
      id: 'c-main',
      name: 'Оксана Бондар',
      username: 'oksana_b',
      language: 'uk',
      phone: '+380671234567',
    },
    bot: { id: ids.otherBot, name: 'Trade-in', username: 'tradein_bot' },
  })
  fake.addMessage(other, { text: 'Хочу здати свою Fabia 2014 у trade-in' }, 900)
  for (let index = 0; index < 90; index++) {
    fake.addMessage(
      main,
      {
        text: `Повідомлення номер ${index + 1} з історії розмови`,
        direction: index % 3 === 0 ? 'out' : 'in',
      },
      4_000 - index * 20,
    )
  }
  const colleague = { id: ids.colleague, name: 'Тарас Гнатюк' }
  const question = fake.addMessage(
    main,
    { text: 'Доброго дня! Чи ще є в наявності <b>BMW X5</b> 2021? https://example.com/x5' },
    1_500,
  )
  fake.addMessage(
    main,
    {
      direction: 'out',
      author: null,
      text: 'Вітаємо! Менеджер відповість за кілька хвилин.',
      buttons: [[{ text: 'Каталог' }, { text: 'Зателефонуйте мені' }]],
    },
    1_499,
  )
  fake.addMessage(
    main,
    { kind: 'callback', text: '', callback: { label: 'Каталог', data: 'catalog' } },
    1_498,
  )
  fake.addMessage(
    main,
    {
      direction: 'out',
      author: colleague,
      text: 'Так, авто на майданчику. Ось фото:',
      reply_to: {
        id: question.id,
        text: 'Доброго дня! Чи ще є в наявності BMW X5 2021?',
        author: 'Оксана Бондар',
        kind: 'text',
      },
    },
    1_490,
  )
  fake.addMessage(
    main,
    {
      direction: 'out',
      author: colleague,
      kind: 'album',
      text: '68 400 км, один власник',
      attachments: [1, 2, 3, 4, 5].map(() => fake.attachment({})),
    },
    1_489,
  )
  fake.addMessage(
    main,
    {
      direction: 'out',
      kind: 'photo',
      text: '',
      attachments: [fake.attachment({ width: 800, height: 1100 })],
    },
    1_400,
  )
  fake.addMessage(
    main,
    {
      kind: 'voice',
      text: '',
      attachments: [fake.attachment({ kind: 'voice', mime: 'audio/ogg', duration: 14 })],
    },
    60,
  )
  fake.addMessage(
    main,
    {
      kind: 'document',
      text: 'Технічний паспорт',
      attachments: [
        fake.attachment({
          kind: 'document',
          name: 'tech-passport.pdf',
          mime: 'application/pdf',
          size: 1_430_000,
        }),
        fake.attachment({ kind: 'document', name: 'video.mov', state: 'too_large', size: 48_000_000 }),
        fake.attachment({ kind: 'document', name: 'scan.pdf', state: 'pending' }),
      ],
    },
    55,
  )
  fake.addMessage(
    main,
    { kind: 'contact', text: '', contact_card: { name: 'Оксана Бондар', phone: '380671234567' } },
    50,
  )
  fake.addMessage(
    main,
    { kind: 'location', text: '', location: { lat: 50.4501, lon: 30.5234, title: 'Хрещатик' } },
    49,
  )
  fake.addMessage(main, { direction: 'out', text: 'Чекаємо на вас завтра!', edited_at: fake.ago(40) }, 45)
  fake.addMessage(main, { direction: 'out', text: 'Це помилкове повідомлення', deleted_at: fake.ago(40) }, 44)
  fake.addMessage(
    main,
    {
      direction: 'out',
      text: 'Адреса: вул. Велика Васильківська, 100',
      state: 'failed',
      error: { kind: 'limited', text: 'Too Many Requests: retry after 17' },
    },
    40,
  )
  fake.addMessage(
    main,
    { direction: 'out', text: 'Телефон менеджера +380 44 123 45 67', state: 'unknown' },
    39,
  )
  fake.addMessage(
    main,
    { text: 'Дякую! А <i>розмитнення</i> вже є? <tg-spoiler>бюджет 52 000 $</tg-spoiler>' },
    3,
  )
  fake.addMessage(main, { text: 'І ще питання щодо кредиту' }, 1)
  Object.assign(fake.contacts.get('c-main') ?? {}, {
    tags: ['VIP', 'trade-in'],
    email: 'oksana@example.com',
    notes: 'Шукає сімейний кросовер до 55 000 $.',
  })
  fake.notes.set(main.id, [
    {
      id: 'n1',
      text: 'Передзвонити після 18:00, чекає на рішення банку.',
      author: colleague,
      created_at: fake.ago(120),
    },
  ])
  fake.history.set(main.id, [
    {
      seq: 9,
      kind: 'conversation.changed',
      actor: colleague,
      assignee: 'Тарас Гнатюк',
      data: { change: 'assigned', reason: 'answer' },
      at: fake.ago(1_490),
    },
    {
      seq: 8,
      kind: 'conversation.changed',
      actor: colleague,
      data: { change: 'reopened' },
      at: fake.ago(1_491),
    },
  ])
  fake.canned.push(
    {
      id: 'k1',
      shortcut: 'vitannia',
      title: 'Вітання',
      text: {
        uk: 'Вітаю, {first_name}! Мене звати {manager}, компанія «{company}».',
        en: 'Hello, {first_name}!',
      },
      version: 1,
    },
    {
      id: 'k2',
      shortcut: 'adresa',
      title: 'Адреса салону',
      text: { uk: 'Чекаємо на вас: вул. Велика Васильківська, 100.' },
      version: 1,
    },
  )
  return main
}
