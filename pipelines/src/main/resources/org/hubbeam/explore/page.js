// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

import * as api from './api.js';
import * as colors from './colors.js';
import * as legend from './legend.js';
import {FilterLine} from './filter.js';
import {PointMap} from './map.js';
import {content, count, element, title} from './rows.js';

const $ = id => document.getElementById(id);
const LASSOED = 200;

let info;
let map = null;
let groups = {groups: [], codes: []};
let shown = [];
/** What is searched for: a text, a row to resemble, or an image; nothing shows the first rows. */
let query = {};
let running = null;
let found = [];

const filterLine = new FilterLine($('filter'), $('suggestions'));

// ---- search

function address() {
  const parts = new URLSearchParams();
  if (query.text) parts.set('q', query.text);
  if (query.like) parts.set('like', query.like.row);
  if ($('filter').value.trim()) parts.set('filter', $('filter').value.trim());
  if (Number($('k').value) !== 10) parts.set('k', $('k').value);
  return parts.size ? '?' + parts : '/';
}

async function run(remember = true) {
  running?.abort();
  const mine = (running = new AbortController());
  if (remember) history.pushState({like: query.like ?? null}, '', address());
  showExample();
  $('results').classList.add('busy');
  try {
    const answer = await api.search(query, {filter: $('filter').value.trim(), k: Number($('k').value) || 10}, mine.signal);
    if (query.like && answer.query.row) {
      query.like.label = title(answer.query.row, info);
      showExample();
    }
    $('error').hidden = true;
    show(answer.hits, status(answer), answer.query.kind !== 'first');
  } catch (e) {
    if (e.name === 'AbortError') return;
    $('error').textContent = e.message;
    $('error').hidden = false;
    $('status').textContent = '';
    show([], '', false);
    $('empty').hidden = true;
  } finally {
    if (running === mine) $('results').classList.remove('busy');
  }
}

function status(answer) {
  const of = count(info.rows);
  if (!answer.hits.length) return '';
  if (answer.query.kind === 'first') {
    return $('filter').value.trim() ? `${count(answer.hits.length)} rows that match the filter` : `The first ${count(answer.hits.length)} of ${of} rows`;
  }
  const score = info.score === 'distance' ? 'distance, smaller is nearer' : info.score;
  const milliseconds = answer.milliseconds.toFixed(answer.milliseconds < 10 ? 1 : 0);
  return `${count(answer.hits.length)} of ${of} rows · ${score} · ${milliseconds} ms`;
}

function show(hits, words, lit) {
  found = hits;
  $('status').textContent = words;
  $('results').replaceChildren(...hits.map(item));
  $('results').scrollTop = 0;
  $('empty').hidden = hits.length > 0;
  if (!hits.length) nothing();
  map?.setHits(lit ? hits : []);
}

function item(hit) {
  const made = element('li', {tabindex: '0', 'aria-label': title(hit, info) + '. Enter shows rows like it.'}, ...content(hit, info));
  made.addEventListener('click', () => getSelection().isCollapsed && like(hit));
  for (const type of ['pointerenter', 'focus']) made.addEventListener(type, () => map?.light(hit.xy));
  for (const type of ['pointerleave', 'blur']) made.addEventListener(type, () => map?.light(null));
  return made;
}

function nothing() {
  if (!info.rows) {
    $('empty').replaceChildren(element('p', {}, 'This index has no rows.'));
    return;
  }
  const all = element('button', {type: 'button', click: () => {
    $('filter').value = '';
    run();
  }}, 'Search without the filter');
  $('empty').replaceChildren(element('p', {}, 'No row matches the filter.'), element('p', {}, all));
}

function like(row) {
  if (query.url) URL.revokeObjectURL(query.url);
  query = {like: {row: row.row, label: title(row, info), picture: row.picture}};
  $('text').value = '';
  run();
}

function byImage(file) {
  if (!info.accepts.includes('image')) {
    refuse('This index cannot be searched by an image: ' + (info.accepts.includes('text') ? 'its module takes texts.' : info.unencoded));
    return;
  }
  if (file.size > info.limits.image) {
    refuse(`The image has ${count(file.size)} bytes; at most ${count(info.limits.image)} are taken.`);
    return;
  }
  query = {image: file, url: URL.createObjectURL(file)};
  $('text').value = '';
  run();
}

function refuse(message) {
  $('error').textContent = message;
  $('error').hidden = false;
}

function showExample() {
  const {like: row, image, url} = query;
  $('example').hidden = !row && !image;
  $('thumbnail').hidden = !image && !row?.picture;
  if (image) $('thumbnail').src = url;
  else if (row?.picture) $('thumbnail').src = api.picture(row.row);
  else $('thumbnail').removeAttribute('src');
  $('exampleText').textContent = image ? image.name || 'pasted image' : row ? 'like ' + row.label : '';
}

