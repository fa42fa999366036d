// What fires a cell: its strongest prefixes as sentences, every token shaded by how far the cell fires after it.
import { html, useState } from './lib.js';
import { get, cellPath } from './api.js';
import { useData } from './data.js';
import { Claim } from './ui.js';
import { Running, Token, number, visible } from './text.js';

/**
 * A sentence shaded by a cell; the token meant has a frame, so that it is seen without colour.
 * @param {{ sentence: any, most: number }} props
 */
export function Shaded({ sentence, most }) {
  return html`<span class="shaded" dir="auto">${sentence.tokens.map((/** @type {string} */ token, /** @type {number} */ i) => {
    const m = sentence.coefficients[i];
    const space = token.startsWith(' ') ? ' ' : '';
    return html`${i > 0 && space}<span class=${i === sentence.position ? 'peak' : i > sentence.position ? 'after' : ''} style=${{ '--w': Math.max(0, m) / (most || 1) }} title=${number(m)}>${visible(space ? token.slice(1) : token)}</span>`;
  })}</span>`;
}

/** The prefix alone, while the model has not run yet or where there is none. @param {{ trigger: any }} props */
function Plain({ trigger }) {
  return html`<span><${Running} text=${trigger.text} /> ${trigger.next === null ? html`<span class="muted" title="end of the sentence">■</span>` : html`<span class="muted">→</span> <${Token} text=${trigger.next} class="next" />`}</span>`;
}

/** @param {{ card: any, open: any }} props */
export function Triggers({ card, open }) {
  const [limit, setLimit] = useState(10);
  const live = useData(
    open.model && card.triggers.length > 0 ? `${card.cell}\n${limit}\n${open.atlas.hash}` : null,
    (signal) => get(cellPath(card.cell, `/triggers?limit=${limit}`), signal));
  const most = Math.max(...card.triggers.map((/** @type {any} */ t) => Math.abs(t.coefficient)), 1e-9);
  return html`<section class="block" data-export="triggers">
    <header><h3>What fires it</h3> <${Claim} kind="readable" /></header>
    ${card.triggers.length === 0 && html`<p class="muted">Nothing in the corpus.</p>`}
    <ol class="triggers">${card.triggers.slice(0, limit).map((/** @type {any} */ trigger, /** @type {number} */ i) => {
      const shaded = live.data?.sentences[i];
      return html`<li><span class="num small muted">${number(trigger.coefficient)}</span>
        ${shaded ? html`<${Shaded} sentence=${shaded} most=${most} />` : html`<${Plain} trigger=${trigger} />`}</li>`;
    })}</ol>
    ${card.triggers.length > limit && html`<button class="plain" onClick=${() => setLimit(50)}>Show all ${card.triggers.length}</button>`}
    ${live.error && html`<p class="muted small">${live.error.message}</p>`}
  </section>`;
}
