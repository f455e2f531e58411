// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How elements become rows, and vectors become elements: what is different for texts, Beam rows,
 * examples and the types of users.
 *
 * @param <T> elements in
 * @param <O> elements out
 */
interface Elements<T, O> extends Serializable {

  /**
   * The values of an element by column, as {@link Cells#of} takes them.
   *
   * @throws RuntimeException when it has none; the element is a failure then
   */
  Map<String, Object> values(T element);

  /** The element with its vector. */
  O with(T element, float[] vector);

  /**
   * The element with its vector.
   *
   * @param digest of the module that made it; costs reading the module's files, once a load
   */
  default O with(T element, float[] vector, Supplier<String> digest) {
    return with(element, vector);
  }

  /** The vector of an element that leaves. */
  float[] vector(O embedded);

  /** An element that leaves, with another vector. */
  O replaced(O embedded, float[] vector);

  /** A name for the element, to be read by people. */
  String id(T element);
}
