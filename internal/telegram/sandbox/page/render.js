// Turns messages into bubbles. Everything is built as DOM nodes: no message can bring markup along.
import { t, lang } from './i18n.js';
import { media } from './api.js';
import { voicePlayer } from './voice.js';

export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v == null || v === false) continue;
    if (k.startsWith('on')) el.addEventListener(k.slice(2), v);
    else if (k in el && k !== 'role' && typeof v !== 'string') el[k] = v;
    else el.setAttribute(k, v === true ? '' : v);
  }
  el.append(...children.flat().filter((c) => c != null && c !== false));
  return el;
}

const tags = { bold: 'b', italic: 'i', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre', blockquote: 'blockquote', expandable_blockquote: 'blockquote' };

function wrap(entity, text, inner, onCommand) {
  const external = (href) => h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, inner);
  switch (entity.type) {
    case 'url': return external(/^https?:/i.test(text) ? text : 'https://' + text);
    case 'text_link': return /^(https?|tg|mailto):/i.test(entity.url) ? external(entity.url) : h('span', {}, inner);
    case 'email': return external('mailto:' + text);
    case 'spoiler': return h('span', { class: 'spoiler', tabindex: '0', onclick: (e) => e.currentTarget.classList.add('shown') }, inner);
    case 'bot_command': return h('button', { type: 'button', class: 'link', onclick: () => onCommand?.(text) }, inner);
    case 'mention': case 'hashtag': case 'text_mention': return h('span', { class: 'linkish' }, inner);
    default: return h(tags[entity.type] || 'span', {}, inner);
  }
}

// richText renders text with nested entities; offsets are UTF-16 units, as JavaScript counts.
export function richText(text, entities = [], onCommand, from = 0, to = text.length) {
  const out = [];
  let at = from;
  for (let i = 0; i < entities.length; i++) {
    const e = entities[i];
    const end = Math.min(e.offset + e.length, to);
    if (e.offset < at || e.offset >= to) continue;
    if (e.offset > at) out.push(text.slice(at, e.offset));
    out.push(wrap(e, text.slice(e.offset, end), richText(text, entities.slice(i + 1), onCommand, e.offset, end), onCommand));
    at = end;
  }
  if (at < to) out.push(text.slice(at, to));
  return out;
}

export function kindOf(m) {
  for (const k of ['text', 'photo', 'video', 'animation', 'audio', 'voice', 'video_note', 'document', 'sticker', 'contact', 'location']) if (m[k]) return k;
  return 'service';
}

export const nameOf = (who) => who ? who.title || [who.first_name, who.last_name].filter(Boolean).join(' ') : '';

export function summary(m) {
  const kind = kindOf(m);
  return m.text || m.caption || m.document?.file_name || (kind === 'service' ? '' : t({ photo: 'photo', video: 'photo', contact: 'sentContact', location: 'location', sticker: 'stickers', voice: 'voice' }[kind] || 'file'));
}

const size = (n) => n > 1 << 20 ? (n / (1 << 20)).toFixed(1) + ' MB' : Math.max(1, Math.round(n / 1024)) + ' KB';

function body(m) {
  switch (kindOf(m)) {
    case 'photo': {
      const p = m.photo[m.photo.length - 1];
      const small = m.photo.find((x) => Math.max(x.width, x.height) >= 600) || p;
      return h('a', { class: 'shot', href: media(p.file_id), target: '_blank', 'aria-label': t('photo') }, h('img', { src: media(small.file_id), alt: m.caption || t('photo'), width: String(p.width), height: String(p.height), loading: 'lazy' }));
    }
    case 'video': return h('video', { class: 'shot', src: media(m.video.file_id), controls: true, preload: 'metadata', playsInline: true });
    case 'animation': {
      const src = media(m.animation.file_id);
      return m.animation.mime_type?.startsWith('image/') ? h('img', { class: 'shot', src, alt: 'GIF' }) : h('video', { class: 'shot', src, autoplay: true, loop: true, muted: true, playsInline: true });
    }
    case 'video_note': return h('video', { class: 'round', src: media(m.video_note.file_id), controls: true, preload: 'metadata', playsInline: true });
    case 'voice': return voicePlayer(media(m.voice.file_id), m.voice.duration, m.voice.file_unique_id);
    case 'audio': return h('div', { class: 'audio' }, h('b', {}, m.audio.title || m.audio.file_name || 'Audio'), m.audio.performer && h('span', {}, m.audio.performer), h('audio', { src: media(m.audio.file_id), controls: true, preload: 'none' }));
    case 'sticker': return h('img', { class: 'sticker', src: media(m.sticker.file_id), alt: m.sticker.emoji || t('stickers') });
    case 'document': return h('a', { class: 'doc', href: media(m.document.file_id), download: m.document.file_name || 'file' }, h('span', { class: 'docIcon', 'aria-hidden': 'true' }, '↓'), h('span', {}, h('b', {}, m.document.file_name || t('file')), h('small', {}, size(m.document.file_size || 0))));
    case 'contact': return h('div', { class: 'contact' }, h('span', { class: 'avatar' }, (m.contact.first_name || '?')[0]), h('span', {}, h('b', {}, nameOf(m.contact)), h('small', {}, m.contact.phone_number)));
    case 'location': {
      const { latitude, longitude } = m.location;
      return h('a', { class: 'place', target: '_blank', rel: 'noopener noreferrer', href: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}` }, h('span', { class: 'pin', 'aria-hidden': 'true' }), h('span', {}, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`));
    }
  }
  return null;
}

