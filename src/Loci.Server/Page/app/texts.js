// The texts that the model makes with and without the changes, growing side by side.
import { html, useEffect, useRef, useState } from './lib.js';
import { usePlace } from './state.js';
import { stream } from './api.js';
import { Problem, Busy } from './ui.js';
import { Running } from './text.js';
import { promptOf, ranOn } from './prompt.js';

const lanes = /** @type {const} */ ([['before', 'As it is'], ['after', 'Switched'], ['control', 'Control']]);

/** @param {{ control: string }} props */
export function Texts({ control }) {
  const [place] = usePlace();
  const [texts, setTexts] = useState(/** @type {Record<string, string> | null} */ (null));
  const [state, setState] = useState(/** @type {{ busy: boolean, waiting?: number, error?: Error }} */ ({ busy: false }));
  const aborter = useRef(/** @type {AbortController | null} */ (null));
  const key = JSON.stringify([place.prompt, place.set, ranOn(place), control]);
  useEffect(() => {
    setTexts(null);
    return () => aborter.current?.abort();
  }, [key]);
  const make = async () => {
    aborter.current?.abort();
    const own = (aborter.current = new AbortController());
    setTexts({});
    setState({ busy: true });
    try {
      await stream('/api/generate', { ...promptOf(place), control: control || undefined, max_tokens: 24 }, (name, data) => {
        if (name === 'waiting') setState({ busy: true, waiting: data });
        else if (name === 'problem') setState({ busy: false, error: new Error(data.error) });
        else if (name === 'piece') setTexts((was) => ({ ...was, [data.lane]: ((was ?? {})[data.lane] ?? '') + data.text }));
      }, own.signal);
      setState((was) => ({ ...was, busy: false }));
    } catch (error) {
      if (!own.signal.aborted) setState({ busy: false, error: /** @type {Error} */ (error) });
    }
  };
  return html`<div class="texts">
    <p><button class="main" onClick=${make} disabled=${state.busy}>Write on</button>
      ${state.busy && html`<button onClick=${() => { aborter.current?.abort(); setState({ busy: false }); }}>Stop</button>`}
      <span class="muted small"> 24 tokens, always the likeliest, side by side</span></p>
    ${state.busy && state.waiting && html`<${Busy} what=${`${state.waiting} before this`} />`}
    ${state.error && html`<${Problem} error=${state.error} />`}
    ${texts && html`<div class="lanes">${lanes.filter(([name]) => name !== 'control' || control).map(([name, label]) => html`<div class="lane text"><h3 class="small">${label}</h3>
      <p><span class="muted"><${Running} text=${place.prompt} /></span><${Running} text=${texts[name] ?? ''} /></p></div>`)}</div>`}
  </div>`;
}
