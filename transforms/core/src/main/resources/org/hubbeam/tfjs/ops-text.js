const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const WIDE = new WeakMap();

// The runtime makes texts of attributes lower case; the raw ones are base64 of UTF-8.
const utf8 = text => new TextDecoder().decode(Uint8Array.from(atob(text), c => c.charCodeAt(0)));
const attribute = (node, name, fallback) => {
  const raw = node.node.rawAttrs[name];
  if (raw === undefined) return fallback;
  if (typeof raw.s === 'string') return utf8(raw.s);
  const value = node.attrs[name];
  return value === undefined || value === null ? fallback : value;
};
const texts = tensor => (tensor.size === 0 ? [] : Array.from(tensor.dataSync()));
const bytes = tensor => (tensor.size === 0 ? [] : tf.engine().readSync(tensor.dataId));
const strings = (values, shape) =>
  tf.engine().makeTensor(values.map(v => (typeof v === 'string' ? encoder.encode(v) : v)), shape, 'string');
const ints = (values, shape) => tf.tensor(Int32Array.from(values), shape, 'int32');
const mapTexts = change => node => strings(texts(node.inputs[0]).map(s => change(s, node)), node.inputs[0].shape);
const isSpace = code => code === 32 || (code >= 9 && code <= 13);

function stripStart(text) {
  let from = 0;
  while (from < text.length && isSpace(text.charCodeAt(from))) from++;
  return text.slice(from);
}

function strip(text) {
  let to = text.length;
  while (to > 0 && isSpace(text.charCodeAt(to - 1))) to--;
  return stripStart(text.slice(0, to));
}

// As many values as the largest of the inputs; scalars stand for all.
function shapeOfAll(tensors) {
  const whole = tensors.find(t => t.rank > 0);
  return whole ? whole.shape : [];
}

register('StringLower', mapTexts((s, node) =>
  attribute(node, 'encoding', '') === '' ? s.replace(/[A-Z]/g, c => c.toLowerCase()) : s.toLowerCase()));
register('StringUpper', mapTexts((s, node) =>
  attribute(node, 'encoding', '') === '' ? s.replace(/[a-z]/g, c => c.toUpperCase()) : s.toUpperCase()));
register('StringStrip', mapTexts(strip));

register('StringJoin', node => {
  const separator = attribute(node, 'separator', '');
  const shape = shapeOfAll(node.inputs);
  const size = shape.reduce((a, b) => a * b, 1);
  const parts = node.inputs.map(t => ({all: texts(t), one: t.rank === 0}));
  const out = [];
  for (let i = 0; i < size; i++) out.push(parts.map(p => p.all[p.one ? 0 : i]).join(separator));
  return strings(out, shape);
});

function splitText(text, separator, most) {
  const out = [];
  if (most === 0) return [text];
  if (separator === '') {
    let rest = stripStart(text);
    while (rest !== '') {
      let end = 0;
      while (end < rest.length && !isSpace(rest.charCodeAt(end))) end++;
      out.push(rest.slice(0, end));
      rest = stripStart(rest.slice(end));
      if (out.length === most) return out.concat([rest]);
    }
    return out;
  }
  let from = 0;
  while (most < 0 || out.length < most) {
    const at = text.indexOf(separator, from);
    if (at < 0) break;
    out.push(text.slice(from, at));
    from = at + separator.length;
  }
  out.push(text.slice(from));
  return out;
}

register('StringSplitV2', node => {
  const rows = texts(node.inputs[0]);
  const separator = texts(node.inputs[1])[0];
  const most = attribute(node, 'maxsplit', -1);
  const indices = [];
  const values = [];
  let width = 0;
  rows.forEach((row, i) => {
    const parts = splitText(row, separator, most);
    parts.forEach((part, j) => {
      indices.push(i, j);
      values.push(part);
    });
    width = Math.max(width, parts.length);
  });
  return [ints(indices, [values.length, 2]), strings(values, [values.length]), ints([rows.length, width], [2])];
});

const codePoints = text => Array.from(text).length;

register('StringLength', node =>
  ints(
    attribute(node, 'unit', 'BYTE') === 'UTF8_CHAR'
      ? texts(node.inputs[0]).map(codePoints)
      : bytes(node.inputs[0]).map(b => b.length),
    node.inputs[0].shape));

