// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Random numbers from seeds: Philox 4x32-10 as TensorFlow counts it, so that the numbers are TensorFlow's. Part of
// hubbeam-ops.js, after ops-tensors.js. Keys and counters are whole numbers of 64 bits; between two operations each is two
// numbers of 32 bits, the low one first, so a key has 2 and a counter 4 where TensorFlow has 1 and 2.

class Philox {
  constructor(counter, key) {
    this.counter = Uint32Array.from(counter);
    this.key = Uint32Array.from(key);
    this.block = new Uint32Array(4);
    this.used = 4;
  }

  skip(blocks) {
    let carry = blocks;
    for (let i = 0; i < 4 && carry > 0; i++) {
      const sum = this.counter[i] + (carry % 4294967296);
      this.counter[i] = sum;
      carry = Math.floor(carry / 4294967296) + (sum >= 4294967296 ? 1 : 0);
    }
  }

  static high(a, b) {
    const [al, ah, bl, bh] = [a & 65535, a >>> 16, b & 65535, b >>> 16];
    const low = al * bl;
    const first = ah * bl + (low >>> 16);
    const second = al * bh + (first & 65535);
    return (ah * bh + Math.floor(first / 65536) + Math.floor(second / 65536)) >>> 0;
  }

  /** The next four numbers of 32 bits. */
  next() {
    let [c0, c1, c2, c3] = this.counter;
    let [k0, k1] = this.key;
    for (let round = 0; round < 10; round++) {
      const [h0, l0] = [Philox.high(0xd2511f53, c0), Math.imul(0xd2511f53, c0) >>> 0];
      const [h1, l1] = [Philox.high(0xcd9e8d57, c2), Math.imul(0xcd9e8d57, c2) >>> 0];
      [c0, c1, c2, c3] = [(h1 ^ c1 ^ k0) >>> 0, l1, (h0 ^ c3 ^ k1) >>> 0, l0];
      k0 = (k0 + 0x9e3779b9) >>> 0;
      k1 = (k1 + 0xbb67ae85) >>> 0;
    }
    this.skip(1);
    this.block[0] = c0;
    this.block[1] = c1;
    this.block[2] = c2;
    this.block[3] = c3;
    return this.block;
  }

  /** The next number of 32 bits. */
  one() {
    if (this.used === 4) {
      this.next();
      this.used = 0;
    }
    return this.block[this.used++];
  }
}

// The key and the counter of a seed of two numbers.
function scrambled(seedTensor) {
  const words = [];
  numbersOf(seedTensor).forEach(s => words.push(s >>> 0, s < 0 ? 0xffffffff : 0));
  const mix = new Philox(words, [0x3ec8f720, 0x02461e29]).next();
  return {key: [mix[0], mix[1]], counter: [0, 0, mix[2], mix[3]]};
}

// Two numbers of 32 bits for each of 64; a constant that fits into 32 bits comes as one.
function wordsOf(tensor, count) {
  const values = numbersOf(tensor);
  return values.length > count ? Array.from(values, v => v >>> 0) : Array.from(values).flatMap(v => [v >>> 0, v < 0 ? 0xffffffff : 0]);
}

function seeded(node) {
  if (/V2$/.test(node.node.op)) {
    const [, keyTensor, counterTensor, algorithm] = node.inputs;
    const kind = scalarOf(algorithm);
    requireThat(kind === 1 || kind === 3, node, 'of the algorithms only Philox (1) is there, not ' + kind);
    return new Philox(wordsOf(counterTensor, 2), wordsOf(keyTensor, 1));
  }
  const {key, counter} = scrambled(node.inputs[1]);
  return new Philox(counter, key);
}

register('StatelessRandomGetKeyCounter', node => {
  const {key, counter} = scrambled(node.inputs[0]);
  return [int32Of(key.map(k => k | 0), [2]), int32Of(counter.map(c => c | 0), [4])];
});
register('StatelessRandomGetAlg', () => int32Of([1], []));
register('StatelessRandomGetKeyCounterAlg', node => {
  const {key, counter} = scrambled(node.inputs[0]);
  return [int32Of(key.map(k => k | 0), [2]), int32Of(counter.map(c => c | 0), [4]), int32Of([1], [])];
});

const bitsBlock = new DataView(new ArrayBuffer(8));
const unit = {
  DT_FLOAT: x => {
    bitsBlock.setUint32(0, 0x3f800000 | (x & 0x7fffff));
    return bitsBlock.getFloat32(0) - 1;
  },
  DT_HALF: x => (x & 0x3ff) / 1024,
  DT_BFLOAT16: x => (x & 0x7f) / 128,
};
const unitDouble = (high, low) => ((high & 0xfffff) * 4294967296 + low) / 4503599627370496;

const uniform = node => {
  const shape = Array.from(numbersOf(node.inputs[0]));
  const out = new Float32Array(sizeOf(shape));
  const philox = seeded(node);
  const type = typeOf(node, 'dtype');
  const of = unit[type] || unit.DT_FLOAT;
  for (let i = 0; i < out.length; i++) {
    if (type === 'DT_DOUBLE') {
      out[i] = unitDouble(philox.one(), philox.one());
    } else {
      out[i] = of(philox.one());
    }
  }
  return tensorOf(out, shape, 'float32');
};
register('StatelessRandomUniform', uniform);
register('StatelessRandomUniformV2', uniform);

