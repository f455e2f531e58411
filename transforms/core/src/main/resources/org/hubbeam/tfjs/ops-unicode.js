// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Strings as code points. Part of hubbeam-ops.js, after ops-text.js.

function requireEncoding(node, name, known) {
  const encoding = attribute(node, name, 'UTF-8');
  if (!known.test(encoding)) throw new Error(node.node.op + ' with ' + name + ' ' + encoding + ' is not supported');
}
const UTF8 = /^utf-?8$/i;

// The first byte, and the range of the second one.
const LEADS = [
  [0xc2, 0xdf, 1, 0x80, 0xbf], [0xe0, 0xe0, 2, 0xa0, 0xbf], [0xe1, 0xec, 2, 0x80, 0xbf], [0xed, 0xed, 2, 0x80, 0x9f],
  [0xee, 0xef, 2, 0x80, 0xbf], [0xf0, 0xf0, 3, 0x90, 0xbf], [0xf1, 0xf3, 3, 0x80, 0xbf], [0xf4, 0xf4, 3, 0x80, 0x8f],
];

// The code point at a place, -1 for bytes that are none, and where the next one begins.
function pointAt(row, at) {
  const first = row[at];
  if (first < 0x80) return [first, at + 1];
  const lead = LEADS.find(l => first >= l[0] && first <= l[1]);
  if (!lead) return [-1, at + 1];
  let code = first & (0x3f >> lead[2]);
  for (let i = 1; i <= lead[2]; i++) {
    const next = row[at + i];
    if (!(next >= (i === 1 ? lead[3] : 0x80) && next <= (i === 1 ? lead[4] : 0xbf))) return [-1, at + i];
    code = (code << 6) | (next & 0x3f);
  }
  return [code, at + lead[2] + 1];
}

// Takes each code point of a row, with what stands for a wrong one, and its place.
function eachPoint(node, row, take) {
  const replacement = attribute(node, 'replacement_char', 65533);
  const errors = attribute(node, 'errors', 'replace');
  const controls = attribute(node, 'replace_control_characters', false);
  for (let at = 0; at < row.length;) {
    const [code, next] = pointAt(row, at);
    const wrong = code < 0 || (controls && code < 32);
    if (wrong && errors === 'strict') throw new Error('Invalid formatting on input string');
    if (!wrong || errors !== 'ignore') take(wrong ? replacement : code, at);
    at = next;
  }
}

function decode(node) {
  requireEncoding(node, 'input_encoding', UTF8);
  const splits = [0];
  const codes = [];
  const offsets = [];
  bytes(node.inputs[0]).forEach(row => {
    eachPoint(node, row, (code, at) => {
      codes.push(code);
      offsets.push(at);
    });
    splits.push(codes.length);
  });
  return [ints(splits, [splits.length]), ints(codes, [codes.length]), ints(offsets, [offsets.length])];
}
register('UnicodeDecode', node => decode(node).slice(0, 2));
register('UnicodeDecodeWithOffsets', decode);

// Texts in the encoding of an output.
function encoded(node, values, shape) {
  requireEncoding(node, 'output_encoding', /^UTF-(8|16-BE|32-BE)$/);
  const encoding = attribute(node, 'output_encoding', 'UTF-8');
  if (encoding === 'UTF-8') return strings(values, shape);
  const size = encoding === 'UTF-16-BE' ? 2 : 4;
  return strings(values.map(text => {
    const units = Array.from(size === 2 ? text.split('') : text, c => c.codePointAt(0));
    const view = new DataView(new ArrayBuffer(size * units.length));
    units.forEach((unit, i) => (size === 2 ? view.setUint16(2 * i, unit) : view.setUint32(4 * i, unit)));
    return new Uint8Array(view.buffer);
  }), shape);
}

function requireSplits(splits, size) {
  if (splits.length === 0 || splits[0] !== 0) throw new Error('First value in input_splits must be zero');
  if (splits[splits.length - 1] !== size) throw new Error('Last value in input_splits must be equal to length of input values');
  if (splits.some((s, i) => i > 0 && s < splits[i - 1])) throw new Error('Values in input_splits must be equal or in ascending order');
}

register('UnicodeEncode', node => {
  const codes = node.inputs[0].dataSync();
  const splits = node.inputs[1].dataSync();
  requireSplits(splits, codes.length);
  const replacement = attribute(node, 'replacement_char', 65533);
  const errors = attribute(node, 'errors', 'replace');
  // No character, and with errors ignored only what cannot be written.
  const isNone = code => code < 0 || code > 0x10ffff
    || (errors !== 'ignore' && ((code >= 0xd800 && code < 0xe000) || (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code < 0xfdf0)));
  const out = [];
  for (let i = 0; i + 1 < splits.length; i++) {
    let text = '';
    for (let j = splits[i]; j < splits[i + 1]; j++) {
      const wrong = isNone(codes[j]);
      if (wrong && errors === 'strict') throw new Error('UnicodeEncode: invalid code point ' + codes[j]);
      if (!wrong || errors === 'replace') text += String.fromCodePoint(wrong ? replacement : codes[j]);
    }
    out.push(text);
  }
  return encoded(node, out, [out.length]);
});

register('UnicodeTranscode', node => {
  requireEncoding(node, 'input_encoding', UTF8);
  return encoded(node, bytes(node.inputs[0]).map(row => {
    let text = '';
    eachPoint(node, row, code => (text += String.fromCodePoint(code)));
    return text;
  }), node.inputs[0].shape);
});

register('NormalizeUTF8', mapTexts((s, node) =>
  s.normalize(String(attribute(node, 'normalization_form', 'NFKC')).toUpperCase())));
