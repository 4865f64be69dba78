// The chat page: who you are, which chat is open, and its thread, live.
import { t, translate } from './i18n.js';
import { get, post, act } from './api.js';
import { h, bubble, nameOf, dayOf, kindOf } from './render.js';
import { ask, toast, say } from './dialogs.js';
import { setUpComposer } from './composer.js';
import { setUpFaults } from './faults.js';

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
if (['dark', 'light'].includes(query.get('theme'))) document.documentElement.dataset.theme = query.get('theme');
translate();

export const view = { bots: [], users: [], chats: [], bot: 0, user: 0, chat: 0, private: true, messages: [], reactions: {}, keyboard: null, started: false, blocked: false, live: true };

const remembered = (key, value) => { try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; } };

export const here = () => ({ bot: view.bot, user: view.user, chat: view.private ? 0 : view.chat });

// attempt runs what a person asked for and says what went wrong.
export async function attempt(work) {
  try { return await work(); } catch (err) { toast(`${t('failed')}: ${err.message}`); return undefined; }
}

function keepAddress() {
  const q = new URLSearchParams(location.search);
  const bot = view.bots.find((b) => b.id === view.bot);
  if (bot) q.set('bot', bot.username);
  if (view.user) q.set('user', String(view.user));
  if (view.private) q.delete('chat'); else q.set('chat', String(view.chat));
  history.replaceState(null, '', '?' + q);
  if (view.user) remembered('sandbox.user', String(view.user));
}

async function loadLists() {
  [view.bots, view.users] = await Promise.all([get('bots'), get('users')]);
  if (!view.users.length) { await post('users', { first_name: 'Олена', last_name: 'Коваль', username: 'olena_koval', language_code: 'uk' }); view.users = await get('users'); }
  view.user = view.users.find((u) => u.id === view.user)?.id
    ?? view.users.find((u) => String(u.id) === query.get('user') || u.username && u.username === query.get('user'))?.id
    ?? view.users.find((u) => String(u.id) === remembered('sandbox.user'))?.id ?? view.users[0].id;
  view.bot = view.bots.find((b) => b.id === view.bot)?.id
    ?? view.bots.find((b) => b.username.toLowerCase() === (query.get('bot') || '').toLowerCase())?.id ?? view.bots[0]?.id ?? 0;
  view.chats = await get('chats', { user: view.user });
  if (!view.chat && query.get('chat')) view.chat = Number(query.get('chat'));
  const group = view.chats.find((c) => !c.bot && c.chat.id === view.chat);
  view.private = !group;
  if (!group) view.chat = view.user;
  drawLists();
}

function drawLists() {
  $('user').replaceChildren(...view.users.map((u) => h('option', { value: String(u.id), selected: u.id === view.user }, nameOf(u))));
  const groups = view.chats.filter((c) => !c.bot);
  $('chat').replaceChildren(
    ...view.bots.map((b) => h('option', { value: 'bot:' + b.id, selected: view.private && b.id === view.bot }, `${b.name} @${b.username}`)),
    ...groups.map((c) => h('option', { value: 'chat:' + c.chat.id, selected: !view.private && c.chat.id === view.chat }, `${c.chat.title} · ${t(c.chat.type)}`)),
    h('option', { value: 'new:bot' }, t('addBot')), ...(view.bots.length ? [h('option', { value: 'new:group' }, t('addGroup'))] : []));
}

export async function loadThread() {
  if (!view.bot && view.private) { drawNoBots(); return; }
  const v = await get('messages', here());
  Object.assign(view, { messages: v.messages, reactions: v.reactions || {}, keyboard: v.keyboard || null, started: v.started, blocked: v.blocked, title: v.chat.title, type: v.chat.type, commands: v.commands || [], menu: v.menu || null });
  draw(true);
  keepAddress();
}

function drawNoBots() {
  Object.assign(view, { messages: [], type: 'none' });
  $('title').textContent = t('noBots');
  $('subtitle').textContent = '';
  $('thread').replaceChildren(h('div', { class: 'empty' }, h('b', {}, t('noBots')), h('p', {}, t('noBotsHint')), h('button', { type: 'button', class: 'primary', 'data-testid': 'new-bot', onclick: newBot }, t('addBot'))));
  composer.refresh();
}

