// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens to an image whose data ends early. */
public enum Truncated {
  /** An error, as in TensorFlow. */
  FAIL,
  /** The decoded part is used, and the rest is grey or black. For JPEG, PNG and GIF. */
  ACCEPT
}
