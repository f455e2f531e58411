// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

/**
 * Why an output cannot be differentiated by a variable.
 *
 * @param reason the operation between the two, and what is wrong with it: {@code Cholesky has no
 *     gradient}
 * @param variable the path of the variable
 * @param output the name of the output
 */
public record Obstacle(String reason, String variable, String output) {

  /** {@code Cholesky has no gradient (between 'embeddings' and 'output')}. */
  @Override
  public String toString() {
    return reason + " (between '" + variable + "' and '" + output + "')";
  }
}
