// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Serialized tf.train.Example records, which a page gives as Uint8Array in a tensor of strings. Part of hubbeam-ops.js, after
// ops-tensors.js.

// Calls field(number, wire type, reader) for each field of a message.
class ProtoReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  varint() {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.bytes.length) break;
      const byte = this.bytes[this.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw new Error('a serialized Example is damaged');
  }

  block() {
    const size = Number(this.varint());
    if (size < 0 || this.at + size > this.bytes.length) throw new Error('a serialized Example is damaged');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  float() {
    if (this.at + 4 > this.bytes.length) throw new Error('a serialized Example is damaged');
    this.at += 4;
    return this.view.getFloat32(this.at - 4, true);
  }

  fields(field) {
    while (this.at < this.bytes.length) {
      const tag = Number(this.varint());
      const [number, wire] = [tag >>> 3, tag & 7];
      if (field(number, wire)) continue;
      if (wire === 0) this.varint();
      else if (wire === 1) this.at += 8;
      else if (wire === 2) this.block();
      else if (wire === 5) this.at += 4;
      else throw new Error('a serialized Example is damaged');
    }
  }
}

function int32Value(value) {
  if (value < -2147483648n || value > 2147483647n) {
    throw new Error('an Example has the number ' + value + ', which does not fit into 32 bits');
  }
  return Number(value);
}

function listOf(bytes, kind) {
  const values = [];
  const reader = new ProtoReader(bytes);
  const read = {
    string: r => r.block(),
    float32: r => r.float(),
    int32: r => int32Value(r.varint()),
  }[kind];
  reader.fields((number, wire) => {
    if (number !== 1) return false;
    if (wire === 2 && kind !== 'string') {
      const packed = new ProtoReader(reader.block());
      while (packed.at < packed.bytes.length) values.push(read(packed));
    } else {
      values.push(read(reader));
    }
    return true;
  });
  return values;
}

const KINDS = {1: 'string', 2: 'float32', 3: 'int32'};

function featureOf(bytes) {
  let feature = null;
  const reader = new ProtoReader(bytes);
  reader.fields((number, wire) => {
    if (!(number in KINDS) || wire !== 2) return false;
    feature = {kind: KINDS[number], block: reader.block()};
    return true;
  });
  return feature;
}

// The features of an Example that are asked for, by name.
function featuresOf(bytes, asked) {
  const found = new Map();
  const decoder = new TextDecoder();
  const example = new ProtoReader(bytes);
  example.fields((number, wire) => {
    if (number !== 1 || wire !== 2) return false;
    const features = new ProtoReader(example.block());
    features.fields((n, w) => {
      if (n !== 1 || w !== 2) return false;
      let key = '';
      let value = new Uint8Array(0);
      const entry = new ProtoReader(features.block());
      entry.fields((k, t) => {
        if (t !== 2 || k > 2) return false;
        if (k === 1) key = decoder.decode(entry.block());
        else value = entry.block();
        return true;
      });
      if (asked.has(key)) found.set(key, featureOf(value));
      return true;
    });
    return true;
  });
  return found;
}

const DTYPES = {DT_FLOAT: 'float32', DT_INT64: 'int32', DT_INT32: 'int32', DT_STRING: 'string'};
const typesOf = (node, name) => ((attrOf(node, name).list || {}).type || []).map(t => DTYPES[t]);
const tensorFrom = (values, shape, dtype) =>
  dtype === 'string' ? tf.engine().makeTensor(values, shape, 'string') : tensorOf(STORES[dtype].from(values), shape, dtype);

function parseExamples(node, serialized, sparseKeys, denseKeys, raggedKeys, defaults) {
  const single = serialized.rank === 0;
  const asked = new Set([...sparseKeys, ...denseKeys, ...raggedKeys]);
  const rows = valuesOf(serialized).map(bytes => featuresOf(bytes, asked));
  const lists = (key, dtype) =>
    rows.map(row => {
      const feature = row.get(key);
      if (!feature) return null;
      requireThat(feature.kind === dtype, node, 'the feature ' + key + ' has values of ' + feature.kind + ', not of ' + dtype);
      return listOf(feature.block, dtype);
    });
  const sparseTypes = typesOf(node, 'sparse_types');
  const sparse = sparseKeys.map((key, k) => {
    const all = lists(key, sparseTypes[k]).map(list => list || []);
    const indices = all.flatMap((list, row) => list.flatMap((_, i) => (single ? [i] : [row, i])));
    const values = all.flat();
    const width = all.reduce((most, list) => Math.max(most, list.length), 0);
    return [
      int32Of(indices, [values.length, single ? 1 : 2]),
      tensorFrom(values, [values.length], sparseTypes[k]),
      int32Of(single ? [width] : [rows.length, width], [single ? 1 : 2]),
    ];
  });
  const denseTypes = typesOf(node, 'Tdense');
  const denseShapes = node.attrs.dense_shapes || [];
  const dense = denseKeys.map((key, k) => {
    const fallback = valuesOf(defaults[k]);
    const given = lists(key, denseTypes[k]);
    const variable = denseShapes[k].length > 0 && denseShapes[k][0] === -1;
    const inner = variable ? denseShapes[k].slice(1) : denseShapes[k];
    const width = sizeOf(inner);
    const longest = variable ? given.reduce((most, list) => Math.max(most, list ? list.length / width : 0), 0) : 1;
    const values = [];
    given.forEach(list => {
      const size = width * longest;
      if (variable) {
        const filler = fallback.length > 0 ? fallback[0] : denseTypes[k] === 'string' ? new Uint8Array(0) : 0;
        for (let i = 0; i < size; i++) values.push(list && i < list.length ? list[i] : filler);
        return;
      }
      requireThat(list || fallback.length > 0, node, 'the feature ' + key + ' is required and not there');
      requireThat(!list || list.length === size, node, 'the feature ' + key + ' has ' + (list || []).length + ' values, not ' + size);
      for (let i = 0; i < size; i++) values.push(list ? list[i] : fallback[fallback.length === 1 ? 0 : i]);
    });
    return tensorFrom(values, [...(single ? [] : [rows.length]), ...(variable ? [longest] : []), ...inner], denseTypes[k]);
  });
  const raggedTypes = typesOf(node, 'ragged_value_types');
  const ragged = raggedKeys.map((key, k) => {
    const all = lists(key, raggedTypes[k]).map(list => list || []);
    const splits = [0];
    all.forEach(list => splits.push(splits[splits.length - 1] + list.length));
    const values = all.flat();
    return [tensorFrom(values, [values.length], raggedTypes[k]), single ? int32Of([], [0]) : int32Of(splits, [splits.length])];
  });
  return [
    ...[0, 1, 2].flatMap(part => sparse.map(s => s[part])),
    ...dense,
    ...[0, 1].flatMap(part => ragged.map(r => r[part])),
  ];
}

const keysOf = t => (t.size === 0 ? [] : Array.from(t.dataSync()));
register('ParseExampleV2', node => {
  const [serialized, , sparseKeys, denseKeys, raggedKeys, ...defaults] = node.inputs;
  return parseExamples(node, serialized, keysOf(sparseKeys), keysOf(denseKeys), keysOf(raggedKeys), defaults);
});
register('ParseExample', node => {
  const {Nsparse: sparse, Ndense: dense} = node.attrs;
  const keys = node.inputs.slice(2, 2 + sparse + dense).map(t => keysOf(t)[0]);
  return parseExamples(node, node.inputs[0], keys.slice(0, sparse), keys.slice(sparse), [], node.inputs.slice(2 + sparse + dense));
});
