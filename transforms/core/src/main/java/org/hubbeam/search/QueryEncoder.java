// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Set;

/**
 * Makes vectors of queries, as the vectors of an index were made. Thread-safe.
 *
 * @see SearchIndex#nearest
 */
public interface QueryEncoder extends AutoCloseable {

  /** What it makes vectors of. */
  Set<QueryKind> accepts();

  /**
   * The vector of a text.
   *
   * @throws IllegalArgumentException when there is none: the text is blank, or no texts are
   *     accepted. The message is for users
   */
  float[] text(String query);

  /**
   * The vector of a picture.
   *
   * @param encoded the bytes of its file
   * @throws IllegalArgumentException when there is none: the picture does not decode, or no
   *     pictures are accepted. The message is for users
   */
  float[] image(byte[] encoded);

  @Override
  void close();
}
