// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// The report: figures, and sections for what there is to see.

/* global axis, chart, color, count, diagonal, drawAll, element, legend, line, matrix, mixed, number, seconds, short, style, table, tip, together, upright */

const report = JSON.parse(document.querySelector('#report').textContent);
const pictures = report.pictures ?? {};
const MOST_LABELS = 40;
const MOST_LINES = 12;
const FEW = 12;
let part = report.parts.length - 1;
let pair = null;

const isNumber = report.task === 'number';
const weighted = p => p.weight !== p.rows;

function section(title, content, {wide = false, note = null, tools = null} = {}) {
  return element('section', {class: wide ? 'card wide' : 'card'},
    element('div', {class: 'head'}, element('h2', {}, title), tools, note ? element('p', {class: 'quiet'}, note) : null),
    ...content);
}

/* Figures */

function figures() {
  const shown = report.parts[part];
  const wanted = isNumber
    ? [['R²', p => number(p.r2)], ['RMSE', p => number(p.rmse)], ['MAE', p => number(p.mae)], ['Bias', p => number(p.bias)], ['Largest error', p => number(p.largest_error)]]
    : [['Accuracy', p => number(p.accuracy)],
      ['Top 3', p => number(p.top_three), p => p.top_three !== null],
      ['F1, macro', p => number(p.macro.f1)],
      ['ROC area', p => number(report.task === 'labels' ? p.micro.roc_area : p.macro.roc_area)],
      ['PR area', p => number(report.task === 'labels' ? p.micro.pr_area : p.macro.pr_area)],
      ['Log loss', p => number(p.log_loss)],
      ['Calibration error', p => number(p.calibration.error)]];
  wanted.push([shown.failures ? 'Rows; failures' : 'Rows', p => count(p.rows) + (p.failures ? '; ' + count(p.failures) : '')]);
  return wanted.filter(([, , has]) => !has || has(shown)).map(([name, text]) => element('dl', {class: 'card figure'},
    element('dt', {}, name),
    element('dd', {}, text(shown)),
    ...report.parts.filter(p => p !== shown).map(p => element('dd', {class: 'others'}, p.name + ' ' + text(p)))));
}

/* Training */

const METRICS = {classes: 'accuracy', binary: 'accuracy', labels: 'labels that are right', number: 'RMSE'};

function training(history) {
  const held = history.epochs.filter(e => e.held_out);
  const best = {silent: true, symbol: 'none', label: {formatter: 'kept', color: style('--quiet')}, lineStyle: {color: style('--quiet')}, data: [{xAxis: history.best_step}]};
  const steps = history.steps.map(s => [s.step, s.loss]);
  const losses = chart('Loss by step', () => ({
    legend: legend(),
    tooltip: {trigger: 'axis', ...tip(points => `step ${count(points[0].value[0])}\n` + points.map(p => `${p.seriesName} ${number(p.value[1])}`).join('\n'))},
    xAxis: axis('step', {min: 0, max: history.last_step}),
    yAxis: upright('loss', {scale: true}),
    series: [
      ...(steps.length ? [line('batches', steps, 11, {showSymbol: false, lineStyle: {width: 1, color: color(11), opacity: 0.7}})] : []),
      line('train', history.epochs.map(e => [e.step, e.train]), 0, {markLine: best}),
      ...(held.length ? [line('held out', held.map(e => [e.step, e.held_out.loss]), 1)] : []),
    ],
  }));
  const ends = {EPOCHS: 'after its last epoch', EARLY_STOPPING: 'as the held-out loss fell no more', CONVERGED: 'as the gradient was small enough'};
  const note = `${count(history.last_step)} steps, ${count(history.epochs.length)} epochs in ${seconds(history.seconds)}; it ended ${ends[history.end]}`;
  const made = [section('Loss', [losses], {note})];
  if (held.length) {
    made.push(section(METRICS[report.task][0].toUpperCase() + METRICS[report.task].slice(1), [chart('Metric by epoch', () => ({
      tooltip: {trigger: 'axis', ...tip(points => `epoch ${points[0].value[0]}\n${number(points[0].value[1])}`)},
      xAxis: axis('epoch', {minInterval: 1}),
      yAxis: upright('held out', {scale: true}),
      series: [line('held out', held.map(e => [e.epoch, e.held_out.metric]), 1)],
    }))], {note: 'on held-out rows'}));
  }
  return made;
}

