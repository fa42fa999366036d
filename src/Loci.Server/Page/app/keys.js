// Keys for those who know what they want. None works while something is typed.
import { useEffect } from './lib.js';
import { withChange, withoutChange, changesOf } from './state.js';

const writable = 'input, textarea, select, [contenteditable]';

/** @param {string} cell @param {any} open @param {number} layers @param {number} steps */
function moved(cell, open, layers, steps) {
  const match = /^L(\d+)\/(\d+)(-?)$/.exec(cell);
  if (!match || !open?.model) return cell;
  const layer = Math.min(open.model.layers.length - 1, Math.max(0, Number(match[1]) + layers));
  const last = open.model.layers[layer].cells - 1;
  return `L${layer}/${Math.min(last, Math.max(0, Number(match[2]) + steps))}${match[3]}`;
}

// The result before or after the one that is shown; where none is, the cell before or after.
/** @param {number} step */
function nextResult(step) {
  const hits = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll('.hits .hit')]);
  if (hits.length === 0) return false;
  const at = hits.findIndex((hit) => hit.getAttribute('aria-current') === 'true');
  const hit = hits[Math.min(hits.length - 1, Math.max(0, at + step))];
  hit.click();
  hit.scrollIntoView({ block: 'nearest' });
  return true;
}

/**
 * @param {[import('./state.js').Place, (change: any) => void]} place @param {any} open
 * @param {(pane: string) => void} setPane
 */
export function useKeys([place, go], open, setPane) {
  useEffect(() => {
    const press = (/** @type {KeyboardEvent} */ event) => {
      const target = /** @type {Element} */ (event.target);
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest(writable) || document.querySelector('dialog[open]')) return;
      const bare = place.cell.replace('-', '');
      /** @type {Record<string, () => void>} */
      const actions = {
        '/': () => { setPane('left'); setTimeout(() => document.getElementById('search')?.focus()); },
        g: () => { setPane('left'); go({ q: 'L' }); setTimeout(() => document.getElementById('search')?.focus()); },
        j: () => { if (!nextResult(1)) go({ cell: moved(place.cell, open, 0, 1) }); },
        k: () => { if (!nextResult(-1)) go({ cell: moved(place.cell, open, 0, -1) }); },
        '[': () => go({ cell: moved(place.cell, open, -1, 0) }),
        ']': () => go({ cell: moved(place.cell, open, 1, 0) }),
        x: () => bare && go({ set: changesOf(place.set).includes(`${bare}=0`) ? withoutChange(place.set, `${bare}=0`) : withChange(place.set, `${bare}=0`) }),
        '?': () => document.getElementById('help')?.click(),
      };
      const tabs = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll('.views button')]);
      const action = actions[event.key] ?? (/^[1-9]$/.test(event.key) ? () => tabs[Number(event.key) - 1]?.click() : undefined);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
