// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Operations on images, in single precision, as TensorFlow computes them. Part of hubbeam-ops.js, after ops-tensors.js.

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const f32 = Math.fround;

// --- Colours --------------------------------------------------------------------------------------------------------

function hsvOf(pixel) {
  const [r, g, b] = pixel;
  const value = Math.max(r, g, b);
  const range = f32(value - Math.min(r, g, b));
  const norm = f32(1 / f32(6 * range));
  let hue = r === value ? f32(norm * (g - b)) : g === value ? norm * (b - r) + 2 / 6 : norm * (r - g) + 4 / 6;
  if (!(range > 0)) hue = 0;
  pixel[0] = hue < 0 ? hue + 1 : hue;
  pixel[1] = value > 0 ? range / value : 0;
  pixel[2] = value;
}

function rgbOf(pixel) {
  const [h, s, v] = pixel;
  const turn = f32(h * 6);
  const parts = [Math.abs(turn - 3) - 1, 2 - Math.abs(turn - 2), 2 - Math.abs(turn - 4)];
  for (let i = 0; i < 3; i++) pixel[i] = (1 - s + s * clamp(parts[i], 0, 1)) * v;
}

function turned(pixel, delta) {
  const [r, g, b] = pixel;
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  const middle = Math.max(Math.min(r, g), Math.min(Math.max(r, g), b));
  let hue = 0;
  if (high !== low) {
    const sector = r < g ? (b < r ? 1 : b > g ? 3 : 2) : b < g ? 0 : b > r ? 4 : 5;
    const ratio = f32(f32(middle - low) / f32(high - low));
    hue = f32(sector + (sector % 2 === 0 ? ratio : f32(1 - ratio)));
  }
  hue = f32(hue + f32(delta * 6));
  while (hue < 0) hue = f32(hue + 6);
  while (hue >= 6) hue = f32(hue - 6);
  const sector = Math.trunc(hue);
  const ratio = sector % 2 === 0 ? hue - sector : 1 - (hue - sector);
  const between = low + ratio * (high - low);
  const sides = [
    [high, between, low],
    [between, high, low],
    [low, high, between],
    [low, between, high],
    [between, low, high],
    [high, low, between],
  ];
  pixel.set(sides[sector] || sides[5]);
}

function saturated(pixel, factor) {
  hsvOf(pixel);
  pixel[1] = clamp(f32(pixel[1] * factor), 0, 1);
  const [hue, s, v] = pixel;
  const chroma = f32(s * v);
  const turn = f32(hue * 6);
  let fold = turn;
  while (fold <= 0) fold += 2;
  while (fold >= 2) fold -= 2;
  const x = f32(chroma * (1 - Math.abs(fold - 1)));
  const sides = [
    [chroma, x, 0],
    [x, chroma, 0],
    [0, chroma, x],
    [0, x, chroma],
    [x, 0, chroma],
    [chroma, 0, x],
  ];
  const side = sides[Math.trunc(turn)] || [0, 0, 0];
  const rest = f32(v - chroma);
  for (let i = 0; i < 3; i++) pixel[i] = side[i] + rest;
}

const pixels = change => node => {
  const [image, by] = node.inputs;
  requireThat(image.shape[image.rank - 1] === 3, node, 'the last dimension must be 3, not ' + image.shape[image.rank - 1]);
  const out = Float32Array.from(numbersOf(image));
  const amount = by ? scalarOf(by) : 0;
  for (let i = 0; i < out.length; i += 3) change(out.subarray(i, i + 3), amount);
  return tensorOf(out, image.shape, 'float32');
};
register('RGBToHSV', pixels(hsvOf));
register('HSVToRGB', pixels(rgbOf));
register('AdjustHue', pixels(turned));
register('AdjustSaturation', pixels(saturated));

register('AdjustContrastv2', node => {
  const [image, by] = node.inputs;
  const factor = scalarOf(by);
  const [height, width, channels] = image.shape.slice(-3);
  const block = height * width * channels;
  const source = numbersOf(image);
  const out = new Float32Array(source.length);
  for (let from = 0; from < source.length; from += block) {
    const means = new Float64Array(channels);
    for (let i = 0; i < block; i++) means[i % channels] += source[from + i] / (height * width);
    for (let i = 0; i < block; i++) out[from + i] = (source[from + i] - means[i % channels]) * factor + means[i % channels];
  }
  return tensorOf(out, image.shape, 'float32');
});

