// All parts of a logit, one upon the other: they sum to it.
import { html } from './lib.js';
import { Claim } from './ui.js';
import { signed, number } from './text.js';

/** The parts in the order in which they are written. @param {any} parts */
function stepsOf(parts) {
  const steps = [{ name: 'embedding', value: parts.embedding }];
  parts.attention.forEach((/** @type {number} */ value, /** @type {number} */ layer) => {
    steps.push({ name: `L${layer} attention`, value });
    steps.push({ name: `L${layer} cells`, value: parts.cells[layer] + parts.feed_forward_bias[layer] });
  });
  steps.push({ name: 'constant', value: parts.constant });
  return steps.filter((step) => step.value !== 0 || step.name !== 'constant');
}

/** @param {{ trace: any }} props */
export function Waterfall({ trace }) {
  let sum = 0;
  const rows = stepsOf(trace.parts).map((step) => {
    const from = sum;
    sum += step.value;
    return { ...step, from, to: sum };
  });
  const least = Math.min(0, ...rows.map((row) => row.to));
  const most = Math.max(0, ...rows.map((row) => row.to));
  const [width, label, right, height] = [640, 110, 64, 20];
  const x = (/** @type {number} */ value) => label + ((value - least) / (most - least || 1)) * (width - label - right);
  const all = (rows.length + 1) * height;
  return html`<section class="block" data-export="waterfall">
    <header><h2>What the logit is made of</h2> <${Claim} kind="written" />
      <span class="end muted small">sum ${number(trace.explained, 4)} nats</span></header>
    <svg viewBox=${`0 0 ${width} ${all + 4}`} class="chart" role="img" aria-label=${`Parts of the logit: ${rows.map((row) => `${row.name} ${signed(row.value)}`).join(', ')}; together ${signed(sum)}`}>
      <line x1=${x(0)} x2=${x(0)} y1="0" y2=${all} class="axis" />
      ${rows.map((row, i) => html`<g>
        <text x=${label - 8} y=${i * height + 14} text-anchor="end">${row.name}</text>
        <rect x=${Math.min(x(row.from), x(row.to))} width=${Math.max(1, Math.abs(x(row.to) - x(row.from)))} y=${i * height + 4} height=${height - 8} rx="2" class=${row.value < 0 ? 'against' : 'for'} />
        <line x1=${x(row.to)} x2=${x(row.to)} y1=${i * height + 4} y2=${(i + 1) * height + 4} class="step" />
        <text x=${width - right + 8} y=${i * height + 14} class="value">${signed(row.value)}</text></g>`)}
      <text x=${label - 8} y=${rows.length * height + 14} text-anchor="end" class="strong">logit</text>
      <rect x=${Math.min(x(0), x(sum))} width=${Math.max(1, Math.abs(x(sum) - x(0)))} y=${rows.length * height + 4} height=${height - 8} rx="2" class="neutral" />
      <text x=${width - right + 8} y=${rows.length * height + 14} class="value strong">${signed(sum)}</text>
    </svg>
    ${trace.soft_cap > 0 && html`<p class="muted small">Before the model’s soft cap of ±${number(trace.soft_cap)}; the capped logit is ${number(trace.logit)}.</p>`}
  </section>`;
}
