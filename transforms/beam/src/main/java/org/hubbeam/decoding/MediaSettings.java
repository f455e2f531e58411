// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.Serializable;
import org.hubbeam.inference.Limits;
import org.jspecify.annotations.Nullable;

/**
 * How the images, clips or sounds of a column are decoded.
 *
 * @param <S> what is wanted of each
 * @param column the column of what is decoded
 * @param id the column that names rows in failures; null for {@code file}, or the origin
 */
record MediaSettings<S extends Serializable>(
    S spec, MediaColumn input, String column, @Nullable String id, Limits limits)
    implements Serializable {

  /** The defaults for an input and an output column. */
  static <S extends Serializable> MediaSettings<S> of(S spec, MediaColumn input, String column) {
    return new MediaSettings<>(spec, input, column, null, Limits.DEFAULT);
  }

  MediaSettings<S> withInput(MediaColumn value) {
    return new MediaSettings<>(spec, value, column, id, limits);
  }

  MediaSettings<S> withColumn(String value) {
    return new MediaSettings<>(spec, input, value, id, limits);
  }

  MediaSettings<S> withId(String value) {
    return new MediaSettings<>(spec, input, column, value, limits);
  }

  MediaSettings<S> withLimits(Limits value) {
    return new MediaSettings<>(spec, input, column, id, value);
  }
}
