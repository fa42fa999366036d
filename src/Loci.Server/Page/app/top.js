// The top line: what is open, how far the atlas is, and the page's own settings.
import { html, useState, useRef, useEffect } from './lib.js';
import { usePlace } from './state.js';
import { visible, count } from './text.js';
import { Help } from './help.js';
import { Share } from './share.js';

const themes = /** @type {const} */ ({ auto: ['◐', 'as the system has it'], light: ['☀', 'light'], dark: ['☾', 'dark'] });

function useTheme() {
  const [theme, setTheme] = useState(() => localStorage.getItem('loci-theme') ?? 'auto');
  useEffect(() => {
    localStorage.setItem('loci-theme', theme);
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  const order = Object.keys(themes);
  return /** @type {const} */ ([theme, () => setTheme(order[(order.indexOf(theme) + 1) % order.length])]);
}

/** @param {any} open */
function described({ model, atlas }) {
  if (!model) return visible(atlas.file ?? '');
  const cells = model.layers.reduce((/** @type {number} */ sum, /** @type {any} */ layer) => sum + layer.cells, 0);
  return `${visible(model.name)} · ${count(model.layers.length, 'layer')} · ${count(cells, 'cell')}`;
}

/** @param {{ atlas: any }} props */
function AtlasState({ atlas }) {
  if (atlas.state === 'building') {
    const { share, stage, seconds_left: left } = atlas.progress;
    const rest = left === null || left === undefined ? '' : `, ${Math.ceil(left)} s left`;
    return html`<span class="small muted nowrap" role="status">atlas: ${stage} ${Math.round(share * 100)} %${rest}</span>`;
  }
  if (atlas.state === 'failed') return html`<span class="small against nowrap">atlas: failed</span>`;
  return atlas.state === 'none' ? html`<span class="small muted nowrap">no atlas</span>` : null;
}

/** @param {{ open: any }} props */
export function Top({ open }) {
  const [theme, turn] = useTheme();
  const [, go] = usePlace();
  const help = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const share = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const atlas = open.atlas;
  return html`<div>
    <header class="top">
      <div class="brand"><img src="/page/loci.svg" alt="" /> <h1>Loci</h1></div>
      <span class="opened" title=${described(open)}>${described(open)}</span>
      <${AtlasState} atlas=${atlas} />
      <nav aria-label="Page">
        ${atlas.state === 'ready' && html`<button class="plain" title="A cell drawn at random" onClick=${() => go({ cell: randomCell(open) })}>Random cell</button>`}
        <button class="plain" onClick=${() => share.current?.showModal()}>Share</button>
        <button class="plain" title=${`Colours: ${themes[/** @type {'auto'} */ (theme)][1]}`} aria-label=${`Colours: ${themes[/** @type {'auto'} */ (theme)][1]}`} onClick=${turn}>${themes[/** @type {'auto'} */ (theme)][0]}</button>
        <button class="plain" id="help" title="Keys and words ( ? )" aria-label="Help" onClick=${() => help.current?.showModal()}>?</button>
      </nav>
    </header>
    ${atlas.state === 'building' && html`<div class="progress" role="progressbar" aria-label="Atlas" aria-valuenow=${Math.round(atlas.progress.share * 100)} aria-valuemin="0" aria-valuemax="100"><i style=${{ width: `${atlas.progress.share * 100}%` }}></i></div>`}
    ${atlas.state === 'failed' && html`<p class="banner problem" role="alert">${visible(atlas.problem)}</p>`}
    ${open.warnings.map((/** @type {string} */ warning) => html`<p class="banner small">${visible(warning)}</p>`)}
    <${Help} dialog=${help} />
    <${Share} dialog=${share} open=${open} />
  </div>`;
}

/** @param {any} open */
function randomCell({ model }) {
  const layers = model?.layers ?? [];
  const all = layers.reduce((/** @type {number} */ sum, /** @type {any} */ layer) => sum + layer.cells, 0);
  let at = Math.floor(Math.random() * all);
  for (let layer = 0; layer < layers.length; at -= layers[layer].cells, layer++)
    if (at < layers[layer].cells) return `L${layer}/${at}`;
  return 'L0/0';
}
