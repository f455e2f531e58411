// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Charts by Apache ECharts, which draw themselves anew for another size or colour scheme.

/* global echarts, color, dark, element, mixed, number, count, short, style */

const drawn = new Map();

/** A chart in a figure; the options are asked for whenever colours change. */
function chart(label, options, events = {}, height = null) {
  const plot = element('div', {class: 'chart', role: 'img', 'aria-label': label});
  if (height) plot.style.height = height + 'px';
  drawn.set(plot, {options, events, chart: null});
  return plot;
}

function draw(plot, entry) {
  entry.chart ??= echarts.init(plot, null, {renderer: 'canvas'});
  entry.chart.off();
  entry.chart.setOption({...base(), ...entry.options(plot.clientWidth)}, true);
  for (const [name, action] of Object.entries(entry.events)) entry.chart.on(name, action);
}

const sizes = new ResizeObserver(changes => {
  for (const {target} of changes) {
    const entry = drawn.get(target);
    if (entry?.chart) {
      entry.chart.resize();
      draw(target, entry);
    }
  }
});

/** Draws the charts that are in the page, and forgets those that are not any more. */
function drawAll() {
  for (const [plot, entry] of drawn) {
    if (plot.isConnected) {
      draw(plot, entry);
      sizes.observe(plot);
    } else {
      entry.chart?.dispose();
      sizes.unobserve(plot);
      drawn.delete(plot);
    }
  }
}

dark.addEventListener('change', drawAll);

const base = () => ({
  animation: false,
  textStyle: {color: style('--ink'), fontFamily: getComputedStyle(document.body).fontFamily},
  grid: {left: 8, right: 28, top: 34, bottom: 30, containLabel: true},
  aria: {enabled: false},
});

const tip = formatter => ({
  renderMode: 'richText',
  backgroundColor: style('--card'),
  borderColor: style('--line'),
  textStyle: {color: style('--ink'), fontSize: 13},
  formatter,
});

const axis = (name, more = {}) => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameGap: 24,
  nameTextStyle: {color: style('--quiet')},
  axisLabel: {color: style('--quiet')},
  axisLine: {lineStyle: {color: style('--line')}},
  splitLine: {lineStyle: {color: style('--line')}},
  ...more,
});

const upright = (name, more = {}) => axis(name, {nameLocation: 'end', nameGap: 12, nameTextStyle: {color: style('--quiet'), align: 'left'}, ...more});

const legend = (more = {}) => ({type: 'scroll', top: 0, right: 0, left: 'auto', inactiveColor: style('--line'), textStyle: {color: style('--ink')}, pageTextStyle: {color: style('--quiet')}, formatter: name => short(name), ...more});

const line = (name, data, at, more = {}) => ({
  type: 'line',
  name,
  data,
  showSymbol: data.length < 40,
  symbolSize: 5,
  lineStyle: {width: 2, color: color(at)},
  itemStyle: {color: color(at)},
  ...more,
});

const diagonal = (from, to) => ({
  type: 'line',
  name: 'diagonal',
  data: [[from, from], [to, to]],
  silent: true,
  showSymbol: false,
  lineStyle: {color: style('--quiet'), type: 'dashed', width: 1},
});

/** Lines whose legend another chart follows. */
function together(...plots) {
  for (const plot of plots) {
    drawn.get(plot).events.legendselectchanged = ({name, selected}) => plots
      .filter(other => other !== plot)
      .forEach(other => drawn.get(other).chart?.dispatchAction({type: selected[name] ? 'legendSelect' : 'legendUnSelect', name}));
  }
}

/** A confusion matrix: each row in parts of its sum, what is right in one colour, errors in another. */
function matrix(labels, cells, sums, events) {
  const size = labels.length;
  const height = Math.max(300, Math.min(760, 34 * size + 130));
  const tilted = labels.some(l => l.length > 4) || size > 20;
  const side = width => Math.min((width - 110) / size, (height - 90) / size);
  const options = width => ({
    grid: {left: 18 + 7.5 * Math.max(...labels.map(l => short(l, 16).length)), right: 12, top: 12, bottom: tilted ? 84 : 26},
    tooltip: tip(({data}) => `${labels[data.value[1]]} taken for ${labels[data.value[0]]}\n${count(data.weight)} of ${count(sums[data.value[1]])}, ${number(data.part)}`),
    xAxis: axis('', {type: 'category', data: labels.map(l => short(l, 12)), splitLine: {show: false}, axisTick: {show: false},
      axisLabel: {color: style('--quiet'), interval: 0, rotate: tilted ? 45 : 0}}),
    yAxis: axis('', {type: 'category', inverse: true, data: labels.map(l => short(l, 16)), splitLine: {show: false}, axisTick: {show: false},
      axisLabel: {color: style('--quiet'), interval: 0}}),
    series: [{
      type: 'heatmap',
      data: cells.map(cell => {
        const part = sums[cell.truth] ? cell.weight / sums[cell.truth] : 0;
        const shade = cell.weight ? 0.1 + 0.9 * Math.sqrt(part) : 0;
        const strong = shade > 0.6;
        return {
          value: [cell.predicted, cell.truth, cell.weight],
          weight: cell.weight,
          part,
          itemStyle: {color: mixed(style('--card'), style(cell.truth === cell.predicted ? '--accent' : '--wrong'), shade), borderColor: style('--line'), borderWidth: 1},
          label: {show: cell.weight > 0 && side(width) > 22, color: strong ? style('--on-accent') : style('--ink'), fontSize: side(width) < 34 ? 10 : 12, formatter: () => (cell.weight >= 10000 ? (cell.weight / 1000).toFixed(0) + 'k' : count(cell.weight))},
        };
      }),
      emphasis: {itemStyle: {borderColor: style('--ink'), borderWidth: 2}},
    }],
  });
  return chart('Confusion matrix: rows are what is true, columns what was predicted', options, events, height);
}