function serviceLine(m) {
  if (m.migrate_to_chat_id) return t('migratedTo');
  if (m.migrate_from_chat_id) return t('migratedFrom');
  if (m.new_chat_members) return m.new_chat_members.map(nameOf).join(', ') + ' ' + t('joined');
  return '';
}

const hour = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long' });
export const dayOf = (m) => day.format(new Date(m.date * 1000));

function inlineKeys(m, hooks) {
  const rows = m.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return h('div', { class: 'inline', 'data-testid': 'inline-keyboard' }, rows.map((row) => h('div', { class: 'row' }, row.map((b) => h('button', {
    type: 'button', 'data-testid': 'inline-button', 'data-callback': b.callback_data, class: b.style ? 'style-' + b.style : '',
    onclick: (e) => hooks.onButton(m, b, e.currentTarget),
  }, b.text, (b.url || b.web_app) && h('span', { class: 'corner', 'aria-hidden': 'true' }, b.web_app ? '▣' : '↗'))))));
}

// bubble renders one message, or the messages of one album together.
export function bubble(list, view, hooks) {
  const m = list[0];
  const kind = list.length > 1 ? 'album' : kindOf(m);
  if (kind === 'service') return h('div', { class: 'service', 'data-testid': 'bubble', 'data-kind': 'service', 'data-direction': 'in', 'data-id': String(m.message_id) }, h('span', {}, serviceLine(m)));
  const mine = !!m.from && m.from.id === view.user;
  const said = list.find((x) => x.caption) || m;
  const text = said.text ? richText(said.text, said.entities, hooks.onCommand) : said.caption ? richText(said.caption, said.caption_entities, hooks.onCommand) : null;
  const sender = m.from ? nameOf(m.from) : nameOf(m.sender_chat);
  const reaction = view.reactions?.[m.message_id];
  const quoted = m.reply_to_message;
  const origin = m.forward_origin && nameOf(m.forward_origin.sender_user || m.forward_origin.chat || m.forward_origin.sender_chat);
  const last = list[list.length - 1];
  const content = h('div', { class: 'bubble' },
    !view.private && !mine && h('b', { class: 'sender' }, sender),
    origin && h('small', { class: 'origin' }, t('forwarded') + ' ', h('b', {}, origin)),
    quoted && h('button', { type: 'button', class: 'quoted', onclick: () => hooks.onJump(quoted.message_id) }, h('b', {}, nameOf(quoted.from || quoted.sender_chat)), h('span', {}, m.quote?.text || summary(quoted))),
    list.length > 1
      ? h('div', { class: 'album', 'data-count': String(list.length) }, list.map((x) => h('div', { class: 'cell', 'data-testid': 'album-item', 'data-kind': kindOf(x) }, body(x))))
      : body(m),
    h('div', { class: 'foot2' },
      text && h('div', { class: 'text', 'data-testid': 'bubble-text' }, text),
      reaction && h('span', { class: 'reaction', 'data-testid': 'reaction' }, reaction.map((r) => r.emoji || '★').join('')),
      h('span', { class: 'meta' }, last.edit_date ? t('edited') + ' ' : '', h('time', { datetime: new Date(m.date * 1000).toISOString() }, hour.format(new Date(m.date * 1000))), mine && h('span', { class: 'ticks', 'aria-hidden': 'true' }, '✓✓')),
    ));
  const tools = h('div', { class: 'tools' },
    h('button', { type: 'button', 'data-testid': 'reply', 'aria-label': t('reply'), title: t('reply'), onclick: () => hooks.onReply(m) }, '↩'),
    mine && (m.text || m.caption != null) && kind !== 'sticker' && h('button', { type: 'button', 'data-testid': 'edit', 'aria-label': t('edit'), title: t('edit'), onclick: () => hooks.onEdit(said) }, '✎'),
    mine && h('button', { type: 'button', 'data-testid': 'delete', 'aria-label': t('remove'), title: t('remove'), onclick: () => hooks.onDelete(list) }, '🗑'));
  return h('article', {
    class: `line ${mine ? 'out' : 'in'} k-${kind}${text ? ' worded' : ''}`, tabindex: '0', 'data-testid': 'bubble', 'data-kind': kind, 'data-direction': mine ? 'out' : 'in',
    'data-id': String(m.message_id), 'aria-label': `${mine ? t('me') : sender}: ${summary(said)}`,
  }, h('div', { class: 'stack' }, content, inlineKeys(list.find((x) => x.reply_markup) || m, hooks)), tools);
}

