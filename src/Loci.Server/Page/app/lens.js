// Tokens by layers: what the model would answer if it stopped there.
import { html } from './lib.js';
import { usePlace } from './state.js';
import { Claim } from './ui.js';
import { Token, percent, visible } from './text.js';

/** @param {{ lens: any }} props */
export function Lens({ lens }) {
  const [place, go] = usePlace();
  const last = lens.tokens.length - 1;
  const at = place.at === '' ? last : Number(place.at);
  const layers = lens.positions[0].steps.length;
  const order = [...Array(layers).keys()].reverse();
  return html`<section class="block" data-export="lens">
    <header><h2>How answers form</h2> <${Claim} kind="readable" />
      <span class="end muted small">best token after each layer; the darker, the likelier the final answer</span></header>
    <div class="sideways" tabindex="0" role="region" aria-label="Answers by token and layer"><table class="lens">
      <tbody>${order.map((state) => html`<tr><th scope="row">${state === 0 ? 'embedding' : `L${state - 1}`}</th>
        ${lens.positions.map((/** @type {any} */ position, /** @type {number} */ i) => {
          const step = position.steps[state];
          const final = step.id === position.answer.id;
          return html`<td class=${`${final ? 'same' : ''} ${lens.first + i === at ? 'at' : ''}`} style=${{ '--w': step.answer_probability }}
            title=${`${visible(step.token)} ${percent(step.probability)}; the answer ${visible(position.answer.token)} ${percent(step.answer_probability)}, rank ${step.answer_rank}`}><${Token} text=${step.token} /></td>`;
        })}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">token</th>${lens.positions.map((/** @type {any} */ _, /** @type {number} */ i) => html`<td class=${lens.first + i === at ? 'at' : ''}>
        <button class="plain token" aria-pressed=${lens.first + i === at} title="Explain what follows this token" onClick=${() => go({ at: lens.first + i === last ? '' : `${lens.first + i}`, why: '', not: '' })}><${Token} text=${lens.tokens[lens.first + i].token} /></button></td>`)}</tr></tfoot>
    </table></div>
    ${lens.first > 0 && html`<p class="muted small">The last ${lens.positions.length} of ${lens.tokens.length} tokens.</p>`}
  </section>`;
}
