// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

/** Where calls are counted, under the names of {@link HubMetrics}. */
interface Meter {

  /** Counts nothing. */
  Meter NONE =
      new Meter() {
        @Override
        public void count(String name, long more) {}

        @Override
        public void measure(String name, long value) {}
      };

  /** Adds to a counter. */
  void count(String name, long more);

  /** Adds one value to a distribution. */
  void measure(String name, long value);
}
