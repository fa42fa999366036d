// Three panes with borders that can be moved by pointer and by arrow keys.
import { html, useState, useEffect } from './lib.js';
import { usePlace } from './state.js';
import { Search } from './search.js';
import { PromptView } from './prompt.js';
import { CellCard } from './cell.js';
import { CompareView } from './compare.js';
import { ListsView } from './notes.js';
import { EditView } from './edit.js';
import { StatesView } from './states.js';
import { MapView } from './map.js';

const least = { left: 220, right: 320 };
const most = { left: 520, right: 820 };
const usual = { left: 300, right: 450 };

/** @param {{ side: 'left' | 'right', size: number, setSize: (size: number) => void }} props */
function Gutter({ side, size, setSize }) {
  const bound = (/** @type {number} */ value) => Math.round(Math.min(most[side], Math.max(least[side], value)));
  const drag = (/** @type {PointerEvent} */ event) => {
    const from = event.clientX;
    const target = /** @type {Element} */ (event.currentTarget);
    target.setPointerCapture(event.pointerId);
    const move = (/** @type {any} */ moved) => setSize(bound(size + (moved.clientX - from) * (side === 'left' ? 1 : -1)));
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', () => target.removeEventListener('pointermove', move), { once: true });
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
    if (step) setSize(bound(size + (side === 'left' ? step : -step)));
  };
  return html`<div class="gutter" role="separator" tabindex="0" aria-orientation="vertical" aria-label=${`Width of the ${side} pane`}
    aria-valuenow=${size} aria-valuemin=${least[side]} aria-valuemax=${most[side]} onPointerDown=${drag} onKeyDown=${key}
    onDblClick=${() => setSize(usual[side])}></div>`;
}

/** @param {'left' | 'right'} side */
function useSize(side) {
  const [size, setSize] = useState(() => Number(localStorage.getItem(`loci-${side}`)) || usual[side]);
  useEffect(() => localStorage.setItem(`loci-${side}`, `${size}`), [size]);
  return /** @type {const} */ ([size, setSize]);
}

const views = [
  { name: 'prompt', label: 'Prompt', view: PromptView, needs: 'model' },
  { name: 'map', label: 'Map', view: MapView, needs: '' },
  { name: 'compare', label: 'Compare', view: CompareView, needs: '' },
  { name: 'lists', label: 'Lists', view: ListsView, needs: '' },
  { name: 'state', label: 'Memory', view: StatesView, needs: 'model' },
  { name: 'edit', label: 'Edit', view: EditView, needs: 'model' },
];

/** @param {{ open: any, pane: string }} props */
export function Panes({ open, pane }) {
  const [place, go] = usePlace();
  const [left, setLeft] = useSize('left');
  const [right, setRight] = useSize('right');
  const shown = views.filter((view) => view.needs !== 'model' || open.model);
  const chosen = shown.find((view) => view.name === place.view) ?? shown[0];
  return html`<main class="panes" data-pane=${pane} style=${{ '--left': `${left}px`, '--right': `${right}px` }}>
    <section class="pane left" aria-label="Search"><${Search} open=${open} /></section>
    <${Gutter} side="left" size=${left} setSize=${setLeft} />
    <section class="pane middle" aria-label="Model">
      <div class="views" role="tablist" aria-label="Views">
        ${shown.map(({ name, label }) => html`<button role="tab" id=${`tab-${name}`} aria-controls="view" aria-selected=${chosen?.name === name} onClick=${() => go({ view: name })}>${label}</button>`)}
      </div>
      <div class="scroll" id="view" role="tabpanel" aria-labelledby=${`tab-${chosen?.name}`} tabindex="-1">
        ${chosen ? html`<${chosen.view} open=${open} />` : html`<p class="muted">Open a model to run prompts: loci serve ATLAS --model MODEL.</p>`}
      </div>
    </section>
    <${Gutter} side="right" size=${right} setSize=${setRight} />
    <section class="pane right" aria-label="Cell"><${CellCard} open=${open} /></section>
  </main>`;
}
