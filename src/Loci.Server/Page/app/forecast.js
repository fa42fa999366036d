// An edit that is solved and not written: what it does to the layers, and what the model then says beside its base.
import { html } from './lib.js';
import { Claim } from './ui.js';
import { Running, number, percent } from './text.js';

const kinds = /** @type {Record<string, string>} */ ({ edit: 'the edit', paraphrase: 'asked otherwise', neighbour: 'neighbour' });

/** What the counts of a comparison come to. @param {any[]} prompts */
function summary(prompts) {
  const of = (/** @type {string} */ kind) => prompts.filter((each) => each.kind === kind);
  const good = (/** @type {any[]} */ some) => some.filter((each) => each.as_wanted).length;
  const [other, near] = [of('paraphrase'), of('neighbour')];
  const parts = [];
  if (other.length > 0) parts.push(`${good(other)} of ${other.length} paraphrases say it`);
  if (near.length > 0) parts.push(`${good(near)} of ${near.length} neighbours stay`);
  return parts.length > 0 ? `${parts.join('; ')}.` : 'No paraphrases or neighbours are known; give some above to see what else changes.';
}

/** @param {{ comparison: any, title: string }} props */
export function Comparison({ comparison, title }) {
  const { prompts, target } = comparison;
  return html`<section class="block" data-export="comparison">
    <header><h3>${title}</h3> <${Claim} kind="causal" /></header>
    <p class="small muted">${summary(prompts)}</p>
    <div class="sideways"><table class="cells compared"><thead><tr><th>prompt</th><th>the base says</th><th>edited, it says</th><th class="num" title=${`probability of «${target}»`}>p of the new answer</th><th><span class="hidden-text">as wanted</span></th></tr></thead>
      <tbody>${prompts.map((/** @type {any} */ each) => html`<tr><td><span class="kind small muted">${kinds[each.kind]}</span> <${Running} text=${each.prompt} /></td>
        <td><${Running} text=${each.before} /></td><td class=${each.same ? 'muted' : ''}><${Running} text=${each.after} /></td>
        <td class="num small nowrap">${percent(each.target_before)} → ${percent(each.target_after)}</td>
        <td class=${each.as_wanted ? 'for' : 'against'}><span aria-hidden="true">${each.as_wanted ? '✓' : '✗'}</span><span class="hidden-text">${each.as_wanted ? 'as wanted' : 'not as wanted'}</span></td></tr>`)}</tbody></table></div></section>`;
}

/** @param {{ forecast: any, write: (plan: number) => void, discard: () => void }} props */
export function Forecast({ forecast, write, discard }) {
  const { edit, layers, took, plan } = forecast;
  const [before, after] = [edit.before[0], edit.after[0]];
  return html`<section class="forecast" aria-label="Forecast" data-export="forecast">
    <header><h3>Forecast</h3> <span class="muted small">${edit.method}, ${edit.layers.map((/** @type {number} */ layer) => `L${layer}`).join(' ')}; not written yet</span></header>
    <p>It says <b><${Running} text=${after.said} /></b> <span class="muted">(${percent(after.probability)})</span> instead of <b><${Running} text=${before.said} /></b>.
      ${!took && html`<b class="against"> The edit does not take: it would not say the new answer.</b>`}</p>
    ${layers.length > 0 && html`<div class="sideways"><table class="cells layers"><thead><tr><th>layer</th><th class="num" title="‖ΔW‖ / ‖W‖">change</th><th class="num" title="‖ΔW k‖ / ‖W k‖ over everyday text">everyday text</th><th class="num hide-narrow" title="‖ΔW k‖ / ‖W k‖ for the keys of neighbours">neighbours</th><th class="num hide-narrow" title="‖ΔW k‖ / ‖W k‖ for the keys of earlier edits">earlier edits</th><th class="num hide-narrow" title="kᵀA⁻¹k: the smaller, the less this text differs from all others">denominator</th></tr></thead>
      <tbody>${layers.map((/** @type {any} */ layer) => html`<tr><td class="mono">L${layer.layer}</td><td class="num">${percent(layer.change_norm)}</td><td class="num">${layer.everyday === null ? '–' : percent(layer.everyday)}</td><td class="num hide-narrow">${layer.neighbours === null ? '–' : percent(layer.neighbours)}</td><td class="num hide-narrow">${layer.earlier === null ? '–' : percent(layer.earlier)}</td><td class="num hide-narrow">${number(layer.denominator)}</td></tr>`)}</tbody></table></div>
      <p class="small muted">Shares of what the layer gives: how much of it the edit changes, where it should change nothing.</p>`}
    <${Comparison} comparison=${forecast.comparison} title="What changes" />
    <p class="ask-row"><button class="main" onClick=${() => write(plan)}>Write it into the journal</button> <button onClick=${discard}>Discard</button></p>
  </section>`;
}
