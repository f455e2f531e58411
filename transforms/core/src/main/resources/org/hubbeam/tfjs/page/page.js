'use strict';
const {config, json, weights} = window.hubbeamModel;
const $ = id => document.getElementById(id);
const make = (tag, values, ...children) => {
  const element = Object.assign(document.createElement(tag), values);
  element.append(...children);
  return element;
};
const milliseconds = value => (value < 10 ? value.toFixed(1) : Math.round(value)) + ' ms';
const MOST = 8;
let model = null;
let calls = [];
const seen = [];

function fail(error) {
  $('error').textContent = String((error && error.message) || error).split('\n')[0];
  $('error').hidden = false;
}

function artifacts() {
  const bytes = Uint8Array.from(atob(weights), c => c.charCodeAt(0));
  return {...json, weightSpecs: json.weightsManifest.flatMap(g => g.weights), weightData: bytes.buffer};
}

async function load() {
  $('run').disabled = true;
  $('error').hidden = true;
  const wanted = $('backend').value;
  if (model) model.dispose();
  if (!(await tf.setBackend(wanted).catch(() => false))) {
    $('backend').value = 'cpu';
    await tf.setBackend('cpu');
  }
  await tf.ready();
  const start = performance.now();
  model = await tf.loadGraphModel({load: async () => artifacts()});
  calls = [];
  $('backend').value = tf.getBackend();
  $('status').textContent = 'loaded in ' + milliseconds(performance.now() - start) + ' on ' + tf.getBackend();
  $('times').textContent = '';
  $('run').disabled = false;
}

const dtype = input => (input.dtype === 'string' || input.dtype === 'bool' ? input.dtype : /^(float|half|bfloat|double)/.test(input.dtype) ? 'float32' : 'int32');
const lines = text => text.split('\n').filter(line => line.trim() !== '');

function textField(input) {
  const area = make('textarea', {id: 'in-' + input.name, value: input.example || 'a parcel has arrived', spellcheck: false});
  const others = make('textarea', {id: 'others', value: config.sentences.join('\n'), spellcheck: false});
  const field = make('div', {className: 'field'},
    make('label', {htmlFor: area.id, textContent: input.name + ': a text on each line'}), area);
  if (config.vectors) {
    field.append(make('label', {htmlFor: others.id, textContent: 'compared with'}), others);
  }
  return {
    field,
    names: () => lines(area.value),
    tensor: () => texts(input, lines(area.value)),
    others: () => (config.vectors ? lines(others.value) : []),
    otherTensor: given => texts(input, given),
  };
}

function texts(input, given) {
  if (given.length === 0) throw new Error('give a text');
  return input.shape && input.shape.length === 0 ? tf.scalar(given[0], 'string') : tf.tensor(given, [given.length], 'string');
}

function imageField(input) {
  const [height, width] = input.shape.slice(-3);
  const canvas = make('canvas', {width: width > 0 ? width : 224, height: height > 0 ? height : 224, hidden: true});
  const file = make('input', {type: 'file', accept: 'image/*', id: 'in-' + input.name});
  const whole = dtype(input) === 'int32';
  const range = make('select', {id: 'range'});
  [['0 to 1', 1 / 255, 0], ['-1 to 1', 2 / 255, -1], ['0 to 255', 1, 0]].forEach(([name], i) => range.append(make('option', {value: i, textContent: name})));
  range.value = whole ? 2 : 0;
  let name = null;
  const draw = async blob => {
    try {
      const picture = await createImageBitmap(blob);
      if (!(width > 0)) {
        const scale = Math.min(1, 512 / Math.max(picture.width, picture.height));
        canvas.width = Math.max(1, Math.round(picture.width * scale));
        canvas.height = Math.max(1, Math.round(picture.height * scale));
      }
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
      name = blob.name || 'picture ' + (seen.length + 1);
      $('form').requestSubmit();
    } catch (error) {
      fail('this is not a picture that the browser can read');
    }
  };
  file.addEventListener('change', () => file.files[0] && draw(file.files[0]));
  const drop = make('div', {className: 'drop'}, make('label', {htmlFor: file.id, textContent: input.name + ': drop a picture here, or choose one'}), file, canvas);
  drop.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files[0]) draw(event.dataTransfer.files[0]);
  });
  return {
    field: make('div', {className: 'field'}, drop, make('p', {className: 'row'}, make('label', {htmlFor: 'range', textContent: 'values of pixels'}), range)),
    names: () => [name],
    tensor: () => {
      if (!name) throw new Error('give a picture');
      const [scale, low] = [[1 / 255, 0], [2 / 255, -1], [1, 0]][range.value];
      const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      const values = new Float32Array(canvas.width * canvas.height * 3);
      for (let i = 0; i < values.length; i++) values[i] = data[Math.floor(i / 3) * 4 + (i % 3)] * scale + low;
      const shape = [canvas.height, canvas.width, 3];
      return tf.tensor(whole ? Int32Array.from(values) : values, input.shape.length === 4 ? [1, ...shape] : shape, dtype(input));
    },
    others: () => [],
  };
}

