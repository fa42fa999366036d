// What is looked at, kept in the address: a link shows another person the same. Changes of place are kept for the back
// button, changes by typing are not.
import { createContext, useContext, useEffect, useState, useCallback } from './lib.js';

/**
 * @typedef {object} Place
 * @property {string} view prompt, map, state, lists or edit
 * @property {string} q what is searched for
 * @property {string} cell such as L2/17
 * @property {string} prompt
 * @property {string} at the position looked at; empty: the last
 * @property {string} why the answer explained; empty: the model's own
 * @property {string} not the token it is weighed against
 * @property {string} set changes of coefficients
 * @property {string} by what colours the map
 * @property {string} layer the layer of attention patterns
 * @property {string} edited 1: prompts are put to the model with its edits
 * @property {string} subject what a new fact is about
 * @property {string} to the new answer
 * @property {string} method how it is written
 * @property {string} compare a second cell beside the first
 */

/** @type {Place} */
const empty = { view: 'prompt', q: '', cell: '', prompt: '', at: '', why: '', not: '', set: '', by: 'rate', layer: '0', edited: '', subject: '', to: '', method: 'rome', compare: '' };

/** @returns {Place} */
function read() {
  const given = new URLSearchParams(location.search);
  const place = { ...empty };
  for (const name of Object.keys(empty)) {
    const value = given.get(name);
    if (value !== null) place[/** @type {keyof Place} */ (name)] = value;
  }
  return place;
}

/** The address of a place. @param {Place} place */
export function address(place) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(place))
    if (value !== empty[/** @type {keyof Place} */ (name)]) params.set(name, value);
  const text = params.toString();
  return text ? `/?${text}` : '/';
}

/** @type {any} */
const Context = createContext(null);
export const PlaceProvider = Context.Provider;

/**
 * The place and how to change it.
 * @returns {[Place, (change: Partial<Place>, typing?: boolean) => void]}
 */
export function usePlace() {
  return useContext(Context);
}

/** The place of the page; for its root alone. @returns {[Place, (change: Partial<Place>, typing?: boolean) => void]} */
export function usePlaceOfPage() {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const back = () => setPlace(read());
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const change = useCallback((/** @type {Partial<Place>} */ some, typing = false) => {
    const next = { ...read(), ...some };
    history[typing ? 'replaceState' : 'pushState'](null, '', address(next));
    setPlace(next);
  }, []);
  return [place, change];
}

/** Changes as a list. @param {string} set */
export function changesOf(set) {
  return set.split(',').map((each) => each.trim()).filter((each) => each.length > 0);
}

/** A change of the same place takes the place of an older one. @param {string} set @param {string} change */
export function withChange(set, change) {
  const place = change.split('=')[0];
  return [...changesOf(set).filter((each) => each.split('=')[0] !== place), change].join(',');
}

/** @param {string} set @param {string} change */
export function withoutChange(set, change) {
  return changesOf(set).filter((each) => each !== change).join(',');
}