/* Labels */

/** The labels that are shown: all, or those with the most errors. */
function chosen(p) {
  const order = p.labels.map((_, i) => i);
  if (order.length <= MOST_LABELS) return order;
  const errors = order.map(() => 0);
  p.confusion.filter(c => c.truth !== c.predicted).forEach(c => {
    errors[c.truth] += c.weight;
    errors[c.predicted] += c.weight;
  });
  return order.sort((a, b) => errors[b] - errors[a]).slice(0, MOST_LABELS).sort((a, b) => a - b);
}

function confusion(p) {
  if (!p.confusion.length) return [];
  const labels = chosen(p);
  const place = new Map(labels.map((label, i) => [label, i]));
  const weights = labels.map(() => labels.map(() => 0));
  p.confusion.forEach(c => {
    if (place.has(c.truth) && place.has(c.predicted)) weights[place.get(c.truth)][place.get(c.predicted)] = c.weight;
  });
  const names = labels.map(i => p.labels[i]);
  const sums = labels.map(i => p.classes[i].support);
  const cells = weights.flatMap((row, truth) => row.map((weight, predicted) => ({truth, predicted, weight})));
  const click = ({data}) => {
    const [predicted, truth] = data.value;
    pair = truth === predicted || !data.weight ? null : [names[truth], names[predicted]];
    document.querySelector('#mistakeSection')?.replaceWith(mistakes(p));
  };
  const numbers = element('details', {}, element('summary', {}, 'Numbers'), element('div', {class: 'scroll'}, element('table', {id: 'confusion'},
    element('thead', {}, element('tr', {}, element('th', {}, ''), ...names.map(name => element('th', {scope: 'col', dir: 'auto'}, short(name))))),
    element('tbody', {}, ...weights.map((row, t) => element('tr', {}, element('th', {scope: 'row', dir: 'auto'}, short(names[t])),
      ...row.map((w, i) => element('td', {class: i === t ? 'right' : w ? '' : 'none'}, count(w)))))))));
  return [section('Confusion matrix', [matrix(names, cells, sums, {click}), numbers], {
    wide: names.length > 14,
    note: names.length < p.labels.length ? `the ${MOST_LABELS} of ${count(p.labels.length)} labels with the most errors` : 'a row is what is true, a column what was predicted',
  })];
}

function classes(p) {
  const most = Math.max(...p.classes.map(c => c.support));
  const rows = p.classes.map(c => ({cells: [
    {text: c.label, value: c.label, dir: 'auto', class: 'words'},
    {value: c.support, element: element('span', {}, bar(c.support / most), count(c.support))},
    ...[c.precision, c.recall, c.f1, c.curve.roc_area, c.curve.pr_area].map(value => ({text: number(value), value})),
  ]}));
  const averages = element('details', {}, element('summary', {}, 'Averages'), table(['', 'Precision', 'Recall', 'F1', 'ROC area', 'PR area'],
    ['macro', 'weighted', 'micro'].map(name => ({cells: [{text: name, value: name},
      ...['precision', 'recall', 'f1', 'roc_area', 'pr_area'].map(key => ({text: number(p[name][key]), value: p[name][key]}))]}))));
  return section(report.task === 'labels' ? 'Labels' : 'Classes',
    [table(['Label', weighted(p) ? 'Weight' : 'Rows', 'Precision', 'Recall', 'F1', 'ROC area', 'PR area'], rows, 1), averages], {wide: p.labels.length > 14 || report.task === 'labels'});
}

function bar(part) {
  const made = element('span', {class: 'bar'});
  made.style.width = Math.round(60 * part) + 'px';
  return made;
}

