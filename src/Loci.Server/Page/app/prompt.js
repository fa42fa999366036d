// One prompt: how its answer forms, and what makes it.
import { html } from './lib.js';
import { usePlace } from './state.js';
import { send } from './api.js';
import { useData } from './data.js';
import { Await } from './ui.js';
import { Token, percent } from './text.js';
import { Lens } from './lens.js';
import { Waterfall } from './waterfall.js';
import { Attention } from './attention.js';
import { Contributions } from './contributions.js';
import { Attribution } from './attribution.js';

/** What a request says of the prompt. @param {import('./state.js').Place} place */
export const promptOf = (place) => ({ prompt: place.prompt, set: place.set || undefined, edited: place.edited === '1' || undefined });

let edits = 0;

/** The journal has changed: what was run on it is run again. */
export const editsChanged = () => { edits++; };

/** The model that prompts are put to, for keys of data. @param {import('./state.js').Place} place */
export const ranOn = (place) => (place.edited === '1' ? `edited ${edits}` : '');

/** What a request to explain an answer says. @param {import('./state.js').Place} place */
export const traced = (place) => ({ ...promptOf(place), position: place.at === '' ? undefined : Number(place.at), why: place.why || undefined, not: place.not || undefined });

/** @param {{ trace: any }} props */
function Answer({ trace }) {
  const last = trace.steps[trace.steps.length - 1];
  const before = trace.steps_before?.[trace.steps_before.length - 1];
  return html`<p class="answer"><${Token} text=${trace.answer.token} class="big" />${' '}
    <span class="muted">${percent(last.answer_probability)}${last.answer_rank > 1 ? `, rank ${last.answer_rank}` : ''}${before ? ` (${percent(before.answer_probability)} without the changes)` : ''}</span>
    ${trace.against && html`<span class="muted">rather than</span> <${Token} text=${trace.against.token} />`}</p>`;
}

function Ask() {
  const [place, go] = usePlace();
  const field = (/** @type {'why' | 'not'} */ name, /** @type {string} */ label, /** @type {string} */ hint) => html`<label class="field small"><span class="muted">${label}</span>
    <input value=${place[name]} placeholder=${hint} spellcheck=${false} autocomplete="off" onInput=${(/** @type {any} */ e) => go({ [name]: e.target.value }, true)} /></label>`;
  return html`<div class="ask">
    <label class="hidden-text" for="prompt">Prompt</label>
    <textarea id="prompt" rows="2" spellcheck=${false} placeholder="Write a prompt" value=${place.prompt}
      onInput=${(/** @type {any} */ e) => go({ prompt: e.target.value, at: '', why: '', not: '' }, true)}></textarea>
    ${place.edited === '1' && html`<p class="small"><span class="chip">the model with its edits <button class="plain" aria-label="Ask the base instead" onClick=${() => go({ edited: '' })}>✕</button></span></p>`}
    <div class="fields">${field('why', 'why', 'the model’s own answer')}${field('not', 'and not', 'any other')}</div>
  </div>`;
}

/** @param {{ open: any }} props */
export function PromptView({ open }) {
  const [place] = usePlace();
  const asked = JSON.stringify([place.prompt, place.set, ranOn(place)]);
  const lens = useData(place.prompt ? asked : null, (signal) => send('/api/lens', promptOf(place), signal), 200);
  const trace = useData(
    place.prompt ? JSON.stringify([asked, place.at, place.why, place.not, open.atlas.hash]) : null,
    (signal) => send('/api/trace', traced(place), signal), 220);
  return html`
    <${Ask} />
    ${!place.prompt && html`<p class="muted">A prompt shows how its answer forms layer by layer, and which cells make it.</p>`}
    <${Await} of=${trace} what="Running the model">${(/** @type {any} */ data) => html`
      <${Answer} trace=${data} />
      <${Contributions} trace=${data} />
      <${Waterfall} trace=${data} />
      <${Attribution} request=${traced(place)} />`}<//>
    <${Await} of=${lens} what="Reading every layer">${(/** @type {any} */ data) => html`<${Lens} lens=${data} />`}<//>
    ${place.prompt && html`<${Attention} open=${open} />`}`;
}