register('Substr', node => {
  const [input, positions, lengths] = node.inputs;
  const characters = attribute(node, 'unit', 'BYTE') === 'UTF8_CHAR';
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(input.shape, positions.shape);
  const spread = t => (t.shape.join() === shape.join() ? t : tf.broadcastTo(t, shape)).dataSync();
  const from = spread(positions);
  const count = spread(lengths);
  const given = characters ? texts(input).map(t => Array.from(t)) : bytes(input);
  const index = spread(tf.tensor(Int32Array.from(given.keys()), input.shape, 'int32'));
  const out = [];
  for (let i = 0; i < index.length; i++) {
    const row = given[index[i]];
    const start = from[i] < 0 ? row.length + from[i] : from[i];
    if (start < 0 || start > row.length) {
      throw new Error('pos ' + from[i] + ' out of range for string of ' + row.length);
    }
    const part = row.slice(start, start + Math.max(0, count[i]));
    out.push(characters ? part.join('') : part);
  }
  return strings(out, shape);
});

// What the converter made of a pattern of RE2.
const PATTERNS = new Map();
function pattern(node, flags) {
  const source = attribute(node, '_hubbeam_js', attribute(node, 'pattern', null));
  if (source === null) throw new Error(node.node.op + ' without a pattern for JavaScript');
  const all = 'u' + flags;
  const key = all + '/' + source;
  if (!PATTERNS.has(key)) PATTERNS.set(key, new RegExp(source, all));
  return PATTERNS.get(key);
}

// RE2 has no empty match where the match before it ended.
function replace(node) {
  const global = attribute(node, 'replace_global', true);
  const search = pattern(node, global ? 'g' : '');
  const rewrite = attribute(node, '_hubbeam_rewrite', attribute(node, 'rewrite', ''));
  const single = pattern(node, '');
  const change = text => {
    let end = -1;
    return text.replace(search, (match, ...rest) => {
      const groups = typeof rest[rest.length - 1] === 'object' ? rest.slice(0, -1) : rest;
      const offset = groups[groups.length - 2];
      if (match === '' && offset === end) return '';
      end = offset + match.length;
      return rewrite.replace(/\$(\$|&|0\d)/g, (_, what) =>
        what === '$' ? '$' : what === '&' ? match : groups[Number(what) - 1] || '');
    });
  };
  return strings(texts(node.inputs[0]).map(s => (global || single.test(s) ? change(s) : s)), node.inputs[0].shape);
}
register('StaticRegexReplace', replace);
register('RegexReplace', replace);

function matches(node) {
  const search = pattern(node, '');
  return tf.tensor(texts(node.inputs[0]).map(s => search.test(s)), node.inputs[0].shape, 'bool');
}
register('StaticRegexFullMatch', matches);
register('RegexFullMatch', matches);

// As C prints numbers: of their exact values, ties to even.
function rounded(size, power) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const exponent = BigInt((biased || 1) - 1075);
  let top = (bits & ((1n << 52n) - 1n)) | (biased ? 1n << 52n : 0n);
  let bottom = 1n;
  if (power >= 0) top *= 10n ** BigInt(power);
  else bottom *= 10n ** BigInt(-power);
  if (exponent >= 0n) top <<= exponent;
  else bottom <<= -exponent;
  const whole = top / bottom;
  const twice = 2n * (top % bottom);
  return twice > bottom || (twice === bottom && whole & 1n) ? whole + 1n : whole;
}

function fixed(size, digits) {
  const all = String(rounded(size, digits)).padStart(digits + 1, '0');
  return digits === 0 ? all : all.slice(0, -digits) + '.' + all.slice(-digits);
}

function scientific(size, digits) {
  let exponent = size === 0 ? 0 : parseInt(size.toExponential(20).split('e')[1], 10);
  let all = String(rounded(size, digits - exponent));
  if (all.length > digits + 1) all = String(rounded(size, digits - ++exponent));
  all = all.padStart(digits + 1, '0');
  const shown = digits === 0 ? all : all[0] + '.' + all.slice(1);
  return shown + 'e' + (exponent < 0 ? '-' : '+') + String(Math.abs(exponent)).padStart(2, '0');
}

function shortest(size, digits) {
  const precision = digits === 0 ? 1 : digits;
  const exponent = size === 0 ? 0 : parseInt(scientific(size, precision - 1).split('e')[1], 10);
  const plain = exponent < -4 || exponent >= precision
    ? scientific(size, precision - 1) : fixed(size, precision - 1 - exponent);
  return plain.includes('.') ? plain.replace(/\.?0+(e|$)/, '$1') : plain;
}

