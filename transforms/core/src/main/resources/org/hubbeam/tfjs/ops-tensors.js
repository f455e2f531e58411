// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Operations on ragged tensors, segments, sparse tensors and arrays in general, as TensorFlow computes them. Part of
// hubbeam-ops.js, which has register(name, node => result) in scope.

const valuesOf = t => (t.size === 0 ? [] : t.dtype === 'string' ? tf.engine().readSync(t.dataId) : t.dataSync());
const numbersOf = t => (t.size === 0 ? new Int32Array(0) : t.dataSync());
const scalarOf = t => numbersOf(t)[0];
const sizeOf = shape => shape.reduce((a, b) => a * b, 1);
const STORES = {float32: Float32Array, int32: Int32Array, bool: Uint8Array, string: Array};
const storeFor = (dtype, size) => new STORES[dtype](size);
const tensorOf = (values, shape, dtype) => tf.tensor(values, shape, dtype);
const int32Of = (values, shape) => tf.tensor(values instanceof Int32Array ? values : Int32Array.from(values), shape, 'int32');
const attrOf = (node, name) => node.node.rawAttrs[name] || {};
const typeOf = (node, name) => String(attrOf(node, '_hubbeam_' + name).type || attrOf(node, name).type);
const textsOf = (node, name) =>
  ((attrOf(node, name).list || {}).s || []).map(s => (Array.isArray(s) ? String.fromCharCode(...s) : atob(s)));
const floatsOf = (node, name) => ((attrOf(node, name).list || {}).f || []).map(f => Math.fround(Number(f)));
const requireThat = (holds, node, message) => {
  if (!holds) throw new Error(node.node.op + ' (' + node.node.name + '): ' + message);
};
const copyRow = (from, fromRow, to, toRow, width) => {
  const f = fromRow * width;
  const t = toRow * width;
  for (let k = 0; k < width; k++) to[t + k] = from[f + k];
};
const isWhole = dtype => dtype === 'int32' || dtype === 'bool';

// --- Ragged tensors -------------------------------------------------------------------------------------------------

register('RaggedTensorToSparse', node => {
  const values = node.inputs[node.inputs.length - 1];
  const splits = node.inputs.slice(0, -1).map(numbersOf);
  const inner = values.shape.slice(1);
  const rank = splits.length + 1 + inner.length;
  const indices = new Int32Array(values.size * rank);
  const prefix = new Int32Array(splits.length + 1);
  const innerSize = sizeOf(inner);
  let at = 0;
  const walk = (level, from, to) => {
    for (let i = from; i < to; i++) {
      prefix[level] = i - from;
      if (level < splits.length) {
        walk(level + 1, splits[level][i], splits[level][i + 1]);
        continue;
      }
      for (let k = 0; k < innerSize; k++) {
        indices.set(prefix, at);
        for (let d = inner.length - 1, rest = k; d >= 0; rest = Math.floor(rest / inner[d]), d--) {
          indices[at + splits.length + 1 + d] = rest % inner[d];
        }
        at += rank;
      }
    }
  };
  splits.forEach((s, i) => {
    const rows = i + 1 < splits.length ? splits[i + 1].length - 1 : values.shape[0];
    requireThat(s.length > 0 && s[0] === 0 && s[s.length - 1] === rows, node, 'row splits ' + i + ' do not span ' + rows + ' values');
  });
  walk(0, 0, splits[0].length - 1);
  const shape = [splits[0].length - 1];
  splits.forEach(s => {
    let widest = 0;
    for (let i = 1; i < s.length; i++) widest = Math.max(widest, s[i] - s[i - 1]);
    shape.push(widest);
  });
  return [
    int32Of(indices, [values.size, rank]),
    tensorOf(valuesOf(values), [values.size], values.dtype),
    int32Of(shape.concat(inner), [rank]),
  ];
});

const partition = {
  VALUE_ROWIDS: {
    width: ids => {
      let widest = 0;
      for (let i = 0, run = 0; i < ids.length; i++) {
        run = i > 0 && ids[i] === ids[i - 1] ? run + 1 : 1;
        widest = Math.max(widest, run);
      }
      return widest;
    },
    place: (ids, parents, step, limit, node) => {
      const out = new Int32Array(ids.length);
      for (let i = 0, column = 0; i < ids.length; i++) {
        column = i > 0 && ids[i] === ids[i - 1] ? column + 1 : 0;
        requireThat(ids[i] >= 0 && ids[i] < parents.length, node, 'row ' + ids[i] + ' is not one of ' + parents.length);
        out[i] = parents[ids[i]] < 0 || column >= limit ? -1 : parents[ids[i]] + column * step;
      }
      return out;
    },
  },
  ROW_SPLITS: {
    width: splits => {
      let widest = 0;
      for (let i = 1; i < splits.length; i++) widest = Math.max(widest, splits[i] - splits[i - 1]);
      return widest;
    },
    place: (splits, parents, step, limit, node) => {
      requireThat(splits.length - 1 <= parents.length, node, 'more rows than there are parents');
      const out = new Int32Array(splits[splits.length - 1]).fill(-1);
      for (let row = 0; row + 1 < splits.length; row++) {
        if (parents[row] < 0) continue;
        const end = Math.min(splits[row + 1], splits[row] + limit);
        for (let i = splits[row]; i < end; i++) out[i] = parents[row] + (i - splits[row]) * step;
      }
      return out;
    },
  },
};

