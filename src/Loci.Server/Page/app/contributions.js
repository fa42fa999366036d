// The cells that make an answer, and those that speak against it. From each a way to its card, and a switch.
import { html } from './lib.js';
import { usePlace, withChange, withoutChange, changesOf } from './state.js';
import { CellLink, Claim, TwoWayBar } from './ui.js';
import { Token, Running, signed } from './text.js';

/** The end of a prefix, from a word on. @param {string} text */
const ending = (text) => (text.length > 40 ? `…${text.slice(-40).replace(/^\S*\s/, '')}` : text);

/** @param {{ cell: any, most: number }} props */
function Row({ cell, most }) {
  const [place, go] = usePlace();
  const bare = cell.cell.replace('-', '');
  const off = changesOf(place.set).includes(`${bare}=0`);
  const turn = () => go({ set: off ? withoutChange(place.set, `${bare}=0`) : withChange(place.set, `${bare}=0`) });
  const trigger = cell.triggers?.[0];
  return html`<tr class=${place.cell === cell.cell ? 'chosen' : ''}>
    <td><${CellLink} id=${cell.cell} go=${go} /></td>
    <td class="num ${cell.contribution < 0 ? 'against' : 'for'}">${signed(cell.contribution)}</td>
    <td class="wide"><${TwoWayBar} share=${cell.contribution / most} /></td>
    <td class="hide-narrow promotes">${cell.promotes.slice(0, 3).map((/** @type {any} */ token) => html`<${Token} text=${token.token} /> `)}</td>
    <td class="small muted line hide-narrow">${trigger ? html`<${Running} text=${ending(trigger.text)} />` : ''}</td>
    <td><button class="small" aria-pressed=${off} title=${off ? `${bare} is switched off` : `Switch ${bare} off`} onClick=${turn}>off</button></td>
  </tr>`;
}

/** @param {{ trace: any }} props */
export function Contributions({ trace }) {
  const cells = [...trace.cells_for.slice(0, 8), ...trace.cells_against.slice(0, 4).reverse()];
  if (cells.length === 0) return null;
  const most = Math.max(...cells.map((each) => Math.abs(each.contribution)));
  return html`<section class="block" data-export="contributions">
    <header><h2>Cells that make the answer</h2> <${Claim} kind="written" />
      <span class="end muted small">nats added to the logit, directly</span></header>
    <table class="cells"><thead><tr><th>cell</th><th class="num">adds</th><th><span class="hidden-text">as a bar</span></th><th class="hide-narrow">promotes</th><th class="hide-narrow">fires most on</th><th><span class="hidden-text">switch</span></th></tr></thead>
      <tbody>${cells.map((cell) => html`<${Row} key=${cell.cell} cell=${cell} most=${most} />`)}</tbody></table>
    <p class="muted small">${trace.firing_cells.toLocaleString('en')} cells fire here. What a cell does by way of later layers is not in its sum: switch it off to see the whole.</p>
  </section>`;
}