// The sign apart, since zeros go between.
function signed(value, dtype, node) {
  if (dtype === 'bool') return ['', value ? 'true' : 'false'];
  if (dtype !== 'float32') return [value < 0 ? '-' : '', String(value).replace('-', '')];
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return [sign, Number.isNaN(size) ? 'nan' : 'inf'];
  const digits = attribute(node, 'precision', -1) < 0 ? 6 : attribute(node, 'precision', -1);
  if (attribute(node, 'scientific', false)) return [sign, scientific(size, digits)];
  return [sign, attribute(node, 'shortest', false) ? shortest(size, digits) : fixed(size, digits)];
}

function padded([sign, text], dtype, node) {
  const fill = attribute(node, 'fill', '');
  const width = Math.max(0, attribute(node, 'width', -1));
  if (dtype === 'bool') return text.padStart(width, ' ');
  const shown = sign || (fill === '+' || fill === ' ' ? fill : '');
  if (fill === '-') return (shown + text).padEnd(width, ' ');
  return fill === '0' && /\d/.test(text)
    ? shown + text.padStart(width - shown.length, '0') : (shown + text).padStart(width, ' ');
}

register('AsString', node => {
  const input = node.inputs[0];
  const given = WIDE.get(input.dataId) || Array.from(input.dataSync());
  return strings(given.map(v => padded(signed(v, input.dtype, node), input.dtype, node)), input.shape);
});

register('StringToNumber', node => {
  const whole = attribute(node, 'out_type', 'float32') === 'int32';
  const form = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)$/i;
  const wide = [];
  const out = texts(node.inputs[0]).map(given => {
    const text = strip(given);
    if (!form.test(text)) throw new Error('StringToNumberOp could not correctly convert string: ' + given);
    if (whole) {
      wide.push(BigInt(text.replace(/^\+/, '')));
      return Number(wide[wide.length - 1]);
    }
    if (/nan/i.test(text)) return NaN;
    return /inf/i.test(text) ? (text[0] === '-' ? -Infinity : Infinity) : Number(text);
  });
  const result = tf.tensor(out, node.inputs[0].shape, whole ? 'int32' : 'float32');
  if (whole) WIDE.set(result.dataId, wide);
  return result;
});

