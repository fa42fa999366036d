// Texts whose memory is a matrix: what is still retrievable, forks, writing on, differences, erasures.
import { html, useState } from './lib.js';
import { get, send } from './api.js';
import { useData } from './data.js';
import { usePlace } from './state.js';
import { Await, Claim, Problem, Bar } from './ui.js';
import { Token, Running, count, percent } from './text.js';
import { StateMap } from './statemap.js';

/** What was asked of a text, and how the answers compare. @param {{ answers: any[] }} props */
function Answers({ answers }) {
  return html`<div class="lanes">${answers.map((answer) => html`<div class="lane" key=${answer.key}><h4 class="small muted">${answer.label}</h4>
    <p><span class="muted"><${Running} text=${answer.prompt} /></span><${Running} text=${answer.text} /></p>
    <table class="tokens"><tbody>${answer.top.slice(0, 4).map((/** @type {any} */ token) => html`<tr><td><${Token} text=${token.token} /></td>
      <td class="wide"><${Bar} share=${token.probability} /></td><td class="num small">${percent(token.probability)}</td></tr>`)}</tbody></table></div>`)}</div>`;
}

/** @param {{ id: number, other: number }} props */
function Difference({ id, other }) {
  const loaded = useData(`${id}-${other}`, (signal) => get(`/api/states/${id}/difference/${other}`, signal));
  return html`<${Await} of=${loaded} what="Comparing">${(/** @type {any} */ data) => html`<div class="sideways"><table class="lens"><tbody>
    ${[...new Set(data.heads.map((/** @type {any} */ head) => head.layer))].map((layer) => html`<tr><th scope="row">L${layer}</th>
      ${data.heads.filter((/** @type {any} */ head) => head.layer === layer).map((/** @type {any} */ head) => html`<td style=${{ '--w': head.distance }} title=${`cosine ${head.cosine.toFixed(3)}`}>h${head.head} ${head.distance.toFixed(2)}</td>`)}</tr>`)}
    </tbody></table></div><p class="muted small">‖A − B‖ / (‖A‖ + ‖B‖) by head: 0 is the same memory, 1 the opposite.</p>`}<//>`;
}

/** @param {{ state: any, ids: number[], act: (what: () => Promise<any>) => void }} props */
function One({ state, ids, act }) {
  const [question, setQuestion] = useState('');
  const [more, setMore] = useState('');
  const [answers, setAnswers] = useState(/** @type {any[]} */ ([]));
  const [compare, setCompare] = useState(0);
  const path = `/api/states/${state.id}`;
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    act(async () => {
      const answer = await send(`${path}/ask`, { prompt: question });
      const erased = state.erased.length > 0 ? `, ${count(state.erased.length, 'write')} erased` : '';
      setAnswers((was) => [...was.slice(-2), { ...answer, key: Date.now(), label: `state ${state.id}, ${count(state.tokens.length, 'token')}${erased}` }]);
    });
  };
  const writeOn = (/** @type {Event} */ event) => {
    event.preventDefault();
    act(async () => {
      await send(`${path}/read`, { prompt: more });
      setMore('');
    });
  };
  return html`
    <${StateMap} state=${state} erase=${(/** @type {any} */ what) => act(() => send(`${path}/erase`, what))} />
    <form class="ask-row" onSubmit=${writeOn}><label class="field"><span class="muted small">write on</span><input value=${more} placeholder="more of the text" onInput=${(/** @type {any} */ e) => setMore(e.target.value)} /></label><button disabled=${!more}>Write</button></form>
    <form class="ask-row" onSubmit=${ask}><label class="field"><span class="muted small">ask</span><input value=${question} placeholder="what should follow the text?" onInput=${(/** @type {any} */ e) => setQuestion(e.target.value)} /></label><button class="main" disabled=${!question}>Ask</button></form>
    <${Answers} answers=${answers} />
    <p class="ask-row">${ids.length > 1 && html`<label class="field"><span class="muted small">compare with</span><select onChange=${(/** @type {any} */ e) => setCompare(Number(e.target.value))}>
      <option value="0">…</option>${ids.filter((id) => id !== state.id).map((id) => html`<option value=${id}>state ${id}</option>`)}</select></label>`}</p>
    ${compare > 0 && ids.includes(compare) && html`<${Difference} id=${state.id} other=${compare} />`}`;
}

/** @param {{ open: any }} props */
export function StatesView({ open }) {
  const [place] = usePlace();
  const [round, setRound] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [text, setText] = useState(place.prompt);
  const list = useData(`states ${round}`, (signal) => get('/api/states', signal));
  const ids = (list.data?.states ?? []).map((/** @type {any} */ each) => each.id);
  const id = ids.includes(chosen) ? chosen : ids[ids.length - 1] ?? 0;
  const state = useData(id ? `${id} ${round}` : null, (signal) => get(`/api/states/${id}`, signal));
  const act = async (/** @type {() => Promise<any>} */ what) => {
    try {
      const made = await what();
      setError(null);
      if (made?.id) setChosen(made.id);
      setRound((n) => n + 1);
    } catch (problem) {
      setError(/** @type {Error} */ (problem));
    }
  };
  const fast = open.model.layers.some((/** @type {any} */ layer) => layer.fast_weights);
  if (!fast) return html`<p class="muted">The context of ${open.model.name} is a list of tokens, not a matrix: nothing is overwritten in it. <code>loci serve demo-delta</code> opens a model whose memory can be looked into here.</p>`;
  return html`<section class="block" data-export="state">
    <header><h2>What a text’s memory still holds</h2> <${Claim} kind="readable" /></header>
    <form class="ask" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); act(() => send('/api/states', { prompt: text })); }}>
      <label class="hidden-text" for="text">Text</label>
      <textarea id="text" rows="3" value=${text} placeholder="A text to read once" onInput=${(/** @type {any} */ e) => setText(e.target.value)}></textarea>
      <p class="ask-row"><button class="main" disabled=${!text}>Read it</button> <span class="muted small">into a new state; its size does not grow with the text</span></p></form>
    ${error && html`<${Problem} error=${error} />`}
    <div class="state-tabs" role="group" aria-label="States">${(list.data?.states ?? []).map((/** @type {any} */ each) => html`<span class="chip"><button class="plain" aria-pressed=${each.id === id} onClick=${() => setChosen(each.id)}>state ${each.id}${each.parent ? `, from ${each.parent}` : ''} <span class="muted small">${count(each.length, 'token')}</span></button>
      <button class="plain" title="Fork" aria-label=${`Fork state ${each.id}`} onClick=${() => act(() => send(`/api/states/${each.id}/fork`, undefined))}>Fork</button>
      <button class="plain" title="Forget" aria-label=${`Forget state ${each.id}`} onClick=${() => act(() => send(`/api/states/${each.id}`, undefined, undefined, 'DELETE'))}>✕</button></span>`)}</div>
    ${id > 0 && html`<${Await} of=${state} what="Looking into the memory">${(/** @type {any} */ data) => html`<${One} key=${data.id} state=${data} ids=${ids} act=${act} />`}<//>`}
  </section>`;
}
