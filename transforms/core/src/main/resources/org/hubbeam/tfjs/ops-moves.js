// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// What the runtime does with numbers only, for strings: their places are moved as numbers are. Part of hubbeam-ops.js, after
// ops-tensors.js.

// Runs an operation on some inputs, each of them a tensor or, of strings, the places of its values.
const moved = (at, run) => node =>
  tf.tidy(() => {
    const given = at.map(i => node.inputs[i]);
    if (given[0].dtype !== 'string') return run(node, ...given);
    const values = [];
    const places = given.map(t => {
      const from = values.length;
      for (const value of valuesOf(t)) values.push(value);
      return int32Of(Int32Array.from({length: t.size}, (_, k) => from + k), t.shape);
    });
    const texts = t => (t.dtype === 'int32' ? tf.engine().makeTensor(Array.from(numbersOf(t), k => values[k]), t.shape, 'string') : t);
    const result = run(node, ...places);
    return Array.isArray(result) ? result.map(texts) : texts(result);
  });

register('GatherV2', moved([0], (node, x) =>
  tf.gather(x, tf.cast(node.inputs[1], 'int32'), scalarOf(node.inputs[2]), node.attrs.batch_dims || 0)));
register('Select', moved([1, 2], (node, a, b) => tf.where(tf.cast(node.inputs[0], 'bool'), a, b)));
register('SelectV2', moved([1, 2], (node, a, b) => tf.where(tf.cast(node.inputs[0], 'bool'), a, b)));
register('BroadcastTo', moved([0], (node, x) => tf.broadcastTo(x, Array.from(numbersOf(node.inputs[1])))));
register('Tile', moved([0], (node, x) => tf.tile(x, Array.from(numbersOf(node.inputs[1])))));
register('ReverseV2', moved([0], (node, x) => tf.reverse(x, Array.from(numbersOf(node.inputs[1])))));
register('Transpose', moved([0], (node, x) => tf.transpose(x, Array.from(numbersOf(node.inputs[1])))));
register('Split', moved([1], (node, x) => tf.split(x, node.attrs.num_split, scalarOf(node.inputs[0]))));
register('SplitV', moved([0], (node, x) => tf.split(x, Array.from(numbersOf(node.inputs[1])), scalarOf(node.inputs[2]))));
register('TensorScatterUpdate', moved([0, 2], (node, x, updates) => tf.tensorScatterUpdate(x, node.inputs[1], updates)));
register('PadV2', moved([0, 2], (node, x, filler) => {
  const sizes = numbersOf(node.inputs[1]);
  return tf.pad(x, x.shape.map((_, d) => [sizes[2 * d], sizes[2 * d + 1]]), scalarOf(filler));
}));
register('ZerosLike', node => {
  const [x] = node.inputs;
  return x.dtype !== 'string' ? tf.zerosLike(x) : tf.engine().makeTensor(new Array(x.size).fill(new Uint8Array(0)), x.shape, 'string');
});

register('SparseFillEmptyRows', node => {
  const [indexTensor, values, shapeTensor, fallback] = node.inputs;
  const indices = numbersOf(indexTensor);
  const rank = indexTensor.shape[1];
  const rows = numbersOf(shapeTensor)[0];
  const count = values.size;
  const counts = new Int32Array(rows + 1);
  for (let i = 0; i < count; i++) {
    const row = indices[i * rank];
    requireThat(row >= 0 && row < rows, node, 'row ' + row + ' is not in [0, ' + rows + ')');
    counts[row + 1]++;
  }
  const empty = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    empty[row] = counts[row + 1] === 0 ? 1 : 0;
    counts[row + 1] = counts[row] + (counts[row + 1] || 1);
  }
  const size = counts[rows];
  const [source, filler] = [valuesOf(values), valuesOf(fallback)[0]];
  const out = storeFor(values.dtype, size);
  const places = new Int32Array(size * rank);
  const from = new Int32Array(count);
  for (let row = 0; row < rows; row++) {
    if (!empty[row]) continue;
    out[counts[row]] = filler;
    places[counts[row] * rank] = row;
  }
  const next = counts.slice();
  for (let i = 0; i < count; i++) {
    const to = (from[i] = next[indices[i * rank]]++);
    out[to] = source[i];
    copyRow(indices, i, places, to, rank);
  }
  return [
    int32Of(places, [size, rank]),
    values.dtype === 'string' ? tf.engine().makeTensor(out, [size], 'string') : tensorOf(out, [size], values.dtype),
    tensorOf(empty, [rows], 'bool'),
    int32Of(from, [count]),
  ];
});

register('Div', node =>
  node.inputs[0].dtype === 'int32'
    ? broadcast(node.inputs[0], node.inputs[1], (x, y) => Math.trunc(x / y), 'int32')
    : tf.div(node.inputs[0], node.inputs[1]));
register('Mod', binary((x, y) => x % y));
