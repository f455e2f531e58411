// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Loads, inspects, calls, composes and writes modules. Only this package, {@code preprocessing} and
 * {@code spec} use the TensorFlow runtime; no public type exposes a tensor. Start with {@link
 * org.hubbeam.model.Module}.
 */
@NullMarked
package org.hubbeam.model;

import org.jspecify.annotations.NullMarked;