register('RaggedTensorToTensor', node => {
  const [shapeTensor, values, fallback, ...parts] = node.inputs;
  let types = textsOf(node, 'row_partition_types');
  let data = parts.map(numbersOf);
  let rows;
  if (types[0] === 'FIRST_DIM_SIZE') {
    rows = data[0][0];
    types = types.slice(1);
    data = data.slice(1);
  } else {
    requireThat(types[0] === 'ROW_SPLITS', node, types[0] + ' cannot come first');
    rows = data[0].length - 1;
  }
  types.forEach(t => requireThat(t in partition, node, 'no row partition ' + t));
  const rank = types.length;
  const inner = values.shape.slice(1);
  const wanted = shapeTensor.rank === 0 ? [] : Array.from(numbersOf(shapeTensor));
  requireThat(wanted.length === 0 || wanted.length === rank + 1 + inner.length, node, 'the shape has another rank than the values');
  const shape = [];
  for (let d = 0; d <= rank; d++) {
    const given = wanted.length > d ? wanted[d] : -1;
    shape.push(given >= 0 ? given : d === 0 ? rows : partition[types[d - 1]].width(data[d - 1]));
  }
  inner.forEach((size, i) => {
    const given = wanted.length > 0 ? wanted[rank + 1 + i] : -1;
    requireThat(given < 0 || given === size, node, 'the shape differs from that of the values');
  });
  const width = sizeOf(inner);
  const steps = new Array(rank + 1).fill(1);
  for (let d = rank - 1; d >= 0; d--) steps[d] = steps[d + 1] * shape[d + 1];
  let places = new Int32Array(rows);
  for (let i = 0; i < rows; i++) places[i] = i < shape[0] ? i * steps[0] : -1;
  for (let d = 1; d <= rank; d++) places = partition[types[d - 1]].place(data[d - 1], places, steps[d], shape[d], node);
  requireThat(places.length === values.shape[0], node, 'the row partition has ' + places.length + ' values, not ' + values.shape[0]);
  const whole = shape.concat(inner);
  const filler = valuesOf(fallback);
  const source = valuesOf(values);
  const out = storeFor(values.dtype, sizeOf(whole));
  const strides = fallback.shape.map((_, i) => sizeOf(fallback.shape.slice(i + 1)));
  const element = storeFor(values.dtype, width);
  for (let k = 0; k < width; k++) {
    let from = 0;
    for (let d = inner.length - 1, rest = k; d >= 0; rest = Math.floor(rest / inner[d]), d--) {
      const dim = d - (inner.length - fallback.shape.length);
      if (dim >= 0 && fallback.shape[dim] !== 1) from += (rest % inner[d]) * strides[dim];
    }
    element[k] = filler[from];
  }
  for (let i = 0; i < out.length; i++) out[i] = element[i % width];
  for (let i = 0; i < places.length; i++) if (places[i] >= 0) copyRow(source, i, out, places[i], width);
  return tensorOf(out, whole, values.dtype);
});

register('RaggedGather', node => {
  const rank = node.attrs.PARAMS_RAGGED_RANK;
  const splits = node.inputs.slice(0, rank).map(numbersOf);
  const [values, indexTensor] = node.inputs.slice(rank);
  const indices = numbersOf(indexTensor);
  const outer = indexTensor.shape;
  const out = [];
  let rows = 1;
  for (let d = 0; d + 1 < outer.length; d++) {
    rows *= outer[d];
    out.push(Int32Array.from({length: rows + 1}, (_, i) => i * outer[d + 1]));
  }
  const made = splits.map(() => [0]);
  const spans = [];
  const count = splits[0].length - 1;
  let total = 0;
  for (const index of indices) {
    requireThat(index >= 0 && index < count, node, 'index ' + index + ' is not in [0, ' + count + ')');
    let from = index;
    let to = index + 1;
    splits.forEach((s, level) => {
      const splitsOut = made[level];
      for (let i = from; i < to; i++) splitsOut.push(splitsOut[splitsOut.length - 1] + s[i + 1] - s[i]);
      from = s[from];
      to = s[to];
    });
    if (to > from) spans.push(from, to);
    total += to - from;
  }
  const width = sizeOf(values.shape.slice(1));
  const source = valuesOf(values);
  const dense = storeFor(values.dtype, total * width);
  for (let i = 0, at = 0; i < spans.length; i += 2) {
    for (let k = spans[i] * width; k < spans[i + 1] * width; k++) dense[at++] = source[k];
  }
  return [
    ...out.concat(made).map(s => int32Of(s, [s.length])),
    tensorOf(dense, [total, ...values.shape.slice(1)], values.dtype),
  ];
});

