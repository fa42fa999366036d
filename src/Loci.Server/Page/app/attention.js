// Where heads look: a square of tokens by tokens for each head of a layer; and how strongly tokens write where the memory
// of the context is a matrix.
import { html, useState } from './lib.js';
import { usePlace, withChange, withoutChange, changesOf } from './state.js';
import { send } from './api.js';
import { useData } from './data.js';
import { Await, Claim } from './ui.js';
import { promptOf, ranOn } from './prompt.js';
import { Token, number, visible } from './text.js';

/** @param {{ tokens: any[], pattern: number[], head: number, layer: number, large: boolean, choose: () => void }} props */
function Square({ tokens, pattern, head, layer, large, choose }) {
  const [place, go] = usePlace();
  const n = tokens.length;
  const change = `L${layer}.h${head}=0`;
  const off = changesOf(place.set).includes(change);
  return html`<figure class=${`head ${large ? 'large' : ''}`}>
    <figcaption class="small"><button class="plain" aria-pressed=${large} title=${large ? 'Make it small' : 'Make it large'} onClick=${choose}>head ${head}</button>
      <button class="small" aria-pressed=${off} title=${off ? 'Switched off' : `Switch head ${head} off`} onClick=${() => go({ set: off ? withoutChange(place.set, change) : withChange(place.set, change) })}>off</button></figcaption>
    <svg viewBox=${`0 0 ${n} ${n}`} class="square" role="img" aria-label=${`Head ${head}: ${tokens.map((token, row) => `${visible(token.token)} looks most at ${visible(tokens[strongest(pattern, row, n)].token)}`).slice(-6).join('; ')}`}>
      <rect width=${n} height=${n} class="back" />
      ${pattern.map((w, i) => w > 0.01 && html`<rect x=${i % n} y=${Math.floor(i / n)} width="0.94" height="0.94" style=${{ fillOpacity: w }}><title>${`${visible(tokens[Math.floor(i / n)].token)} → ${visible(tokens[i % n].token)}: ${number(w, 2)}`}</title></rect>`)}
    </svg></figure>`;
}

/** @param {number[]} pattern @param {number} row @param {number} n */
function strongest(pattern, row, n) {
  let best = 0;
  for (let i = 1; i <= row; i++) if (pattern[row * n + i] > pattern[row * n + best]) best = i;
  return best;
}

/** @param {{ data: any }} props */
function Strengths({ data }) {
  return html`<table class="lens"><tbody>${data.strengths.map((/** @type {number[]} */ row, /** @type {number} */ head) => html`<tr><th scope="row">head ${head}</th>
    ${row.map((beta, i) => html`<td style=${{ '--w': beta }} title=${`${visible(data.tokens[i].token)}: β ${number(beta)}`}>${number(beta, 2)}</td>`)}</tr>`)}</tbody>
    <tfoot><tr><th scope="row">token</th>${data.tokens.map((/** @type {any} */ token) => html`<td><${Token} text=${token.token} /></td>`)}</tr></tfoot></table>`;
}

/** @param {{ open: any }} props */
export function Attention({ open }) {
  const [place, go] = usePlace();
  const [large, setLarge] = useState(-1);
  const layer = Math.min(open.model.layers.length - 1, Math.max(0, Number(place.layer) || 0));
  const loaded = useData(
    place.prompt ? JSON.stringify([place.prompt, place.set, ranOn(place), layer]) : null,
    (signal) => send('/api/attention', { ...promptOf(place), layer }, signal), 200);
  return html`<section class="block" data-export="attention">
    <header><h2>Where heads look</h2> <${Claim} kind="readable" />
      <span class="end"><select aria-label="Layer" value=${`${layer}`} onChange=${(/** @type {any} */ e) => go({ layer: e.target.value })}>${open.model.layers.map((/** @type {any} */ _, /** @type {number} */ i) => html`<option value=${`${i}`} selected=${i === layer}>layer ${i}</option>`)}</select></span></header>
    <${Await} of=${loaded} what="Reading attention">${(/** @type {any} */ data) => data.heads.length > 0
      ? html`<div class="heads">${data.heads.map((/** @type {number[]} */ pattern, /** @type {number} */ head) => html`<${Square} tokens=${data.tokens} pattern=${pattern} head=${head} layer=${layer} large=${large === head} choose=${() => setLarge(large === head ? -1 : head)} />`)}</div>
        <p class="muted small">Each row is a token, each column one it looks at, from the first at the left.</p>`
      : data.strengths.length > 0
        ? html`<p class="muted small">The memory of the context is a matrix in this layer: tokens write to it, and this is how strongly (β).</p><div class="sideways" tabindex="0" role="region" aria-label="Strengths of writes"><${Strengths} data=${data} /></div>`
        : html`<p class="muted">The memory of the context is a matrix in this layer, and every token writes to it alike.</p>`}<//>
  </section>`;
}
