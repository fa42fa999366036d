// Where the cells of a map lie, and how they are painted.

/**
 * A band of rows for each layer, from the last at the top to the first at the bottom.
 * @param {number[]} counts cells by layer @param {number} width @param {number} zoom
 */
export function layout(counts, width, zoom) {
  const label = 34;
  const gap = 10;
  const all = counts.reduce((sum, n) => sum + n, 0);
  // As large as lets some five hundred pixels of height hold all; at least 2, at most 14.
  const fit = Math.sqrt(((width - label) * 460) / Math.max(1, all));
  const size = Math.max(2, Math.min(14, Math.floor(fit))) * zoom;
  const columns = Math.max(1, Math.floor((width - label) / (size / zoom)));
  /** @type {{ layer: number, count: number, y: number, rows: number }[]} */
  const bands = [];
  let y = 0;
  for (let layer = counts.length - 1; layer >= 0; layer--) {
    const rows = Math.ceil(counts[layer] / columns);
    bands.push({ layer, count: counts[layer], y, rows });
    y += rows * size + gap;
  }
  const band = (/** @type {number} */ layer) => bands[counts.length - 1 - layer];
  return {
    label, size, columns, bands, width: label + columns * size, height: Math.max(1, y - gap),
    /** @param {number} x @param {number} py */
    at(x, py) {
      const column = Math.floor((x - label) / size);
      const found = bands.find((each) => py >= each.y && py < each.y + each.rows * size);
      if (!found || column < 0 || column >= columns) return null;
      const index = Math.floor((py - found.y) / size) * columns + column;
      return index < found.count ? { layer: found.layer, index } : null;
    },
    /** @param {string} id */
    parse(id) {
      const match = /^L(\d+)\/(\d+)$/.exec(id);
      if (!match || !band(Number(match[1])) || Number(match[2]) >= counts[Number(match[1])]) return null;
      return { layer: Number(match[1]), index: Number(match[2]) };
    },
    /** @param {{ layer: number, index: number }} cell @param {string} key */
    moved({ layer, index }, key) {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
      if (step === undefined) return null;
      const next = index + step;
      if (next >= 0 && next < counts[layer]) return { layer, index: next };
      const other = layer + (step < 0 ? 1 : -1);
      if (other < 0 || other >= counts.length) return { layer, index };
      return { layer: other, index: Math.abs(step) === 1 ? (step < 0 ? counts[other] - 1 : 0) : Math.min(counts[other] - 1, index % columns) };
    },
    /** @param {{ layer: number, index: number }} cell */
    corner({ layer, index }) {
      return { x: label + (index % columns) * size, y: band(layer).y + Math.floor(index / columns) * size };
    },
  };
}

/** @param {string} name */
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {string} hex @returns {number[]} */
function channels(hex) {
  const value = parseInt(hex.slice(1), 16);
  return hex.length === 4 ? [...hex.slice(1)].map((c) => parseInt(c + c, 16)) : [value >> 16, (value >> 8) & 255, value & 255];
}

/** @param {number[]} a @param {number[]} b @param {number} share */
const mixed = (a, b, share) => `rgb(${a.map((c, i) => Math.round(c + (b[i] - c) * share)).join(' ')})`;

/**
 * @param {HTMLCanvasElement} canvas @param {ReturnType<typeof layout>} plan @param {(number | null)[][]} values
 * @param {string} chosen
 */
export function paint(canvas, plan, values, chosen) {
  const ratio = Math.min(devicePixelRatio || 1, 8192 / plan.height, 8192 / plan.width);
  canvas.width = Math.round(plan.width * ratio);
  canvas.height = Math.round(plan.height * ratio);
  canvas.style.width = `${plan.width}px`;
  canvas.style.height = `${plan.height}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.scale(ratio, ratio);
  const [none, strong, against] = [channels(ink('--line')), channels(ink('--for')), channels(ink('--against'))];
  const steps = [...Array(33).keys()].map((i) => i / 32);
  const palette = { for: steps.map((s) => mixed(none, strong, s)), against: steps.map((s) => mixed(none, against, s)) };
  const space = plan.size > 5 ? 1 : plan.size > 2 ? 0.5 : 0;
  context.font = `11px ${ink('--sans')}`;
  context.textBaseline = 'top';
  for (const band of plan.bands) {
    context.fillStyle = ink('--muted');
    context.fillText(`L${band.layer}`, 0, band.y);
    for (let i = 0; i < band.count; i++) {
      const value = values[band.layer][i];
      if (value === null) continue;
      context.fillStyle = palette[value < 0 ? 'against' : 'for'][Math.round(Math.abs(value) * 32)];
      context.fillRect(plan.label + (i % plan.columns) * plan.size, band.y + Math.floor(i / plan.columns) * plan.size, plan.size - space, plan.size - space);
    }
  }
  const cell = plan.parse(chosen);
  if (!cell) return;
  const { x, y } = plan.corner(cell);
  context.lineWidth = 2;
  context.strokeStyle = ink('--text');
  context.strokeRect(x - 1.5, y - 1.5, plan.size + 2.5, plan.size + 2.5);
}
