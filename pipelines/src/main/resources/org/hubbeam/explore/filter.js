// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// The filter line: suggests columns, comparisons and values for what is left of the caret.

import {count, element, words} from './rows.js';

const TOKEN = /\s*('(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`[^`]*`?|[<>=!]=?|[(),]|[^\s'"`<>=!(),]+)/gy;
const COMPARISONS = {
  string: ['==', '!=', 'in', 'is null'], bool: ['==', 'is null'], number: ['==', '!=', '<', '<=', '>', '>=', 'in', 'is null'],
};
const MOST = 50;

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  for (let m; (m = TOKEN.exec(text));) found.push({text: m[1], start: m.index + m[0].length - m[1].length});
  return found;
}

const bare = name => name.replace(/^`|`$/g, '');
const quotedName = name => (/^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(name) ? name : '`' + name + '`');
const isOperator = t => /^([<>=!]=?|in|is)$/i.test(t);
const isJoint = t => /^(and|or|not|\()$/i.test(t);

/** What may stand at the end of a text: suggestions of [text, remark], and where they begin. */
export function suggest(text, columns) {
  const all = tokens(text);
  const open = all.length && !/[\s(,]$/.test(text) ? all.pop() : null;
  const begun = open && !/^[<>=!]=?$/.test(open.text) ? open.text : '';
  const start = open && begun ? open.start : text.length;
  if (open && !begun) all.push(open);
  const last = all.length ? all[all.length - 1].text : '';
  const named = name => columns.find(c => c.name === bare(name ?? ''));
  const like = choices => choices.filter(([t]) => t.toLowerCase().startsWith(begun.toLowerCase()) && t !== begun).slice(0, MOST);

  if (!last || isJoint(last)) {
    return {start, choices: like(columns.filter(c => c.type !== 'bytes').map(c => [quotedName(c.name), c.type]))};
  }
  const list = all.map(t => t.text).lastIndexOf('in');
  const inList = list > 0 && all[list + 1]?.text === '(' && !all.slice(list).some(t => t.text === ')');
  const column = inList ? named(all[list - 1].text) : isOperator(last) ? named(all[all.length - 2]?.text) : null;
  if (column && /^is$/i.test(last)) return {start, choices: like([['null', ''], ['not null', '']])};
  if (column && /^in$/i.test(last) && !inList) return {start, choices: like([['(', '']])};
  if (column && (!inList || /^[(,]$/.test(last))) return {start, choices: values(column, begun)};
  if (inList) return {start, choices: like([[',', ''], [')', '']])};
  const type = named(last)?.type;
  if (type) return {start, choices: like((COMPARISONS[type] ?? COMPARISONS.number).map(c => [c, '']))};
  return {start, choices: like([['and', ''], ['or', '']])};
}

const quoted = value => "'" + value.replace(/[\\']/g, '\\$&') + "'";

function values(column, begun) {
  if (column.type === 'bool') return [['true', ''], ['false', '']];
  const part = begun.replace(/^['"]/, '').replace(/['"]$/, '').toLowerCase();
  const fit = (column.values ?? []).filter(([v]) => words(v).toLowerCase().includes(part));
  const found = fit.slice(0, MOST).map(([v, n]) => [typeof v === 'string' ? quoted(v) : String(v), count(n)]);
  if (!found.length && column.min !== undefined && !begun) {
    return [[String(column.min), 'smallest'], [String(column.max), 'largest']];
  }
  return found.filter(([t]) => t !== begun);
}

/** Makes an input suggest; its list follows the pattern of an ARIA combobox. */
export class FilterLine {
  #input;
  #list;
  #columns = [];
  #found = {start: 0, choices: []};
  #at = -1;

  constructor(input, list) {
    this.#input = input;
    this.#list = list;
    input.addEventListener('input', () => this.#open());
    input.addEventListener('click', () => this.#open());
    input.addEventListener('blur', () => this.#close());
    input.addEventListener('keydown', e => this.#key(e));
    list.addEventListener('pointerdown', e => {
      e.preventDefault();
      const item = e.target.closest('li');
      if (item) this.#take([...list.children].indexOf(item));
    });
  }

  set columns(columns) {
    this.#columns = columns;
  }

  #open() {
    const caret = this.#input.selectionStart;
    this.#found = suggest(this.#input.value.slice(0, caret), this.#columns);
    this.#at = -1;
    this.#list.replaceChildren(...this.#found.choices.map(([text, remark], i) =>
      element('li', {role: 'option', id: 'choice' + i, 'aria-selected': 'false'}, element('span', {}, text), element('span', {}, remark))));
    this.#show(this.#found.choices.length > 0);
  }

  #show(open) {
    this.#list.hidden = !open;
    this.#input.setAttribute('aria-expanded', String(open));
    if (!open) this.#input.removeAttribute('aria-activedescendant');
  }

  #close() {
    this.#show(false);
  }

  #key(e) {
    const open = !this.#list.hidden;
    if ((e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      if (!open) this.#open();
      else this.#mark((this.#at + (e.key === 'ArrowDown' ? 1 : -1 + (this.#at < 0 ? 1 : 0)) + this.#list.children.length) % this.#list.children.length);
    } else if (open && this.#at >= 0 && (e.key === 'Enter' || e.key === 'Tab')) {
      e.preventDefault();
      this.#take(this.#at);
    } else if (open && e.key === 'Escape') {
      e.stopPropagation();
      this.#close();
    } else if (e.key === 'Enter') {
      this.#close();
    }
  }

  #mark(at) {
    this.#at = at;
    [...this.#list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    this.#list.children[at].scrollIntoView({block: 'nearest'});
    this.#input.setAttribute('aria-activedescendant', 'choice' + at);
  }

  #take(at) {
    const {start, choices} = this.#found;
    const before = this.#input.value.slice(0, start);
    const after = this.#input.value.slice(this.#input.selectionStart);
    const text = (before && !/[\s(]$/.test(before) && !/^[,)]/.test(choices[at][0]) ? before + ' ' : before) + choices[at][0] + (choices[at][0] === '(' ? '' : ' ');
    this.#input.value = text + after.trimStart();
    this.#input.setSelectionRange(text.length, text.length);
    this.#input.focus();
    this.#open();
  }
}
