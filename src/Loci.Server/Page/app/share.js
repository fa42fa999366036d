// What is looked at, for others: as a link, and as the command that gives the same numbers.
import { html, useEffect, useState } from './lib.js';
import { parts, save } from './export.js';
import { usePlace, address } from './state.js';
import { guessed } from './edit.js';

/** A word for a shell. @param {string} text */
const quoted = (text) => (/^[\w./:=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The commands that give the numbers of a place. @param {import('./state.js').Place} place @param {any} open */
export function commands(place, open) {
  const found = [];
  const { file } = open.atlas;
  const model = open.model?.place;
  if (file && place.cell) found.push(`loci atlas show ${quoted(file)} ${place.cell}`);
  if (file && place.q) found.push(`loci atlas search ${quoted(file)} ${quoted(place.q)}`);
  if (model && place.prompt) {
    const parts = ['loci trace', quoted(model), quoted(place.prompt)];
    if (place.at) parts.push('--position', place.at);
    if (place.why) parts.push('--why', quoted(place.why));
    if (place.not) parts.push('--not', quoted(place.not));
    if (place.set) parts.push('--set', quoted(place.set));
    if (file) parts.push('--atlas', quoted(file));
    found.push(parts.join(' '));
    if (place.set) found.push(`loci generate ${quoted(model)} ${quoted(place.prompt)} --greedy --max-tokens 24 --set ${quoted(place.set)}`);
  }
  return [...found, ...editing(place, model)];
}

/** The commands that write what the Edit view would write. @param {import('./state.js').Place} place @param {string} [model] */
function editing(place, model) {
  if (place.view !== 'edit' || !model || !place.prompt || !place.to) return [];
  const subject = place.subject || guessed(place.prompt);
  const how = place.method === 'rome' ? '' : ` --method ${quoted(place.method)}`;
  return [`loci edit ${quoted(place.prompt)} --subject ${quoted(subject)} --to ${quoted(` ${place.to.trim()}`)} --model ${quoted(model)}${how}`];
}

/** @param {{ text: string, label: string }} props */
export function Copy({ text, label }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return html`<button onClick=${copy} aria-live="polite">${done ? 'Copied' : label}</button>`;
}

/** @param {{ dialog: { current: HTMLDialogElement | null }, open: any }} props */
export function Share({ dialog, open }) {
  const [place] = usePlace();
  const [shown, setShown] = useState(/** @type {ReturnType<typeof parts>} */ ([]));
  const link = location.origin + address(place);
  const frame = `<iframe src="${location.origin}/card?cell=${encodeURIComponent(place.cell)}" width="440" height="640" title="${place.cell}"></iframe>`;
  useEffect(() => {
    const opened = new MutationObserver(() => dialog.current?.open && setShown(parts()));
    opened.observe(/** @type {Element} */ (dialog.current), { attributes: true });
    return () => opened.disconnect();
  }, []);
  return html`<dialog ref=${dialog} aria-label="Share">
    <h2>Share</h2>
    <p class="muted">All that is looked at stands in the address.</p>
    <p><code class="copied">${link}</code></p>
    <p><${Copy} text=${link} label="Copy the link" /></p>
    <h3>The same numbers on the command line</h3>
    ${commands(place, open).map((command) => html`<p class="command"><code class="copied">${command}</code> <${Copy} text=${command} label="Copy" /></p>`)}
    <h3>As files that need nothing else</h3>
    <table><tbody>${shown.map((part) => html`<tr><td>${part.title}</td><td class="nowrap">${/** @type {const} */ (['html', 'svg', 'csv']).map((kind) => html`<button onClick=${() => save(part, kind)}>${kind.toUpperCase()}</button> `)}</td></tr>`)}</tbody></table>
    ${place.cell && html`<h3>A card to embed</h3><p class="command"><code class="copied">${frame}</code> <${Copy} text=${frame} label="Copy" /></p>`}
    <form method="dialog"><button class="main">Close</button></form>
  </dialog>`;
}