// --- Sizes ----------------------------------------------------------------------------------------------------------

const sinc = radius => x => {
  if (x > radius) return 0;
  if (x <= 1e-3) return 1;
  return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * Math.PI * x * x);
};
const kernels = {
  lanczos1: {radius: 1, at: sinc(1)},
  lanczos3: {radius: 3, at: sinc(3)},
  lanczos5: {radius: 5, at: sinc(5)},
  gaussian: {radius: 1.5, at: x => (x > 1.5 ? 0 : Math.exp((-x * x) / (2 * 0.25)))},
  box: {radius: 1, at: x => (x < 0.5 ? 1 : x === 0.5 ? 0.5 : 0)},
  triangle: {radius: 1, at: x => (x < 1 ? 1 - x : 0)},
  keyscubic: {
    radius: 2,
    at: x => (x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1),
  },
  mitchellcubic: {
    radius: 2,
    at: x =>
      x >= 2 ? 0 : x >= 1 ? (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9 : ((7 / 6) * x - 2) * x * x + 8 / 9,
  },
};

// For each place of the output: where its inputs begin, and the weights of them.
function spans(kernel, size, inputSize, scaling, shift, antialias) {
  const inverse = f32(1 / scaling);
  const back = f32(-inverse * shift);
  const spread = antialias ? Math.max(inverse, 1) : 1;
  const narrow = f32(1 / spread);
  return Array.from({length: size}, (_, x) => {
    const at = f32(f32((x + 0.5) * inverse) + back);
    if (!(at >= 0 && at <= inputSize)) return {from: 0, weights: []};
    const reach = f32(kernel.radius * spread);
    const from = clamp(Math.ceil(f32(f32(at - reach) - 0.5)), 0, inputSize - 1);
    const to = clamp(Math.floor(f32(f32(at + reach) - 0.5)), 0, inputSize - 1) + 1;
    const weights = [];
    for (let i = from; i < to; i++) weights.push(f32(kernel.at(Math.abs(f32(f32(f32(i + 0.5) - at) * narrow)))));
    const sum = weights.reduce((a, b) => f32(a + b), 0);
    const usable = Math.abs(sum) >= 1000 * 1.1754943508222875e-38;
    return {from, weights: weights.map(w => (usable ? w / sum : 0))};
  });
}

// Weighs along one dimension of [outer, size, inner].
function weighed(source, outer, size, inner, list) {
  const out = new Float32Array(outer * list.length * inner);
  const row = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    list.forEach(({from, weights}, x) => {
      row.fill(0);
      weights.forEach((w, i) => {
        const at = (o * size + from + i) * inner;
        for (let k = 0; k < inner; k++) row[k] += w * source[at + k];
      });
      out.set(row, (o * list.length + x) * inner);
    });
  }
  return out;
}

function resampled(image, rows, columns) {
  const [batch, height, width, channels] = image.shape;
  const tall = weighed(numbersOf(image), batch, height, width * channels, rows);
  const out = weighed(tall, batch * rows.length, width, channels, columns);
  return tensorOf(out, [batch, rows.length, columns.length, channels], 'float32');
}

register('ScaleAndTranslate', node => {
  const [image, ...rest] = node.inputs;
  const [size, scaling, shift] = rest.map(numbersOf);
  const kernel = kernels[String(node.attrs.kernel_type).toLowerCase()];
  requireThat(kernel, node, 'no kernel ' + node.attrs.kernel_type);
  const list = d => spans(kernel, size[d], image.shape[d + 1], scaling[d], shift[d], node.attrs.antialias);
  return resampled(image, list(0), list(1));
});

const stepOf = (inputSize, size, corners) =>
  f32(corners && size > 1 ? f32(inputSize - 1) / f32(size - 1) : f32(inputSize) / f32(size));

