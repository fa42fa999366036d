// What every cell does for the answer by way of all later layers: coefficient times gradient.
import { html } from './lib.js';
import { send } from './api.js';
import { useData } from './data.js';
import { usePlace } from './state.js';
import { Await, CellLink, Claim, Fold, TwoWayBar } from './ui.js';
import { signed } from './text.js';

/** @param {{ key: string, request: any }} props */
function Table({ request }) {
  const [place, go] = usePlace();
  const loaded = useData(JSON.stringify(request), (signal) => send('/api/trace', { ...request, attribution: true, top: 8 }, signal), 220);
  return html`<${Await} of=${loaded} what="Going back through every layer">${(/** @type {any} */ trace) => {
    const cells = trace.attribution;
    const most = Math.max(1e-9, ...cells.map((/** @type {any} */ each) => Math.abs(each.gradient)));
    return html`<table class="cells"><thead><tr><th>cell</th><th class="num">m × gradient</th><th><span class="hidden-text">as a bar</span></th><th class="num">integrated</th><th class="num">directly</th></tr></thead>
      <tbody>${cells.map((/** @type {any} */ each) => html`<tr class=${place.cell === each.cell ? 'chosen' : ''}><td><${CellLink} id=${each.cell} go=${go} /></td>
        <td class="num ${each.gradient < 0 ? 'against' : 'for'}">${signed(each.gradient)}</td><td class="wide"><${TwoWayBar} share=${each.gradient / most} /></td>
        <td class="num">${signed(each.integrated)}</td><td class="num muted">${signed(each.direct)}</td></tr>`)}</tbody></table>
      <p class="muted small">Nats of the answer’s logit, over all tokens of the prompt and through all later layers. The gradient is a first guess of what switching the cell off takes away; «integrated» averages it while the layer goes from silence to what it is.</p>`;
  }}<//>`;
}

/** @param {{ request: any }} props */
export function Attribution({ request }) {
  return html`<div data-export="attribution"><${Fold} title="Attribution of all cells" note=${html`<${Claim} kind="written" />`}>${() => request.set
    ? html`<p class="muted">Attribution is of the model without changes: undo them to see it.</p>`
    : html`<${Table} request=${request} />`}<//></div>`;
}
