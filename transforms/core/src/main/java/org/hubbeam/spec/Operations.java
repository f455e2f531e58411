// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;

/** The operations that expressions can call. */
@Internal
public final class Operations {

  private static final String INTRODUCTION =
      """
      # Operations of spec files

      This page is generated: `hubbeam transform --operations > docs/operations.md`.

      Operations with the name of a tf.Transform function have its arguments and its result. Arguments without a default are
      required. A column is given by its name, or by `column("a b")` if the name is not an identifier. Plain values are
      constants; `constant([1, 2], int64)` sets their type. `key_fn` is `split_take(sep, index)`, `prefix(n)` or `length()`.
      """;

  private static final Operations REGISTERED = registerAll();

  /** Every operation, by name. */
  static final Map<String, Operation> ALL = Collections.unmodifiableMap(REGISTERED.byName);

  private final Map<String, Operation> byName = new TreeMap<>();
  private final Map<String, List<Operation>> byTopic = new LinkedHashMap<>();
  private List<Operation> topic = List.of();

  private Operations() {}

  private static Operations registerAll() {
    Operations operations = new Operations();
    ElementwiseOps.register(operations.topic("Arithmetic, comparisons and types"));
    StringOps.register(operations.topic("Strings"));
    ShapeOps.register(operations.topic("Shapes and encodings"));
    SparseOps.register(operations.topic("Columns of lists and missing values"));
    AnalyzerOps.register(operations.topic("Analyzers"));
    ScalingOps.register(operations.topic("Scaling"));
    BucketOps.register(operations.topic("Buckets, quantiles and histograms"));
    VocabularyOps.register(operations.topic("Vocabularies"));
    TextOps.register(operations.topic("Tokens and term weights"));
    HubOps.register(operations.topic("Modules"));
    return operations;
  }

  private Operations topic(String title) {
    topic = byTopic.computeIfAbsent(title, t -> new ArrayList<>());
    return this;
  }

  /** A page of all operations, in Markdown: {@code docs/operations.md}. */
  public static String page() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    REGISTERED.byTopic.forEach(
        (title, operations) -> {
          page.append("\n## ").append(title).append('\n').append('\n');
          for (Operation operation : operations) {
            page.append("* `").append(operation).append("`  \n  ");
            page.append(operation.description()).append("\n");
          }
        });
    return page.toString();
  }

  /** Adds one; see {@link Operation#parse}. */
  void add(String name, String signature, String description, Operation.Body body) {
    Operation operation = Operation.parse(name, signature, description, body);
    topic.add(operation);
    if (byName.put(name, operation) != null) {
      throw new IllegalStateException("two operations have the name " + name);
    }
  }
}
