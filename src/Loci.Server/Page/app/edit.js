// Facts written into the model: forecast, written into the journal, taken back in any order, compared with the base.
import { html, useState } from './lib.js';
import { get, send } from './api.js';
import { useData } from './data.js';
import { usePlace } from './state.js';
import { Await, Problem } from './ui.js';
import { LongRun } from './longrun.js';
import { Running, count, visible } from './text.js';
import { Forecast, Comparison } from './forecast.js';
import { editsChanged } from './prompt.js';

/** The words of a prompt that look like a name: a subject to begin with. @param {string} prompt */
export function guessed(prompt) {
  const names = [...prompt.matchAll(/\p{Lu}[\p{L}\p{N}'’-]*(?: \p{Lu}[\p{L}\p{N}'’-]*)*/gu)];
  return (names.filter((found) => found.index > 0).pop() ?? names[0])?.[0] ?? '';
}

/** Lines as a list; nothing written: what is known. @param {string} text */
const lines = (text) => (text.trim() ? text.split('\n').map((line) => line.trim()).filter((line) => line) : undefined);

/** @param {{ methods: any[], ask: (request: any) => void }} props */
function Fact({ methods, ask }) {
  const [place, go] = usePlace();
  const [layers, setLayers] = useState('');
  const [paraphrases, setParaphrases] = useState('');
  const [neighbours, setNeighbours] = useState('');
  const subject = place.subject || guessed(place.prompt);
  const method = methods.find((each) => each.name === place.method) ?? methods.find((each) => each.name === 'rome');
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    ask({
      prompt: place.prompt, subject, target: place.to, method: method.name, paraphrases: lines(paraphrases), neighbours: lines(neighbours),
      layers: layers.trim() ? layers.split(',').map((each) => Number(each.trim().replace(/^L/i, ''))) : undefined,
    });
  };
  const write = (/** @type {keyof import('./state.js').Place} */ name) => (/** @type {any} */ e) => go({ [name]: e.target.value }, true);
  return html`<form class="ask" onSubmit=${submit}>
    <label class="hidden-text" for="fact">Prompt</label>
    <textarea id="fact" rows="2" spellcheck=${false} placeholder="A prompt that ends where the answer begins" value=${place.prompt} onInput=${(/** @type {any} */ e) => go({ prompt: e.target.value, subject: '', at: '', why: '', not: '' }, true)}></textarea>
    <div class="fields">
      <label class="field small"><span class="muted">about</span><input value=${subject} spellcheck=${false} autocomplete="off" placeholder="the subject, as it stands in the prompt" onInput=${write('subject')} /></label>
      <label class="field small"><span class="muted">new answer</span><input value=${place.to} spellcheck=${false} autocomplete="off" placeholder="what it is to say from now on" onInput=${write('to')} /></label>
    </div>
    <details class="more"><summary class="small muted">Method, layers, what to compare</summary>
      <div class="fields">
        <label class="field small"><span class="muted">method</span><select value=${method.name} onChange=${write('method')}>${methods.map((each) => html`<option value=${each.name} selected=${each.name === method.name}>${each.name}</option>`)}</select></label>
        <label class="field small"><span class="muted">layers</span><input value=${layers} placeholder="the method’s own, or such as 1,2" pattern="[Ll0-9, ]*" onInput=${(/** @type {any} */ e) => setLayers(e.target.value)} /></label>
      </div>
      <p class="small muted">${method.about}${method.needs_statistics ? ' Its statistics of keys are gathered once, over the atlas’s text.' : ''}</p>
      <div class="fields">
        <label class="field stacked small"><span class="muted">paraphrases, a line each</span><textarea rows="2" spellcheck=${false} value=${paraphrases} placeholder="those that are known" onInput=${(/** @type {any} */ e) => setParaphrases(e.target.value)}></textarea></label>
        <label class="field stacked small"><span class="muted">neighbours whose answers are to stay</span><textarea rows="2" spellcheck=${false} value=${neighbours} placeholder="those that are known" onInput=${(/** @type {any} */ e) => setNeighbours(e.target.value)}></textarea></label>
      </div>
    </details>
    <p class="ask-row"><button class="main" disabled=${!place.prompt.trim() || !subject || !place.to.trim()}>Forecast</button> <span class="muted small">Nothing is written before you say so.</span></p>
  </form>`;
}

