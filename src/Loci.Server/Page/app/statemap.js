// Tokens by heads: how much of what a token wrote its key still retrieves.
import { html, useState } from './lib.js';
import { Token, number, visible, percent } from './text.js';

/** @param {{ state: any, erase: (what: any) => void }} props */
export function StateMap({ state, erase }) {
  const [at, setAt] = useState(/** @type {any} */ (null));
  const heads = state.heads;
  const token = (/** @type {number} */ position) => visible(state.tokens[position].token);
  const about = (/** @type {any} */ head, /** @type {number} */ t) => {
    const write = head.tokens[t];
    const fate = write.retrievable ? 'still retrievable' : write.replaced_by !== null ? `replaced by ${token(write.replaced_by)} (token ${write.replaced_by})` : 'fading';
    return `${token(t)}, layer ${head.layer} head ${head.head}: ${fate}; kept ${number(write.kept, 2)}, written ${number(write.written, 2)}`;
  };
  const kept = heads.map((/** @type {any} */ head) => head.tokens.filter((/** @type {any} */ write) => write.retrievable).length);
  return html`<div class="sideways" tabindex="0" role="region" aria-label="What is retrievable, by head and token"><table class="lens fates"><tbody>
      ${heads.map((/** @type {any} */ head, /** @type {number} */ h) => html`<tr><th scope="row">L${head.layer} h${head.head} <span class="muted small">${percent(kept[h] / (state.tokens.length || 1))}</span></th>
        ${head.tokens.map((/** @type {any} */ write, /** @type {number} */ t) => html`<td class=${`${write.retrievable ? 'kept' : write.replaced_by !== null ? 'replaced' : ''} ${at?.position === t ? 'at' : ''}`} style=${{ '--w': Math.max(0, write.kept) }} title=${about(head, t)}>
          <button class="cell-button" aria-label=${about(head, t)} onClick=${() => setAt({ position: t, layer: head.layer, head: head.head, about: about(head, t) })}>${write.retrievable ? '●' : write.replaced_by !== null ? '·' : ''}</button></td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">token</th>${state.tokens.map((/** @type {any} */ each, /** @type {number} */ t) => html`<td class=${state.erased.some((/** @type {any} */ e) => e.position === t) ? 'erased' : ''}><${Token} text=${each.token} /></td>`)}</tr></tfoot></table></div>
    <p class="muted small">● what the token wrote is still read under its key (cosine 0.9 or more) · its place was taken by a later token with a key like it. ${(state.bytes / 1000).toFixed(0)} kB, however long the text.</p>
    ${at && html`<p class="picked"><span>${at.about}</span>
      <button onClick=${() => erase({ position: at.position })}>Erase all that <${Token} text=${state.tokens[at.position].token} /> wrote</button>
      <button onClick=${() => erase({ position: at.position, layer: at.layer, head: at.head })}>Erase in this head</button></p>`}
    ${state.erased.length > 0 && html`<p class="small">Erased: ${state.erased.map((/** @type {any} */ e) => html`<span class="chip">${token(e.position)} ${e.layer === null ? 'everywhere' : `L${e.layer} h${e.head}`} </span> `)}</p>`}`;
}
