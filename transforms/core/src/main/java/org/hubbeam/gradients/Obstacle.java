// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/**
 * Why an output cannot be differentiated by a variable.
 *
 * @param op the operation between the two that has no gradient
 * @param variable the path of the variable
 * @param output the name of the output; empty where any other scalar is differentiated
 */
public record Obstacle(String op, String variable, String output) {

  /** {@code Round stands between 'embeddings' and 'output'}. */
  @Override
  public String toString() {
    return op
        + " stands between '"
        + variable
        + "'"
        + (output.isEmpty() ? "" : " and '" + output + "'");
  }
}
