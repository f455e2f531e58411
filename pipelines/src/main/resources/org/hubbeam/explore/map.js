// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// The map: Apache ECharts draws the points; here is what it does not have: equal scales on both
// axes, the point nearest to the pointer, and a lasso.

/* global echarts */

const REACH = 12;
const CLICK = 4;
const HITS = 'hits';
const LIT = 'lit';
const zooms = ['zoomX', 'zoomY'];

export class PointMap {
  #plot;
  #chart;
  #events;
  #xy = new Float32Array(0);
  #groups = [];
  #shown = [];
  #codes = new Int16Array(0);
  #cells;
  #hits = [];
  #lit = null;
  #lasso = null;
  #seen = [[0, 100], [0, 100]];
  #covered = 0;

  /** Events: hover(point or -1, x, y), click(point), lasso(points). */
  constructor(plot, events) {
    this.#plot = plot;
    this.#events = events;
    this.#chart = echarts.init(plot, null, {renderer: 'canvas'});
    new ResizeObserver(() => this.#resize()).observe(plot);
    this.#chart.on('datazoom', e => {
      for (const zoomed of e.batch ?? [e]) {
        const axis = zooms.indexOf(zoomed.dataZoomId);
        if (axis >= 0 && zoomed.start !== undefined) this.#seen[axis] = [zoomed.start, zoomed.end];
      }
    });
    this.#listen();
  }

  get size() {
    return this.#xy.length / 2;
  }

  setPoints(xy) {
    this.#xy = xy;
    this.#cells = new Cells(xy);
    this.#seen = this.#home();
  }

  /** What is seen at first: all, or where most points are if a few are far away. */
  #home() {
    const {xAxis, yAxis} = this.#axes();
    const axes = [xAxis, yAxis].map(({min, max}, axis) => {
      const values = this.#xy.filter((_, i) => i % 2 === axis).sort();
      const at = part => (values[Math.floor(part * (values.length - 1))] - min) / (max - min) * 100;
      return {from: at(0.06), to: at(0.94)};
    });
    const span = 1.4 * Math.max(...axes.map(({from, to}) => to - from));
    if (span > 60 || this.size < 100) return [[0, 100], [0, 100]];
    return axes.map(({from, to}) => {
      const start = Math.min(100 - span, Math.max(0, (from + to - span) / 2));
      return [start, start + span];
    });
  }

  /** Groups of {color}, and the number of the group of each point. */
  setGroups(groups, codes) {
    this.#groups = groups;
    this.#codes = codes;
    this.#shown = groups.map(() => true);
    this.#draw();
  }

  recolor(colors) {
    this.#groups.forEach((g, i) => (g.color = colors[i]));
    this.#draw();
  }

  toggle(group, shown) {
    this.#shown[group] = shown;
    this.#draw();
  }

  /** Lights points up, each {xy: [x, y]}; the others fade. */
  setHits(hits) {
    this.#hits = hits.filter(h => h.xy);
    this.#lit = null;
    this.#draw();
  }

  light(xy) {
    this.#lit = xy ?? null;
    this.#chart.setOption({series: [this.#litSeries()]}, {lazyUpdate: true});
  }

  zoom(factor) {
    this.#window(([from, to]) => {
      const half = Math.min(50, Math.max(0.05, (to - from) / 2 / factor));
      const middle = Math.min(100 - half, Math.max(half, (from + to) / 2));
      return [middle - half, middle + half];
    });
  }

  move(dx, dy) {
    this.#window(([from, to], axis) => {
      const step = (axis ? dy : dx) * (to - from);
      const by = Math.min(100 - to, Math.max(-from, step));
      return [from + by, to + by];
    });
  }

  all() {
    this.#window(() => [0, 100]);
  }

  /** The part of the axes that is seen, in percent: [[from, to], [from, to]]. */
  get window() {
    return this.#seen;
  }

  place(point) {
    return [this.#xy[2 * point], this.#xy[2 * point + 1]];
  }

  /** Where a point is on the page, in pixels from the corner of the plot. */
  pixel(point) {
    return this.#chart.convertToPixel({gridIndex: 0}, [this.#xy[2 * point], this.#xy[2 * point + 1]]);
  }

  /** How many pixels on the right are left free when all is shown. */
  set covered(pixels) {
    if (this.#covered === pixels) return;
    this.#covered = pixels;
    if (this.size) this.#chart.setOption(this.#axes());
  }

  set lasso(on) {
    this.#lasso?.remove();
    this.#lasso = on ? new Lasso(this.#plot, path => this.#events.lasso(this.#within(path))) : null;
    this.#plot.classList.toggle('lasso', on);
  }

  #window(change) {
    const batch = this.window.map(([start, end], axis) => {
      const [from, to] = change([start, end], axis);
      return {dataZoomId: zooms[axis], start: from, end: to};
    });
    this.#chart.dispatchAction({type: 'dataZoom', batch});
  }

  #axes() {
    const box = this.#cells.box;
    const width = this.#plot.clientWidth - this.#covered || 1;
    const height = this.#plot.clientHeight || 1;
    const unit = 1.08 * Math.max((box.right - box.left) / width, (box.top - box.bottom) / height, 1e-9);
    const axis = (low, high, pixels, more = 0) => ({
      type: 'value', show: false, min: (low + high - unit * pixels) / 2, max: (low + high + unit * pixels) / 2 + unit * more});
    return {xAxis: axis(box.left, box.right, width, this.#covered), yAxis: axis(box.bottom, box.top, height)};
  }

  #resize() {
    this.#chart.resize();
    if (this.size) this.#chart.setOption(this.#axes());
  }

  #draw() {
    if (!this.size) return;
    const inside = axis => ({type: 'inside', id: zooms[axis], [axis ? 'yAxisIndex' : 'xAxisIndex']: 0, filterMode: 'none', minSpan: 0.1});
    this.#chart.setOption({
      animation: false,
      grid: {left: 0, right: 0, top: 0, bottom: 0},
      ...this.#axes(),
      dataZoom: [0, 1].map(axis => ({...inside(axis), start: this.#seen[axis][0], end: this.#seen[axis][1]})),
      series: [...this.#groups.map((group, code) => this.#groupSeries(group, code)), this.#hitSeries(), this.#litSeries()],
    }, {replaceMerge: ['series']});
  }

  #groupSeries(group, code) {
    const n = this.size;
    const points = this.#shown[code] ? this.#of(code) : new Float32Array(0);
    return {
      type: 'scatter', id: 'group' + code, dimensions: ['x', 'y'], data: points, silent: true,
      large: n > 5000, largeThreshold: 0, progressive: 0,
      symbolSize: this.#pointSize(),
      itemStyle: {color: group.color, opacity: this.#opacity()},
    };
  }

  #opacity() {
    const many = this.size > 20000;
    if (this.#hits.length) return many ? 0.12 : 0.22;
    return many ? 0.55 : 0.75;
  }

  #pointSize() {
    const n = this.size;
    const size = n > 50000 ? 2 : n > 20000 ? 3 : n > 5000 ? 4 : n > 1000 ? 6 : 8;
    return this.#plot.clientWidth < 500 && size > 3 ? size / 2 + 1 : size;
  }

  #of(code) {
    const points = [];
    for (let i = 0; i < this.#codes.length; i++) {
      if (this.#codes[i] === code) points.push(this.#xy[2 * i], this.#xy[2 * i + 1]);
    }
    return Float32Array.from(points);
  }

  #style(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  #hitSeries() {
    return {
      type: 'scatter', id: HITS, data: this.#hits.map(h => h.xy), silent: true, z: 5, symbolSize: this.#hits.length > 200 ? 5 : 11,
      itemStyle: {opacity: 1, color: this.#style('--hit'), borderColor: this.#style('--card'), borderWidth: this.#hits.length > 200 ? 0 : 1.5},
    };
  }

  #litSeries() {
    return {
      type: 'scatter', id: LIT, data: this.#lit ? [this.#lit] : [], silent: true, z: 6, symbolSize: 20,
      itemStyle: {opacity: 1, color: 'transparent', borderColor: this.#style('--hit'), borderWidth: 2.5},
    };
  }

  #listen() {
    let down = null;
    let moved = 0;
    const at = e => {
      const box = this.#plot.getBoundingClientRect();
      return [e.clientX - box.left, e.clientY - box.top];
    };
    this.#plot.addEventListener('pointerdown', e => {
      down = at(e);
      moved = 0;
      this.#events.hover(-1);
    }, true);
    this.#plot.addEventListener('pointermove', e => {
      const [x, y] = at(e);
      if (down) moved = Math.max(moved, Math.hypot(x - down[0], y - down[1]));
      if (e.buttons || this.#lasso || !this.size) return;
      const point = this.#nearest(x, y);
      this.#plot.classList.toggle('point', point >= 0);
      this.#events.hover(point, x, y);
    }, true);
    this.#plot.addEventListener('pointerleave', () => this.#events.hover(-1));
    this.#plot.addEventListener('pointerup', e => {
      const clicked = down && moved < CLICK && !this.#lasso && this.size;
      down = null;
      if (!clicked) return;
      const point = this.#nearest(...at(e));
      if (point >= 0) this.#events.click(point);
    }, true);
  }

  #nearest(x, y) {
    const [px, py] = this.#chart.convertFromPixel({gridIndex: 0}, [x, y]);
    const [qx] = this.#chart.convertFromPixel({gridIndex: 0}, [x + REACH, y]);
    return this.#cells.nearest(px, py, Math.abs(qx - px), point => this.#shown[this.#codes[point]]);
  }

  #within(path) {
    const polygon = path.map(p => this.#chart.convertFromPixel({gridIndex: 0}, p));
    const found = [];
    for (let i = 0; i < this.size; i++) {
      if (this.#shown[this.#codes[i]] && inside(polygon, this.#xy[2 * i], this.#xy[2 * i + 1])) found.push(i);
    }
    return found;
  }
}

