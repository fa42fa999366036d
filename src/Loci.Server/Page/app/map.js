// Every cell of every layer as a dot of colour. The picture is drawn on a canvas; keys move a cursor over it.
import { html, useEffect, useMemo, useRef, useState } from './lib.js';
import { usePlace } from './state.js';
import { get, send } from './api.js';
import { useData } from './data.js';
import { Await, Claim } from './ui.js';
import { ranOn, traced } from './prompt.js';
import { number, percent } from './text.js';
import { paint, layout } from './mapcanvas.js';
import { MapCard } from './mapcard.js';

/** @type {Record<string, { label: string, about: string, claim: string, show: (value: number) => string, signs?: boolean, log?: boolean, kinds?: [string, string] }>} */
export const colours = {
  rate: { label: 'how often it fires', about: 'share of the corpus’s prefixes that fire it (of a gated cell, its positive pole)', claim: 'readable', show: percent, log: true },
  strength: { label: 'how strongly it writes', about: '|m|·‖v‖ of its strongest trigger', claim: 'readable', show: number, log: true },
  norm: { label: 'length of its value', about: '‖v‖', claim: 'written', show: number },
  agreement: { label: 'whether key and value agree', about: 'q of the agreement: the darker, the surer', claim: 'readable', show: number, log: true },
  dead: { label: 'dead cells', about: 'nothing in the corpus fires them', claim: 'readable', show: (value) => (value ? 'dead' : 'alive'), kinds: ['alive', 'dead'] },
  effect: { label: 'what it adds to the prompt’s answer', about: 'nats, directly: blue for the answer, orange against', claim: 'written', show: number, signs: true },
};

/** Values as colours from 0 to 1, or from −1 to 1. @param {(number | null)[][]} layers @param {string} by */
export function scaled(layers, by) {
  const { log, signs } = colours[by];
  const found = layers.flat().filter((/** @type {any} */ v) => v !== null && v !== 0).map((v) => Math.abs(/** @type {number} */ (v)));
  let [least, most] = [Infinity, 0];
  for (const v of found) [least, most] = [Math.min(least, v), Math.max(most, v)];
  if (by === 'agreement') [least, most] = [Math.max(least, 1e-12), 1];
  const range = Math.log(most / least) || 1;
  const place = (/** @type {number} */ v) => (log ? Math.log(v / least) / range : v / most);
  return layers.map((layer) => layer.map((v) => {
    if (v === null) return null;
    if (v === 0) return by === 'agreement' ? 1 : 0;
    const size = Math.min(1, Math.max(0, place(Math.abs(v))));
    return by === 'agreement' ? 1 - size : signs && v < 0 ? -size : log ? 0.12 + 0.88 * size : size;
  }));
}

