// What fires a cell: its strongest prefixes as sentences.
import { html, useState } from './lib.js';
import { Claim } from './ui.js';
import { Running, Token, number } from './text.js';

/** @param {{ card: any, open: any }} props */
export function Triggers({ card }) {
  const [all, setAll] = useState(false);
  const shown = all ? card.triggers : card.triggers.slice(0, 10);
  const most = Math.max(...card.triggers.map((/** @type {any} */ t) => Math.abs(t.coefficient)), 1e-9);
  return html`<section class="block">
    <header><h3>What fires it</h3> <${Claim} kind="readable" /></header>
    ${card.triggers.length === 0 && html`<p class="muted">Nothing in the corpus.</p>`}
    <ol class="triggers">${shown.map((/** @type {any} */ trigger) => html`<li style=${{ '--w': Math.abs(trigger.coefficient) / most }}>
      <span class="num small muted">${number(trigger.coefficient)}</span>
      <span><${Running} text=${trigger.text} /> ${trigger.next === null ? html`<span class="muted" title="end of the sentence">■</span>` : html`<span class="muted">→</span> <${Token} text=${trigger.next} class="next" />`}</span></li>`)}</ol>
    ${card.triggers.length > 10 && html`<button class="plain" onClick=${() => setAll(!all)}>${all ? 'Show fewer' : `Show all ${card.triggers.length}`}</button>`}
  </section>`;
}
