// What is switched, and what it does beside its control.
import { html, useState } from './lib.js';
import { usePlace, changesOf, withoutChange } from './state.js';
import { send } from './api.js';
import { useData } from './data.js';
import { Await, Claim, Bar } from './ui.js';
import { Token, percent, signed, number } from './text.js';
import { Texts } from './texts.js';
import { promptOf, ranOn } from './prompt.js';

/** @param {{ title: string, next: any, answer: any, about?: any }} props */
function Next({ title, next, answer, about }) {
  return html`<div class="lane"><h3 class="small">${title} ${about}</h3>
    <table class="tokens"><tbody>${next.top.slice(0, 5).map((/** @type {any} */ token) => html`<tr class=${token.id === answer.id ? 'chosen' : ''}>
      <td><${Token} text=${token.token} /></td><td class="wide"><${Bar} share=${token.probability} kind=${token.id === answer.id ? 'for' : 'other'} /></td>
      <td class="num small">${percent(token.probability)}</td></tr>`)}</tbody></table></div>`;
}

/** Every control as a dot, and the change itself. @param {{ view: any }} props */
function Strip({ view }) {
  const effects = view.controls.map((/** @type {any} */ control) => control.effect);
  const least = Math.min(0, view.effect, ...effects);
  const most = Math.max(0, view.effect, ...effects);
  const [width, height] = [420, 40];
  const x = (/** @type {number} */ value) => 14 + ((value - least) / (most - least || 1)) * (width - 28);
  return html`<figure class="strip"><svg viewBox=${`0 0 ${width} ${height}`} class="chart" role="img" aria-label=${`The change adds ${signed(view.effect)} nats; its ${effects.length} controls between ${signed(Math.min(...effects))} and ${signed(Math.max(...effects))}`}>
      <line x1=${x(0)} x2=${x(0)} y1="4" y2="28" class="axis" /><text x=${x(0)} y="39" text-anchor="middle">0</text>
      ${effects.map((/** @type {number} */ effect) => html`<circle cx=${x(effect)} cy="16" r="4" class="control"><title>control: ${signed(effect)}</title></circle>`)}
      <path d=${`M ${x(view.effect)} 8 l 8 8 l -8 8 l -8 -8 z`} class=${view.effect < 0 ? 'against' : 'for'}><title>the change: ${signed(view.effect)}</title></path>
    </svg>
    <figcaption class="small"><${Claim} kind="causal" /> ln p of <${Token} text=${view.answer.token} />: <b>${signed(view.effect)}</b> (◆); ${view.as_strong} of ${effects.length} matched controls (●) move it as far.
      <span class="muted"> Divergence ${number(view.divergence)} nats.</span></figcaption></figure>`;
}

/** @param {{ view: any }} props */
function Comparison({ view }) {
  const control = view.controls[0];
  return html`<div class="lanes">
      <${Next} title="As it is" next=${view.before} answer=${view.answer} />
      <${Next} title="Switched" next=${view.after} answer=${view.answer} />
      ${view.control ? html`<${Next} title="Control" next=${view.control} answer=${view.answer} about=${html`<span class="muted mono">${control.set.join(' ')}</span>`} />` : html`<p class="muted small">There is nothing else of this kind to switch as a control.</p>`}
      ${view.controls.length > 0 && html`<${Strip} view=${view} />`}
    </div>
    <${Texts} control=${control?.set.join(',') ?? ''} />`;
}

function Add() {
  const [place, go] = usePlace();
  const [text, setText] = useState('');
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (text.trim()) go({ set: [...changesOf(place.set), text.trim()].join(',') });
    setText('');
  };
  return html`<form class="add" onSubmit=${add}><label class="hidden-text" for="change">One more change</label>
    <input id="change" value=${text} placeholder="L3=0, L2.h1=0, L1/7=x2" spellcheck=${false} onInput=${(/** @type {any} */ e) => setText(e.target.value)} /></form>`;
}

/** @param {{ open: any }} props */
export function Drawer({ open }) {
  const [place, go] = usePlace();
  const [shown, setShown] = useState(true);
  const run = useData(
    place.prompt ? JSON.stringify([place.prompt, place.set, ranOn(place), open.model.identity]) : null,
    (signal) => send('/api/switch', promptOf(place), signal), 200);
  return html`<section class="drawer" aria-label="Switched">
    <header><h2>Switched</h2>
      ${changesOf(place.set).map((change) => html`<span class="chip mono">${change} <button class="plain" aria-label=${`Undo ${change}`} onClick=${() => go({ set: withoutChange(place.set, change) })}>✕</button></span>`)}
      <${Add} />
      <button class="plain" onClick=${() => go({ set: '' })}>Undo all</button>
      <button class="plain end" aria-expanded=${shown} onClick=${() => setShown(!shown)}>${shown ? 'Hide' : 'Show'}</button></header>
    ${shown && html`<div class="inside"><${Await} of=${run} what="Running the model and its controls">${(/** @type {any} */ view) => html`<${Comparison} view=${view} />`}<//></div>`}
  </section>`;
}
