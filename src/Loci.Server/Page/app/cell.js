// The card of one cell: each part says how it is known.
import { html } from './lib.js';
import { usePlace, withChange, withoutChange, changesOf } from './state.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Await, Claim, Bar } from './ui.js';
import { Token, number, percent, count } from './text.js';
import { Triggers } from './triggers.js';
import { Histogram } from './histogram.js';
import { WeakToStrong } from './bands.js';
import { Neighbours, Quadrants } from './neighbours.js';
import { Note, Pin } from './notes.js';
import { Causal, Pattern } from './causal.js';

/** @param {{ cell: string, open: any }} props */
export function Switches({ cell, open }) {
  const [place, go] = usePlace();
  if (!open.model) return null;
  const bare = cell.replace('-', '');
  const has = (/** @type {string} */ how) => changesOf(place.set).includes(`${bare}=${how}`);
  const turn = (/** @type {string} */ how) => go({ set: has(how) ? withoutChange(place.set, `${bare}=${how}`) : withChange(place.set, `${bare}=${how}`) });
  return html`<div class="switch-row" role="group" aria-label=${`Switch ${bare}`}>
    ${[['0', 'Switch off'], ['x0.5', 'Halve'], ['x2', 'Double']].map(([how, label]) => html`
      <button aria-pressed=${has(how)} onClick=${() => turn(how)}>${label}</button>`)}
  </div>`;
}

/** Tokens with bars. @param {{ tokens: any[], kind: string }} props */
function Tokens({ tokens, kind }) {
  const most = Math.max(...tokens.map((token) => Math.abs(token.logit)), 1e-9);
  return html`<table class="tokens"><tbody>${tokens.slice(0, 10).map((token) => html`<tr>
    <td><${Token} text=${token.token} /></td>
    <td class="wide"><${Bar} share=${Math.abs(token.logit) / most} kind=${kind} /></td>
    <td class="num muted small">${number(token.logit)}</td></tr>`)}</tbody></table>`;
}

/** @param {{ card: any }} props */
function Value({ card }) {
  return html`<section class="block">
    <header><h3>What it writes</h3> <${Claim} kind="written" /></header>
    <div class="columns">
      <div><h4 class="muted small">promotes</h4><${Tokens} tokens=${card.promotes} kind="for" /></div>
      <div><h4 class="muted small">suppresses</h4><${Tokens} tokens=${card.suppresses} kind="against" /></div>
    </div>
    <p class="muted small">‖v‖ ${number(card.value.norm)} · largest probability ${percent(card.value.probability)} · ${number(card.value.z)} standard deviations above the mean logit</p>
  </section>`;
}

/** Whether key and value agree, beside what chance gives. @param {{ card: any }} props */
function Agreement({ card }) {
  const folded = card.agreement.find((/** @type {any} */ each) => each.readout === 'folded');
  if (!folded) return null;
  const sure = folded.q <= 0.05;
  const best = card.promotes[0]?.token ?? '';
  return html`<section class="block">
    <header><h3>Do key and value agree?</h3> <${Claim} kind="readable" /></header>
    <p>${sure ? 'Yes: ' : 'Not beyond chance: '}<${Token} text=${best} /> came next after ${folded.agreeing} of ${count(folded.counted, 'trigger')}.</p>
    <p class="muted small">By chance that often, at the token’s frequency in the corpus: p = ${number(folded.p)}, over all cells q = ${number(folded.q)}.</p>
  </section>`;
}

/** @param {{ card: any, open: any, embedded: boolean }} props */
function Head({ card, open, embedded }) {
  const [, go] = usePlace();
  const id = card.cell;
  const statistics = card.statistics;
  const gated = open.model?.gated;
  return html`<header class="cell-head">
    <h2 class="mono">${id}</h2>
    ${gated && html`<span role="group" aria-label="Pole" class="poles">
      <button aria-pressed=${!id.endsWith('-')} onClick=${() => go({ cell: id.replace('-', '') })}>+ pole</button>
      <button aria-pressed=${id.endsWith('-')} onClick=${() => go({ cell: `${id.replace('-', '')}-` })}>− pole</button></span>`}
    <p class="muted small">${statistics.dead ? 'Dead: nothing in the corpus fires it.' : `Fires at ${percent(statistics.firing_rate)} of ${statistics.prefixes.toLocaleString('en')} prefixes.`}</p>
    ${!embedded && html`<div class="switches"><${Switches} cell=${id} open=${open} /><${Pin} cell=${id} /></div>`}
  </header>`;
}

/** @param {{ open: any, embedded?: boolean }} props */
export function CellCard({ open, embedded = false }) {
  const [{ cell }] = usePlace();
  const ready = open.atlas.state === 'ready';
  const loaded = useData(cell && ready ? `${cell}\n${open.atlas.hash}` : null, (signal) => get(cellPath(cell), signal));
  if (!cell) return html`<p class="muted">A cell’s card opens here: from a search, from the map, or from any number of a prompt.</p>`;
  if (!ready)
    return html`<h2 class="mono">${cell}</h2><${Switches} cell=${cell} open=${open} />
      <p class="muted">${open.atlas.state === 'building' ? 'What fires it is shown when the atlas is built.' : 'Without an atlas nothing is known of what fires it.'}</p>`;
  return html`<${Await} of=${loaded} what="Reading the cell">${(/** @type {any} */ card) => html`<article class="fresh" key=${card.cell}>
    <${Head} card=${card} open=${open} embedded=${embedded} />
    ${!embedded && html`<${Note} cell=${card.cell} />`}
    <${Triggers} card=${card} open=${open} />
    <${Value} card=${card} />
    <${Agreement} card=${card} />
    <${Causal} cell=${card.cell} open=${open} />
    <${Pattern} cell=${card.cell} open=${open} />
    <${Histogram} statistics=${card.statistics} />
    ${open.model && html`<${WeakToStrong} cell=${card.cell} open=${open} />
      <${Quadrants} cell=${card.cell} open=${open} />
      <${Neighbours} cell=${card.cell} open=${open} />`}
  </article>`}<//>`;
}
