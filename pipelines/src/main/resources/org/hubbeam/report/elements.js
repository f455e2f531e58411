// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Elements, numbers and colours. What comes from data gets into the page as text only.

'use strict';

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes).filter(([, v]) => v !== null && v !== undefined)) {
    if (key === 'class') made.className = value;
    else if (typeof value === 'function') made.addEventListener(key, value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

const grouped = new Intl.NumberFormat('en', {maximumFractionDigits: 2});
const count = value => (value === null || value === undefined ? '–' : grouped.format(value));

/** A part of 1, or any number: four places, or four digits. */
function number(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3);
  return size >= 100 ? grouped.format(value) : value.toFixed(4);
}

const seconds = value => (value >= 90 ? (value / 60).toFixed(1) + ' min' : value.toFixed(1) + ' s');

/** A short text for an axis or a legend: the middle is left out, as ends tell numbers apart. */
function short(text, most = 24) {
  const letters = [...text];
  const end = Math.floor(most / 3);
  return letters.length > most ? letters.slice(0, most - end - 1).join('') + '…' + letters.slice(-end).join('') : text;
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const LIGHT = ['#2f7f78', '#c77d3a', '#5a6fb8', '#b0506a', '#7f9a3d', '#8a63a8', '#3e93bb', '#b99a2c', '#d27c98', '#4c9d6c', '#8c6c52', '#6f7f95'];
const DARK = ['#5cbdb2', '#e8a565', '#8fa2ea', '#e0859d', '#afc96c', '#bd98dc', '#70bfe6', '#e0c45e', '#f0a8c0', '#7fcf9d', '#c4a488', '#a3b3c9'];
const color = number => (dark.matches ? DARK : LIGHT)[number % LIGHT.length];
const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour between that of a card and another one. */
function mixed(from, to, part) {
  const read = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  const a = read(from);
  const b = read(to);
  return `rgb(${a.map((c, i) => Math.round(c + part * (b[i] - c))).join()})`;
}

/** A table that is sorted by the column that is clicked; cells are {text, value, element}. */
function table(heads, rows, first) {
  const body = element('tbody');
  const head = element('tr');
  const sort = (column, rising) => {
    const sorted = [...rows].sort((x, y) => {
      const [a, b] = [x.cells[column], y.cells[column]].map(c => c.value ?? null);
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
      return (typeof a === 'string' ? a.localeCompare(b) : a - b) * (rising ? 1 : -1);
    });
    body.replaceChildren(...sorted.map(row => element('tr', {class: row.class},
      ...row.cells.map(cell => element('td', {class: cell.class, dir: cell.dir}, cell.element ?? cell.text)))));
    [...head.children].forEach((th, i) => th.setAttribute('aria-sort', i === column ? (rising ? 'ascending' : 'descending') : 'none'));
  };
  heads.forEach((name, column) => {
    const click = () => sort(column, head.children[column].getAttribute('aria-sort') === 'descending');
    const left = rows[0]?.cells[column].class?.includes('left') ? 'left' : null;
    head.append(element('th', {scope: 'col', class: left}, element('button', {type: 'button', click}, name)));
  });
  if (first === undefined) {
    body.replaceChildren(...rows.map(row => element('tr', {class: row.class},
      ...row.cells.map(cell => element('td', {class: cell.class, dir: cell.dir}, cell.element ?? cell.text)))));
  } else {
    sort(first, false);
  }
  return element('div', {class: 'scroll'}, element('table', {}, element('thead', {}, head), body));
}