function curves(p) {
  const drawn = p.classes.filter(c => c.curve.points.length).sort((a, b) => b.support - a.support).slice(0, MOST_LINES);
  if (!drawn.length) return [];
  const selected = Object.fromEntries(drawn.map((c, i) => [c.label, i < 6]));
  const grid = {left: 8, right: 28, top: drawn.length > 1 ? 56 : 34, bottom: 30, containLabel: true};
  const plots = [['ROC curve', 'false positives', 'true positives', x => [x.false_positives, x.recall], [diagonal(0, 1)]],
    ['Precision and recall', 'recall', 'precision', x => [x.recall, x.precision], []]].map(([title, x, y, point, more]) => chart(title, () => ({
    grid,
    legend: drawn.length > 1 ? legend({data: drawn.map(c => c.label), selected}) : undefined,
    tooltip: tip(({seriesName, value}) => `${seriesName}\n${x} ${number(value[0])}\n${y} ${number(value[1])}\nfrom score ${number(value[2])}`),
    xAxis: axis(x, {min: 0, max: 1}),
    yAxis: upright(y, {min: 0, max: 1}),
    series: [...drawn.map((c, i) => line(c.label, c.curve.points.map(q => [...point(q), q.threshold]), i, {showSymbol: true, symbolSize: 3})), ...more],
  })));
  together(...plots);
  const error = Math.max(...p.classes.map(c => c.curve.roc_error));
  const many = p.classes.length > drawn.length && p.classes.length > 2 ? `the ${drawn.length} largest of ${count(p.classes.length)} labels` : null;
  return [section('ROC curve', [plots[0]], {note: error > 0 ? `areas within ${number(error)}` : many}), section('Precision and recall', [plots[1]], {note: many})];
}

function calibration(p) {
  const bins = p.calibration.bins.filter(b => b.weight > 0);
  const most = Math.max(...bins.map(b => b.weight));
  return section('Calibration', [chart('Calibration', () => ({
    tooltip: tip(({data}) => `score ${number(data.bin.score)}: right ${number(data.bin.frequency)}\n${count(data.bin.weight)} scores`),
    xAxis: axis('score', {min: 0, max: 1}),
    yAxis: upright('part that is right', {min: 0, max: 1}),
    series: [diagonal(0, 1),
      {type: 'line', data: bins.map(b => ({value: [b.score, b.frequency], bin: b, symbolSize: 5 + 13 * Math.sqrt(b.weight / most)})), symbol: 'circle', showSymbol: true,
        lineStyle: {color: color(0), width: 2}, itemStyle: {color: color(0), opacity: 0.85}}],
  }))], {note: `expected error ${number(p.calibration.error)}; larger dots have more rows`});
}

/** How many predictions have which score, and how many of them are right. */
function scores(p) {
  const [yes, no] = {classes: ['right', 'wrong'], labels: ['with the label', 'without'], binary: p.labels.slice().reverse()}[report.task];
  const bins = p.calibration.bins;
  const bars = (name, at, height) => ({type: 'bar', name, stack: 'scores', barWidth: '86%', itemStyle: {color: color(at)}, data: bins.map(b => (b.weight ? height(b) : 0))});
  return section('Scores', [chart('Scores', () => ({
    legend: legend(),
    tooltip: tip(({seriesName, value, dataIndex}) => `${seriesName}\n${count(value)} from ${number(bins[dataIndex].from)} to ${number(bins[dataIndex].to)}`),
    xAxis: axis(report.task === 'classes' ? 'score of the predicted class' : 'score', {type: 'category', data: bins.map(b => b.from.toFixed(2)), splitLine: {show: false}, axisTick: {show: false}}),
    yAxis: upright(weighted(p) ? 'weight' : report.task === 'labels' ? 'rows and labels' : 'rows'),
    series: [bars(yes, 0, b => b.weight * b.frequency), bars(no, 3, b => b.weight * (1 - b.frequency))],
  }))]);
}

/* Numbers */

