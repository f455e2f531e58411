// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Runs graph models for NodeModels: a JSON object a line comes in, one goes out. Started in the folder of node_modules.
'use strict';
const fs = require('fs');
const path = require('path');
console.log = console.info = console.debug = console.warn = console.error;
const tf = require('@tensorflow/tfjs');

const registered = new Set();
const registerOp = tf.registerOp;
const recorded = Object.create(tf, {
  registerOp: {
    value: (name, run) => {
      registered.add(name);
      registerOp(name, run);
    },
  },
});

// The operations are those of this script, and no others.
function load(script) {
  registered.forEach(name => tf.deregisterOp(name));
  registered.clear();
  if (script) {
    new Function('tf', 'module', 'exports', script)(recorded, undefined, undefined);
  }
}

const WIDTH = {float32: Float32Array, int32: Int32Array, bool: Uint8Array};

function decode(array) {
  if (array.dtype === 'string') {
    return tf.engine().makeTensor(array.values.map(v => new Uint8Array(Buffer.from(v, 'base64'))), array.shape, 'string');
  }
  const bytes = Buffer.from(array.bytes, 'base64');
  const block = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (array.dtype === 'complex64') {
    const parts = new Float32Array(block);
    const real = tf.tensor(parts.filter((_, i) => i % 2 === 0), array.shape);
    const imaginary = tf.tensor(parts.filter((_, i) => i % 2 === 1), array.shape);
    return tf.complex(real, imaginary);
  }
  return tf.tensor(new WIDTH[array.dtype](block), array.shape, array.dtype);
}

function encode(tensor) {
  const out = {dtype: tensor.dtype, shape: tensor.shape};
  if (tensor.dtype === 'string') {
    out.values = (tensor.size === 0 ? [] : tf.engine().readSync(tensor.dataId)).map(v => Buffer.from(v).toString('base64'));
  } else {
    const data = tensor.dataSync();
    const exact = tensor.dtype in WIDTH ? WIDTH[tensor.dtype].from(data) : data;
    out.bytes = Buffer.from(exact.buffer, exact.byteOffset, exact.byteLength).toString('base64');
  }
  return out;
}

function artifacts(folder) {
  const json = JSON.parse(fs.readFileSync(path.join(folder, 'model.json'), 'utf8'));
  const weightSpecs = [];
  const blocks = [];
  for (const group of json.weightsManifest || []) {
    weightSpecs.push(...group.weights);
    group.paths.forEach(p => blocks.push(fs.readFileSync(path.join(folder, p))));
  }
  const all = Buffer.concat(blocks);
  return {...json, weightSpecs, weightData: all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength)};
}

// The runtime adds tables to the inputs that it is given.
async function call(model, inputs, outputs) {
  const before = new Set(Object.values(inputs));
  const all = [].concat(await model.executeAsync({...inputs}, outputs));
  return {all, dispose: () => all.forEach(t => before.has(t) || t.isDisposed || t.dispose())};
}

async function open(folder) {
  const script = path.join(folder, 'hubbeam-ops.js');
  load(fs.existsSync(script) ? fs.readFileSync(script, 'utf8') : null);
  return tf.loadGraphModel({load: async () => artifacts(folder)});
}

function named(model, inputs) {
  const entries = (model.artifacts.signature || {}).inputs || {};
  const fed = {};
  for (const [name, entry] of Object.entries(entries)) {
    if (entry.dtype === 'DT_RESOURCE') continue;
    if (!(name in inputs)) throw new Error('no input ' + name + ' was given; given were ' + Object.keys(inputs));
    fed[entry.name] = decode(inputs[name]);
  }
  for (const name of Object.keys(inputs)) {
    if (!(name in entries)) throw new Error('the signature has no input ' + name + ', only ' + Object.keys(entries));
  }
  return fed;
}

async function run({folder, inputs, calls}) {
  const model = await open(folder);
  const fed = named(model, inputs);
  const names = Object.keys(model.artifacts.signature.outputs);
  const tensors = names.map(n => model.artifacts.signature.outputs[n].name);
  try {
    const first = await call(model, fed, tensors);
    const outputs = {};
    names.forEach((n, i) => (outputs[n] = encode(first.all[i])));
    first.dispose();
    const times = [];
    for (let i = 0; i < (calls || 0); i++) {
      const start = process.cpuUsage();
      const next = await call(model, fed, tensors);
      next.all.forEach(t => t.dataSync());
      const used = process.cpuUsage(start);
      times.push((used.user + used.system) / 1000);
      next.dispose();
    }
    return {outputs, times, operations: Object.keys(model.executor.graph.nodes).length};
  } finally {
    Object.values(fed).forEach(t => t.isDisposed || t.dispose());
    model.dispose();
  }
}

async function graph({topology, script, inputs, outputs}) {
  load(script);
  const model = await tf.loadGraphModel({
    load: async () => ({modelTopology: topology, weightSpecs: [], weightData: new ArrayBuffer(0), format: 'graph-model'}),
  });
  const fed = {};
  Object.entries(inputs).forEach(([name, array]) => (fed[name] = decode(array)));
  try {
    const result = await call(model, fed, outputs);
    const list = result.all.map(encode);
    result.dispose();
    return {list};
  } finally {
    Object.values(fed).forEach(t => t.isDisposed || t.dispose());
    model.dispose();
  }
}

async function serve(line) {
  let reply;
  try {
    const request = JSON.parse(line);
    const before = tf.memory().numTensors;
    reply = await (request.topology ? graph(request) : run(request));
    reply.kept = tf.memory().numTensors - before;
  } catch (error) {
    reply = {error: String((error && error.message) || error)}; if (process.env.TFJS_STACK) process.stderr.write(String(error.stack));
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}

(async () => {
  await tf.setBackend('cpu');
  for await (const line of require('readline').createInterface({input: process.stdin, crlfDelay: Infinity})) {
    await serve(line);
  }
})();