register('RaggedRange', node => {
  const dtype = node.inputs[0].dtype;
  const [starts, limits, deltas] = node.inputs.map(numbersOf);
  const vector = node.inputs.find(t => t.rank > 0);
  const rows = vector ? vector.size : 1;
  const round = isWhole(dtype) ? x => x : Math.fround;
  const at = (list, tensor, i) => (tensor.rank === 0 ? list[0] : list[i]);
  const splits = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    const [start, limit, delta] = [starts, limits, deltas].map((l, k) => at(l, node.inputs[k], i));
    requireThat(delta !== 0, node, 'a step is 0');
    const none = delta > 0 ? start >= limit : start <= limit;
    splits[i + 1] = splits[i] + (none ? 0 : Math.ceil(Math.abs(round(round(limit - start) / delta))));
  }
  const out = storeFor(dtype, splits[rows]);
  for (let i = 0; i < rows; i++) {
    const delta = at(deltas, node.inputs[2], i);
    for (let k = splits[i], value = at(starts, node.inputs[0], i); k < splits[i + 1]; k++) {
      out[k] = value;
      value = round(value + delta);
    }
  }
  return [int32Of(splits, [rows + 1]), tensorOf(out, [out.length], dtype)];
});

// --- Segments -------------------------------------------------------------------------------------------------------

const lowest = {float32: -3.4028234663852886e38, int32: -2147483648};
const highest = {float32: 3.4028234663852886e38, int32: 2147483647};
const folds = {
  Sum: {empty: () => 0, add: (a, b) => a + b},
  Prod: {empty: () => 1, add: (a, b) => a * b, whole: Math.imul},
  Max: {empty: dtype => lowest[dtype], add: (a, b) => (b > a || b !== b ? b : a)},
  Min: {empty: dtype => highest[dtype], add: (a, b) => (b < a || b !== b ? b : a)},
};

// Folds rows of width numbers by the segment of each; row(i) is where row i lies, or -1 where it is left out.
function segments(fold, dtype, source, width, ids, row, count, missing) {
  const whole = isWhole(dtype);
  const add = (whole && fold.whole) || fold.add;
  const sums = new (whole ? Int32Array : Float64Array)(count * width).fill(fold.empty(dtype));
  const counts = new Int32Array(count);
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0) continue;
    counts[ids[i]]++;
    const from = row(i) * width;
    const to = ids[i] * width;
    for (let k = 0; k < width; k++) sums[to + k] = add(sums[to + k], source[from + k]);
  }
  if (missing !== undefined) {
    for (let i = 0; i < count; i++) if (counts[i] === 0) sums.fill(missing, i * width, (i + 1) * width);
  }
  return {sums, counts};
}

const asDtype = (sums, shape, dtype) => tensorOf(sums instanceof STORES[dtype] ? sums : STORES[dtype].from(sums), shape, dtype);

function sortedIds(node, tensor, rows) {
  const ids = numbersOf(tensor);
  requireThat(ids.length === rows, node, ids.length + ' segments for ' + rows + ' rows');
  for (let i = 0; i < ids.length; i++) {
    requireThat(ids[i] >= (i > 0 ? ids[i - 1] : 0), node, 'segments are not in order');
  }
  return ids;
}

const mean = (sum, n) => sum / n;
const meanOfRoot = (sum, n) => sum / Math.sqrt(n);
const scale = ({sums, counts}, width, divide) => {
  for (let i = 0; i < sums.length; i++) {
    const n = counts[Math.floor(i / width)];
    if (n > 1) sums[i] = divide(sums[i], n);
  }
};

const sortedSegment = (fold, missing, divide) => node => {
  const [data, idTensor] = node.inputs;
  const ids = sortedIds(node, idTensor, data.shape[0]);
  const count = ids.length === 0 ? 0 : ids[ids.length - 1] + 1;
  const width = sizeOf(data.shape.slice(1));
  const folded = segments(fold, data.dtype, numbersOf(data), width, ids, i => i, count, missing);
  if (divide) scale(folded, width, divide);
  return asDtype(folded.sums, [count, ...data.shape.slice(1)], data.dtype);
};
register('SegmentSum', sortedSegment(folds.Sum, 0));
register('SegmentProd', sortedSegment(folds.Prod, 1));
register('SegmentMax', sortedSegment(folds.Max, 0));
register('SegmentMin', sortedSegment(folds.Min, 0));
register('SegmentMean', sortedSegment(folds.Sum, 0, mean));

const unsortedSegment = fold => node => {
  const [data, idTensor, countTensor] = node.inputs;
  const ids = numbersOf(idTensor);
  const count = scalarOf(countTensor);
  const inner = data.shape.slice(idTensor.rank);
  requireThat(idTensor.shape.every((d, i) => d === data.shape[i]), node, 'the segments have another shape than the data');
  for (const id of ids) requireThat(id < count, node, 'segment ' + id + ' is not below ' + count);
  const {sums} = segments(fold, data.dtype, numbersOf(data), sizeOf(inner), ids, i => i, count);
  return asDtype(sums, [count, ...inner], data.dtype);
};
register('UnsortedSegmentSum', unsortedSegment(folds.Sum));
register('UnsortedSegmentProd', unsortedSegment(folds.Prod));
register('UnsortedSegmentMax', unsortedSegment(folds.Max));
register('UnsortedSegmentMin', unsortedSegment(folds.Min));

