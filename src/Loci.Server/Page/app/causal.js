// Whether a cell causes what its value says, beside matched cells; and what its triggers have in common, on held-out text.
import { html, useState } from './lib.js';
import { cellPath } from './api.js';
import { Claim } from './ui.js';
import { LongRun } from './longrun.js';
import { Token, signed, percent, number } from './text.js';

/** An estimate and its interval, on a common scale. @param {{ of: any, least: number, most: number, kind: string, show: (value: number) => string }} props */
function Interval({ of, least, most, kind, show }) {
  const x = (/** @type {number} */ value) => `${((value - least) / (most - least || 1)) * 100}%`;
  if (of.value === null) return html`<span class="muted small">not measured</span>`;
  return html`<span class="interval" title=${`${show(of.value)}, 95 % interval ${of.low === null ? 'unknown' : `${show(of.low)} to ${show(of.high)}`}`}>
    <i class="zero" style=${{ left: x(0) }}></i>
    ${of.low !== null && html`<i class=${`range ${kind}`} style=${{ left: x(of.low), width: `${((of.high - of.low) / (most - least || 1)) * 100}%` }}></i>`}
    <i class=${`dot ${kind}`} style=${{ left: x(of.value) }}></i></span>`;
}

/** @param {{ title: any, rows: [string, any, string][], show: (value: number) => string, foot?: any }} props */
function Compared({ title, rows, show, foot }) {
  const ends = rows.flatMap(([, of]) => [of.low ?? of.value ?? 0, of.high ?? of.value ?? 0]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return html`<h4 class="small muted band">${title}</h4>
    <table class="tokens"><tbody>${rows.map(([name, of, kind]) => html`<tr><td class="nowrap">${name}</td>
      <td class="num">${of.value === null ? '–' : show(of.value)}</td><td class="wide"><${Interval} of=${of} least=${least} most=${most} kind=${kind} show=${show} /></td></tr>`)}</tbody></table>${foot}`;
}

/** @param {{ data: any }} props */
function Result({ data }) {
  return html`
    <${Compared} title=${html`adds to the logit of its own token <${Token} text=${data.token.token} />, nats`} show=${signed}
      rows=${[['the cell', data.logit, 'for'], ['matched cells', data.matched_logit, 'neutral'], ['difference', data.difference, 'for']]} />
    <${Compared} title="saves of the next token’s loss, nats" show=${signed}
      rows=${[['the cell', data.loss, 'for'], ['matched cells', data.matched_loss, 'neutral'], ['difference', data.loss_difference, 'for']]} />
    <${Compared} title="share of triggers where the answer changes" show=${percent}
      rows=${[['the cell', data.changed, 'for'], ['matched cells', data.matched_changed, 'neutral']]} />
    <p class="muted small">At ${data.triggers} triggers, the last token changed, the model run again. Intervals are over stretches of the text. The match: |m|·‖v‖ is ${number(data.size)}, of matched cells ${number(data.matched_size)}.</p>`;
}

/** @param {{ cell: string, open: any }} props */
export function Causal({ cell, open }) {
  const [tested, setTested] = useState('');
  if (!open.model) return null;
  return html`<section class="block" data-export="causal">
    <header><h3>Does it matter?</h3> <${Claim} kind=${tested === cell ? 'causal' : 'untested'} /></header>
    <${LongRun} path=${cellPath(cell, '/causal')} label="Test it" about="takes it out at its triggers, and matched cells beside it" done=${() => setTested(cell)}>
      ${(/** @type {any} */ data) => html`<${Result} data=${data} />`}<//>
  </section>`;
}

const labels = /** @type {Record<string, string>} */ ({
  shallow: 'It follows phrases.', semantic: 'It follows a topic.', both: 'It follows phrases and a topic.',
  last_token: 'It follows its last token, as cells of random weights do, too.', none: 'Nothing that was looked for explains it.',
});

/** @param {{ data: any }} props */
function Tested({ data }) {
  return html`<p><b>${labels[data.label]}</b> ${data.topic.length > 0 && data.label !== 'shallow' && html`<span class="muted">Topic: ${data.topic.slice(0, 6).join(', ')}</span>`}</p>
    <table class="quadrants"><thead><tr><th>pattern</th><th class="num">triggers</th><th class="num">precision</th><th class="num">recall</th></tr></thead>
      <tbody>${data.patterns.map((/** @type {any} */ each) => html`<tr><td>${each.pattern}</td><td class="num">${each.support} of ${each.fitted}</td>
        <td class="num">${each.precision.value === null ? '–' : percent(each.precision.value)}</td><td class="num">${each.recall.value === null ? '–' : percent(each.recall.value)}</td></tr>`)}</tbody></table>
    <p class="muted small">Precision and recall are on text in which the patterns were not found; by guessing, precision would be ${data.strong.value === null ? 'unknown' : percent(data.strong.value)}. Patterns explain ${percent(data.explained)} of the held-out variance, the last token by itself ${percent(Math.max(0, data.last_token))}.</p>`;
}

/** @param {{ cell: string, open: any }} props */
export function Pattern({ cell, open }) {
  if (!open.model) return null;
  return html`<section class="block">
    <header><h3>What its triggers have in common</h3> <${Claim} kind="readable" /></header>
    <${LongRun} path=${cellPath(cell, '/pattern')} label="Find patterns" about="in one half of the text, tested on the other">
      ${(/** @type {any} */ data) => html`<${Tested} data=${data} />`}<//>
  </section>`;
}