const hooks = {
  onButton: async (m, b, el) => {
    if (b.url) { window.open(b.url, '_blank', 'noopener'); return; }
    if (b.web_app) { openWebApp(b.web_app.url); return; }
    if (b.copy_text) { await attempt(() => navigator.clipboard.writeText(b.copy_text.text)); toast(t('copied')); return; }
    if (!b.callback_data) { toast(t('notHere')); return; }
    el.classList.add('waiting');
    const done = await attempt(() => post('press', { ...here(), message_id: m.message_id, data: b.callback_data }));
    if (!done) { el.classList.remove('waiting'); return; }
    waiting.set(done.query, el);
    // The answer may have come before the query's number did.
    const early = await attempt(() => get('answers/' + done.query));
    if (early?.answered) answered({ query: done.query, ...early });
  },
  onCommand: (text) => attempt(() => act({ ...here(), text })),
  onReply: (m) => composer.reply(m),
  onEdit: (m) => composer.edit(m),
  onDelete: (list) => attempt(() => Promise.all(list.map((m) => post('delete', { ...here(), message_id: m.message_id })))),
  onJump: (id) => {
    const el = $('thread').querySelector(`[data-id="${id}"]`);
    el?.scrollIntoView({ block: 'center' });
    el?.focus();
  },
};

const waiting = new Map(); // callback queries that have no answer yet → their button
function answered(e) {
  const el = waiting.get(e.query);
  if (!el) return;
  waiting.delete(e.query);
  el.classList.remove('waiting');
  if (e.url) window.open(e.url, '_blank', 'noopener');
  if (e.text) { if (e.alert) say(e.text); else toast(e.text); }
}

export async function openWebApp(url) {
  const link = await attempt(() => get('webapp', { bot: view.bot, user: view.user, url }));
  if (!link) return;
  if (new URL(link.url).origin !== location.origin) { window.open(link.url, '_blank', 'noopener'); return; }
  const d = $('dialog');
  d.className = 'webapp';
  $('dialogForm').replaceChildren(h('div', { class: 'webappHead' }, h('b', {}, $('title').textContent), h('button', { class: 'icon', value: 'close', 'aria-label': t('close') }, '✕')), h('iframe', { src: link.url, title: $('title').textContent, 'data-testid': 'webapp' }));
  d.showModal();
}

// stuck: the reader is at the end, and stays there when pictures load or the keyboard opens.
let stuck = true;
const nearEnd = () => { const el = $('thread'); return el.scrollHeight - el.scrollTop - el.clientHeight < 120; };
const toEnd = () => { const el = $('thread'); el.scrollTop = el.scrollHeight; stuck = true; $('jump').hidden = true; };

function grouped() {
  const out = [];
  for (const m of view.messages) {
    const last = out[out.length - 1];
    if (m.media_group_id && last?.[0].media_group_id === m.media_group_id) last.push(m); else out.push([m]);
  }
  return out;
}

export function draw(jump = false) {
  const stay = !jump && !stuck;
  const bot = view.bots.find((b) => b.id === view.bot);
  const name = view.private ? bot?.name : view.title;
  $('title').textContent = name || '';
  document.title = name || 'Telegram';
  $('avatar').textContent = (name || '?')[0];
  $('subtitle').textContent = view.private ? t('bot') : t(view.type);
  $('block').textContent = view.private ? t(view.blocked ? 'unblock' : 'block') : t('migrate');
  $('block').hidden = !view.private && view.type !== 'group';
  const lines = [];
  let lastDay = '';
  for (const list of grouped()) {
    const d = dayOf(list[0]);
    if (d !== lastDay) lines.push(h('div', { class: 'day' }, h('span', {}, d)));
    lastDay = d;
    lines.push(bubble(list, view, hooks));
  }
  if (!lines.length) lines.push(h('div', { class: 'empty', 'data-testid': 'empty' }, h('b', {}, t('empty')), h('p', {}, t(view.private ? 'emptyHint' : 'emptyGroup'))));
  const before = $('thread').scrollTop;
  $('thread').replaceChildren(...lines);
  if (stay) { $('thread').scrollTop = before; } else toEnd();
  composer.refresh();
}

// Many messages may come at once: one drawing per frame is enough.
let planned = false;
function drawSoon() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; draw(); });
}

let typing;
function onEvent(e) {
  if (['bots', 'users', 'chats'].includes(e.kind)) { attempt(loadLists).then(() => loadThread()); return; }
  if (e.kind === 'faults') { faults.refresh(); return; }
  if (e.kind === 'gap') { loadThread(); return; }
  if (e.kind === 'toast') { answered(e); return; }
  const mine = view.private ? e.bot === view.bot && e.chat === view.user : !e.bot && e.chat === view.chat;
  if (!mine) return;
  switch (e.kind) {
    case 'message':
      if (view.messages.some((m) => m.message_id === e.message.message_id)) return;
      if (e.message.from?.id === view.user) stuck = true; else if (!stuck) $('jump').hidden = false;
      view.messages.push(e.message);
      view.started ||= e.message.from?.id === view.user;
      if (view.private) view.keyboard = e.keyboard || null;
      clearTimeout(typing);
      break;
    case 'edit': view.messages = view.messages.map((m) => m.message_id === e.message.message_id ? e.message : m); break;
    case 'delete': view.messages = view.messages.filter((m) => m.message_id !== e.message_id); break;
    case 'reaction': if (e.reaction) view.reactions[e.message_id] = e.reaction; else delete view.reactions[e.message_id]; break;
    case 'block': view.blocked = !!e.blocked; break;
    case 'action':
      $('subtitle').textContent = t(e.action === 'typing' ? 'typing' : 'sending');
      clearTimeout(typing);
      typing = setTimeout(() => { $('subtitle').textContent = view.private ? t('bot') : t(view.type); }, 5000);
      return;
  }
  drawSoon();
}

