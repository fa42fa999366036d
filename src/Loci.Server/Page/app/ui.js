// Small parts that views share.
import { html, useState } from './lib.js';

/** What went wrong, and a way to try again. @param {{ error: Error, again?: () => void }} props */
export function Problem({ error, again }) {
  return html`<p class="problem" role="alert">${error.message} ${again && html`<button class="plain" onClick=${again}>Try again</button>`}</p>`;
}

/** @param {{ what?: string }} props */
export function Busy({ what = 'Working' }) {
  return html`<p class="busy" role="status"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${what}…</p>`;
}

/**
 * Data as it comes: busy, a problem, or what is made of it.
 * @param {{ of: import('./data.js').Loaded<any>, what?: string, children: (data: any) => any }} props
 */
export function Await({ of, what, children }) {
  if (of.error) return html`<${Problem} error=${of.error} again=${of.again} />`;
  if (of.data === undefined) return of.busy ? html`<${Busy} what=${what} />` : null;
  return html`<div class=${of.busy ? 'stale' : ''}>${children(of.data)}</div>`;
}

const claims = {
  readable: ['◐', 'readable', 'What fires the cell: found by looking at text, not by changing the model.'],
  written: ['✎', 'written', 'What the weights say: a property of the value alone, whether or not it matters in a text.'],
  causal: ['⚡', 'causal', 'Tested: the cell was changed, and so was a matched cell, and the model was run again.'],
  untested: ['○', 'not tested', 'Nobody has changed the cell yet to see whether this matters.'],
};

/** How a claim is known. @param {{ kind: keyof typeof claims }} props */
export function Claim({ kind }) {
  const [sign, word, about] = claims[kind];
  return html`<span class="claim ${kind}" title=${about}><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

/**
 * A part of a card that loads when it is opened.
 * @param {{ title: string, note?: any, open?: boolean, children: () => any }} props
 */
export function Fold({ title, note, open = false, children }) {
  const [shown, setShown] = useState(open);
  return html`<section class="block fold">
    <header>
      <h3><button class="plain folder" aria-expanded=${shown} onClick=${() => setShown(!shown)}>
        <span class="arrow" aria-hidden="true">${shown ? '▾' : '▸'}</span> ${title}</button></h3>
      ${note}
    </header>
    ${shown && children()}
  </section>`;
}

/** A bar from 0. @param {{ share: number, kind?: string, label?: string }} props */
export function Bar({ share, kind = 'for', label }) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return html`<span class="bar" title=${label}><i class=${kind} style=${{ width }}></i></span>`;
}

/** A bar to either side of a middle line. @param {{ share: number }} props */
export function TwoWayBar({ share }) {
  const size = `${Math.min(1, Math.abs(share)) * 50}%`;
  const style = share < 0 ? { right: '50%', width: size } : { left: '50%', width: size };
  return html`<span class="bar two"><i class=${share < 0 ? 'against' : 'for'} style=${style}></i></span>`;
}

/**
 * A cell as a link to its card.
 * @param {{ id: string, go: (change: any) => void, title?: string }} props
 */
export function CellLink({ id, go, title }) {
  return html`<button class="link mono nowrap" title=${title ?? `Show ${id}`} onClick=${() => go({ cell: id })}>${id}</button>`;
}
