// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

/** How NaN affects the smallest and largest value. */
public enum Nan {
  /** If any value is NaN, both results are, as in tf.Transform. */
  PROPAGATE,
  /** NaN is ignored. */
  IGNORE,
  /** NaN and infinities are ignored. */
  FINITE
}