let stream;
function listen() {
  stream?.close();
  stream = new EventSource('api/events?' + new URLSearchParams({ bot: view.bot, user: view.user }));
  let opened = false;
  stream.onopen = () => { if (opened) loadThread(); opened = true; document.body.dataset.live = 'true'; };
  stream.onmessage = (e) => onEvent(JSON.parse(e.data));
  stream.onerror = () => { document.body.dataset.live = 'false'; $('subtitle').textContent = t('offline'); };
}

async function open() {
  await attempt(loadThread);
  listen();
}

async function newBot() {
  const v = await ask(t('addBot'), [{ name: 'name', label: t('botName'), value: 'Dealer' }, { name: 'username', label: t('botUser'), value: 'dealer_bot', pattern: '[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]' }], t('create'));
  if (!v) { drawLists(); return; }
  const b = await attempt(() => post('bots', v));
  if (!b) { drawLists(); return; }
  Object.assign(view, { bot: b.id, private: true, chat: view.user });
  await loadLists();
  await open();
  say(`${t('token')}: ${b.token}`);
}

async function newGroup() {
  const v = await ask(t('addGroup'), [{ name: 'title', label: t('title'), value: '' }, { name: 'type', label: t('type'), options: ['group', 'supergroup', 'channel'].map((x) => [x, t(x)]) }, { name: 'username', label: t('username'), value: '', optional: true }], t('create'));
  const c = v && await attempt(() => post('groups', { ...v, admins: [view.user, view.bot], members: [] }));
  if (c) { view.chat = c.id; view.private = false; }
  await loadLists();
  await open();
}

$('newUser').addEventListener('click', async () => {
  const v = await ask(t('newUser'), [{ name: 'first_name', label: t('firstName') }, { name: 'last_name', label: t('lastName'), optional: true }, { name: 'username', label: t('username'), optional: true }, { name: 'language_code', label: t('language'), options: [['uk', 'Українська'], ['en', 'English'], ['ru', 'Русский']] }], t('create'));
  const u = v && await attempt(() => post('users', v));
  if (!u) return;
  view.user = u.id;
  await loadLists();
  await open();
});
$('user').addEventListener('change', async (e) => {
  view.user = Number(e.target.value);
  if (view.private) view.chat = view.user;
  composer.clear();
  await loadLists();
  await open();
});
$('chat').addEventListener('change', async (e) => {
  const [what, id] = e.target.value.split(':');
  if (what === 'new') { await (id === 'bot' ? newBot() : newGroup()); return; }
  composer.clear();
  if (what === 'bot') Object.assign(view, { bot: Number(id), private: true, chat: view.user }); else Object.assign(view, { chat: Number(id), private: false });
  await open();
});
$('jump').addEventListener('click', toEnd);
$('thread').addEventListener('scroll', () => { stuck = nearEnd(); if (stuck) $('jump').hidden = true; }, { passive: true });
for (const e of ['load', 'loadedmetadata']) $('thread').addEventListener(e, () => { if (stuck) toEnd(); }, true);
new ResizeObserver(() => { if (stuck) toEnd(); }).observe($('thread'));

const menu = (on) => { $('menu').hidden = !on; $('menuOpen').setAttribute('aria-expanded', String(on)); };
$('menuOpen').addEventListener('click', () => menu($('menu').hidden));
document.addEventListener('click', (e) => { if (!e.target.closest('#menu, #menuOpen')) menu(false); });
document.addEventListener('keydown', (e) => { if (e.key === 'Escape') menu(false); });
$('block').addEventListener('click', async () => {
  menu(false);
  if (view.private) { await attempt(() => post('block', { bot: view.bot, user: view.user, blocked: !view.blocked })); return; }
  const next = await attempt(() => post('migrate', { chat: view.chat }));
  if (next) { view.chat = next.id; await loadLists(); await open(); }
});
$('faultsOpen').addEventListener('click', () => { menu(false); faults.toggle(); });
$('dialog').addEventListener('close', () => { if ($('dialog').className === 'webapp') $('dialogForm').replaceChildren(); });

const composer = setUpComposer({ view, here, attempt, kindOf, openWebApp, payload: () => query.get('start') || '' });
const faults = setUpFaults({ view, attempt });
await attempt(loadLists);
await open();