/** @param {{ data: any, by: string, open: any }} props */
function Picture({ data, by, open }) {
  const [place, go] = usePlace();
  const [zoom, setZoom] = useState(1);
  const [hover, setHover] = useState(/** @type {any} */ (null));
  const [width, setWidth] = useState(600);
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const values = useMemo(() => scaled(data.layers, by), [data, by]);
  const plan = useMemo(() => layout(data.layers.map((/** @type {any[]} */ layer) => layer.length), width, zoom), [data, width, zoom]);
  const chosen = place.cell.replace('-', '');
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry.contentRect.width))));
    watch.observe(/** @type {Element} */ (box.current));
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const draw = () => paint(/** @type {HTMLCanvasElement} */ (canvas.current), plan, values, chosen);
    draw();
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true });
    return () => theme.disconnect();
  }, [plan, values, chosen]);
  const at = (/** @type {any} */ event) => {
    const bounds = /** @type {HTMLCanvasElement} */ (canvas.current).getBoundingClientRect();
    const cell = plan.at(event.clientX - bounds.left, event.clientY - bounds.top);
    return cell && { ...cell, x: event.clientX - bounds.left, y: event.clientY - bounds.top, id: `L${cell.layer}/${cell.index}` };
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const now = plan.parse(chosen) ?? { layer: 0, index: 0 };
    const next = plan.moved(now, event.key);
    if (event.key === '+' || event.key === '-') setZoom(Math.min(8, Math.max(1, zoom * (event.key === '+' ? 1.5 : 1 / 1.5))));
    else if (next) go({ cell: `L${next.layer}/${next.index}` });
    else return;
    event.preventDefault();
  };
  const value = (/** @type {any} */ cell) => data.layers[cell.layer][cell.index];
  const shown = (/** @type {any} */ cell) => (value(cell) === null ? 'none' : colours[by].show(value(cell)));
  return html`<div class="map-tools"><span class="muted small">Zoom</span>
      <button aria-label="Smaller" onClick=${() => setZoom(Math.max(1, zoom / 1.5))} disabled=${zoom <= 1}>−</button>
      <button aria-label="Larger" onClick=${() => setZoom(Math.min(8, zoom * 1.5))}>+</button>
      <span class="end"><${Legend} by=${by} /></span></div>
    <div class="sideways map-box" ref=${box}>
      <canvas ref=${canvas} tabindex="0" role="application" aria-label=${`Map of cells by ${colours[by].label}. Arrow keys move, plus and minus zoom. ${chosen ? `${chosen}: ${plan.parse(chosen) ? shown(plan.parse(chosen)) : ''}` : ''}`}
        onPointerMove=${(/** @type {any} */ e) => setHover(at(e))} onPointerLeave=${() => setHover(null)} onClick=${(/** @type {any} */ e) => { const cell = at(e); if (cell) go({ cell: cell.id }); }} onKeyDown=${key}></canvas>
      ${hover && html`<${MapCard} hover=${hover} value=${shown(hover)} open=${open} width=${width} />`}
    </div>
    <p class="hidden-text" aria-live="polite">${chosen && plan.parse(chosen) ? `${chosen}, ${shown(plan.parse(chosen))}` : ''}</p>`;
}

/** @param {{ by: string }} props */
function Legend({ by }) {
  const { kinds, signs } = colours[by];
  if (kinds) return html`<span class="legend small"><i style=${{ '--w': 0 }}></i> ${kinds[0]} <i style=${{ '--w': 1 }}></i> ${kinds[1]}</span>`;
  if (signs) return html`<span class="legend small">against <i class="against" style=${{ '--w': 1 }}></i><i class="against" style=${{ '--w': 0.5 }}></i><i style=${{ '--w': 0 }}></i><i style=${{ '--w': 0.5 }}></i><i style=${{ '--w': 1 }}></i> for</span>`;
  return html`<span class="legend small">little ${[0, 0.25, 0.5, 0.75, 1].map((w) => html`<i style=${{ '--w': w }}></i>`)} much</span>`;
}

/** @param {{ open: any }} props */
export function MapView({ open }) {
  const [place, go] = usePlace();
  const ready = open.atlas.state === 'ready';
  const by = colours[place.by] && (ready || place.by === 'effect') ? place.by : ready ? 'rate' : 'effect';
  const effect = by === 'effect';
  const loaded = useData(
    effect ? (place.prompt && open.model ? JSON.stringify([place.prompt, place.set, ranOn(place), place.at, place.why, place.not]) : null) : `${by}\n${open.atlas.hash}`,
    (signal) => effect ? send('/api/effects', traced(place), signal) : get(`/api/map/${by}`, signal));
  return html`<section class="block" data-export="map">
    <header><h2>All cells by <select aria-label="What colours the map" value=${by} onChange=${(/** @type {any} */ e) => go({ by: e.target.value })}>
      ${Object.entries(colours).map(([name, { label }]) => html`<option value=${name} selected=${name === by} disabled=${name === 'effect' ? !open.model : !ready}>${label}</option>`)}
      <option disabled>by pattern or topic: an atlas holds neither; a cell’s card tests its pattern</option></select></h2>
      <${Claim} kind=${colours[by].claim} /> <span class="muted small">${colours[by].about}</span></header>
    ${effect && !place.prompt && html`<p class="muted">Write a prompt first.</p>`}
    <${Await} of=${loaded} what="Reading every cell">${(/** @type {any} */ data) => data.by === by && html`<${Picture} data=${data} by=${by} open=${open} />`}<//>
  </section>`;
}
