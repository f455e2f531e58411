// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import org.hubbeam.batch.Array;

/**
 * A table with all that is in it.
 *
 * @param node the node of the graph that stands for it
 * @param keys a vector
 * @param values the value of each key; rows where a value is a vector
 */
public record Table(String node, Array.Dense keys, Array.Dense values) {
  public Table {
    if (keys.dims().size() != 1
        || values.dims().isEmpty()
        || !values.dims().get(0).equals(keys.dims().get(0))) {
      throw new IllegalArgumentException(
          "a table has " + keys.dims() + " keys and " + values.dims() + " values");
    }
  }
}
