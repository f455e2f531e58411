// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Modules as graphs that can be trained: calls inlined, gradients of variables, training steps. */
@NullMarked
package org.hubbeam.gradients;

import org.jspecify.annotations.NullMarked;
