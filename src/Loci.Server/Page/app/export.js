// Parts of the page as files that need nothing else: HTML, SVG, CSV.
import { download } from './notes.js';

/** The parts that can be exported, as they are on the page now. */
export function parts() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-export]')]).map((element) => ({
    element, name: element.dataset.export ?? '', title: element.querySelector('h1, h2, h3')?.textContent?.trim() ?? element.dataset.export ?? '',
  }));
}

/** All styles of the page as one text, its colours as they are now. */
function styles() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  const theme = getComputedStyle(document.documentElement);
  const names = ['paper', 'raised', 'sunk', 'text', 'muted', 'line', 'for', 'against', 'other', 'for-text', 'against-text', 'other-text'];
  return `${rules.join('\n')}\n:root{${names.map((name) => `--${name}:${theme.getPropertyValue(`--${name}`)}`).join(';')}} body{padding:24px;max-width:900px}`;
}

/** A copy that stands on its own: canvases are pictures, buttons are text. @param {HTMLElement} element */
function copyOf(element) {
  const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
  const canvases = element.querySelectorAll('canvas');
  copy.querySelectorAll('canvas').forEach((canvas, i) => {
    const image = document.createElement('img');
    image.src = canvases[i].toDataURL('image/png');
    image.style.width = canvases[i].style.width;
    canvas.replaceWith(image);
  });
  copy.querySelectorAll('button, select, input, textarea').forEach((control) => {
    const text = document.createElement('span');
    text.className = control.className;
    text.textContent = control instanceof HTMLSelectElement ? control.selectedOptions[0]?.textContent ?? '' : 'value' in control && control.tagName !== 'BUTTON' ? `${control.value}` : control.textContent;
    control.replaceWith(text);
  });
  return copy;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

/** @param {ReturnType<typeof parts>[0]} part */
export function asHtml(part) {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(part.title)}</title><style>${styles().replaceAll('</', '<\\/')}</style></head><body>${copyOf(part.element).outerHTML}<p class="muted small">From the Loci workbench: ${escaped(location.search)}</p></body></html>`;
}

/** @param {ReturnType<typeof parts>[0]} part */
export function asSvg(part) {
  const { width, height } = part.element.getBoundingClientRect();
  const body = new XMLSerializer().serializeToString(copyOf(part.element));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(height)}"><style>${escaped(styles())}</style><foreignObject width="100%" height="100%">${body}</foreignObject></svg>`;
}

/** @param {string} text */
const field = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Rows of tables and lists; of charts what their marks say. @param {ReturnType<typeof parts>[0]} part */
export function asCsv(part) {
  const rows = [...part.element.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => (cell.getAttribute('title') ?? cell.textContent ?? '').trim()));
  if (rows.length === 0) rows.push(...[...part.element.querySelectorAll('li')].map((item) => [...item.children].map((each) => (each.textContent ?? '').trim())));
  rows.push(...[...part.element.querySelectorAll('svg g')].map((group) => [...group.querySelectorAll('text')].map((text) => text.textContent ?? '')).filter((row) => row.length > 1));
  rows.push(...[...part.element.querySelectorAll('svg title')].map((title) => [title.textContent ?? '']));
  return `${rows.filter((row) => row.some((each) => each)).map((row) => row.map(field).join(',')).join('\n')}\n`;
}

const kinds = /** @type {const} */ ({ html: [asHtml, 'text/html'], svg: [asSvg, 'image/svg+xml'], csv: [asCsv, 'text/csv'] });

/** @param {ReturnType<typeof parts>[0]} part @param {keyof typeof kinds} kind */
export function save(part, kind) {
  const [write, type] = kinds[kind];
  download(`loci-${part.name}.${kind}`, write(part), type);
}
