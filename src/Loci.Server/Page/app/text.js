// Text of corpora, tokens and notes. It reaches the document as text nodes alone; what is invisible, turns the reading
// direction or commands a terminal is shown as a sign that says so.
import { html } from './lib.js';

const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|[\u{e0000}-\u{e0fff}]/gu;

/** Text that hides nothing. @param {string} text */
export function visible(text) {
  return text.replace(hidden, (c) => {
    const code = /** @type {number} */ (c.codePointAt(0));
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** A token on its own: its spaces and line ends are signs, too. @param {{ text: string, class?: string }} props */
export function Token({ text, class: more = '' }) {
  const start = text.startsWith(' ') ? '·' : '';
  const rest = visible(start ? text.slice(1) : text).replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
  return html`<span class="tok ${more}" dir="auto">${start && html`<span class="sp" aria-hidden="true">·</span>`}${rest}</span>`;
}

/** Running text. @param {{ text: string }} props */
export function Running({ text }) {
  return html`<bdi class="running">${visible(text)}</bdi>`;
}

/** A number as people read it. @param {number | null | undefined} value @param {number} [digits] */
export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(digits - 1) : Number(value.toPrecision(digits)).toString();
  return text.replace('-', '−');
}

/** A signed number. @param {number} value @param {number} [digits] */
export function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : (value < 0 ? '−' : '+') + text;
}

/** A share as a percentage. @param {number} share */
export function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** @param {number} n @param {string} one @param {string} [many] */
export function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}
