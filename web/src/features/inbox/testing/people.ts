/** Texts of the imagined company; nothing here is a real person. */
export const people = [
  ['Оксана Бондар', 'oksana_b', '+380671234567', 'uk'],
  ['Andriy Kovalenko', 'kovalenko_a', '+380501112233', 'uk'],
  ['Марія Ткачук', '', '', 'uk'],
  ['John Smith', 'jsmith', '+447911123456', 'en'],
  ['Дмитрий Соколов', 'dsokolov', '', 'ru'],
  ['Ірина Шевченко-Григоренко', 'iryna_sg', '+380931234500', 'uk'],
  ['Piotr Zieliński', 'pzielinski', '+48501234567', 'pl'],
  ['Ельдар', '', '+380999888777', 'ru'],
] as const

export const lines = [
  'Доброго дня! Чи ще є в наявності BMW X5 2021?',
  'Так, авто на майданчику. Коли вам зручно приїхати?',
  'Можна завтра після 15:00?',
  'Звісно, чекатимемо. Надсилаю адресу.',
  'А який пробіг і чи був у ДТП?',
  '68 400 км, один власник, сервісна історія повна.',
  'Hello, is the Octavia still available?',
  'Скільки коштуватиме розмитнення?',
] as const