const sparseSegment = divide => node => {
  const [data, indexTensor, idTensor, countTensor] = node.inputs;
  const indices = numbersOf(indexTensor);
  const ids = sortedIds(node, idTensor, indices.length);
  const last = ids.length === 0 ? 0 : ids[ids.length - 1] + 1;
  const count = countTensor ? scalarOf(countTensor) : last;
  requireThat(last <= count, node, 'segment ' + (last - 1) + ' is not below ' + count);
  const rows = data.shape[0];
  for (const index of indices) requireThat(index >= 0 && index < rows, node, 'index ' + index + ' is not in [0, ' + rows + ')');
  const width = sizeOf(data.shape.slice(1));
  const folded = segments(folds.Sum, data.dtype, numbersOf(data), width, ids, i => indices[i], count, 0);
  if (divide) scale(folded, width, divide);
  return asDtype(folded.sums, [count, ...data.shape.slice(1)], data.dtype);
};
register('SparseSegmentSum', sparseSegment());
register('SparseSegmentMean', sparseSegment(mean));
register('SparseSegmentSqrtN', sparseSegment(meanOfRoot));
register('SparseSegmentSumWithNumSegments', sparseSegment());
register('SparseSegmentMeanWithNumSegments', sparseSegment(mean));
register('SparseSegmentSqrtNWithNumSegments', sparseSegment(meanOfRoot));

// --- Sparse tensors -------------------------------------------------------------------------------------------------

register('SparseTensorDenseMatMul', node => {
  const [indexTensor, valueTensor, shapeTensor, b] = node.inputs;
  const [indices, values, [height, width], dense] = [indexTensor, valueTensor, shapeTensor, b].map(numbersOf);
  const {adjoint_a: flipped, adjoint_b: turned} = node.attrs;
  const rows = flipped ? width : height;
  const inner = flipped ? height : width;
  const [across, down] = turned ? b.shape : [b.shape[1], b.shape[0]];
  requireThat(inner === down, node, 'a matrix with ' + inner + ' columns is multiplied by one with ' + down + ' rows');
  const out = new Float64Array(rows * across);
  for (let i = 0; i < values.length; i++) {
    const r = indices[2 * i + (flipped ? 1 : 0)];
    const k = indices[2 * i + (flipped ? 0 : 1)];
    requireThat(r >= 0 && r < rows && k >= 0 && k < inner, node, 'an index is outside of the matrix');
    for (let j = 0; j < across; j++) out[r * across + j] += values[i] * dense[turned ? j * down + k : k * across + j];
  }
  return asDtype(out, [rows, across], valueTensor.dtype);
});