function cubicSpans(size, inputSize, corners, halves) {
  const step = stepOf(inputSize, size, corners);
  const sharp = halves ? -0.5 : -0.75;
  const near = x => ((sharp + 2) * x - (sharp + 3)) * x * x + 1;
  const far = x => ((sharp * x - 5 * sharp) * x + 8 * sharp) * x - 4 * sharp;
  return Array.from({length: size}, (_, x) => {
    const at = halves ? f32(f32(f32(x + 0.5) * step) - 0.5) : f32(x * step);
    const whole = Math.floor(at);
    const part = halfEven(f32(at - whole) * 1024) / 1024;
    const four = [far(1 + part), near(part), near(1 - part), far(2 - part)];
    const from = Math.max(0, whole - 1);
    const last = Math.min(inputSize - 1, whole + 2);
    const weights = new Array(Math.max(1, last - from + 1)).fill(0);
    four.forEach((w, i) => {
      const place = whole - 1 + i;
      if (!halves) weights[clamp(place, from, last) - from] += w;
      else if (place >= 0 && place < inputSize) weights[place - from] += w;
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    return {from, weights: halves && Math.abs(sum) >= 1000 * 1.1754943508222875e-38 ? weights.map(w => w / sum) : weights};
  });
}

register('ResizeBicubic', node => {
  const [image, sizeTensor] = node.inputs;
  const size = numbersOf(sizeTensor);
  const {align_corners: corners, half_pixel_centers: halves} = node.attrs;
  const list = d => cubicSpans(size[d], image.shape[d + 1], corners, halves);
  return resampled(image, list(0), list(1));
});

function areaSpans(size, inputSize, corners) {
  const step = stepOf(inputSize, size, corners);
  if (step === 0) return Array.from({length: size}, () => ({from: 0, weights: [1]}));
  return Array.from({length: size}, (_, x) => {
    const start = f32(x * step);
    const end = f32((x + 1) * step);
    const from = Math.floor(start);
    const weights = new Map();
    for (let i = from; i < Math.ceil(end); i++) {
      const part = i < start ? (i + 1 > end ? step : i + 1 - start) : i + 1 > end ? end - i : 1;
      const place = clamp(i, 0, inputSize - 1);
      weights.set(place, (weights.get(place) || 0) + part);
    }
    const first = Math.min(...weights.keys());
    return {from: first, weights: Array.from(weights.values(), w => w / step)};
  });
}

register('ResizeArea', node => {
  const [image, sizeTensor] = node.inputs;
  const size = numbersOf(sizeTensor);
  const list = d => areaSpans(size[d], image.shape[d + 1], node.attrs.align_corners);
  return resampled(image, list(0), list(1));
});

// --- Places in images -----------------------------------------------------------------------------------------------

// Where outside of an image is read, by fill_mode. The runtime's own operation on its backend cpu ends after one image.
const edges = {
  reflect: (at, size) => {
    const twice = 2 * size;
    let x = at;
    if (x < 0) {
      x = f32(twice * Math.trunc(f32(-x / twice)) + x);
      x = x < -size ? f32(x + twice) : f32(-x - 1);
    } else if (x > size - 1) {
      x = f32(x - twice * Math.trunc(f32(x / twice)));
      if (x >= size) x = f32(f32(twice - x) - 1);
    }
    return x;
  },
  wrap: (at, size) => {
    if (at < 0) return f32(at + size * (Math.trunc(f32(-at / (size - 1))) + 1));
    return at > size - 1 ? f32(at - size * Math.trunc(f32(at / (size - 1)))) : at;
  },
  nearest: at => at,
};
const edge = (mode, at, size) => (mode === 'constant' ? at : size <= 1 ? 0 : clamp(edges[mode](at, size), 0, size - 1));
const awayFromZero = x => Math.sign(x) * Math.round(Math.abs(x));

register('ImageProjectiveTransformV3', node => {
  const [image, transformTensor, sizeTensor, fillTensor] = node.inputs;
  const [batch, height, width, channels] = image.shape;
  const [rows, columns] = numbersOf(sizeTensor);
  const mode = String(node.attrs.fill_mode).toLowerCase();
  const nearest = String(node.attrs.interpolation).toLowerCase() === 'nearest';
  requireThat(mode === 'constant' || mode in edges, node, 'no fill mode ' + mode);
  const [source, transforms] = [image, transformTensor].map(numbersOf);
  const fill = fillTensor ? scalarOf(fillTensor) : 0;
  const out = storeFor(image.dtype, batch * rows * columns * channels).fill(fill);
  const read = (b, y, x, c) =>
    y >= 0 && y < height && x >= 0 && x < width ? source[((b * height + y) * width + x) * channels + c] : fill;
  for (let b = 0, to = 0; b < batch; b++) {
    const t = transforms.subarray(transformTensor.shape[0] === 1 ? 0 : 8 * b);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, to += channels) {
        const depth = f32(f32(f32(t[6] * column) + f32(t[7] * row)) + 1);
        if (depth === 0) continue;
        const place = k => f32(f32(f32(f32(t[k] * column) + f32(t[k + 1] * row)) + t[k + 2]) / depth);
        const [x, y] = [edge(mode, place(0), width), edge(mode, place(3), height)];
        const [left, top] = [Math.floor(x), Math.floor(y)];
        const [across, down] = [f32(x - left), f32(y - top)];
        for (let c = 0; c < channels; c++) {
          if (nearest) {
            out[to + c] = read(b, awayFromZero(y), awayFromZero(x), c);
            continue;
          }
          const upper = (1 - across) * read(b, top, left, c) + across * read(b, top, left + 1, c);
          const lower = (1 - across) * read(b, top + 1, left, c) + across * read(b, top + 1, left + 1, c);
          out[to + c] = (1 - down) * upper + down * lower;
        }
      }
    }
  }
  return tensorOf(out, [batch, rows, columns, channels], image.dtype);
});

