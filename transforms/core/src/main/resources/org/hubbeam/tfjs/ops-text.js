// Operations on strings, most of them on bytes, as TensorFlow has them. Part of hubbeam-ops.js, the first after ops-head.js.

const encoder = new TextEncoder();
// The runtime's own decoder takes a mark of byte order away, which TensorFlow keeps.
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

// The runtime makes texts of attributes lower case; the raw ones are base64 of UTF-8.
const utf8 = text => decoder.decode(Uint8Array.from(atob(text), c => c.charCodeAt(0)));
const attribute = (node, name, fallback) => {
  const raw = node.node.rawAttrs[name];
  if (raw === undefined) return fallback;
  if (typeof raw.s === 'string') return utf8(raw.s);
  const value = node.attrs[name];
  return value === undefined || value === null ? fallback : value;
};
const bytes = tensor => (tensor.size === 0 ? [] : tf.engine().readSync(tensor.dataId));
const texts = tensor => bytes(tensor).map(row => decoder.decode(row));
const strings = (values, shape) =>
  tf.engine().makeTensor(values.map(v => (typeof v === 'string' ? encoder.encode(v) : v)), shape, 'string');
const ints = (values, shape) => tf.tensor(Int32Array.from(values), shape, 'int32');
const mapTexts = change => node => strings(texts(node.inputs[0]).map(s => change(s, node)), node.inputs[0].shape);

// Bytes as a text of the characters 0 to 255: what is not UTF-8 stays as it is.
function byteText(row) {
  let text = '';
  for (let i = 0; i < row.length; i++) text += String.fromCharCode(row[i]);
  return text;
}

function textBytes(text) {
  const row = new Uint8Array(text.length);
  for (let i = 0; i < row.length; i++) row[i] = text.charCodeAt(i);
  return row;
}

const byteTexts = tensor => bytes(tensor).map(byteText);
const fromByteTexts = (values, shape) => tf.engine().makeTensor(values.map(textBytes), shape, 'string');
// Integers beyond int32, by the data of their tensors, which only what makes texts of them may read.
const WIDE = new WeakMap();
const wholes = tensor => WIDE.get(tensor.dataId);
const SAME_DATA = ['Identity', 'Reshape', 'ExpandDims', 'Squeeze', 'StopGradient', 'Snapshot', 'PreventGradient'];
const becomesTexts = node => node.children.length > 0
  && node.children.every(c => c.op === 'AsString' || (SAME_DATA.includes(c.op) && becomesTexts(c)));

function fromWholes(node, values, shape) {
  const result = ints(values.map(Number), shape);
  const wide = values.find(v => BigInt.asIntN(32, v) !== v);
  if (wide === undefined) return result;
  if (!becomesTexts(node.node)) {
    throw new Error(node.node.op + ' gave ' + wide + ', which the int32 of JavaScript cannot hold');
  }
  WIDE.set(result.dataId, values);
  return result;
}

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

// As many values as any of the inputs; scalars stand for all.
function shapeOfAll(tensors) {
  const whole = tensors.filter(t => t.rank > 0);
  whole.forEach(t => {
    if (t.shape.join() !== whole[0].shape.join()) {
      throw new Error('Input shapes do not match: [' + whole[0].shape + '] vs. [' + t.shape + ']');
    }
  });
  return whole.length > 0 ? whole[0].shape : [];
}

// Without an encoding the letters of ASCII; with one TensorFlow ends at a character of 0.
const cased = (letters, change) => node => {
  const [input] = node.inputs;
  return attribute(node, 'encoding', '') === ''
    ? fromByteTexts(byteTexts(input).map(s => s.replace(letters, change)), input.shape)
    : strings(texts(input).map(s => change(s.split('\0', 1)[0])), input.shape);
};
register('StringLower', cased(/[A-Z]+/g, s => s.toLowerCase()));
register('StringUpper', cased(/[a-z]+/g, s => s.toUpperCase()));
register('StringStrip', node => fromByteTexts(byteTexts(node.inputs[0]).map(strip), node.inputs[0].shape));

register('StringJoin', node => {
  const separator = byteText(encoder.encode(attribute(node, 'separator', '')));
  const shape = shapeOfAll(node.inputs);
  const size = shape.reduce((a, b) => a * b, 1);
  const parts = node.inputs.map(t => ({all: byteTexts(t), one: t.rank === 0}));
  const out = [];
  for (let i = 0; i < size; i++) out.push(parts.map(p => p.all[p.one ? 0 : i]).join(separator));
  return fromByteTexts(out, shape);
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
  const rows = byteTexts(node.inputs[0]);
  const separator = byteTexts(node.inputs[1])[0];
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
  return [ints(indices, [values.length, 2]), fromByteTexts(values, [values.length]), ints([rows.length, width], [2])];
});