function scatter(p) {
  const points = p.sample.map(s => [s.truth, s.predicted]);
  const all = points.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const dots = data => ({type: 'scatter', data, symbolSize: 5, itemStyle: {color: color(0), opacity: 0.5}});
  const words = ({value}) => `${number(value[0])}, ${number(value[1])}`;
  const note = p.rows > points.length ? `${count(points.length)} of ${count(p.rows)} rows` : null;
  return [
    section('Predictions', [chart('Predictions by what is true', () => ({
      tooltip: tip(words), xAxis: axis('what is true', {scale: true}), yAxis: upright('predicted', {scale: true}), series: [dots(points), diagonal(low, high)],
    }))], {note}),
    section('Residuals', [chart('Residuals by prediction', () => ({
      tooltip: tip(words), xAxis: axis('predicted', {scale: true}), yAxis: upright('predicted − true', {scale: true}),
      series: [{...dots(points.map(([t, q]) => [q, q - t])), markLine: {silent: true, symbol: 'none', label: {show: false}, lineStyle: {color: style('--quiet')}, data: [{yAxis: 0}]}}],
    }))], {note}),
  ];
}

/* Mistakes */

function mistake(m) {
  const picture = pictures[m.shown];
  return element('li', {},
    picture ? element('img', {src: picture, alt: '', loading: 'lazy'}) : element('p', {class: 'text', dir: 'auto'}, m.shown),
    element('p', {class: 'verdict'},
      element('span', {dir: 'auto'}, 'true: ', element('b', {}, isNumber ? number(Number(m.truth)) : m.truth)),
      element('span', {class: 'wrong', dir: 'auto'}, 'predicted: ', element('b', {}, isNumber ? number(Number(m.predicted)) : m.predicted)),
      element('span', {class: 'quiet'}, isNumber ? 'off by ' + number(m.error) : 'score ' + number(m.error))),
    m.id === m.shown && !picture ? null : element('p', {class: 'id', title: m.id}, m.id));
}

function mistakes(p) {
  const found = p.mistakes.filter(m => !pair || m.truth === pair[0] && m.predicted === pair[1]);
  const list = element('ol', {id: 'mistakes', class: Object.keys(pictures).length ? 'pictures' : ''}, ...found.slice(0, FEW).map(mistake));
  const more = element('button', {type: 'button', class: 'more', click: () => {
    list.append(...found.slice(FEW).map(mistake));
    more.remove();
  }}, `Show all ${count(found.length)}`);
  const all = element('button', {type: 'button', class: 'more', click: () => {
    pair = null;
    made.replaceWith(mistakes(p));
  }}, 'Show those of all labels');
  const note = pair ? `${short(pair[0])} taken for ${short(pair[1])}` : isNumber ? 'the largest errors first' : 'the most confident first';
  const empty = found.length ? null : element('p', {class: 'quiet'}, pair ? 'None of these is among the most confident mistakes.' : 'There are none.');
  const made = section('Mistakes', [empty ?? list, found.length > FEW ? more : null, pair ? all : null].filter(Boolean), {wide: true, note});
  made.id = 'mistakeSection';
  return made;
}

/* Rounds */