register('SparseReorder', node => {
  const [indexTensor, values, shapeTensor] = node.inputs;
  const indices = numbersOf(indexTensor);
  const shape = numbersOf(shapeTensor);
  const source = valuesOf(values);
  const rank = shape.length;
  const order = Array.from({length: values.size}, (_, i) => i).sort((a, b) => {
    for (let d = 0; d < rank; d++) {
      const difference = indices[a * rank + d] - indices[b * rank + d];
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const sorted = new Int32Array(indices.length);
  const out = storeFor(values.dtype, values.size);
  order.forEach((from, to) => {
    copyRow(indices, from, sorted, to, rank);
    out[to] = source[from];
  });
  return [int32Of(sorted, indexTensor.shape), tensorOf(out, values.shape, values.dtype)];
});

register('SparseSlice', node => {
  const [indexTensor, values, ...rest] = node.inputs;
  const indices = numbersOf(indexTensor);
  const [shape, start, size] = rest.map(numbersOf);
  const rank = shape.length;
  const source = valuesOf(values);
  const kept = [];
  const out = [];
  for (let i = 0; i < values.size; i++) {
    let inside = true;
    for (let d = 0; d < rank && inside; d++) {
      const at = indices[i * rank + d] - start[d];
      inside = at >= 0 && at < size[d];
    }
    if (!inside) continue;
    for (let d = 0; d < rank; d++) kept.push(indices[i * rank + d] - start[d]);
    out.push(source[i]);
  }
  const cut = Array.from(shape, (s, d) => Math.max(0, Math.min(size[d], s - start[d])));
  return [
    int32Of(kept, [out.length, rank]),
    tensorOf(values.dtype === 'string' ? out : STORES[values.dtype].from(out), [out.length], values.dtype),
    int32Of(cut, [rank]),
  ];
});

const reducedAxes = (axes, rank) => new Set(Array.from(axes, a => (a < 0 ? a + rank : a)));
const sparseReduce = fold => node => {
  const [indexTensor, values, shapeTensor, axisTensor] = node.inputs;
  const indices = numbersOf(indexTensor);
  const shape = Array.from(numbersOf(shapeTensor));
  const rank = shape.length;
  const axes = reducedAxes(axisTensor.size === 0 ? shape.keys() : numbersOf(axisTensor), rank);
  const strides = new Array(rank).fill(0);
  let size = 1;
  for (let d = rank - 1; d >= 0; d--) {
    if (axes.has(d)) continue;
    strides[d] = size;
    size *= shape[d];
  }
  const ids = new Int32Array(values.size);
  for (let i = 0; i < ids.length; i++) for (let d = 0; d < rank; d++) ids[i] += indices[i * rank + d] * strides[d];
  const {sums} = segments(fold, values.dtype, numbersOf(values), 1, ids, i => i, size, 0);
  const kept = shape.map((s, d) => (axes.has(d) ? 1 : s)).filter((_, d) => node.attrs.keep_dims || !axes.has(d));
  return asDtype(sums, kept, values.dtype);
};
register('SparseReduceSum', sparseReduce(folds.Sum));
register('SparseReduceMax', sparseReduce(folds.Max));

register('SparseConcat', node => {
  const n = node.attrs.N;
  const shapes = node.inputs.slice(2 * n).map(t => Array.from(numbersOf(t)));
  const rank = shapes[0].length;
  const axis = node.attrs.concat_dim < 0 ? node.attrs.concat_dim + rank : node.attrs.concat_dim;
  const entries = [];
  let offset = 0;
  for (let p = 0; p < n; p++) {
    const indices = numbersOf(node.inputs[p]);
    const source = valuesOf(node.inputs[n + p]);
    for (let i = 0; i < source.length; i++) {
      const index = Array.from(indices.slice(i * rank, (i + 1) * rank));
      index[axis] += offset;
      entries.push({index, value: source[i]});
    }
    offset += shapes[p][axis];
  }
  entries.sort((a, b) => {
    for (let d = 0; d < rank; d++) if (a.index[d] !== b.index[d]) return a.index[d] - b.index[d];
    return 0;
  });
  const dtype = node.inputs[n].dtype;
  const values = entries.map(e => e.value);
  const shape = shapes[0].slice();
  shape[axis] = offset;
  return [
    int32Of(entries.flatMap(e => e.index), [entries.length, rank]),
    tensorOf(dtype === 'string' ? values : STORES[dtype].from(values), [values.length], dtype),
    int32Of(shape, [rank]),
  ];
});

// --- Arrays ---------------------------------------------------------------------------------------------------------

// The runtime disposes of what a function made and did not return, items of lists too; a copy is in none of its nodes.
register('TensorListSetItem', node => {
  const [id, index, item] = node.inputs;
  const list = node.context.getTensorList(id.id);
  list.setItem(scalarOf(index), item.clone());
  return list.idTensor;
});
register('TensorListPushBack', node => {
  const [id, item] = node.inputs;
  const list = node.context.getTensorList(id.id);
  list.pushBack(item.clone());
  return list.idTensor;
});

register('ReverseSequence', node => {
  const [input, lengthTensor] = node.inputs;
  const {seq_dim: sequence, batch_dim: batch} = node.attrs;
  const lengths = numbersOf(lengthTensor);
  const source = valuesOf(input);
  const out = storeFor(input.dtype, input.size);
  const stride = sizeOf(input.shape.slice(sequence + 1));
  const batchStride = sizeOf(input.shape.slice(batch + 1));
  const steps = input.shape[sequence];
  requireThat(lengths.length === input.shape[batch], node, lengths.length + ' lengths for ' + input.shape[batch] + ' rows');
  for (const length of lengths) requireThat(length >= 0 && length <= steps, node, 'length ' + length + ' is not in [0, ' + steps + ']');
  for (let i = 0; i < out.length; i++) {
    const length = lengths[Math.floor(i / batchStride) % input.shape[batch]];
    const step = Math.floor(i / stride) % steps;
    out[i] = source[step < length ? i + (length - 1 - 2 * step) * stride : i];
  }
  return tensorOf(out, input.shape, input.dtype);
});

register('Bucketize', node => {
  const [input] = node.inputs;
  const boundaries = floatsOf(node, 'boundaries');
  const source = numbersOf(input);
  const out = new Int32Array(input.size);
  for (let i = 0; i < out.length; i++) {
    const x = Math.fround(source[i]);
    let low = 0;
    for (let high = boundaries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (x < boundaries[middle]) high = middle;
      else low = middle + 1;
    }
    out[i] = low;
  }
  return int32Of(out, input.shape);
});

const stitch = node => {
  const n = node.attrs.N;
  const indices = node.inputs.slice(0, n).map(numbersOf);
  const data = node.inputs.slice(n);
  const inner = data[0].shape.slice(node.inputs[0].rank);
  const width = sizeOf(inner);
  let rows = 0;
  indices.forEach(list => list.forEach(i => (rows = Math.max(rows, i + 1))));
  const dtype = data[0].dtype;
  const out = storeFor(dtype, rows * width);
  if (dtype === 'string') out.fill(new Uint8Array(0));
  indices.forEach((list, p) => {
    const source = valuesOf(data[p]);
    list.forEach((to, from) => copyRow(source, from, out, to, width));
  });
  return tensorOf(out, [rows, ...inner], dtype);
};
register('DynamicStitch', stitch);
register('ParallelDynamicStitch', stitch);

register('DynamicPartition', node => {
  const [data, partTensor] = node.inputs;
  const parts = numbersOf(partTensor);
  const n = node.attrs.num_partitions;
  const inner = data.shape.slice(partTensor.rank);
  const width = sizeOf(inner);
  const counts = new Int32Array(n);
  for (const p of parts) {
    requireThat(p >= 0 && p < n, node, 'partition ' + p + ' is not in [0, ' + n + ')');
    counts[p]++;
  }
  const source = valuesOf(data);
  const stores = Array.from(counts, c => storeFor(data.dtype, c * width));
  const filled = new Int32Array(n);
  parts.forEach((p, i) => copyRow(source, i, stores[p], filled[p]++, width));
  return stores.map((s, p) => tensorOf(s, [counts[p], ...inner], data.dtype));
});

register('InvertPermutation', node => {
  const source = numbersOf(node.inputs[0]);
  const out = new Int32Array(source.length).fill(-1);
  source.forEach((to, from) => {
    requireThat(to >= 0 && to < out.length && out[to] < 0, node, 'the values are no permutation');
    out[to] = from;
  });
  return int32Of(out, [out.length]);
});

register('ConcatOffset', node => {
  const [axisTensor, ...shapes] = node.inputs;
  const rank = shapes[0].size;
  const axis = scalarOf(axisTensor) < 0 ? scalarOf(axisTensor) + rank : scalarOf(axisTensor);
  let offset = 0;
  return shapes.map(shape => {
    const out = new Int32Array(rank);
    out[axis] = offset;
    offset += numbersOf(shape)[axis];
    return int32Of(out, [rank]);
  });
});

register('Roll', node => {
  const [input, shiftTensor, axisTensor] = node.inputs;
  const shifts = new Array(input.rank).fill(0);
  const axes = numbersOf(axisTensor);
  numbersOf(shiftTensor).forEach((s, i) => (shifts[axes[i] < 0 ? axes[i] + input.rank : axes[i]] += s));
  let source = valuesOf(input);
  shifts.forEach((shift, d) => {
    const size = input.shape[d];
    if (size === 0 || shift % size === 0) return;
    const stride = sizeOf(input.shape.slice(d + 1));
    const move = (((shift % size) + size) % size) * stride;
    const block = size * stride;
    const out = storeFor(input.dtype, source.length);
    for (let i = 0; i < out.length; i++) {
      const at = i % block;
      out[i - at + ((at + move) % block)] = source[i];
    }
    source = out;
  });
  return tensorOf(input.dtype === 'string' ? source : source.slice(), input.shape, input.dtype);
});

register('UnravelIndex', node => {
  const [indexTensor, dimTensor] = node.inputs;
  const dims = numbersOf(dimTensor);
  const indices = numbersOf(indexTensor);
  const out = new Int32Array(dims.length * indices.length);
  indices.forEach((index, i) => {
    requireThat(index >= 0 && index < sizeOf(Array.from(dims)), node, 'index ' + index + ' is outside of the dimensions');
    for (let d = dims.length - 1, rest = index; d >= 0; rest = Math.floor(rest / dims[d]), d--) {
      out[d * indices.length + i] = rest % dims[d];
    }
  });
  return int32Of(out, indexTensor.rank === 0 ? [dims.length] : [dims.length, indices.length]);
});

register('UniqueWithCounts', node => {
  const [input] = node.inputs;
  const source = valuesOf(input);
  const keys = input.dtype === 'string' ? source.map(b => String.fromCharCode(...b)) : source;
  const seen = new Map();
  const values = [];
  const counts = [];
  const positions = new Int32Array(input.size);
  for (let i = 0; i < positions.length; i++) {
    if (!seen.has(keys[i])) {
      seen.set(keys[i], values.length);
      values.push(source[i]);
      counts.push(0);
    }
    counts[(positions[i] = seen.get(keys[i]))]++;
  }
  return [
    tensorOf(input.dtype === 'string' ? values : STORES[input.dtype].from(values), [values.length], input.dtype),
    int32Of(positions, input.shape),
    int32Of(counts, [counts.length]),
  ];
});

const tensorScatter = fold => node => {
  const [input, indexTensor, updates] = node.inputs;
  const indices = numbersOf(indexTensor);
  const depth = indexTensor.shape[indexTensor.rank - 1];
  const width = sizeOf(input.shape.slice(depth));
  const out = STORES[input.dtype].from(numbersOf(input));
  const source = numbersOf(updates);
  const rows = sizeOf(indexTensor.shape.slice(0, -1));
  for (let i = 0; i < rows; i++) {
    let row = 0;
    for (let d = 0; d < depth; d++) {
      const at = indices[i * depth + d];
      requireThat(at >= 0 && at < input.shape[d], node, 'index ' + at + ' is not in [0, ' + input.shape[d] + ')');
      row = row * input.shape[d] + at;
    }
    for (let k = 0; k < width; k++) out[row * width + k] = fold(out[row * width + k], source[i * width + k]);
  }
  return tensorOf(out, input.shape, input.dtype);
};
register('TensorScatterAdd', tensorScatter(folds.Sum.add));
register('TensorScatterSub', tensorScatter((a, b) => a - b));
register('TensorScatterMin', tensorScatter(folds.Min.add));
register('TensorScatterMax', tensorScatter(folds.Max.add));

// Matrices given by their diagonals; k is one diagonal or the lowest and the highest.
const band = tensor => {
  const k = tensor ? numbersOf(tensor) : [0];
  return k.length === 1 ? [k[0], k[0]] : [k[0], k[1]];
};
const diagonalLength = (d, rows, columns) => Math.max(0, Math.min(rows + Math.min(d, 0), columns - Math.max(d, 0)));
function placement(node, rows, columns, low, high) {
  const longest = Math.min(rows + Math.min(high, 0), columns - Math.max(low, 0));
  const align = node.attrs.align === undefined ? 'left_left' : String(node.attrs.align).toLowerCase();
  const offset = d => {
    const right = d >= 0 ? align.startsWith('right') : align.endsWith('right');
    return right ? longest - diagonalLength(d, rows, columns) : 0;
  };
  return {longest, at: (r, c) => (high - (c - r)) * longest + Math.min(r, c) + offset(c - r)};
}
function diagonalsPart(node) {
  const [input, kTensor, padding] = node.inputs;
  const [low, high] = band(kTensor);
  const [rows, columns] = input.shape.slice(-2);
  const {longest, at} = placement(node, rows, columns, low, high);
  const outer = input.shape.slice(0, -2);
  const depth = high - low + 1;
  const source = valuesOf(input);
  const out = storeFor(input.dtype, sizeOf(outer) * depth * longest).fill(padding ? scalarOf(padding) : 0);
  for (let b = 0; b < sizeOf(outer); b++) {
    for (let r = 0; r < rows; r++) {
      for (let c = Math.max(0, r + low); c <= Math.min(columns - 1, r + high); c++) {
        out[b * depth * longest + at(r, c)] = source[(b * rows + r) * columns + c];
      }
    }
  }
  return tensorOf(out, [...outer, ...(low === high ? [] : [depth]), longest], input.dtype);
}
register('MatrixDiagPart', diagonalsPart);
register('MatrixDiagPartV2', diagonalsPart);
register('MatrixDiagPartV3', diagonalsPart);

function withDiagonals(node, out, outer, rows, columns, low, high, diagonal) {
  const {longest, at} = placement(node, rows, columns, low, high);
  const source = valuesOf(diagonal);
  const depth = high - low + 1;
  for (let b = 0; b < sizeOf(outer); b++) {
    for (let r = 0; r < rows; r++) {
      for (let c = Math.max(0, r + low); c <= Math.min(columns - 1, r + high); c++) {
        out[(b * rows + r) * columns + c] = source[b * depth * longest + at(r, c)];
      }
    }
  }
  return tensorOf(out, [...outer, rows, columns], diagonal.dtype);
}
function diagonalsMatrix(node) {
  const [diagonal, kTensor, rowTensor, columnTensor, padding] = node.inputs;
  const [low, high] = band(kTensor);
  const outer = diagonal.shape.slice(0, low === high ? -1 : -2);
  const longest = diagonal.shape[diagonal.rank - 1];
  const leastRows = longest - Math.min(high, 0);
  const leastColumns = longest + Math.max(low, 0);
  let rows = rowTensor ? scalarOf(rowTensor) : -1;
  let columns = columnTensor ? scalarOf(columnTensor) : -1;
  if (rows === -1 && columns === -1) {
    rows = columns = Math.max(leastRows, leastColumns);
  } else if (rows === -1) {
    rows = leastRows;
  } else if (columns === -1) {
    columns = leastColumns;
  }
  requireThat(rows >= leastRows && columns >= leastColumns, node, 'the matrix is too small for its diagonals');
  const out = storeFor(diagonal.dtype, sizeOf(outer) * rows * columns).fill(padding ? scalarOf(padding) : 0);
  return withDiagonals(node, out, outer, rows, columns, low, high, diagonal);
}
register('MatrixDiag', diagonalsMatrix);
register('MatrixDiagV2', diagonalsMatrix);
register('MatrixDiagV3', diagonalsMatrix);

function setDiagonals(node) {
  const [input, diagonal, kTensor] = node.inputs;
  const [low, high] = band(kTensor);
  const [rows, columns] = input.shape.slice(-2);
  const out = STORES[input.dtype].from(valuesOf(input));
  return withDiagonals(node, out, input.shape.slice(0, -2), rows, columns, low, high, diagonal);
}
register('MatrixSetDiag', setDiagonals);
register('MatrixSetDiagV2', setDiagonals);
register('MatrixSetDiagV3', setDiagonals);

register('Cross', node => {
  const [a, b] = node.inputs.map(numbersOf);
  const {shape, dtype} = node.inputs[0];
  const out = storeFor(dtype, a.length);
  const mul = dtype === 'int32' ? Math.imul : (x, y) => x * y;
  for (let i = 0; i < out.length; i += 3) {
    out[i] = mul(a[i + 1], b[i + 2]) - mul(a[i + 2], b[i + 1]);
    out[i + 1] = mul(a[i + 2], b[i]) - mul(a[i], b[i + 2]);
    out[i + 2] = mul(a[i], b[i + 1]) - mul(a[i + 1], b[i]);
  }
  return tensorOf(out, shape, dtype);
});

register('ExtractImagePatches', node => {
  const [input] = node.inputs;
  const [batch, height, width, depth] = input.shape;
  const {ksizes, strides, rates, padding} = node.attrs;
  const reach = [1, 2].map(d => (ksizes[d] - 1) * rates[d] + 1);
  const same = padding.toLowerCase() === 'same';
  const [rows, columns] = [1, 2].map(d => {
    const size = input.shape[d];
    return Math.max(0, same ? Math.ceil(size / strides[d]) : Math.ceil((size - reach[d - 1] + 1) / strides[d]));
  });
  const before = [rows, columns].map((n, d) =>
    same ? Math.max(0, (n - 1) * strides[d + 1] + reach[d] - input.shape[d + 1]) >> 1 : 0,
  );
  const source = numbersOf(input);
  const out = storeFor(input.dtype, batch * rows * columns * ksizes[1] * ksizes[2] * depth);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < ksizes[1]; i++) {
          const y = r * strides[1] + i * rates[1] - before[0];
          for (let j = 0; j < ksizes[2]; j++) {
            const x = c * strides[2] + j * rates[2] - before[1];
            if (y >= 0 && y < height && x >= 0 && x < width) {
              copyRow(source, (b * height + y) * width + x, out, at, depth);
            }
            at++;
          }
        }
      }
    }
  }
  return tensorOf(out, [batch, rows, columns, ksizes[1] * ksizes[2] * depth], input.dtype);
});

