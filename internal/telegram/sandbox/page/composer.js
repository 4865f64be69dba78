// What the customer writes and sends.
import { t } from './i18n.js';
import { act, post, get, media } from './api.js';
import { h, nameOf, summary } from './render.js';
import { record } from './voice.js';
import { toast } from './dialogs.js';

const $ = (id) => document.getElementById(id);

// measure reads the size and length of a picture or clip in the browser.
function measure(file) {
  const src = URL.createObjectURL(file);
  const done = (v) => { URL.revokeObjectURL(src); return v; };
  if (file.type.startsWith('video/')) {
    return new Promise((resolve) => {
      const v = document.createElement('video');
      v.preload = 'metadata';
      v.onloadedmetadata = () => resolve(done({ width: v.videoWidth, height: v.videoHeight, duration: Math.round(v.duration) || 0 }));
      v.onerror = () => resolve(done({}));
      v.src = src;
    });
  }
  return Promise.resolve(done({}));
}

export function setUpComposer({ view, here, attempt, openWebApp, payload }) {
  let replyTo = null;
  let editing = null;
  let staged = []; // [{file, kind}]
  let stopRecording = null;
  let keysShown = true;
  let drawnKeys = null;

  function banner() {
    const m = editing || replyTo;
    $('banner').hidden = !m;
    if (!m) return;
    $('bannerTitle').textContent = editing ? t('edit') : `${t('reply')} · ${nameOf(m.from || m.sender_chat)}`;
    $('bannerText').textContent = summary(m);
  }

  function tray() {
    $('tray').hidden = !staged.length;
    $('tray').replaceChildren(...staged.map((s, i) => h('div', { class: 'chip', 'data-kind': s.kind },
      s.kind === 'photo' ? h('img', { src: s.preview, alt: '' }) : h('span', { class: 'chipIcon' }, s.kind === 'video' ? '▶' : '↓'),
      h('span', {}, s.file.name),
      h('button', { type: 'button', 'aria-label': t('remove'), onclick: () => { URL.revokeObjectURL(s.preview); staged.splice(i, 1); tray(); buttons(); } }, '✕'))));
  }

  function buttons() {
    const full = $('text').value.trim() !== '' || staged.length > 0 || editing;
    $('send').hidden = !full;
    $('voice').hidden = !!full;
    $('send').setAttribute('aria-label', t(editing ? 'save' : 'send'));
    $('text').style.height = 'auto';
    $('text').style.height = Math.min($('text').scrollHeight, 120) + 'px';
  }

  function clear() {
    replyTo = null;
    editing = null;
    staged.forEach((s) => URL.revokeObjectURL(s.preview));
    staged = [];
    $('text').value = '';
    banner();
    tray();
    buttons();
  }

  async function send() {
    const text = $('text').value.trim();
    if (editing) {
      if (!text) return;
      if (await attempt(() => post('edit', { ...here(), message_id: editing.message_id, text }))) clear();
      return;
    }
    const reply = { reply_to: replyTo?.message_id || 0 };
    if (!staged.length) {
      if (!text) return;
      $('text').value = ''; // at once, so that the next line can be written
      const kept = replyTo;
      replyTo = null;
      banner();
      buttons();
      if (!await attempt(() => act({ ...here(), ...reply, text })) && !$('text').value) { $('text').value = text; replyTo = kept; banner(); buttons(); }
      return;
    }
    const items = await Promise.all(staged.map(async (s, i) => ({ kind: s.kind, caption: i === 0 ? text : '', ...await measure(s.file) })));
    if (await attempt(() => act({ ...here(), ...reply, items }, staged.map((s) => s.file)))) clear();
  }

  function stage(files, asFile) {
    for (const file of [...files].slice(0, 10 - staged.length)) {
      const kind = asFile ? 'document' : file.type === 'image/gif' ? 'animation' : file.type.startsWith('image/') ? 'photo' : file.type.startsWith('video/') ? 'video' : 'document';
      staged.push({ file, kind, preview: kind === 'photo' ? URL.createObjectURL(file) : '' });
    }
    // Telegram never mixes files with pictures in one message.
    if (staged.some((s) => s.kind === 'document' || s.kind === 'animation') && new Set(staged.map((s) => s.kind)).size > 1) staged.forEach((s) => { s.kind = 'document'; });
    tray();
    buttons();
    $('text').focus();
  }

  function drawKeys() {
    const k = view.private ? view.keyboard : null;
    const has = !!k?.keyboard;
    $('keysToggle').hidden = !has;
    $('text').placeholder = k?.input_field_placeholder || t(view.type === 'channel' ? 'post' : 'message');
    $('text').setAttribute('aria-label', t('message'));
    const stamp = JSON.stringify(k);
    if (stamp !== drawnKeys) {
      drawnKeys = stamp;
      keysShown = true;
      $('keys').replaceChildren(...(k?.keyboard || []).map((row) => h('div', { class: 'row' }, row.map((b) => {
        const key = typeof b === 'string' ? { text: b } : b;
        return h('button', { type: 'button', 'data-testid': 'reply-key', onclick: async () => {
          if (key.web_app) { openWebApp(key.web_app.url); return; }
          await attempt(() => post('key', { bot: view.bot, user: view.user, text: key.text }));
          if (k.one_time_keyboard) { keysShown = false; drawKeys(); }
        } }, key.text);
      }))));
    }
    $('keys').hidden = !has || !keysShown || !$('stickers').hidden || !view.started || view.blocked;
    $('keysToggle').setAttribute('aria-pressed', String(keysShown));
  }

  function refresh() {
    const none = view.type === 'none';
    $('start').hidden = none || !view.private || view.started || view.blocked;
    $('unblock').hidden = none || !view.private || !view.blocked;
    $('composer').hidden = none || view.private && (!view.started || view.blocked);
    const label = view.menu?.text || (view.commands?.length ? '/' : '');
    $('menuButton').hidden = !view.private || !label;
    $('menuButton').textContent = label;
    drawKeys();
    buttons();
  }

  const attachMenu = (on) => { $('attachMenu').hidden = !on; $('attach').setAttribute('aria-expanded', String(on)); };
  $('attach').addEventListener('click', () => attachMenu($('attachMenu').hidden));
  document.addEventListener('click', (e) => { if (!e.target.closest('#attachMenu, #attach, #menuButton')) attachMenu(false); });
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    attachMenu(false);
    if (editing) clear(); else { replyTo = null; banner(); }
  });
  $('menuButton').addEventListener('click', () => {
    if (view.menu?.web_app) { openWebApp(view.menu.web_app.url); return; }
    $('stickers').hidden = true;
    const list = h('div', { class: 'menu attachMenu', role: 'menu', 'data-testid': 'commands' }, (view.commands || []).map((c) => h('button', { type: 'button', role: 'menuitem', onclick: () => { list.remove(); attempt(() => act({ ...here(), text: '/' + c.command })); } }, h('b', {}, '/' + c.command), ' ', c.description)));
    document.querySelector('[data-testid=commands]')?.remove();
    document.querySelector('.foot').append(list);
    setTimeout(() => document.addEventListener('click', () => list.remove(), { once: true }));
  });
  $('addPhoto').addEventListener('click', () => { attachMenu(false); $('photoInput').click(); });
  $('addFile').addEventListener('click', () => { attachMenu(false); $('fileInput').click(); });
  for (const [id, asFile] of [['photoInput', false], ['fileInput', true]]) {
    $(id).addEventListener('change', (e) => { stage(e.target.files, asFile); e.target.value = ''; });
  }
  $('addContact').addEventListener('click', () => {
    attachMenu(false);
    const u = view.users.find((x) => x.id === view.user);
    attempt(() => act({ ...here(), contact: { phone_number: '+38067' + String(u.id % 1e7).padStart(7, '0'), first_name: u.first_name, last_name: u.last_name || '', user_id: u.id } }));
  });
  $('addLocation').addEventListener('click', () => {
    attachMenu(false);
    const at = (latitude, longitude) => attempt(() => act({ ...here(), location: { latitude, longitude } }));
    const kyiv = () => at(50.4501, 30.5234);
    if (!navigator.geolocation) { kyiv(); return; }
    navigator.geolocation.getCurrentPosition((p) => at(p.coords.latitude, p.coords.longitude), kyiv, { timeout: 3000 });
  });
  $('bannerClose').addEventListener('click', () => { if (editing) clear(); else { replyTo = null; banner(); } });
  $('composer').addEventListener('submit', (e) => { e.preventDefault(); send(); });
  $('text').addEventListener('input', buttons);
  $('text').addEventListener('keydown', (e) => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); send(); } });
  $('text').addEventListener('paste', (e) => { if (e.clipboardData.files.length) { e.preventDefault(); stage(e.clipboardData.files, false); } });
  $('phone').addEventListener('dragover', (e) => e.preventDefault());
  $('phone').addEventListener('drop', (e) => { e.preventDefault(); if (!$('composer').hidden) stage(e.dataTransfer.files, false); });
  $('start').addEventListener('click', () => attempt(() => post('start', { bot: view.bot, user: view.user, payload: payload() })));
  $('unblock').addEventListener('click', () => attempt(() => post('block', { bot: view.bot, user: view.user, blocked: false })));
  $('keysToggle').addEventListener('click', () => { keysShown = !keysShown; $('stickers').hidden = true; drawKeys(); });
  $('stickersToggle').addEventListener('click', async () => {
    const on = $('stickers').hidden;
    if (on && !$('stickers').children.length) {
      const list = await attempt(() => get('stickers'));
      $('stickers').replaceChildren(...(list || []).map((s) => h('button', { type: 'button', 'aria-label': s.emoji, 'data-testid': 'sticker', onclick: () => { $('stickers').hidden = true; drawKeys(); attempt(() => act({ ...here(), items: [{ kind: 'sticker', file_id: s.file_id, emoji: s.emoji }] })); } }, h('img', { src: media(s.file_id), alt: s.emoji }))));
    }
    $('stickers').hidden = !on;
    $('stickersToggle').setAttribute('aria-expanded', String(on));
    drawKeys();
  });
  $('voice').addEventListener('click', async () => {
    if (stopRecording) {
      const stop = stopRecording;
      stopRecording = null;
      $('voice').classList.remove('recording');
      $('voice').setAttribute('aria-label', t('voice'));
      const { file, duration } = await stop();
      await attempt(() => act({ ...here(), items: [{ kind: 'voice', duration }] }, [file]));
      return;
    }
    try {
      stopRecording = await record();
      $('voice').classList.add('recording');
      $('voice').setAttribute('aria-label', t('voiceStop'));
    } catch { toast(t('micFailed')); }
  });

  return {
    refresh, clear,
    reply(m) { editing = null; replyTo = m; banner(); $('text').focus(); },
    edit(m) { replyTo = null; editing = m; $('text').value = m.text || m.caption || ''; banner(); buttons(); $('text').focus(); },
  };
}
