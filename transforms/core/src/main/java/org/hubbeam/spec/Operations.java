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
import org.hubbeam.batch.Suggestions;

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

      Operators are those of Python, with its precedence: `+ - * / // % **`, `< <= > >= == !=`, `and or not`, `& | ~` and
      brackets: `where(fare > 0 and not is_nan(tips), tips / fare, 0.0)`. As in TensorFlow, both operands have one type:
      `cast(n, float32) * 0.5` for an int64 column `n`; integers are divided as float64 numbers.

      `x[:, 0]`, `x[:, 1:3]` and `x[:, None]` take positions of each row, as in Python; the first one is `:`, all rows. Of
      lists, `x[:, :10]` and `x[:, -10:]` are the first and the last values. An operation with several results has `[0]`,
      `[1]` and so on.

      A name may have hyphens and other signs: `marital-status` is the column of that name. If there is none, `x-mean(x)` is
      `x - mean(x)`; if that can be read in two ways, it must be written with blanks. In YAML, an expression that begins
      with a quote, or has `: ` or ` #` in it, is written in single quotes, or on a line of its own behind `>-`.
      """;

  /** What operations are called elsewhere. */
  private static final Map<String, String> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("multiply", "mul"),
          Map.entry("subtract", "sub"),
          Map.entry("divide", "div"),
          Map.entry("truediv", "div"),
          Map.entry("negative", "neg"),
          Map.entry("lower", "to_lower"),
          Map.entry("upper", "to_upper"),
          Map.entry("trim", "strip"),
          Map.entry("len", "length"),
          Map.entry("decode_png", "decode_image"),
          Map.entry("decode_jpeg", "decode_image"),
          Map.entry("fillna", "fill_missing"),
          Map.entry("to_dense", "pad"),
          Map.entry("to_tensor", "pad"),
          Map.entry("pad_sequences", "pad"),
          Map.entry("slice", "take"),
          Map.entry("truncate", "take"),
          Map.entry("map", "lookup"),
          Map.entry("float", "cast"),
          Map.entry("int", "cast"),
          Map.entry("if", "where"),
          Map.entry("select", "where"),
          Map.entry("string_join", "join"),
          Map.entry("std", "var"),
          Map.entry("normalize", "scale_to_z_score"),
          Map.entry("standardize", "scale_to_z_score"));

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
    ReduceOps.register(operations.topic("Shapes and encodings"));
    VectorOps.register(operations.topic("Vectors"));
    SparseOps.register(operations.topic("Columns of lists and missing values"));
    SparseOutputOps.register(operations.topic("Sparse features"));
    AnalyzerOps.register(operations.topic("Analyzers"));
    ScalingOps.register(operations.topic("Scaling"));
    BucketOps.register(operations.topic("Buckets, quantiles and histograms"));
    VocabularyOps.register(operations.topic("Vocabularies"));
    LookupOps.register(operations.topic("Tables"));
    TextOps.register(operations.topic("Tokens and term weights"));
    ImageOps.register(operations.topic("Pictures"));
    HubOps.register(operations.topic("Modules"));
    return operations;
  }

  private Operations topic(String title) {
    topic = byTopic.computeIfAbsent(title, t -> new ArrayList<>());
    return this;
  }

  /** What may have been meant by an operation that there is not. */
  static String meant(String op) {
    String name = op.substring(1 + Math.max(op.lastIndexOf('.'), op.lastIndexOf('-')));
    String known = ALL.containsKey(name) ? name : OTHER_NAMES.get(name);
    String meant =
        known == null
            ? Suggestions.didYouMean(name, ALL.keySet())
            : "; did you mean " + known + "?";
    return meant.isEmpty() ? "; hubbeam transform --operations lists all" : meant;
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