register('L2Loss', node => {
  const source = numbersOf(node.inputs[0]);
  let sum = 0;
  for (const x of source) sum += x * x;
  return tensorOf(Float32Array.of(sum / 2), [], 'float32');
});

register('BatchMatMulV3', node =>
  tf.tidy(() => tf.matMul(node.inputs[0], node.inputs[1], node.attrs.adj_x, node.attrs.adj_y)),
);
register('Conj', node => {
  const [x] = node.inputs;
  return x.dtype !== 'complex64' ? x.clone() : tf.tidy(() => tf.complex(tf.real(x), tf.neg(tf.imag(x))));
});

// --- Functions of numbers -------------------------------------------------------------------------------------------

function erf(x) {
  const z = Math.abs(x);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(x) * 2 * Math.exp(-z * z) * sum) / Math.sqrt(Math.PI);
  }
  return x > 0 ? 1 - erfc(x) : x < 0 ? erfc(-x) - 1 : x;
}

function erfc(x) {
  if (!(x >= 2.5)) return x === -Infinity ? 2 : 1 - erf(x);
  if (x > 28) return 0;
  let fraction = 0;
  for (let n = 80; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

function erfinv(y) {
  if (!(Math.abs(y) < 1)) return y === 1 ? Infinity : y === -1 ? -Infinity : NaN;
  const w = Math.log((1 - y) * (1 + y));
  const t = 2 / (Math.PI * 0.147) + w / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(t * t - w / 0.147) - t);
  for (let i = 0; i < 3; i++) {
    const off = Math.abs(y) < 0.5 ? erf(x) - y : Math.sign(y) * (1 - Math.abs(y) - erfc(Math.abs(x)));
    const step = (off * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
    x -= step / (1 + x * step);
  }
  return x;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
function lgamma(x) {
  if (Math.abs(x) === Infinity) return Infinity;
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x - 2 * Math.round(x / 2))))) - lgamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += LANCZOS[i] / (z + i);
  const t = z + 7.5;
  return (z + 0.5) * Math.log(t) - t + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

