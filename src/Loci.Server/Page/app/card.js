// A cell's card alone, to stand in a frame of another page. It only reads.
import { html, render, useEffect, useState } from './lib.js';
import { get } from './api.js';
import { PlaceProvider } from './state.js';
import { CellCard } from './cell.js';
import { Problem, Busy } from './ui.js';

function Card() {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const cell = new URLSearchParams(location.search).get('cell') ?? '';
  useEffect(() => {
    get('/api/workbench').then((data) => setOpen({ ...data, model: data.model && { ...data.model } })).catch(setError);
  }, []);
  if (error) return html`<${Problem} error=${error} />`;
  if (!open) return html`<${Busy} what="Opening" />`;
  const go = (/** @type {any} */ change) => change.cell && window.open(`/?cell=${encodeURIComponent(change.cell)}`, '_blank', 'noopener');
  return html`<${PlaceProvider} value=${[{ cell, set: '', prompt: '' }, go]}><${CellCard} open=${open} embedded=${true} />
    <p class="small"><a href=${`/?cell=${encodeURIComponent(cell)}`} target="_blank" rel="noopener">Open in the workbench</a></p><//>`;
}

render(html`<${Card} />`, /** @type {Element} */ (document.getElementById('app')));
