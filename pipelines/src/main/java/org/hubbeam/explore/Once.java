// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is computed when it is first asked for; what fails is computed again. */
final class Once<T> implements Supplier<T> {

  private final Supplier<T> computation;
  private volatile @Nullable T value;

  Once(Supplier<T> computation) {
    this.computation = computation;
  }

  @Override
  public T get() {
    T known = value;
    return known != null ? known : computed();
  }

  private synchronized T computed() {
    T known = value;
    if (known == null) {
      known = computation.get();
      value = known;
    }
    return known;
  }
}
