// Two cells side by side, or one cell in two atlases: the same model over other text, or another checkpoint.
import { html } from './lib.js';
import { usePlace } from './state.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Await, Bar } from './ui.js';
import { Running, Token, number, percent, visible } from './text.js';

/** @param {{ card: any, title: any }} props */
function Column({ card, title }) {
  const most = Math.max(...card.triggers.map((/** @type {any} */ t) => Math.abs(t.coefficient)), 1e-9);
  const best = Math.max(...card.promotes.map((/** @type {any} */ t) => Math.abs(t.logit)), 1e-9);
  const agreement = card.agreement.find((/** @type {any} */ each) => each.readout === 'folded');
  return html`<div><h2>${title}</h2>
    <p class="muted small">${card.statistics.dead ? 'dead' : `fires at ${percent(card.statistics.firing_rate)}`} · ‖v‖ ${number(card.value.norm)}${agreement ? ` · agreement ${agreement.agreeing} of ${agreement.counted}, q ${number(agreement.q)}` : ''}</p>
    <ol class="triggers">${card.triggers.slice(0, 8).map((/** @type {any} */ trigger) => html`<li style=${{ '--w': Math.abs(trigger.coefficient) / most }}><span class="num small muted">${number(trigger.coefficient)}</span><span><${Running} text=${trigger.text} /></span></li>`)}</ol>
    <table class="tokens"><tbody>${card.promotes.slice(0, 8).map((/** @type {any} */ token) => html`<tr><td><${Token} text=${token.token} /></td><td class="wide"><${Bar} share=${Math.abs(token.logit) / best} /></td><td class="num small muted">${number(token.logit)}</td></tr>`)}</tbody></table></div>`;
}

/** @param {{ open: any }} props */
function TwoAtlases({ open }) {
  const a = useData(open.atlas.state === 'ready' ? `a${open.atlas.hash}` : null, (signal) => get('/api/atlas', signal));
  const b = useData(`b${open.beside.hash}`, (signal) => get('/api/beside/atlas', signal));
  const agreeing = (/** @type {any} */ layer) => layer.agreement.find((/** @type {any} */ each) => each.readout === 'folded' && each.pole === 'positive')?.significant_cells ?? 0;
  return html`<section class="block" data-export="atlases"><header><h2>Two atlases</h2></header>
    <${Await} of=${a}>${(/** @type {any} */ one) => html`<${Await} of=${b}>${(/** @type {any} */ other) => html`<table class="quadrants"><thead><tr><th>layer</th><th class="num">cells</th><th class="num">dead here</th><th class="num">dead there</th><th class="num">agreeing here</th><th class="num">agreeing there</th></tr></thead>
      <tbody>${one.layers.map((/** @type {any} */ layer, /** @type {number} */ i) => html`<tr><td>L${i}</td><td class="num">${layer.cells}</td><td class="num">${layer.dead}</td><td class="num">${other.layers[i]?.dead ?? '–'}</td><td class="num">${agreeing(layer)}</td><td class="num">${other.layers[i] ? agreeing(other.layers[i]) : '–'}</td></tr>`)}</tbody></table>
      <p class="muted small">Here: ${visible(one.atlas)}, ${one.prefixes.toLocaleString('en')} prefixes. There: ${visible(other.atlas)}, ${other.prefixes.toLocaleString('en')} prefixes. Agreeing: cells with q of 0.05 or less.</p>`}<//>`}<//></section>`;
}

/** @param {{ open: any }} props */
export function CompareView({ open }) {
  const [place, go] = usePlace();
  const two = open.beside.state === 'ready';
  const other = place.compare || (two ? place.cell : '');
  const first = useData(place.cell ? `1 ${place.cell} ${open.atlas.hash}` : null, (signal) => get(cellPath(place.cell), signal));
  const inBeside = two && !place.compare;
  const second = useData(other ? `2 ${other} ${inBeside}` : null, (signal) => get(inBeside ? cellPath(other).replace('/api/', '/api/beside/') : cellPath(other), signal));
  return html`<div class="ask-row"><label class="field"><span class="muted small">cell</span><input value=${place.cell} spellcheck=${false} placeholder="L2/17" onChange=${(/** @type {any} */ e) => go({ cell: e.target.value.trim() })} /></label>
      <label class="field"><span class="muted small">beside</span><input value=${place.compare} spellcheck=${false} placeholder=${two ? 'the same cell in the other atlas' : 'L2/18'} onChange=${(/** @type {any} */ e) => go({ compare: e.target.value.trim() })} /></label></div>
    ${!place.cell && html`<p class="muted">Name two cells, or open the workbench with --compare ATLAS to see one cell in two atlases.</p>`}
    <div class="columns" data-export="compare">
      <${Await} of=${first} what="Reading the cell">${(/** @type {any} */ card) => html`<${Column} card=${card} title=${html`<span class="mono">${card.cell}</span>`} />`}<//>
      <${Await} of=${second} what="Reading the cell">${(/** @type {any} */ card) => html`<${Column} card=${card} title=${html`<span class="mono">${card.cell}</span> ${inBeside && html`<span class="muted small">in the other atlas</span>`}`} />`}<//></div>
    ${two && html`<${TwoAtlases} open=${open} />`}`;
}
