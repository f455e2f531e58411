// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Rows as named columns, and {@code tf.Example}. */
@NullMarked
package org.hubbeam.batch;

import org.jspecify.annotations.NullMarked;