function clear() {
  query = {};
  $('text').value = '';
  run();
}

// ---- map

async function openMap() {
  const answer = await api.map();
  $('map').hidden = false;
  map = new PointMap($('plot'), {hover, click: async point => like(await pointOf(point)), lasso: selected});
  map.setPoints(Float32Array.from(answer.xy));
  const choices = info.columns.filter(c => c.colors).map(c => c.name);
  $('color').replaceChildren(element('option', {value: ''}, 'none'), ...choices.map(c => element('option', {value: c}, c)));
  $('color').value = choices.includes('cluster') ? 'cluster' : info.color ?? '';
  $('color').parentElement.hidden = !choices.length;
  const method = {umap: 'UMAP', pca: 'PCA'}[info.map.method] ?? info.map.method;
  $('mapNote').textContent = info.map.points < info.rows
    ? `${method}: ${count(info.map.points)} of ${count(info.rows)} rows drawn, chosen evenly`
    : `${method}: ${count(info.map.points)} rows`;
  if (matchMedia('(max-width: 860px)').matches) foldLegend(false);
  await color();
}

async function color() {
  const column = $('color').value;
  groups = legend.groups(column ? await api.colors(column) : null, map.size);
  shown = groups.groups.map(() => true);
  map.setGroups(groups.groups.map(g => ({color: g.color()})), groups.codes);
  drawLegend();
}

/** Leaves the part of the plot free that the legend covers, where there is room beside it. */
function fit() {
  const wide = $('plot').clientWidth > 640 && !$('legend').hidden;
  map.covered = wide ? $('legend').offsetWidth + 12 : 0;
}

function drawLegend() {
  legend.fill($('legend'), groups.groups, shown, toggle);
  $('legendToggle').hidden = $('legend').hidden;
  if ($('legendToggle').getAttribute('aria-expanded') === 'false') $('legend').hidden = true;
  fit();
}

function toggle(code, alone) {
  const next = alone ? shown.map((_, i) => i === code) : shown.map((s, i) => (i === code ? !s : s));
  shown = next.some(Boolean) ? next : shown.map(() => true);
  shown.forEach((s, i) => map.toggle(i, s));
  [...$('legend').children].forEach((button, i) => button.setAttribute('aria-pressed', String(shown[i])));
}

function foldLegend(open) {
  $('legendToggle').setAttribute('aria-expanded', String(open));
  $('legend').hidden = !open;
  if (map) fit();
}

const known = new Map();
const pointOf = async point => {
  if (!known.has(point)) {
    if (known.size > 5000) known.clear();
    known.set(point, api.points([point]).then(a => a.rows[0]));
    known.get(point).catch(() => known.delete(point));
  }
  return known.get(point);
};

