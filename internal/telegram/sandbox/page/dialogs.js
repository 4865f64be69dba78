// Questions, notices and toasts.
import { t } from './i18n.js';
import { h } from './render.js';

const $ = (id) => document.getElementById(id);

// ask shows a form and resolves to its values, or null if it was cancelled.
export function ask(title, fields, ok) {
  const d = $('dialog');
  d.className = '';
  $('dialogForm').replaceChildren(
    h('h2', {}, title),
    ...fields.map((f) => h('label', {}, h('span', {}, f.label), f.options
      ? h('select', { name: f.name }, f.options.map(([value, text]) => h('option', { value }, text)))
      : h('input', { name: f.name, value: f.value || '', required: !f.optional, pattern: f.pattern, autocomplete: 'off', maxlength: '64' }))),
    h('div', { class: 'row end' }, h('button', { value: 'cancel', formnovalidate: true, class: 'ghost' }, t('cancel')), h('button', { value: 'ok', class: 'primary', 'data-testid': 'dialog-ok' }, ok)));
  d.returnValue = 'cancel';
  d.showModal();
  d.querySelector('input, select')?.focus();
  return new Promise((resolve) => d.addEventListener('close', () => resolve(d.returnValue === 'ok' ? Object.fromEntries(new FormData($('dialogForm'))) : null), { once: true }));
}

// say shows a text until it is closed, as Telegram shows an alert.
export function say(text) {
  const d = $('dialog');
  d.className = '';
  $('dialogForm').replaceChildren(h('p', { class: 'notice', 'data-testid': 'alert-text' }, text), h('div', { class: 'row end' }, h('button', { value: 'ok', class: 'primary', 'data-testid': 'dialog-ok' }, t('ok'))));
  if (!d.open) d.showModal();
}

let timer;
export function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { $('toast').hidden = true; }, 4000);
}
