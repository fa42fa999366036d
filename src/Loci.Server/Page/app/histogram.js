// How often a cell fires how strongly, in powers of two, as the atlas counted it over the whole corpus.
import { html } from './lib.js';
import { Claim } from './ui.js';
import { number } from './text.js';

const zero = 31;
const lowest = -22;

/** The lower edge of a bin's magnitudes. @param {number} bin */
const edge = (bin) => 2 ** (Math.abs(bin - zero) - 1 + lowest);

/** @param {{ statistics: any }} props */
export function Histogram({ statistics }) {
  const counts = /** @type {number[]} */ (statistics.histogram);
  const used = counts.map((n, bin) => (n > 0 ? bin : -1)).filter((bin) => bin >= 0);
  if (used.length === 0) return null;
  const first = Math.min(...used, zero);
  const last = Math.max(...used, zero);
  const bins = counts.slice(first, last + 1).map((n, i) => ({ n, bin: first + i }));
  // Rare strong firings are what matters and would not be seen beside the many weak: heights are square roots.
  const most = Math.sqrt(Math.max(...counts));
  const [width, height, left] = [400, 92, 4];
  const step = (width - 2 * left) / bins.length;
  const name = (/** @type {number} */ bin) => (bin === zero ? 'exactly 0' : `${bin < zero ? '−' : ''}${number(edge(bin), 2)} and beyond, less than twice that`);
  return html`<section class="block" data-export="histogram">
    <header><h3>How strongly it fires</h3> <${Claim} kind="readable" /></header>
    <svg viewBox=${`0 0 ${width} ${height + 18}`} class="chart" role="img" aria-label=${`Histogram of coefficients: at most ${number(statistics.max)}, at least ${number(statistics.min)}, mean ${number(statistics.mean)}`}>
      <line x1=${left} x2=${width - left} y1=${height + 0.5} y2=${height + 0.5} class="axis" />
      ${bins.map(({ n, bin }, i) => html`<rect x=${left + i * step + 0.5} width=${Math.max(1, step - 1)} y=${height - (Math.sqrt(n) / most) * (height - 6)} height=${(Math.sqrt(n) / most) * (height - 6)}
        class=${bin === zero ? 'neutral' : bin < zero ? 'against' : 'for'}><title>${`${n.toLocaleString('en')} prefixes: ${name(bin)}`}</title></rect>`)}
      ${bins.filter(({ bin }) => bin === zero || bin === last || bin === first).map(({ bin }) => html`<text x=${left + (bin - first + 0.5) * step} y=${height + 14} text-anchor=${bin === first && bin !== zero ? 'start' : bin === last && bin !== zero ? 'end' : 'middle'}>${bin === zero ? '0' : (bin < zero ? '−' : '') + number(edge(bin), 2)}</text>`)}
    </svg>
    <p class="muted small">Prefixes by coefficient, a bin for each power of two; heights are square roots of counts. Largest ${number(statistics.max)}, mean ${number(statistics.mean)}.</p>
  </section>`;
}