let hovered = -1;
let waiting = 0;
function hover(point, x, y) {
  if (point === hovered && point >= 0) return;
  hovered = point;
  clearTimeout(waiting);
  $('tip').hidden = true;
  if (point < 0) return;
  waiting = setTimeout(async () => {
    const row = await pointOf(point).catch(() => null);
    if (hovered !== point || !row) return;
    const tip = $('tip');
    tip.replaceChildren(...content(row, info));
    tip.hidden = false;
    const area = $('map').getBoundingClientRect();
    const plot = $('plot').getBoundingClientRect();
    const left = plot.left - area.left + x + 14;
    const top = plot.top - area.top + y + 14;
    tip.style.left = Math.max(4, Math.min(left, area.width - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(4, top + tip.offsetHeight > area.height - 4 ? top - tip.offsetHeight - 24 : top) + 'px';
  }, 60);
}

async function selected(points) {
  lasso(false);
  const {rows} = points.length ? await api.points(points.slice(0, LASSOED)) : {rows: []};
  query = {};
  $('text').value = '';
  showExample();
  const more = points.length > rows.length ? `; the first ${count(rows.length)} are listed` : '';
  show(rows, `${count(points.length)} rows in the lasso${more}`, true);
  if (!points.length) $('empty').replaceChildren(element('p', {}, 'No point is in the lasso.'));
  map.setHits(points.map(p => ({xy: map.place(p)})));
}

function lasso(on) {
  map.lasso = on;
  $('lasso').setAttribute('aria-pressed', String(on));
}

const mapKeys = {
  '+': () => map.zoom(1.5), '=': () => map.zoom(1.5), '-': () => map.zoom(1 / 1.5), 0: () => map.all(),
  ArrowLeft: () => map.move(-0.15, 0), ArrowRight: () => map.move(0.15, 0),
  ArrowUp: () => map.move(0, 0.15), ArrowDown: () => map.move(0, -0.15),
};

// ---- keys, drops and buttons

function wire() {
  $('form').addEventListener('submit', e => {
    e.preventDefault();
    const text = $('text').value.trim();
    if (text) query = {text};
    else if (query.text) query = {};
    run();
  });
  $('k').addEventListener('change', () => run());
  $('dropExample').addEventListener('click', clear);
  $('file').addEventListener('change', () => {
    if ($('file').files[0]) byImage($('file').files[0]);
    $('file').value = '';
  });
  document.addEventListener('paste', e => {
    const file = [...(e.clipboardData?.files ?? [])].find(f => f.type.startsWith('image/'));
    if (!file) return;
    e.preventDefault();
    byImage(file);
  });
  let depth = 0;
  const files = e => [...(e.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragenter', e => ($('drop').hidden = !(files(e) && ++depth && info?.accepts.includes('image'))));
  document.addEventListener('dragleave', e => files(e) && --depth <= 0 && ($('drop').hidden = true));
  document.addEventListener('dragover', e => files(e) && e.preventDefault());
  document.addEventListener('drop', e => {
    if (!files(e)) return;
    e.preventDefault();
    depth = 0;
    $('drop').hidden = true;
    if (e.dataTransfer.files[0]) byImage(e.dataTransfer.files[0]);
  });
  document.addEventListener('keydown', key);
  $('results').addEventListener('keydown', e => {
    const at = document.activeElement.closest('li');
    if (e.key === 'Enter' && at) like(found[[...$('results').children].indexOf(at)]);
  });
  $('color').addEventListener('change', color);
  $('zoomIn').addEventListener('click', mapKeys['+']);
  $('zoomOut').addEventListener('click', mapKeys['-']);
  $('zoomAll').addEventListener('click', mapKeys[0]);
  $('lasso').addEventListener('click', () => lasso($('lasso').getAttribute('aria-pressed') !== 'true'));
  $('legendToggle').addEventListener('click', () => foldLegend($('legend').hidden));
  colors.onSchemeChange(() => {
    if (!map) return;
    map.recolor(groups.groups.map(g => g.color()));
    drawLegend();
  });
  addEventListener('popstate', e => {
    restore(e.state);
    run(false);
  });
}

function key(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const writing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
  if (e.key === '/' && !writing) {
    e.preventDefault();
    $('text').focus();
    $('text').select();
  } else if (e.key === 'Escape') {
    if ($('keys').open) $('keys').open = false;
    else if (map && $('lasso').getAttribute('aria-pressed') === 'true') lasso(false);
    else if (writing && e.target !== $('text')) e.target.blur();
    else if (query.text || query.like || query.image || $('status').textContent.includes('lasso')) clear();
  } else if (map && document.activeElement === $('plot')) {
    if (e.key.toLowerCase() === 'l') lasso(true);
    else if (mapKeys[e.key]) {
      e.preventDefault();
      mapKeys[e.key]();
    }
  } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && e.target !== $('filter') && e.target.type !== 'number' && e.target.tagName !== 'SELECT') {
    const all = [...$('results').children];
    const at = all.indexOf(document.activeElement.closest?.('li')) + (e.key === 'ArrowDown' ? 1 : -1);
    e.preventDefault();
    if (at < 0) $('text').focus();
    else all[Math.min(at, all.length - 1)]?.focus();
  }
}

function restore(state) {
  const parts = new URLSearchParams(location.search);
  query = parts.has('q') ? {text: parts.get('q')}
    : parts.has('like') ? {like: state?.like ?? {row: parts.get('like'), label: parts.get('like')}} : {};
  $('text').value = query.text ?? '';
  $('filter').value = parts.get('filter') ?? '';
  $('k').value = parts.get('k') ?? 10;
}

function describe() {
  document.title = info.name + ' · hubbeam explore';
  $('name').textContent = info.name;
  $('about').textContent = [`${count(info.rows)} rows`, `${count(info.dimension)} dimensions`, info.module].filter(Boolean).join(' · ');
  const text = info.accepts.includes('text');
  const image = info.accepts.includes('image');
  $('text').disabled = !text;
  $('text').placeholder = text ? (image ? 'Search, or drop an image' : 'Search')
    : image ? 'Drop or paste an image' : 'Click on a row to find similar ones';
  $('text').title = text || image ? '' : info.unencoded;
  $('pick').hidden = !image;
  $('k').max = info.limits.k;
  filterLine.columns = info.columns;
  if (!info.map) {
    document.querySelector('main').classList.add('mapless');
    $('noMap').hidden = false;
    $('noMap').replaceChildren('This index has no map. To make one: ', element('code', {}, info.howToMap));
  }
}

async function start() {
  wire();
  $('status').textContent = 'Reading the index …';
  try {
    info = await api.get('info');
  } catch (e) {
    $('status').textContent = '';
    refuse(e.message);
    return;
  }
  describe();
  restore(history.state);
  history.replaceState(history.state, '', address());
  run(false);
  if (info.map) openMap().catch(e => refuse(e.message));
}

start();
