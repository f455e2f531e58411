// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.broken.unlisted;

/** Lies in a package that is not listed. */
final class Unlisted {
  private Unlisted() {}
}
