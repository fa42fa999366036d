// Work that takes a while: asked for by a button, shown as it advances, and stopped by another.
import { html, useEffect, useRef, useState } from './lib.js';
import { stream } from './api.js';
import { Problem, Busy } from './ui.js';

/**
 * @param {{ path: string, label: string, about: string, body?: any, now?: boolean, children: (result: any) => any, done?: (result: any) => void }} props
 */
export function LongRun({ path, label, about, body, now = false, children, done }) {
  const [state, setState] = useState(/** @type {any} */ ({}));
  const aborter = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => {
    setState({});
    if (now) run();
    return () => aborter.current?.abort();
  }, [path]);
  const run = async () => {
    const own = (aborter.current = new AbortController());
    setState({ busy: true });
    try {
      await stream(path, body, (name, data) => {
        if (name === 'waiting') setState({ busy: true, doing: `${data} before this` });
        else if (name === 'progress') setState({ busy: true, ...data });
        else if (name === 'problem') setState({ error: new Error(data.error) });
        else if (name === 'result') {
          setState({ result: data });
          done?.(data);
        }
      }, own.signal);
    } catch (error) {
      if (!own.signal.aborted) setState({ error });
    }
  };
  const stop = () => {
    aborter.current?.abort();
    setState({});
  };
  if (state.result) return children(state.result);
  if (state.error) return html`<${Problem} error=${state.error} again=${run} />`;
  if (!state.busy) return html`<p><button onClick=${run}>${label}</button> <span class="muted small">${about}</span></p>`;
  return html`<div><${Busy} what=${state.doing ?? 'Working'} />
    ${state.total > 0 && html`<div class="progress" role="progressbar" aria-label=${state.doing} aria-valuenow=${Math.round((100 * state.done) / state.total)} aria-valuemin="0" aria-valuemax="100"><i style=${{ width: `${(100 * state.done) / state.total}%` }}></i></div>`}
    <button class="plain" onClick=${stop}>Stop</button></div>`;
}
