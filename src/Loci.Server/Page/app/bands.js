// From weak to strong: whoever sees the strongest triggers alone takes a cell for clearer than it is.
import { html } from './lib.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Await, Claim, Fold } from './ui.js';
import { Token, number, percent, count } from './text.js';
import { Shaded } from './triggers.js';

/** @param {{ data: any }} props */
function Bands({ data }) {
  const most = Math.max(...data.bands.map((/** @type {any} */ band) => band.most), 1e-9);
  return html`
    <p class="muted small">${count(data.prefixes, 'prefix', 'prefixes')} of ${count(data.sentences, 'sentence')} that the atlas keeps, drawn at random; ${data.firing} fire it.</p>
    ${data.bands.map((/** @type {any} */ band) => html`<h4 class="small muted band">${band.from === 0 ? 'the weaker half' : `above ${percent(band.from)} of those that fire it`} · ${number(band.least)} to ${number(band.most)}</h4>
      <ul class="triggers">${band.examples.map((/** @type {any} */ example) => html`<li><span class="num small muted">${number(example.coefficients[example.position])}</span><${Shaded} sentence=${example} most=${most} /></li>`)}</ul>`)}`;
}

/** @param {{ data: any }} props */
function Counterexamples({ data }) {
  if (!data.ending) return html`<p class="muted">Its triggers share no ending, so that there is nothing to hold against it.</p>`;
  return html`<p>${data.ending_triggers} of its triggers end with <${Token} text=${data.ending} />. Of ${count(data.holding, 'prefix', 'prefixes')} with this ending, <b>${data.silent}</b> leave it silent.</p>
    <ul class="triggers">${data.counterexamples.map((/** @type {any} */ example) => html`<li><span class="num small muted">${number(example.coefficients[example.position])}</span><${Shaded} sentence=${example} most=${1} /></li>`)}</ul>`;
}

/** @param {{ cell: string, open: any }} props */
function Both({ cell, open }) {
  const loaded = useData(`${cell}\n${open.atlas.hash}`, (signal) => get(cellPath(cell, '/bands'), signal));
  return html`<${Await} of=${loaded} what="Running the model over sentences">${(/** @type {any} */ data) => html`
    <${Bands} data=${data} /><h4 class="band">Counterexamples</h4><${Counterexamples} data=${data} />`}<//>`;
}

/** @param {{ cell: string, open: any }} props */
export function WeakToStrong({ cell, open }) {
  return html`<${Fold} title="From weak to strong, and counterexamples" note=${html`<${Claim} kind="readable" />`}>${() => html`<${Both} cell=${cell} open=${open} />`}<//>`;
}