function rounds(all) {
  const bars = all.rounds.flatMap(round => round.candidates.map((c, i) => ({...c, round: round.number, won: i === round.chosen})));
  const names = bars.map(b => `${b.round}: ${b.name}`);
  const stack = (key, at) => ({
    type: 'bar', name: key, stack: 'objective', barMaxWidth: 34, itemStyle: {color: color(at)},
    data: bars.map(b => ({value: b[key], itemStyle: {color: color(at), opacity: b.won ? 1 : 0.35}})),
  });
  const winners = bars.map(b => (b.won ? b.objective : null));
  const plot = chart('F of each candidate', () => ({
    grid: {left: 8, right: 18, top: 40, bottom: 8, containLabel: true},
    legend: legend(),
    tooltip: tip(({dataIndex}) => {
      const b = bars[dataIndex];
      return `round ${b.round}: ${b.name}${b.won ? ', chosen' : ''}\nF ${number(b.objective)} = ${number(b.loss)} + ${number(b.penalty)}\n${seconds(b.seconds)}`;
    }),
    xAxis: axis('', {type: 'category', data: names.map(n => short(n, 22)), splitLine: {show: false}, axisLabel: {color: style('--quiet'), interval: 0, rotate: names.length > 6 ? 40 : 0}}),
    yAxis: upright('F'),
    series: [stack('loss', 0), stack('penalty', 1), {...line('chosen', winners, 2), connectNulls: true, showSymbol: true, symbolSize: 8}],
  }), {}, 380);
  const rows = bars.map(b => ({class: b.won ? 'won' : '', cells: [
    {text: String(b.round), value: b.round},
    {text: b.name + (b.won ? ' ✓' : ''), value: b.name, class: 'left words', dir: 'auto'},
    {text: b.members.join(' + '), value: b.members.length, class: 'left words', dir: 'auto'},
    ...[b.objective, b.loss, b.penalty, b.metric].map(value => ({text: number(value), value})),
    {text: seconds(b.seconds), value: b.seconds},
  ]}));
  return section('Rounds', [plot, table(['Round', 'Candidate', 'Members', 'F', 'Loss', 'Penalty', 'Metric', 'Time'], rows), ...architecture(all.architecture)], {wide: true, note: all.objective});
}

function architecture({members, bias}) {
  const rows = members.map(m => ({cells: [
    {text: m.name, value: m.name, class: 'left words', dir: 'auto'},
    {text: String(m.round), value: m.round},
    {text: m.features.join(' + '), value: m.features.length, class: 'left words', dir: 'auto'},
    {text: m.hidden.join(', ') || 'none', value: m.hidden.length},
    {text: number(m.complexity), value: m.complexity},
    {text: weights(m.weights), value: m.weights[0]},
  ]}));
  return [
    element('h3', {}, 'The ensemble'),
    table(['Member', 'Round', 'Features', 'Hidden layers', 'Complexity', 'Weight'], rows),
    bias.some(b => b !== 0) ? element('p', {class: 'quiet'}, `Bias: ${weights(bias)}`) : null,
  ].filter(Boolean);
}

/* One number, or the range of many. */
function weights(values) {
  if (values.length === 1) return number(values[0]);
  return `${count(values.length)} numbers from ${number(Math.min(...values))} to ${number(Math.max(...values))}`;
}

/* The page */

function about() {
  const kinds = {classes: 'one of several classes', labels: 'several labels', binary: 'one of two classes', number: 'a number'};
  const labels = report.parts[0]?.labels;
  return [kinds[report.task], labels ? count(labels.length) + ' labels' : null, ...report.parts.map(p => `${p.name}: ${count(p.rows)} rows`)].filter(Boolean).join(' · ');
}

function json(title, value) {
  if (!value || !Object.keys(value).length) return null;
  return element('details', {}, element('summary', {}, title), element('pre', {}, JSON.stringify(value, null, 2)));
}

function show() {
  const p = report.parts[part];
  const made = [];
  if (p) document.querySelector('#figures').replaceChildren(...figures());
  if (report.rounds) made.push(rounds(report.rounds));
  if (report.history) made.push(...training(report.history));
  if (p) made.push(...(isNumber ? scatter(p) : [...confusion(p), classes(p), ...curves(p), calibration(p), scores(p)]), mistakes(p));
  const facts = [json('Options', report.options), json('Manifest', report.manifest)].filter(Boolean);
  if (facts.length) made.push(section('How it was made', facts, {wide: true}));
  document.querySelector('#sections').replaceChildren(...made);
  const buttons = document.querySelector('#parts');
  buttons.hidden = report.parts.length < 2;
  buttons.replaceChildren(...report.parts.map((one, i) => element('button', {type: 'button', 'aria-pressed': String(i === part), click: () => {
    part = i;
    pair = null;
    show();
  }}, one.name)));
  drawAll();
}

document.querySelector('#about').textContent = about();
show();