function digamma(x) {
  if (x === 0 || x === -Infinity || (x < 0 && Number.isInteger(x))) return NaN;
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift -= 1 / z;
  const r = 1 / (z * z);
  return shift + Math.log(z) - 0.5 / z - r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r / 132))));
}

const halfEven = x => {
  const whole = Math.round(x);
  return Math.abs(x % 1) === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
};
const unary = run => node => {
  const [x] = node.inputs;
  return tensorOf(STORES[x.dtype].from(numbersOf(x), v => run(v)), x.shape, x.dtype);
};
register('Erfc', unary(erfc));
register('Erfinv', unary(erfinv));
register('Ndtri', unary(p => Math.SQRT2 * erfinv(2 * p - 1)));
register('Lgamma', unary(lgamma));
register('Digamma', unary(digamma));
register('Rint', unary(halfEven));
register('Softsign', unary(x => x / (1 + Math.abs(x))));
register('Inv', unary(x => 1 / x));
register('Invert', unary(x => ~x));

function broadcast(a, b, run, dtype) {
  const rank = Math.max(a.rank, b.rank);
  const pad = shape => new Array(rank - shape.length).fill(1).concat(shape);
  const [left, right] = [pad(a.shape), pad(b.shape)];
  const shape = left.map((n, d) => {
    if (n !== right[d] && n !== 1 && right[d] !== 1) throw new Error('shapes ' + a.shape + ' and ' + b.shape + ' differ');
    return n === 1 ? right[d] : n;
  });
  const [x, y] = [numbersOf(a), numbersOf(b)];
  const out = storeFor(dtype, sizeOf(shape));
  const strides = dims => dims.map((n, d) => (n === 1 ? 0 : sizeOf(dims.slice(d + 1))));
  const [sx, sy] = [strides(left), strides(right)];
  const at = new Int32Array(rank);
  for (let i = 0, p = 0, q = 0; i < out.length; i++) {
    out[i] = run(x[p], y[q]);
    for (let d = rank - 1; d >= 0; d--) {
      p += sx[d];
      q += sy[d];
      if (++at[d] < shape[d]) break;
      p -= sx[d] * shape[d];
      q -= sy[d] * shape[d];
      at[d] = 0;
    }
  }
  return tensorOf(out, shape, dtype);
}
const binary = run => node => broadcast(node.inputs[0], node.inputs[1], run, node.inputs[0].dtype);
register('Xlogy', binary((x, y) => (x === 0 ? 0 : x * Math.log(y))));
register('Xlog1py', binary((x, y) => (x === 0 ? 0 : x * Math.log1p(y))));
register('Xdivy', binary((x, y) => (x === 0 ? 0 : x / y)));
register('MulNoNan', binary((x, y) => (y === 0 ? 0 : x * y)));
register('TruncateDiv', binary((x, y) => Math.trunc(x / y)));
register('TruncateMod', binary((x, y) => x % y));
register('BitwiseOr', binary((x, y) => x | y));
register('BitwiseXor', binary((x, y) => x ^ y));
register('LeftShift', binary((x, y) => x << Math.min(31, Math.max(0, y))));
register('RightShift', binary((x, y) => x >> Math.min(31, Math.max(0, y))));
