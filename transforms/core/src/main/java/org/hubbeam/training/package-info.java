// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Trains heads on vectors, and modules with them; writes both as one module. Does not use Beam:
 * rows come from files or memory.
 */
@NullMarked
package org.hubbeam.training;

import org.jspecify.annotations.NullMarked;
