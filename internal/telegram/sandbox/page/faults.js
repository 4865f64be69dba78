// The drawer that makes the sandbox misbehave.
import { t } from './i18n.js';
import { get, post, remove } from './api.js';
import { h } from './render.js';

const $ = (id) => document.getElementById(id);
const kinds = ['rate_limit', 'server_error', 'timeout_after_accept', 'drop', 'blocked', 'slow', 'migrate', 'duplicate_update', 'reorder_update', 'changed_update', 'repeated_message'];
const label = (kind) => t(kind === 'migrate' ? 'migrate_fault' : kind);

export function setUpFaults({ view, attempt }) {
  const form = $('faultForm');
  form.elements.kind.replaceChildren(...kinds.map((k) => h('option', { value: k }, label(k))));

  const fields = () => { for (const el of form.querySelectorAll('[data-for]')) el.hidden = !el.dataset.for.split(' ').includes(form.elements.kind.value); };
  form.elements.kind.addEventListener('change', fields);
  fields();

  async function refresh() {
    if ($('faults').hidden) return;
    const list = await attempt(() => get('faults'));
    if (!list) return;
    $('faultsOff').hidden = !list.length;
    $('faultList').replaceChildren(...(list.length ? list.map((f) => h('li', { 'data-testid': 'fault', 'data-kind': f.kind },
      h('span', {}, h('b', {}, label(f.kind)), h('small', {}, [f.method, f.count ? t('left') + f.count : t('always'), f.probability ? f.probability : '', f.chat ? t('thisChat') : f.bot ? t('thisBot') : t('everything')].filter(Boolean).join(' · '))),
      h('button', { type: 'button', class: 'ghost', onclick: () => attempt(() => remove('faults/' + f.id)) }, t('off')))) : [h('li', { class: 'hint' }, t('noFaults'))]));
  }

  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    const v = Object.fromEntries(new FormData(form));
    const uses = (name) => !form.elements[name].closest('[data-for]')?.hidden;
    const f = { kind: v.kind, method: v.method.trim(), count: Number(v.count) || 0, probability: Number(v.probability) || 0, seed: Date.now() };
    for (const name of ['retry_after', 'delay_ms', 'status']) if (uses(name)) f[name] = Number(v[name]) || 0;
    if (v.scope !== 'all') f.bot = view.bot;
    if (v.scope === 'chat') f.chat = view.private ? view.user : view.chat;
    await attempt(() => post('faults', f));
  });
  $('faultsOff').addEventListener('click', () => attempt(() => remove('faults')));
  const toggle = () => { $('faults').hidden = !$('faults').hidden; refresh(); };
  $('faultsClose').addEventListener('click', toggle);
  return { refresh, toggle };
}