/** @param {{ entry: any, act: (what: () => Promise<any>) => void, compared: number, compare: (edit: number) => void }} props */
function Entry({ entry, act, compared, compare }) {
  const active = entry.state === 'active';
  const turn = active ? 'undo' : 'redo';
  const [request] = entry.requests;
  const more = entry.requests.length - 1;
  return html`<tr class=${active ? '' : 'undone'}>
    <td class="num">${entry.number}</td>
    <td class="fact"><${Running} text=${entry.name || request.prompt} /> <b><${Running} text=${request.target.trim()} /></b>${more > 0 ? ` and ${more} more` : ''}

      <span class="how small muted">${entry.method} · ${entry.layers.map((/** @type {number} */ layer) => `L${layer}`).join(' ')} <${Running} text=${entry.note} /></span></td>
    <td class="small hide-narrow"><${Running} text=${entry.before[0]?.said ?? ''} /> → <${Running} text=${entry.after[0]?.said ?? ''} /></td>
    <td class="small">${entry.state}</td>
    <td class="deeds"><button class="small" aria-label=${`${active ? 'Undo' : 'Redo'} edit ${entry.number}`} onClick=${() => act(() => send(`/api/edits/${entry.number}/${turn}`, undefined))}>${active ? 'Undo' : 'Redo'}</button>
      <button class="small" aria-label=${`Compare edit ${entry.number}`} aria-pressed=${compared === entry.number} onClick=${() => compare(compared === entry.number ? 0 : entry.number)}>Compare</button></td></tr>`;
}

/** @param {{ edits: any, act: (what: () => Promise<any>) => void, round: number }} props */
function Journal({ edits, act, round }) {
  const [place, go] = usePlace();
  const [compared, setCompared] = useState(0);
  const active = edits.edits.filter((/** @type {any} */ each) => each.state === 'active').length;
  const comparison = useData(compared ? `${compared} ${round}` : null, (signal) => send('/api/edits/compare', { edit: compared }, signal));
  if (edits.edits.length === 0) return html`<section class="block"><h2>Journal</h2><p class="muted">No edits yet. An edited model is its base and a journal: whatever is taken back, in whatever order, leaves exactly the rest.</p></section>`;
  return html`<section class="block" data-export="edits">
    <header><h2>Journal</h2> <span class="muted small">${count(active, 'edit')} of ${edits.edits.length} in the model</span>
      <span class="end small">${edits.journal ? html`<code>${visible(edits.journal)}</code>` : 'in memory alone: open an atlas to keep it'}</span></header>
    <table class="cells"><thead><tr><th class="num">no.</th><th>what was written</th><th class="hide-narrow">said before → then</th><th>state</th><th><span class="hidden-text">change</span></th></tr></thead>
      <tbody>${edits.edits.map((/** @type {any} */ entry) => html`<${Entry} key=${entry.number} entry=${entry} act=${act} compared=${compared} compare=${setCompared} />`)}</tbody></table>
    <p class="ask-row"><label><input type="checkbox" checked=${place.edited === '1'} onChange=${(/** @type {any} */ e) => go({ edited: e.target.checked ? '1' : '' })} /> Prompts and switches run the model with its edits</label></p>
    ${compared > 0 && html`<${Await} of=${comparison} what="Asking both models">${(/** @type {any} */ data) => html`<${Comparison} comparison=${data} title=${`Edit ${compared}: the base, and the model as it is now`} />`}<//>`}
  </section>`;
}

/** @param {{ open: any }} props */
export function EditView({ open }) {
  const [, go] = usePlace();
  const [round, setRound] = useState(0);
  const [request, setRequest] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const loaded = useData(`edits ${round}`, (signal) => get('/api/edits', signal));
  const act = async (/** @type {() => Promise<any>} */ what) => {
    try {
      await what();
      setError(null);
    } catch (problem) {
      setError(/** @type {Error} */ (problem));
    }
    editsChanged();
    go({}, true);
    setRound((n) => n + 1);
  };
  const write = (/** @type {number} */ plan) => act(async () => {
    await send('/api/edits/apply', { plan });
    setRequest(null);
    go({ edited: '1' });
  });
  if (!open.model.text) return html`<p class="muted">The model has no tokenizer: what it is to say cannot be written as text.</p>`;
  return html`<${Await} of=${loaded} what="Reading the journal">${(/** @type {any} */ edits) => html`
    <section class="block"><header><h2>Write a fact</h2></header>
      <${Fact} methods=${edits.methods} ask=${(/** @type {any} */ next) => setRequest({ ...next, asked: Date.now() })} />
      ${request && html`<${LongRun} key=${request.asked} path="/api/edits/forecast" body=${request} now=${true} label="Forecast" about="">${(/** @type {any} */ forecast) => html`<${Forecast} forecast=${forecast} write=${write} discard=${() => setRequest(null)} />`}<//>`}
      ${error && html`<${Problem} error=${error} />`}
    </section>
    <${Journal} edits=${edits} act=${act} round=${round} />`}<//>`;
}
