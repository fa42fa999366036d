// From words to cells.
import { html, useState } from './lib.js';
import { usePlace } from './state.js';
import { get } from './api.js';
import { useData } from './data.js';
import { Await } from './ui.js';
import { Token, Running, count } from './text.js';

const cellForm = /^\s*L\d+\/\d+-?\s*$/i;

/** The end of a prefix, where the words stand that were looked for. @param {string} text */
const end = (text) => (text.length > 72 ? `…${text.slice(-71)}` : text);

/** @param {{ id: string, children: any }} props */
function Hit({ id, children }) {
  const [place, go] = usePlace();
  return html`<li><button class="hit" aria-current=${place.cell === id} onClick=${() => go({ cell: id })}>
    <span class="mono">${id}</span> ${children}</button></li>`;
}

/** @param {{ found: any, more: () => void, rest: boolean }} props */
function Found({ found, more, rest }) {
  const none = found.trigger_cells === 0 && found.value_cells === 0;
  if (none) return html`<p class="muted">No cell has triggers that contain this text, or a value that promotes a token with it.</p>`;
  return html`
    <h2 class="found">${count(found.trigger_cells, 'cell')} fire on it</h2>
    <ol class="hits">${found.triggers.map((/** @type {any} */ hit) => html`<${Hit} key=${hit.cell} id=${hit.cell}>
      <span class="muted small">${count(hit.matches.length, 'trigger')}</span>
      <span class="line small"><${Running} text=${end(hit.matches[0].text)} /></span><//>`)}</ol>
    <h2 class="found">${count(found.value_cells, 'cell')} promote it</h2>
    <ol class="hits">${found.values.map((/** @type {any} */ hit) => html`<${Hit} key=${hit.cell} id=${hit.cell}>
      <span class="line small">${hit.tokens.slice(0, 3).map((/** @type {any} */ token) => html`<${Token} text=${token.token} /> <span class="muted">no. ${token.rank}</span>${' '}`)}</span><//>`)}</ol>
    ${rest && html`<button onClick=${more}>Show more</button>`}`;
}

const page = 20;

/** The first page of a search, and those after it as they are asked for. @param {string} words @param {string | null} key */
function usePages(words, key) {
  const path = `/api/search?q=${encodeURIComponent(words)}&limit=${page}`;
  const first = useData(key, (signal) => get(path, signal), 180);
  const [later, setLater] = useState(/** @type {{ of: any, pages: any[], error?: Error }} */ ({ of: null, pages: [] }));
  const pages = first.data ? [first.data, ...(later.of === first.data ? later.pages : [])] : [];
  const last = pages[pages.length - 1];
  const more = async () => {
    const after = (/** @type {'triggers' | 'values'} */ kind) => pages.flatMap((each) => each[kind]).pop()?.cell;
    const ends = [['afterTrigger', after('triggers')], ['afterValue', after('values')]].filter(([, cell]) => cell);
    try {
      const next = await get(`${path}&${ends.map(([name, cell]) => `${name}=${encodeURIComponent(cell)}`).join('&')}`);
      setLater({ of: first.data, pages: [...pages.slice(1), next] });
    } catch (error) {
      setLater({ of: first.data, pages: pages.slice(1), error: /** @type {Error} */ (error) });
    }
  };
  const data = first.data && { ...first.data, triggers: pages.flatMap((each) => each.triggers), values: pages.flatMap((each) => each.values) };
  const rest = last && Math.max(last.triggers.length, last.values.length) >= page;
  return { found: { ...first, data, error: first.error ?? (later.of === first.data ? later.error : undefined) }, more, rest };
}

/** @param {{ open: any }} props */
export function Search({ open }) {
  const [place, go] = usePlace();
  const ready = open.atlas.state === 'ready';
  const words = cellForm.test(place.q) ? '' : place.q;
  const { found, more, rest } = usePages(words, ready && words ? `${words}\n${open.atlas.hash}` : null);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (cellForm.test(place.q)) go({ cell: place.q.trim().toUpperCase() });
  };
  return html`
    <form role="search" onSubmit=${submit}>
      <label class="hidden-text" for="search">Search cells</label>
      <input id="search" type="search" placeholder="Words, or a cell: L2/17" autocomplete="off" spellcheck=${false} value=${place.q}
        onInput=${(/** @type {any} */ event) => go({ q: event.target.value }, true)} />
    </form>
    <div class="results">
      ${!ready && html`<p class="muted small">${open.atlas.state === 'building' ? 'Search opens when the atlas is built. Prompts work already.' : 'Without an atlas there is nothing to search.'}</p>`}
      ${ready && !place.q && html`<p class="muted small">Search finds cells by what fires them and by what they promote. <kbd>/</kbd> comes back here.</p>`}
      ${ready && words && html`<${Await} of=${found} what="Searching">${(/** @type {any} */ data) => html`<${Found} found=${data} rest=${rest} more=${more} />`}<//>`}
    </div>`;
}
