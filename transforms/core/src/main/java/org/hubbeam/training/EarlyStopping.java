// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * When training ends before its last epoch: when the loss on the held-out rows has not fallen for
 * some epochs. The weights of the best epoch are kept in any case where rows are held out.
 *
 * @param patience the epochs without a better loss after which training ends; 0 for never
 */
public record EarlyStopping(int patience) implements Serializable {

  /** After ten epochs. */
  public static final EarlyStopping DEFAULT = new EarlyStopping(10);

  /** Never. */
  public static final EarlyStopping NEVER = new EarlyStopping(0);

  public EarlyStopping {
    if (patience < 0) {
      throw new IllegalArgumentException("patience cannot be negative: " + patience);
    }
  }
}
