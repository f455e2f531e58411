// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// The groups that points are coloured by, and the legend that shows and hides them.

import * as colors from './colors.js';
import {count, element, words} from './rows.js';

const STEPS = 9;

/** Groups of {label, count, color()} and the group of each point, from the values of a column. */
export function groups(answer, size) {
  if (!answer) return {groups: [{label: 'all', count: size, color: colors.plain}], codes: new Int16Array(size)};
  if (answer.kind === 'categories') {
    const made = answer.labels.map((value, code) => ({label: words(value), count: answer.counts[code], color: () => colors.category(code)}));
    if (answer.others) made.push({label: 'others', count: answer.others, color: colors.other});
    if (answer.missing) made.push({label: 'no value', count: answer.missing, color: colors.other});
    return {groups: made, codes: Int16Array.from(answer.codes)};
  }
  return numbers(answer);
}

function numbers({min, max, whole, values}) {
  const step = whole && max - min < STEPS ? 1 : (max - min || 1) / STEPS;
  const steps = Math.max(1, Math.min(STEPS, Math.ceil((max - min + (step === 1 ? 1 : 0)) / step)));
  const made = [];
  const word = v => words(whole ? Math.round(v) : Number(v.toPrecision(4)));
  for (let i = 0; i < steps; i++) {
    const low = min + i * step;
    made.push({label: step === 1 ? word(low) : word(low) + ' – ' + word(low + step), count: 0, color: () => colors.ramp(steps > 1 ? i / (steps - 1) : 0)});
  }
  const codes = Int16Array.from(values, v => (v === null ? steps : Math.min(steps - 1, Math.floor((v - min) / step))));
  made.push({label: 'no value', count: 0, color: colors.other});
  codes.forEach(code => made[code].count++);
  if (!made[steps].count) made.pop();
  return {groups: made, codes};
}

function dot(color) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  made.setAttribute('viewBox', '0 0 10 10');
  const circle = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
  for (const [name, value] of Object.entries({cx: 5, cy: 5, r: 4.5, fill: color})) circle.setAttribute(name, value);
  made.append(circle);
  return made;
}

/** Fills the legend; a button hides its group, with the Alt key all but its group. */
export function fill(legend, made, shown, toggle) {
  legend.replaceChildren(...made.map((group, code) =>
    element('button', {type: 'button', 'aria-pressed': String(shown[code]), title: group.label, click: e => toggle(code, e.altKey)},
      dot(group.color()),
      element('span', {class: 'label', dir: 'auto'}, group.label),
      element('span', {class: 'count'}, count(group.count)))));
  legend.hidden = made.length < 2;
}