// --- Boxes ----------------------------------------------------------------------------------------------------------

function overlap(boxes, i, j) {
  const [a, b] = [4 * i, 4 * j];
  const [top, left, bottom, right] = [a, b].map(k => [
    Math.min(boxes[k], boxes[k + 2]),
    Math.min(boxes[k + 1], boxes[k + 3]),
    Math.max(boxes[k], boxes[k + 2]),
    Math.max(boxes[k + 1], boxes[k + 3]),
  ]).reduce((m, n) => m.map((x, k) => [].concat(x, n[k])));
  const area = k => f32(f32(bottom[k] - top[k]) * f32(right[k] - left[k]));
  if (area(0) <= 0 || area(1) <= 0) return 0;
  const height = Math.max(f32(Math.min(...bottom) - Math.max(...top)), 0);
  const width = Math.max(f32(Math.min(...right) - Math.max(...left)), 0);
  const shared = f32(height * width);
  return f32(shared / f32(f32(area(0) + area(1)) - shared));
}

register('CombinedNonMaxSuppression', node => {
  const [boxTensor, scoreTensor, perClassTensor, totalTensor, overlapTensor, leastTensor] = node.inputs;
  const [batch, count, groups] = boxTensor.shape;
  const classes = scoreTensor.shape[2];
  const perClass = scalarOf(perClassTensor);
  const total = scalarOf(totalTensor);
  const [allowed, least] = [scalarOf(overlapTensor), scalarOf(leastTensor)];
  const clipped = node.attrs.clip_boxes !== false;
  const size = node.attrs.pad_per_class ? Math.min(total, perClass * classes) : total;
  const [boxes, scores] = [numbersOf(boxTensor), numbersOf(scoreTensor)];
  const out = [4, 1, 1].map(width => new Float32Array(batch * size * width));
  const valid = new Int32Array(batch);
  for (let b = 0; b < batch; b++) {
    const found = [];
    for (let c = 0; c < classes; c++) {
      const group = new Float32Array(count * 4);
      for (let i = 0; i < count; i++) copyRow(boxes, (b * count + i) * groups + (groups > 1 ? c : 0), group, i, 4);
      const score = i => scores[(b * count + i) * classes + c];
      const order = [];
      for (let i = 0; i < count; i++) if (score(i) > least) order.push(i);
      order.sort((i, j) => score(j) - score(i) || i - j);
      const kept = [];
      for (const i of order) {
        if (kept.length >= perClass) break;
        if (kept.every(j => overlap(group, i, j) <= allowed)) kept.push(i);
      }
      kept.forEach(i => found.push({score: score(i), group: c, box: group.subarray(4 * i, 4 * i + 4)}));
    }
    found.sort((x, y) => y.score - x.score);
    valid[b] = Math.min(size, found.length);
    found.slice(0, size).forEach((f, i) => {
      out[0].set(clipped ? f.box.map(v => clamp(v, 0, 1)) : f.box, (b * size + i) * 4);
      out[1][b * size + i] = f.score;
      out[2][b * size + i] = f.group;
    });
  }
  return [
    tensorOf(out[0], [batch, size, 4], 'float32'),
    tensorOf(out[1], [batch, size], 'float32'),
    tensorOf(out[2], [batch, size], 'float32'),
    int32Of(valid, [batch]),
  ];
});