// Where a character begins: bytes that go on belong to the one before them.
const begins = byte => (byte & 0xc0) !== 0x80;

register('StringLength', node =>
  ints(
    bytes(node.inputs[0]).map(row =>
      attribute(node, 'unit', 'BYTE') === 'UTF8_CHAR' ? row.reduce((n, b) => n + (begins(b) ? 1 : 0), 0) : row.length),
    node.inputs[0].shape));

// Where the units of a row begin, and its end.
function units(row, characters) {
  const starts = [];
  for (let i = 0; i < row.length; i++) if (!characters || i === 0 || begins(row[i])) starts.push(i);
  return starts.concat([row.length]);
}

register('Substr', node => {
  const [input, positions, lengths] = node.inputs;
  const characters = attribute(node, 'unit', 'BYTE') === 'UTF8_CHAR';
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(input.shape, positions.shape);
  const spread = t => (t.shape.join() === shape.join() ? t : tf.broadcastTo(t, shape)).dataSync();
  const from = spread(positions);
  const count = spread(lengths);
  const given = bytes(input);
  const places = given.map(row => units(row, characters));
  const index = spread(tf.tensor(Int32Array.from(given.keys()), input.shape, 'int32'));
  const out = [];
  for (let i = 0; i < index.length; i++) {
    const at = places[index[i]];
    const length = at.length - 1;
    const start = from[i] < 0 ? length + from[i] : from[i];
    if (start < 0 || start > length) {
      throw new Error('pos ' + from[i] + ' out of range for string of ' + length);
    }
    // A negative length is a very large one in bytes, and none in characters.
    const most = count[i] < 0 ? (characters ? 0 : length) : count[i];
    out.push(given[index[i]].slice(at[start], at[Math.min(length, start + most)]));
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
  if (dtype === 'bool') return text;
  const shown = sign || (fill === '+' || fill === ' ' ? fill : '');
  if (fill === '-') return (shown + text).padEnd(width, ' ');
  return fill === '0' && /\d/.test(text)
    ? shown + text.padStart(width - shown.length, '0') : (shown + text).padStart(width, ' ');
}

register('AsString', node => {
  const input = node.inputs[0];
  const given = wholes(input) || Array.from(input.dataSync());
  return strings(given.map(v => padded(signed(v, input.dtype, node), input.dtype, node)), input.shape);
});

const unconverted = text => new Error('StringToNumberOp could not correctly convert string: ' + text);

register('StringToNumber', node => {
  const [input] = node.inputs;
  const type = typeOf(node, 'out_type');
  if (type === 'DT_INT32' || type === 'DT_INT64') {
    return fromWholes(node, texts(input).map(given => {
      const text = strip(given);
      const number = /^-?\d+$/.test(text) ? BigInt(text) : null;
      if (number === null || BigInt.asIntN(type === 'DT_INT32' ? 32 : 64, number) !== number) throw unconverted(given);
      return number;
    }), input.shape);
  }
  const form = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)$/i;
  return tf.tensor(texts(input).map(given => {
    const text = strip(given);
    if (text === '' && given !== '') return 0;
    if (!form.test(text)) throw unconverted(given);
    if (/nan/i.test(text)) return NaN;
    return /inf/i.test(text) ? (text[0] === '-' ? -Infinity : Infinity) : Number(text);
  }), input.shape, 'float32');
});

register('ReduceJoin', node => {
  const [input, axes] = node.inputs;
  const separator = byteText(encoder.encode(attribute(node, 'separator', '')));
  const keep = attribute(node, 'keep_dims', false);
  const given = byteTexts(input);
  const reduced = axes.size === 0 && axes.rank > 0 ? [] : Array.from(axes.dataSync()).map(a => (a < 0 ? a + input.rank : a));
  const kept = input.shape.map((_, i) => i).filter(i => !reduced.includes(i));
  const strides = input.shape.map((_, i) => input.shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const walk = dims => dims.reduce(
    (all, d) => all.flatMap(o => Array.from({length: input.shape[d]}, (_, i) => o + i * strides[d])), [0]);
  const inner = walk(reduced.slice().reverse());
  const shape = keep ? input.shape.map((d, i) => (reduced.includes(i) ? 1 : d)) : kept.map(i => input.shape[i]);
  return fromByteTexts(walk(kept).map(o => inner.map(i => given[o + i]).join(separator)), shape);
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