function soundField(input) {
  const file = make('input', {type: 'file', accept: 'audio/*', id: 'in-' + input.name});
  const rate = make('input', {type: 'number', id: 'rate', value: 16000, min: 1000, max: 96000});
  const record = make('button', {type: 'button', className: 'second', textContent: 'Record 3 seconds'});
  let samples = null;
  let name = null;
  const take = async (buffer, called) => {
    try {
      const hertz = Number(rate.value);
      const decoded = await new AudioContext().decodeAudioData(buffer);
      const offline = new OfflineAudioContext(1, Math.ceil(decoded.duration * hertz), hertz);
      const source = new AudioBufferSourceNode(offline, {buffer: decoded});
      source.connect(offline.destination);
      source.start();
      samples = (await offline.startRendering()).getChannelData(0);
      name = called;
      $('form').requestSubmit();
    } catch (error) {
      fail('this is not a sound that the browser can read');
    }
  };
  file.addEventListener('change', async () => file.files[0] && take(await file.files[0].arrayBuffer(), file.files[0].name));
  record.addEventListener('click', async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({audio: true});
      const recorder = new MediaRecorder(stream);
      const parts = [];
      recorder.ondataavailable = event => parts.push(event.data);
      recorder.onstop = async () => {
        stream.getTracks().forEach(track => track.stop());
        record.textContent = 'Record 3 seconds';
        take(await new Blob(parts).arrayBuffer(), 'recording ' + (seen.length + 1));
      };
      record.textContent = 'recording …';
      recorder.start();
      setTimeout(() => recorder.stop(), 3000);
    } catch (error) {
      fail('there is no microphone to be had');
    }
  });
  return {
    field: make('div', {className: 'field'},
      make('label', {htmlFor: file.id, textContent: input.name + ': a sound'}),
      make('p', {className: 'row'}, file, record, make('label', {htmlFor: 'rate', textContent: 'samples a second'}), rate)),
    names: () => [name],
    tensor: () => {
      if (!samples) throw new Error('give a sound');
      return tf.tensor(samples, input.shape && input.shape.length === 2 ? [1, samples.length] : [samples.length], 'float32');
    },
    others: () => [],
  };
}

function jsonField(input) {
  const area = make('textarea', {id: 'in-' + input.name, value: JSON.stringify(input.example), spellcheck: false});
  const shape = input.shape ? '[' + input.shape.map(d => (d < 0 ? '?' : d)).join(', ') + ']' : '';
  return {
    field: make('div', {className: 'field'}, make('label', {htmlFor: area.id, textContent: input.name + ': ' + input.dtype + shape + ' as JSON'}), area),
    names: () => [],
    tensor: () => {
      let value;
      try {
        value = JSON.parse(area.value);
      } catch (error) {
        throw new Error(input.name + ' is not JSON');
      }
      return tf.tensor(value, undefined, dtype(input));
    },
    others: () => [],
  };
}

const FIELDS = {text: textField, image: imageField, sound: soundField, json: jsonField};
const fields = config.inputs.map(input => FIELDS[input.kind](input));
fields.forEach(f => $('inputs').append(f.field));

function bars(entries, largest) {
  const list = make('ul', {className: 'bars'});
  entries.forEach(([name, value]) => {
    const fill = make('div', {className: 'fill'});
    fill.style.width = Math.max(0, Math.min(100, (100 * value) / largest)) + '%';
    list.append(make('li', {},
      make('span', {className: 'name', title: name, textContent: name}),
      make('span', {className: 'track'}, fill),
      make('span', {className: 'value', textContent: value.toFixed(3)})));
  });
  return list;
}

