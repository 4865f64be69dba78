// Plays and records voice notes.
import { t } from './i18n.js';
import { h } from './render.js';

export const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;

const bars = 32;

// voicePlayer draws a made-up wave from the file's id, always the same for one file.
export function voicePlayer(src, duration, id) {
  const audio = new Audio();
  audio.preload = 'none';
  audio.src = src;
  const wave = h('div', { class: 'wave', 'aria-hidden': 'true' });
  for (let i = 0; i < bars; i++) {
    const bar = h('i', {});
    bar.style.height = 20 + ((id.charCodeAt(i % id.length) * (i + 7)) % 80) + '%';
    wave.append(bar);
  }
  const time = h('small', {}, clock(duration || 0));
  const button = h('button', { type: 'button', class: 'playButton', 'aria-label': t('play'), 'data-testid': 'voice-play', onclick: () => audio.paused ? audio.play() : audio.pause() }, '▶\uFE0E');
  const show = () => {
    const whole = Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : duration || 1;
    const done = audio.currentTime / whole * bars;
    [...wave.children].forEach((bar, i) => bar.classList.toggle('done', i < done));
    time.textContent = clock(audio.paused && !audio.currentTime ? duration || 0 : audio.currentTime);
    button.textContent = audio.paused ? '▶\uFE0E' : '❚❚';
    button.setAttribute('aria-label', t(audio.paused ? 'play' : 'pause'));
  };
  for (const e of ['play', 'pause', 'timeupdate', 'ended']) audio.addEventListener(e, show);
  return h('div', { class: 'voice' }, button, h('div', { class: 'waveBox' }, wave, time));
}

// recorder returns a function that stops the recording and gives the file and its length in seconds.
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].find((x) => MediaRecorder.isTypeSupported(x)) || '';
  const rec = new MediaRecorder(stream, type ? { mimeType: type } : undefined);
  const parts = [];
  const began = performance.now();
  rec.addEventListener('dataavailable', (e) => e.data.size && parts.push(e.data));
  rec.start();
  return () => new Promise((resolve) => {
    rec.addEventListener('stop', () => {
      stream.getTracks().forEach((track) => track.stop());
      const mime = (rec.mimeType || 'audio/webm').split(';')[0];
      const file = new File(parts, 'voice.' + ({ 'audio/ogg': 'oga', 'audio/mp4': 'm4a' }[mime] || 'webm'), { type: mime });
      resolve({ file, duration: Math.max(1, Math.round((performance.now() - began) / 1000)) });
    });
    rec.stop();
  });
}
