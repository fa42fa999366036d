// Lists of cells with names and notes, kept by the workbench in one file beside the atlas.
import { html, useEffect, useState } from './lib.js';
import { get, send } from './api.js';
import { usePlace } from './state.js';
import { Problem, CellLink } from './ui.js';
import { count } from './text.js';

const changed = new EventTarget();
/** @type {any} */
let kept = null;

/** The notes as they are kept, and how to change them. */
export function useNotes() {
  const [, setRound] = useState(0);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const load = () => get('/api/notes').then((data) => { kept = data; setError(null); changed.dispatchEvent(new Event('change')); }).catch(setError);
  useEffect(() => {
    const tell = () => setRound((n) => n + 1);
    changed.addEventListener('change', tell);
    if (!kept) load();
    return () => changed.removeEventListener('change', tell);
  }, []);
  const write = async (/** @type {any[]} */ lists) => {
    try {
      kept = await send('/api/notes', { revision: kept?.revision ?? 0, lists }, undefined, 'PUT');
      setError(null);
    } catch (problem) {
      setError(/** @type {Error} */ (problem));
    }
    changed.dispatchEvent(new Event('change'));
  };
  return { lists: kept?.lists ?? [], error, write, load };
}

/** @param {any[]} lists @param {string} cell */
export const isPinned = (lists, cell) => lists.some((list) => list.cells.some((/** @type {any} */ entry) => entry.cell === cell));

/** @param {any[]} lists @param {string} cell */
function pinned(lists, cell) {
  const entry = { cell, label: '', note: '', author: localStorage.getItem('loci-author') ?? '' };
  if (lists.length === 0) return [{ name: 'My cells', cells: [entry] }];
  return lists.map((list, i) => (i === 0 ? { ...list, cells: [...list.cells, entry] } : list));
}

/** Pins a cell, or takes it off every list. @param {{ cell: string }} props */
export function Pin({ cell }) {
  const { lists, write, error } = useNotes();
  const on = isPinned(lists, cell);
  const turn = () => write(on ? lists.map((/** @type {any} */ list) => ({ ...list, cells: list.cells.filter((/** @type {any} */ entry) => entry.cell !== cell) })) : pinned(lists, cell));
  return html`<button aria-pressed=${on} onClick=${turn} title=${error?.message ?? (on ? 'Take it off the lists' : 'Keep it on a list')}>${on ? '★ Pinned' : '☆ Pin'}</button>`;
}

/** The name and note of a pinned cell, on its card. @param {{ cell: string }} props */
export function Note({ cell }) {
  const { lists, write, error } = useNotes();
  if (!isPinned(lists, cell)) return null;
  const entry = lists.flatMap((/** @type {any} */ list) => list.cells).find((/** @type {any} */ each) => each.cell === cell);
  const change = (/** @type {any} */ some) => {
    if (some.author !== undefined) localStorage.setItem('loci-author', some.author);
    write(lists.map((/** @type {any} */ list) => ({ ...list, cells: list.cells.map((/** @type {any} */ each) => (each.cell === cell ? { ...each, ...some } : each)) })));
  };
  const field = (/** @type {string} */ name, /** @type {string} */ hint) => html`<label class="field small"><span class="muted">${name}</span><input value=${entry[name]} placeholder=${hint} onChange=${(/** @type {any} */ e) => change({ [name]: e.target.value })} /></label>`;
  return html`<section class="block note">${field('label', 'a name for it')}
    <label class="field small"><span class="muted">note</span><textarea rows="2" value=${entry.note} onChange=${(/** @type {any} */ e) => change({ note: e.target.value })}></textarea></label>
    ${field('author', 'your name')}${error && html`<${Problem} error=${error} />`}</section>`;
}

/** Saves a text under a name. @param {string} name @param {string} text @param {string} type */
export function download(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {{ list: any, at: number, lists: any[], write: (lists: any[]) => void }} props */
function List({ list, at, lists, write }) {
  const [place, go] = usePlace();
  const replace = (/** @type {any} */ next) => write(next === null ? lists.filter((_, i) => i !== at) : lists.map((each, i) => (i === at ? next : each)));
  return html`<section class="block"><header><h2><input class="title" aria-label="Name of the list" value=${list.name} onChange=${(/** @type {any} */ e) => replace({ ...list, name: e.target.value })} /></h2>
      <span class="end"><span class="muted small">${count(list.cells.length, 'cell')}</span> <button class="plain" onClick=${() => replace(null)}>Delete list</button></span></header>
    <table class="cells"><tbody>${list.cells.map((/** @type {any} */ entry, /** @type {number} */ i) => html`<tr class=${place.cell === entry.cell ? 'chosen' : ''}><td><${CellLink} id=${entry.cell} go=${go} /></td>
      <td><bdi>${entry.label}</bdi></td><td class="muted"><bdi>${entry.note}</bdi>${entry.author && html` — <bdi>${entry.author}</bdi>`}</td>
      <td><button class="plain" aria-label=${`Take ${entry.cell} off`} onClick=${() => replace({ ...list, cells: list.cells.filter((/** @type {any} */ _, /** @type {number} */ j) => j !== i) })}>✕</button></td></tr>`)}</tbody></table></section>`;
}

export function ListsView() {
  const { lists, write, error, load } = useNotes();
  const [problem, setProblem] = useState('');
  const read = async (/** @type {any} */ event) => {
    try {
      const given = JSON.parse(await event.target.files[0].text());
      const more = given.lists.map((/** @type {any} */ list) => ({ name: `${list.name}`, cells: list.cells.map((/** @type {any} */ e) => ({ cell: `${e.cell}`, label: `${e.label ?? ''}`, note: `${e.note ?? ''}`, author: `${e.author ?? ''}` })) }));
      await write([...lists, ...more]);
      setProblem('');
    } catch {
      setProblem('This file holds no lists; take one that was exported here.');
    }
    event.target.value = '';
  };
  return html`<p class="ask-row"><button onClick=${() => write([...lists, { name: 'New list', cells: [] }])}>New list</button>
      <button disabled=${lists.length === 0} onClick=${() => download('loci-lists.json', JSON.stringify({ lists }, null, 2), 'application/json')}>Export</button>
      <label class="file-button">Import <input type="file" accept="application/json,.json" onChange=${read} /></label></p>
    ${error && html`<${Problem} error=${error} again=${load} />`}${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${lists.length === 0 && html`<p class="muted">Nothing is pinned yet. The ☆ on a cell’s card keeps it here, with a name and a note.</p>`}
    ${lists.map((/** @type {any} */ list, /** @type {number} */ at) => html`<${List} key=${at} list=${list} at=${at} lists=${lists} write=${write} />`)}`;
}