// Two normal numbers from two of 32 bits.
function boxMuller(x0, x1, pair) {
  const radius = f32(Math.sqrt(-2 * f32(Math.log(Math.max(unit.DT_FLOAT(x0), f32(1e-7))))));
  const angle = f32(f32(2 * Math.PI) * unit.DT_FLOAT(x1));
  pair[0] = f32(Math.sin(angle)) * radius;
  pair[1] = f32(Math.cos(angle)) * radius;
}
function boxMullerDouble(words, pair) {
  const radius = Math.sqrt(-2 * Math.log(Math.max(unitDouble(words[0], words[1]), 1e-7)));
  const angle = 2 * Math.PI * unitDouble(words[2], words[3]);
  pair[0] = Math.sin(angle) * radius;
  pair[1] = Math.cos(angle) * radius;
}

const normal = node => {
  const shape = Array.from(numbersOf(node.inputs[0]));
  const out = new Float32Array(sizeOf(shape));
  const philox = seeded(node);
  const double = typeOf(node, 'dtype') === 'DT_DOUBLE';
  const pair = new Float64Array(2);
  for (let i = 0; i < out.length; i += 2) {
    if (double) boxMullerDouble([philox.one(), philox.one(), philox.one(), philox.one()], pair);
    else boxMuller(philox.one(), philox.one(), pair);
    out[i] = pair[0];
    if (i + 1 < out.length) out[i + 1] = pair[1];
  }
  return tensorOf(out, shape, 'float32');
};
register('StatelessRandomNormal', normal);
register('StatelessRandomNormalV2', normal);

const truncated = node => {
  const shape = Array.from(numbersOf(node.inputs[0]));
  const out = new Float32Array(sizeOf(shape));
  const base = seeded(node);
  const double = typeOf(node, 'dtype') === 'DT_DOUBLE';
  const group = double ? 2 : 4;
  const pair = new Float64Array(2);
  for (let from = 0, skip = 0; from < out.length; from += group, skip += group * 64) {
    const philox = new Philox(base.counter, base.key);
    philox.skip(skip);
    for (let at = from; at < from + group; ) {
      if (double) boxMullerDouble([philox.one(), philox.one(), philox.one(), philox.one()], pair);
      else boxMuller(philox.one(), philox.one(), pair);
      for (let k = 0; k < 2 && at < from + group; k++) {
        if (Math.abs(pair[k]) < 2) out[at++] = pair[k];
      }
    }
  }
  return tensorOf(out, shape, 'float32');
};
register('StatelessTruncatedNormal', truncated);
register('StatelessTruncatedNormalV2', truncated);

const between = node => {
  const shape = Array.from(numbersOf(node.inputs[0]));
  const out = new Int32Array(sizeOf(shape));
  const philox = seeded(node);
  const [low, high] = node.inputs.slice(-2).map(scalarOf);
  requireThat(low < high || out.length === 0, node, 'needs a least number below the greatest, not ' + low + ' and ' + high);
  const wide = /64$/.test(typeOf(node, 'dtype'));
  const range = wide ? BigInt(high - low) : high - low;
  for (let i = 0; i < out.length; i++) {
    const word = philox.one();
    out[i] = low + (wide ? Number(((BigInt(philox.one()) << 32n) | BigInt(word)) % range) : word % range);
  }
  return int32Of(out, shape);
};
register('StatelessRandomUniformInt', between);
register('StatelessRandomUniformIntV2', between);

const full = node => {
  const type = typeOf(node, 'dtype');
  requireThat(type === 'DT_INT32' || type === 'DT_UINT32', node, 'numbers of 64 bits do not fit into what JavaScript has');
  const shape = Array.from(numbersOf(node.inputs[0]));
  const philox = seeded(node);
  return int32Of(Int32Array.from({length: sizeOf(shape)}, () => philox.one() | 0), shape);
};
register('StatelessRandomUniformFullInt', full);
register('StatelessRandomUniformFullIntV2', full);

register('StatelessMultinomial', node => {
  const [logitTensor, countTensor, seedTensor] = node.inputs;
  const logits = numbersOf(logitTensor);
  const [rows, classes] = logitTensor.shape;
  const count = scalarOf(countTensor);
  const {key, counter} = scrambled(seedTensor);
  const philox = new Philox(counter, key);
  const out = new Int32Array(rows * count);
  const sums = new Float64Array(classes);
  for (let r = 0; r < rows; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    const greatest = row.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, x) : m), lowest.float32);
    let total = 0;
    row.forEach((x, i) => (sums[i] = total += Number.isFinite(x) ? Math.exp(x - greatest) : 0));
    for (let i = 0; i < count; i++) {
      const find = unitDouble(philox.one(), philox.one()) * total;
      let from = 0;
      for (let to = classes; from < to; ) {
        const middle = (from + to) >> 1;
        if (find < sums[middle]) to = middle;
        else from = middle + 1;
      }
      out[r * count + i] = from;
    }
  }
  return int32Of(out, [rows, count]);
});
