// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Functions of modules as graph models of TensorFlow.js: written, read back, compared. */
@NullMarked
package org.hubbeam.tfjs;

import org.jspecify.annotations.NullMarked;
