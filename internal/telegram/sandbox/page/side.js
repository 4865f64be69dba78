// Customer on the left, dealer on the right; one at a time where there is no room for both.
const texts = {
  en: { title: 'Play both sides', customer: 'Customer', dealer: 'Dealer' },
  uk: { title: 'Зіграйте за обох', customer: 'Клієнт', dealer: 'Дилер' },
  ru: { title: 'Сыграйте за обоих', customer: 'Клиент', dealer: 'Дилер' },
};
const query = new URLSearchParams(location.search);
const wanted = (query.get('lang') || navigator.language || 'en').slice(0, 2).toLowerCase();
const lang = texts[wanted] ? wanted : 'en';
const $ = (id) => document.getElementById(id);
if (['dark', 'light'].includes(query.get('theme'))) document.documentElement.dataset.theme = query.get('theme');
document.documentElement.lang = lang;
document.title = $('title').textContent = texts[lang].title;

for (const side of ['customer', 'dealer']) {
  const tab = $(side === 'customer' ? 'tabCustomer' : 'tabDealer');
  tab.textContent = $(side).title = texts[lang][side];
  tab.addEventListener('click', () => {
    document.body.dataset.show = side;
    $('tabCustomer').setAttribute('aria-selected', String(side === 'customer'));
    $('tabDealer').setAttribute('aria-selected', String(side === 'dealer'));
  });
}
$('customer').allow = 'microphone; geolocation; clipboard-write';
$('customer').src = './' + location.search;
$('dealer').src = '/inbox';
