// The workbench: three panes, a drawer for what is switched, and what is open at the top.
import { html, render, useEffect, useState } from './lib.js';
import { get, stream } from './api.js';
import { PlaceProvider, usePlaceOfPage, changesOf } from './state.js';
import { Top } from './top.js';
import { Panes } from './panes.js';
import { Drawer } from './drawer.js';
import { useKeys } from './keys.js';
import { Problem, Busy } from './ui.js';

/** What is open, followed while the atlas is being built. */
function useWorkbench() {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  useEffect(() => {
    const aborter = new AbortController();
    const follow = async () => {
      try {
        const first = await get('/api/workbench', aborter.signal);
        setOpen(first);
        if (first.atlas.state === 'building')
          await stream('/api/events', undefined, (name, data) => name === 'workbench' && setOpen(data), aborter.signal);
      } catch (problem) {
        if (!aborter.signal.aborted) setError(/** @type {Error} */ (problem));
      }
    };
    follow();
    return () => aborter.abort();
  }, []);
  return { open, error };
}

function App() {
  const place = usePlaceOfPage();
  const { open, error } = useWorkbench();
  const [pane, setPane] = useState('middle');
  useKeys(place, open, setPane);
  useEffect(() => {
    if (place[0].cell && matchMedia('(max-width: 900px)').matches) setPane('right');
  }, [place[0].cell]);
  if (error) return html`<main class="alone"><${Problem} error=${error} again=${() => location.reload()} /></main>`;
  if (!open) return html`<main class="alone"><${Busy} what="Opening" /></main>`;
  const start = place[0].prompt === '' && open.prompt ? { ...place[0], prompt: open.prompt } : place[0];
  return html`<${PlaceProvider} value=${[start, place[1]]}>
    <${Top} open=${open} />
    <${Panes} open=${open} pane=${pane} />
    ${open.model && changesOf(place[0].set).length > 0 ? html`<${Drawer} open=${open} />` : html`<div></div>`}
    <nav class="switcher" aria-label="Panes">
      ${[['left', 'Search'], ['middle', 'Model'], ['right', 'Cell']].map(([name, label]) => html`
        <button aria-pressed=${pane === name} onClick=${() => setPane(name)}>${label}</button>`)}
    </nav>
  <//>`;
}

render(html`<${App} />`, /** @type {Element} */ (document.getElementById('app')));