function decode(node, withOffsets) {
  const rows = bytes(node.inputs[0]);
  const replacement = attribute(node, 'replacement_char', 65533);
  const errors = attribute(node, 'errors', 'replace');
  const controls = attribute(node, 'replace_control_characters', false);
  const splits = [0];
  const codes = [];
  const offsets = [];
  const decoder = new TextDecoder('utf-8', {fatal: errors === 'strict', ignoreBOM: true});
  rows.forEach(row => {
    let offset = 0;
    for (const character of decoder.decode(row)) {
      const code = character.codePointAt(0);
      const wrong = code === 65533 && !(row[offset] === 0xef && row[offset + 1] === 0xbf && row[offset + 2] === 0xbd);
      const replaced = wrong || (controls && code < 32);
      if (!(replaced && errors === 'ignore')) {
        codes.push(replaced ? replacement : code);
        offsets.push(offset);
      }
      offset += wrong ? 1 : code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    splits.push(codes.length);
  });
  const out = [ints(splits, [splits.length]), ints(codes, [codes.length])];
  if (withOffsets) out.push(ints(offsets, [offsets.length]));
  return out;
}
register('UnicodeDecode', node => decode(node, false));
register('UnicodeDecodeWithOffsets', node => decode(node, true));

register('UnicodeEncode', node => {
  const codes = node.inputs[0].dataSync();
  const splits = node.inputs[1].dataSync();
  const replacement = attribute(node, 'replacement_char', 65533);
  const errors = attribute(node, 'errors', 'replace');
  const out = [];
  for (let i = 0; i + 1 < splits.length; i++) {
    const row = [];
    for (let j = splits[i]; j < splits[i + 1]; j++) {
      const bad = codes[j] < 0 || codes[j] > 0x10ffff || (codes[j] >= 0xd800 && codes[j] < 0xe000);
      if (bad && errors === 'strict') throw new Error('UnicodeEncode: invalid code point ' + codes[j]);
      if (!bad || errors === 'replace') row.push(String.fromCodePoint(bad ? replacement : codes[j]));
    }
    out.push(row.join(''));
  }
  return strings(out, [out.length]);
});

register('UnicodeTranscode', mapTexts((s, node) => {
  const replacement = String.fromCodePoint(attribute(node, 'replacement_char', 65533));
  const ignore = attribute(node, 'errors', 'replace') === 'ignore';
  const wrong = attribute(node, 'replace_control_characters', false) ? /[\ufffd\0-\x1f]/g : /\ufffd/g;
  return s.replace(wrong, ignore ? '' : replacement);
}));

register('NormalizeUTF8', mapTexts((s, node) =>
  s.normalize(String(attribute(node, 'normalization_form', 'NFKC')).toUpperCase())));

register('ReduceJoin', node => {
  const [input, axes] = node.inputs;
  const separator = attribute(node, 'separator', '');
  const keep = attribute(node, 'keep_dims', false);
  const given = texts(input);
  const reduced = axes.size === 0 && axes.rank > 0 ? [] : Array.from(axes.dataSync()).map(a => (a < 0 ? a + input.rank : a));
  const kept = input.shape.map((_, i) => i).filter(i => !reduced.includes(i));
  const strides = input.shape.map((_, i) => input.shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const walk = dims => dims.reduce(
    (all, d) => all.flatMap(o => Array.from({length: input.shape[d]}, (_, i) => o + i * strides[d])), [0]);
  const inner = walk(reduced.slice().reverse());
  const shape = keep ? input.shape.map((d, i) => (reduced.includes(i) ? 1 : d)) : kept.map(i => input.shape[i]);
  return strings(walk(kept).map(o => inner.map(i => given[o + i]).join(separator)), shape);
});

const RAW = {
  DT_UINT8: [1, 'getUint8'], DT_INT8: [1, 'getInt8'], DT_UINT16: [2, 'getUint16'], DT_INT16: [2, 'getInt16'],
  DT_INT32: [4, 'getInt32'], DT_FLOAT: [4, 'getFloat32'], DT_DOUBLE: [8, 'getFloat64'], DT_BOOL: [1, 'getUint8'],
};
register('DecodeRaw', node => {
  const input = node.inputs[0];
  const rows = bytes(input);
  const type = node.node.rawAttrs.out_type.type;
  const form = RAW[type];
  if (!form) throw new Error('DecodeRaw to ' + type + ' is not supported');
  const [size, read] = form;
  const length = rows.length === 0 ? 0 : rows[0].length;
  if (rows.some(r => r.length !== length)) throw new Error('DecodeRaw requires input strings to all be the same size');
  if (length % size !== 0) throw new Error('Input to DecodeRaw has length ' + length + ' that is not a multiple of ' + size);
  const little = attribute(node, 'little_endian', true);
  const out = [];
  rows.forEach(row => {
    const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
    for (let i = 0; i < length; i += size) out.push(view[read](i, little));
  });
  const dtype = type === 'DT_BOOL' ? 'bool' : type === 'DT_FLOAT' || type === 'DT_DOUBLE' ? 'float32' : 'int32';
  return tf.tensor(out, input.shape.concat([length / size]), dtype);
});

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
register('EncodeBase64', node => strings(bytes(node.inputs[0]).map(row => {
  let out = '';
  for (let i = 0; i < row.length; i += 3) {
    const block = (row[i] << 16) | ((row[i + 1] || 0) << 8) | (row[i + 2] || 0);
    const letters = [18, 12, 6, 0].map(s => BASE64[(block >> s) & 63]).join('');
    out += letters.slice(0, Math.min(4, row.length - i + 1));
  }
  return attribute(node, 'pad', false) ? out.padEnd(Math.ceil(out.length / 4) * 4, '=') : out;
}), node.inputs[0].shape));
register('DecodeBase64', node => strings(texts(node.inputs[0]).map(text => {
  const plain = text.replace(/=+$/, '');
  if (plain.length % 4 === 1) throw new Error('Invalid character found in base64.');
  const out = [];
  let bits = 0;
  let block = 0;
  for (const letter of plain) {
    const value = BASE64.indexOf(letter);
    if (value < 0) throw new Error('Invalid character found in base64.');
    block = ((block << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push((block >> bits) & 255);
    }
  }
  return Uint8Array.from(out);
}), node.inputs[0].shape));

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
  const buckets = BigInt(attribute(node, 'num_buckets', 1));
  const wide = bytes(node.inputs[0]).map(row => hash(row) % buckets);
  const result = ints(wide.map(Number), node.inputs[0].shape);
  WIDE.set(result.dataId, wide);
  return result;
}

register('StringToHashBucketStrong', node => {
  const key = attribute(node, '_hubbeam_key', null);
  const parts = key === null ? attribute(node, 'key', [0, 0]).map(BigInt) : key.split(',').map(BigInt);
  const mask = (1n << 64n) - 1n;
  return hashed(node, row => sipHash(parts.map(p => p & mask), row));
});

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
