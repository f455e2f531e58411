// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects a function of a module: the name of a signature or member, with Python arguments fixed.
 *
 * @param name a signature ({@code serving_default}) or a member ({@code __call__}, {@code
 *     tokenize}, {@code layers.0.__call__}); null for the first that there is of: the only
 *     signature, the signature {@code default}, the signature {@code serving_default}, the member
 *     {@code __call__}, and in a module without signatures the only member
 * @param arguments Python arguments by name ({@code training}, {@code seq_length}): Boolean, Long,
 *     Double, String, or null for None
 */
public record FunctionChoice(@Nullable String name, Map<String, @Nullable Object> arguments)
    implements Serializable {

  /** No name: the function that {@link #name} explains. */
  public static final FunctionChoice ANY = new FunctionChoice(null, Map.of());

  public FunctionChoice {
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    for (Map.Entry<String, @Nullable Object> argument : arguments.entrySet()) {
      Object value = argument.getValue();
      if (!(value == null
          || value instanceof Boolean
          || value instanceof Long
          || value instanceof Double
          || value instanceof String)) {
        throw new IllegalArgumentException(
            "argument '"
                + argument.getKey()
                + "' is a "
                + value.getClass().getSimpleName()
                + "; allowed are Boolean, Long, Double, String and null");
      }
    }
  }

  /** A function by its name. */
  public static FunctionChoice of(String name) {
    return new FunctionChoice(name, Map.of());
  }

  /** Adds a Python argument. */
  public FunctionChoice with(String argument, @Nullable Object value) {
    Map<String, @Nullable Object> more = new LinkedHashMap<>(arguments);
    more.put(argument, value instanceof Integer i ? (Object) i.longValue() : value);
    return new FunctionChoice(name, more);
  }

  /** {@code __call__(training=false)}. */
  @Override
  public String toString() {
    return (name == null ? "(the default function)" : name)
        + (arguments.isEmpty()
            ? ""
            : arguments.entrySet().stream()
                .map(a -> a.getKey() + "=" + a.getValue())
                .collect(java.util.stream.Collectors.joining(", ", "(", ")")));
  }
}
