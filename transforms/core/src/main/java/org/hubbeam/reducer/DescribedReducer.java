// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

/**
 * A reducer that is its description: two are equal when their descriptions are.
 *
 * @param <S> the summary
 */
abstract class DescribedReducer<S extends Summary<S>> implements SummaryReducer<S> {

  @Override
  public final boolean equals(Object other) {
    return other instanceof DescribedReducer<?> r && r.describe().equals(describe());
  }

  @Override
  public final int hashCode() {
    return describe().hashCode();
  }

  @Override
  public final String toString() {
    return describe();
  }
}