/** Whether a point lies in a polygon, by the crossings of a ray. */
function inside(polygon, x, y) {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

/** Points by the cell of a grid, to find the nearest one. */
class Cells {
  constructor(xy) {
    this.xy = xy;
    const box = {left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity};
    for (let i = 0; i < xy.length; i += 2) {
      box.left = Math.min(box.left, xy[i]);
      box.right = Math.max(box.right, xy[i]);
      box.bottom = Math.min(box.bottom, xy[i + 1]);
      box.top = Math.max(box.top, xy[i + 1]);
    }
    this.box = box;
    this.side = Math.max(1, Math.ceil(Math.sqrt(xy.length / 8)));
    this.width = Math.max((box.right - box.left) / this.side, 1e-9);
    this.height = Math.max((box.top - box.bottom) / this.side, 1e-9);
    this.starts = new Int32Array(this.side * this.side + 1);
    const cellOf = i => this.row(xy[i + 1]) * this.side + this.column(xy[i]);
    for (let i = 0; i < xy.length; i += 2) this.starts[cellOf(i) + 1]++;
    for (let c = 0; c < this.side * this.side; c++) this.starts[c + 1] += this.starts[c];
    const next = this.starts.slice();
    this.points = new Int32Array(xy.length / 2);
    for (let i = 0; i < xy.length; i += 2) this.points[next[cellOf(i)]++] = i / 2;
  }

  clamp(n) {
    return Math.min(this.side - 1, Math.max(0, Math.floor(n)));
  }

  column(x) {
    return this.clamp((x - this.box.left) / this.width);
  }

  row(y) {
    return this.clamp((y - this.box.bottom) / this.height);
  }

  nearest(x, y, reach, accept) {
    let best = -1;
    let least = reach * reach;
    for (let r = this.row(y - reach); r <= this.row(y + reach); r++) {
      for (let c = this.column(x - reach); c <= this.column(x + reach); c++) {
        const cell = r * this.side + c;
        for (let k = this.starts[cell]; k < this.starts[cell + 1]; k++) {
          const point = this.points[k];
          const far = (this.xy[2 * point] - x) ** 2 + (this.xy[2 * point + 1] - y) ** 2;
          if (far < least && accept(point)) {
            least = far;
            best = point;
          }
        }
      }
    }
    return best;
  }
}

/** Draws a line after the pointer on a layer above the plot, and gives it when the pointer is let go. */
class Lasso {
  #layer;

  constructor(plot, done) {
    const svg = 'http://www.w3.org/2000/svg';
    this.#layer = document.createElementNS(svg, 'svg');
    this.#layer.setAttribute('class', 'lassoLayer');
    const line = document.createElementNS(svg, 'polygon');
    this.#layer.append(line);
    plot.append(this.#layer);
    let path = null;
    const at = e => {
      const box = this.#layer.getBoundingClientRect();
      return [e.clientX - box.left, e.clientY - box.top];
    };
    for (const type of ['mousedown', 'mousemove', 'mouseup', 'touchstart', 'touchmove', 'touchend', 'click']) {
      this.#layer.addEventListener(type, e => e.stopPropagation());
    }
    this.#layer.addEventListener('pointerdown', e => {
      this.#layer.setPointerCapture(e.pointerId);
      path = [at(e)];
    });
    this.#layer.addEventListener('pointermove', e => {
      if (!path) return;
      path.push(at(e));
      line.setAttribute('points', path.map(p => p.join()).join(' '));
    });
    this.#layer.addEventListener('pointerup', () => {
      if (path && path.length > 2) done(path);
      path = null;
    });
    this.#layer.addEventListener('pointercancel', () => (path = null));
  }

  remove() {
    this.#layer.remove();
  }
}