const rowsOf = (data, width) => Array.from({length: data.length / width}, (_, i) => Array.from(data.slice(i * width, (i + 1) * width)));
const length = v => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0)) || 1;
const cosine = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0) / (length(a) * length(b));
const areScores = (rows, width) => config.labels.length === width || rows.every(r => r.every(x => x >= 0 && x <= 1) && Math.abs(r.reduce((a, b) => a + b, 0) - 1) < 1e-2);
const best = entries => entries.sort((a, b) => b[1] - a[1]).slice(0, MOST);

function shown(output, names, others, compared) {
  const card = make('div', {className: 'card'}, make('h2', {textContent: output.name + ' [' + output.shape.join(', ') + ']'}));
  const width = output.shape[output.shape.length - 1];
  if (output.dtype === 'string' || output.shape.length !== 2 || !(width > 1)) {
    card.append(make('pre', {textContent: Array.from(output.data).slice(0, 64).map(v => (typeof v === 'number' ? +v.toPrecision(6) : v)).join(', ') + (output.data.length > 64 ? ', …' : '')}));
    return card;
  }
  let rows = rowsOf(output.data, width);
  if (rows.length > 1 && names.length === 1) {
    card.append(make('p', {className: 'hint', textContent: 'the mean of ' + rows.length + ' rows'}));
    rows = [rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length)];
  }
  rows.forEach((row, i) => {
    if (names[i]) card.append(make('h3', {textContent: names[i]}));
    if (areScores([row], width)) {
      card.append(bars(best(row.map((x, k) => [config.labels[k] || 'class ' + k, x])), Math.max(1e-9, ...row)));
    } else if (compared) {
      card.append(bars(best(rowsOf(compared, width).map((other, k) => [others[k], cosine(row, other)])), 1));
    } else {
      const near = seen.filter(s => s.output === output.name && s.row.length === width);
      if (near.length > 0) card.append(make('p', {className: 'hint', textContent: 'nearest of those before'}), bars(best(near.map(s => [s.name, cosine(row, s.row)])), 1));
      card.append(make('pre', {textContent: row.slice(0, 16).map(x => +x.toPrecision(5)).join(', ') + (width > 16 ? ', …' : '')}));
      seen.push({output: output.name, name: names[i] || 'row ' + (i + 1), row});
    }
  });
  return card;
}

async function call(feeds) {
  const names = Object.keys(json.signature.outputs);
  const start = performance.now();
  const all = [].concat(await model.executeAsync(feeds, names.map(n => json.signature.outputs[n].name)));
  const outputs = [];
  for (let i = 0; i < names.length; i++) {
    outputs.push({name: names[i], dtype: all[i].dtype, shape: all[i].shape, data: await all[i].data()});
    all[i].dispose();
  }
  return {outputs, took: performance.now() - start};
}

async function run() {
  $('error').hidden = true;
  const feeds = {};
  fields.forEach((f, i) => (feeds[config.inputs[i].tensor] = f.tensor()));
  const {outputs, took} = await call(feeds);
  Object.values(feeds).forEach(t => t.dispose());
  const others = fields.length === 1 ? fields[0].others() : [];
  let compared = [];
  if (others.length > 0) {
    const more = {[config.inputs[0].tensor]: fields[0].otherTensor(others)};
    compared = (await call(more)).outputs;
    Object.values(more).forEach(t => t.dispose());
  }
  calls.push(took);
  const later = calls.slice(1).sort((a, b) => a - b);
  $('times').textContent = 'first call ' + milliseconds(calls[0]) + (later.length ? ', median of later ones ' + milliseconds(later[later.length >> 1]) : '');
  const names = fields.length === 1 ? fields[0].names() : [];
  $('outputs').replaceChildren(...outputs.map((o, i) => shown(o, names, others, compared[i] && compared[i].data)));
  window.hubbeamOutputs = outputs;
}

$('form').addEventListener('submit', event => {
  event.preventDefault();
  if (!model || $('run').disabled) return;
  $('run').disabled = true;
  run().catch(fail).finally(() => ($('run').disabled = false));
});
$('backend').addEventListener('change', () => load().catch(fail));
load().catch(fail);
