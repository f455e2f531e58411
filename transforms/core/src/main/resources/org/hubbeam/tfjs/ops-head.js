// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Operations of TensorFlow that TensorFlow.js 4.22.0 lacks. In a page: <script src="hubbeam-ops.js"></script> after that of
// TensorFlow.js. In Node: require('./hubbeam-ops.js')(require('@tensorflow/tfjs')).
(function (root) {
'use strict';
const OPERATIONS = [];

function registerAll(tf) {
OPERATIONS.length = 0;
const register = (name, run) => {
  OPERATIONS.push(name);
  tf.registerOp(name, run);
};
