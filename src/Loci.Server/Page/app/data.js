// Data for views: asked for when what it depends on changes, cancelled when it is not wanted any more.
import { useEffect, useRef, useState } from './lib.js';

/**
 * @template T
 * @typedef {{ data: T | undefined, error: Error | undefined, busy: boolean, again: () => void }} Loaded
 */

/**
 * Loads what a key names; the last data stays while the next is on its way.
 * @template T
 * @param {string | null} key null loads nothing
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {number} [wait] milliseconds of rest before asking: for keys that follow typing
 * @returns {Loaded<T>}
 */
export function useData(key, load, wait = 0) {
  const [state, setState] = useState(/** @type {any} */ ({ data: undefined, error: undefined, busy: false }));
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === null) {
      setState({ data: undefined, error: undefined, busy: false });
      return undefined;
    }
    const aborter = new AbortController();
    setState((/** @type {any} */ was) => ({ ...was, busy: true }));
    const timer = setTimeout(async () => {
      try {
        const data = await latest.current(aborter.signal);
        if (!aborter.signal.aborted) setState({ data, error: undefined, busy: false });
      } catch (error) {
        if (!aborter.signal.aborted) setState({ data: undefined, error, busy: false });
      }
    }, wait);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [key, round]);
  return { ...state, again: () => setRound((n) => n + 1) };
}
