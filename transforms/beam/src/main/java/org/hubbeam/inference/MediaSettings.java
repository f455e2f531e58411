package org.hubbeam.inference;

import java.io.Serializable;

/**
 * How the clips or sounds of a column are decoded.
 *
 * @param <S> what is wanted of each
 * @param column what is made of them
 * @param id the column that names rows in failures; null for {@code file}, or the origin
 */
record MediaSettings<S extends Serializable>(
    S spec, MediaColumn input, String column, String id, Limits limits) implements Serializable {

  /** Files whose names are in the column {@code file}. */
  static <S extends Serializable> MediaSettings<S> of(S spec, String column) {
    return new MediaSettings<>(spec, MediaColumn.FILE, column, null, Limits.DEFAULT);
  }

  MediaSettings<S> withInput(String name, MediaColumn.Content content) {
    return new MediaSettings<>(spec, new MediaColumn(name, content), column, id, limits);
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
