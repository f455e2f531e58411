// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Hashes of strings. Part of hubbeam-ops.js, after ops-text.js.

// 64-bit words are pairs of 32 bits, [high, low].
function sipHash(key, data) {
  const v = new Int32Array(8);
  const k = key.map(w => [Number((w >> 32n) & 0xffffffffn) | 0, Number(w & 0xffffffffn) | 0]);
  const start = [0x736f6d65, 0x70736575, 0x646f7261, 0x6e646f6d, 0x6c796765, 0x6e657261, 0x74656462, 0x79746573];
  start.forEach((w, i) => (v[i] = w ^ k[(i >> 1) & 1][i & 1]));
  const add = (a, b) => {
    const low = (v[2 * a + 1] >>> 0) + (v[2 * b + 1] >>> 0);
    v[2 * a] = v[2 * a] + v[2 * b] + (low > 0xffffffff ? 1 : 0);
    v[2 * a + 1] = low | 0;
  };
  const rotate = (a, n) => {
    const high = v[2 * a];
    const low = v[2 * a + 1];
    v[2 * a] = (high << n) | (low >>> (32 - n));
    v[2 * a + 1] = (low << n) | (high >>> (32 - n));
  };
  const swap = a => {
    const high = v[2 * a];
    v[2 * a] = v[2 * a + 1];
    v[2 * a + 1] = high;
  };
  const xor = (a, b) => {
    v[2 * a] ^= v[2 * b];
    v[2 * a + 1] ^= v[2 * b + 1];
  };
  const round = () => {
    add(0, 1); rotate(1, 13); xor(1, 0); swap(0);
    add(2, 3); rotate(3, 16); xor(3, 2);
    add(0, 3); rotate(3, 21); xor(3, 0);
    add(2, 1); rotate(1, 17); xor(1, 2); swap(2);
  };
  const word = (i, n) => {
    let out = 0;
    for (let j = n - 1; j >= 0; j--) out = (out << 8) | (i + j < data.length ? data[i + j] : 0);
    return out;
  };
  const eat = (high, low) => {
    v[6] ^= high;
    v[7] ^= low;
    round();
    round();
    v[0] ^= high;
    v[1] ^= low;
  };
  let i = 0;
  for (; i + 8 <= data.length; i += 8) eat(word(i + 4, 4), word(i, 4));
  eat(word(i + 4, 3) | ((data.length & 255) << 24), word(i, 4));
  v[5] ^= 255;
  for (let n = 0; n < 4; n++) round();
  const part = j => BigInt((v[j] ^ v[2 + j] ^ v[4 + j] ^ v[6 + j]) >>> 0);
  return (part(0) << 32n) | part(1);
}

function hashed(node, hash) {
  const buckets = BigInt(node.node.rawAttrs.num_buckets.i);
  return fromWholes(node, bytes(node.inputs[0]).map(row => hash(row) % buckets), node.inputs[0].shape);
}

register('StringToHashBucketStrong', node => {
  const key = node.node.rawAttrs.key.list.i.map(w => BigInt.asUintN(64, BigInt(w)));
  return hashed(node, row => sipHash(key, row));
});

register('StringToHashBucketFast', node => hashed(node, row => {
  const print = tf.util.fingerPrint64(row);
  return (BigInt(print.high >>> 0) << 32n) | BigInt(print.low >>> 0);
}));

// Hash64 of TensorFlow, which is MurmurHash64A.
function hash64(row) {
  const mask = (1n << 64n) - 1n;
  const m = 0xc6a4a7935bd1e995n;
  let h = (0xdecafcaffen ^ ((BigInt(row.length) * m) & mask)) & mask;
  let i = 0;
  for (; i + 8 <= row.length; i += 8) {
    let k = 0n;
    for (let j = 7; j >= 0; j--) k = (k << 8n) | BigInt(row[i + j]);
    k = (k * m) & mask;
    k ^= k >> 47n;
    h = ((h ^ ((k * m) & mask)) * m) & mask;
  }
  if (i < row.length) {
    for (let j = row.length - 1; j >= i; j--) h ^= BigInt(row[j]) << BigInt(8 * (j - i));
    h = (h * m) & mask;
  }
  h ^= h >> 47n;
  h = (h * m) & mask;
  return h ^ (h >> 47n);
}
register('StringToHashBucket', node => hashed(node, hash64));
