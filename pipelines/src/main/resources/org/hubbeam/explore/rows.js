// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Elements that show a row. Values of rows get into the page as text nodes only.

import {picture} from './api.js';

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'class') made.className = value;
    else if (typeof value === 'function') made.addEventListener(key, value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const number = new Intl.NumberFormat('en', {maximumFractionDigits: 6});
export const count = n => new Intl.NumberFormat('en').format(n);

export function words(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : number.format(value);
  if (typeof value === 'object') return count(value.bytes) + ' bytes';
  return String(value);
}

/** What a row is called: its title column, else its id, of a file its name. */
export function title(row, info) {
  const id = row.row.slice(1);
  return words((info.title && row.columns[info.title]) || (info.picture === 'id' ? id.replace(/^.*[/\\](?=.)/, '') : id));
}

function image(row) {
  const made = element('img', {src: picture(row.row), alt: '', loading: 'lazy', decoding: 'async'});
  made.addEventListener('error', () => made.remove());
  return made;
}

/** The picture, title and columns of a row. */
export function content(row, info) {
  const parts = row.picture ? [image(row)] : [];
  const named = element('span', {class: 'title', dir: 'auto'}, title(row, info));
  const top = element('div', {class: 'top'}, named);
  if (row.score !== undefined) {
    top.append(element('span', {class: 'score', title: info.score}, row.score.toFixed(4)));
  }
  const columns = element('dl', {class: 'columns'});
  const shown = [['id', row.row.slice(1)], ...Object.entries(row.columns)];
  for (const [name, value] of shown) {
    const isTitle = name === info.title || (name === 'id' && named.textContent === words(value));
    if (isTitle || name === info.picture && row.picture && typeof value === 'object') continue;
    columns.append(element('div', {}, element('dt', {}, name), element('dd', {dir: 'auto'}, words(value))));
  }
  parts.push(element('div', {class: 'found'}, top, columns));
  return parts;
}
