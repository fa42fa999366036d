// What is under the pointer: the cell, its number, and as much of its card as is quickly read.
import { html } from './lib.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Running, Token } from './text.js';

/** @param {{ hover: any, value: string, open: any, width: number }} props */
export function MapCard({ hover, value, open, width }) {
  const card = useData(open.atlas.state === 'ready' ? hover.id : null, (signal) => get(cellPath(hover.id), signal), 120);
  const fresh = card.data?.cell === hover.id ? card.data : null;
  const side = hover.x > width / 2 ? { right: `${width - hover.x + 14}px` } : { left: `${hover.x + 14}px` };
  return html`<div class="hover" style=${{ ...side, top: `${hover.y + 14}px` }} aria-hidden="true">
    <p><b class="mono">${hover.id}</b> <span class="muted">${value}</span></p>
    ${fresh && html`<p class="small">${fresh.triggers.slice(0, 3).map((/** @type {any} */ trigger) => html`<span class="clip"><${Running} text=${trigger.text.slice(-60)} /></span>`)}</p>
      <p class="small">${fresh.promotes.slice(0, 4).map((/** @type {any} */ token) => html`<${Token} text=${token.token} /> `)}</p>`}
  </div>`;
}
