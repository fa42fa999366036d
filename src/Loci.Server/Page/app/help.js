// What the keys do and what the words mean.
import { html } from './lib.js';

const keys = [
  ['/', 'search'], ['g', 'go to a cell'], ['j  k', 'next and previous result, or cell of the layer'],
  ['[  ]', 'the same cell a layer down, a layer up'], ['x', 'switch the cell off, or on again'],
  ['1 … 9', 'the views in the middle'], ['?', 'this'],
];

const words = [
  ['cell', 'One memory of a feed-forward layer. Its key says when it fires, its value what it then writes.'],
  ['trigger', 'A piece of text that fires a cell most; the last token is where it fires.'],
  ['coefficient', 'How far a cell fires, m. What it writes is m times its value.'],
  ['agreement', 'The token that the value promotes most came next after the triggers. q is the chance of that, over all cells.'],
  ['control', 'The same done to a matched cell: another of the layer that writes about as much there. What switching does beyond its controls is the cell’s own.'],
];

/** @param {{ dialog: { current: HTMLDialogElement | null } }} props */
export function Help({ dialog }) {
  return html`<dialog ref=${dialog} aria-label="Help">
    <h2>Keys</h2>
    <table><tbody>${keys.map(([key, what]) => html`<tr><td class="nowrap">${key.split('  ').map((each) => html`<kbd>${each}</kbd> `)}</td><td>${what}</td></tr>`)}</tbody></table>
    <h2>Words</h2>
    <dl>${words.map(([word, what]) => html`<dt>${word}</dt><dd>${what}</dd>`)}</dl>
    <form method="dialog"><button class="main">Close</button></form>
  </dialog>`;
}
