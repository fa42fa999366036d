// The view library in one place: Preact's elements written as HTML by htm, and its hooks.
import { h, render, createContext } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export { render, createContext };
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useContext, useId } from '../vendor/hooks.js';
/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = /** @type {any} */ (htm).bind(h);
