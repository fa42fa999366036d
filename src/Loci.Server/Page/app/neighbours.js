// Cells like a cell: those that look for the same, and those that write the same.
import { html } from './lib.js';
import { usePlace } from './state.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Await, CellLink, Claim, Fold, TwoWayBar } from './ui.js';
import { Token, signed, number, percent } from './text.js';

/** @param {{ title: string, cells: any[] }} props */
function Side({ title, cells }) {
  const [, go] = usePlace();
  return html`<div><h4 class="muted small">${title}</h4>
    <table class="tokens"><tbody>${cells.map((each) => html`<tr><td><${CellLink} id=${each.cell} go=${go} /></td>
      <td class="num small">${signed(each.cosine)}</td><td class="wide"><${TwoWayBar} share=${each.cosine} /></td>
      <td class="promotes hide-narrow">${each.promotes.slice(0, 2).map((/** @type {any} */ token) => html`<${Token} text=${token.token} /> `)}</td></tr>`)}</tbody></table></div>`;
}

/** @param {{ cell: string, open: any }} props */
function Found({ cell, open }) {
  const loaded = useData(`${cell}\n${open.atlas.hash}`, (signal) => get(cellPath(cell, '/neighbours'), signal));
  return html`<${Await} of=${loaded} what="Comparing with every cell">${(/** @type {any} */ data) => html`
    <${Side} title="similar keys, same layer (cosine)" cells=${data.keys} />
    <${Side} title="similar values, all layers (cosine)" cells=${data.values} />`}<//>`;
}

/** @param {{ cell: string, open: any }} props */
export function Neighbours({ cell, open }) {
  return html`<${Fold} title="Neighbours" note=${html`<${Claim} kind="written" />`}>${() => html`<${Found} cell=${cell} open=${open} />`}<//>`;
}

/** @param {{ cell: string, open: any }} props */
function Four({ cell, open }) {
  const loaded = useData(`${cell}\n${open.atlas.hash}`, (signal) => get(cellPath(cell, '/quadrants'), signal));
  const sign = (/** @type {boolean} */ positive) => (positive ? '+' : '−');
  return html`<${Await} of=${loaded} what="Running the model over sentences">${(/** @type {any} */ data) => html`
    <table class="quadrants"><thead><tr><th>selector · content</th><th class="num">share</th><th class="num">mean |m|</th><th>strongest</th></tr></thead>
    <tbody>${data.quadrants.map((/** @type {any} */ q) => html`<tr><td class="nowrap mono">${sign(q.gate)} · ${sign(q.content)} <span class="muted">fires ${q.gate === q.content ? '+' : '−'}</span></td>
      <td class="num">${percent(q.prefixes / (data.prefixes || 1))}</td><td class="num">${number(q.mean)}</td>
      <td class="small">${q.example === null ? '' : html`<span class="num muted">${number(q.strongest)}</span> ${q.example}`}</td></tr>`)}</tbody></table>`}<//>`;
}

/** Of gated cells alone. @param {{ cell: string, open: any }} props */
export function Quadrants({ cell, open }) {
  if (!open.model?.gated) return null;
  return html`<${Fold} title="Signs of selector and content" note=${html`<${Claim} kind="readable" />`}>${() => html`<${Four} cell=${cell} open=${open} />`}<//>`;
}
