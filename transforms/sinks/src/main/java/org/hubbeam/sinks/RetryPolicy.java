// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long to wait for a store that is too busy or not there: twice as long after each try, less a
 * random part of up to half, so that workers do not come back all at once.
 *
 * @param first the wait after the first try
 * @param longest the most that one wait takes, unless the store asks for more
 * @param total how long a write, or an attempt to connect, is tried before the job fails
 */
public record RetryPolicy(Duration first, Duration longest, Duration total)
    implements Serializable {

  /** From 200 milliseconds to 30 seconds, for ten minutes. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMinutes(10));

  public RetryPolicy {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "waits are longer than nothing and grow, not from " + first + " to " + longest);
    }
  }

  /** Sets the wait after the first try. */
  public RetryPolicy withFirst(Duration value) {
    return new RetryPolicy(value, longest, total);
  }

  /** Sets the most that one wait takes. */
  public RetryPolicy withLongest(Duration value) {
    return new RetryPolicy(first, value, total);
  }

  /** Sets how long something is tried. */
  public RetryPolicy withTotal(Duration value) {
    return new RetryPolicy(first, longest, value);
  }

  /**
   * The wait after a try.
   *
   * @param tries how many there were, from 1 on
   * @param random from 0 to 1
   */
  Duration afterTry(int tries, double random) {
    double grown = first.toMillis() * Math.pow(2, Math.min(tries - 1, 40));
    double capped = Math.min(grown, (double) longest.toMillis());
    return Duration.ofMillis(Math.max(1, Math.round(capped * (1 - random / 2))));
  }
}
