// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.PythonText;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * A fitted preprocessing function that maps raw rows to features in this JVM, without a pipeline.
 * It can load functions written by hubbeam or by Python's tf.Transform, in the format of TensorFlow
 * 1 or 2. Vocabularies are loaded once, when the function is loaded. Thread-safe.
 *
 * <pre>{@code
 * try (TransformFn transform = TransformFn.load(Path.of("transform_output"))) {
 *   Map<String, Object> features = transform.apply(Map.of("age", 39f, "job", "baker"));
 * }
 * }</pre>
 */
public final class TransformFn implements AutoCloseable {

  private static final String GRAPH_SIGNATURE = "transform_signature";

  private final Module module;
  private final ModuleFunction function;
  private final @Nullable BatchSchema raw;
  private final List<ArraySpec> inputs;
  private final Map<Set<String>, Partial> partial = new ConcurrentHashMap<>();

  private TransformFn(Module module, @Nullable BatchSchema raw) {
    this.module = module;
    boolean graph =
        module.info().callables().stream()
            .map(ModuleInfo.Callable::name)
            .anyMatch(GRAPH_SIGNATURE::equals);
    this.function =
        module.function(FunctionChoice.of(graph ? GRAPH_SIGNATURE : TracedModule.FUNCTION));
    this.raw = raw;
    this.inputs = function.inputs().stream().map(i -> i.named(column(i.name()))).toList();
  }

  /**
   * Loads a function.
   *
   * @param folder a transform output, with the function in {@code transform_fn}; or the function's
   *     own SavedModel
   * @throws org.hubbeam.model.ModuleException when the SavedModel is damaged, or has no such
   *     function
   */
  public static TransformFn load(Path folder) {
    return load(folder, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL));
  }

  /**
   * Loads a function.
   *
   * @param folder a transform output, with the function in {@code transform_fn}; or the function's
   *     own SavedModel
   * @param options how the SavedModel is loaded, and how far it is trusted
   * @throws org.hubbeam.model.ModuleException as {@link Module#load(Path, ModuleOptions)} does, or
   *     when the SavedModel has no such function
   */
  public static TransformFn load(Path folder, ModuleOptions options) {
    Path inside = folder.resolve(TracedModule.FUNCTION);
    Path saved = Files.isDirectory(inside) ? inside : folder;
    Path schema = folder.resolve("metadata").resolve(TransformOutput.SCHEMA);
    try {
      BatchSchema raw =
          Files.exists(schema)
              ? BatchSchema.parse(Files.readString(schema, StandardCharsets.UTF_8))
              : null;
      return load(saved, raw, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TransformFn load(Path savedModel, @Nullable BatchSchema raw) {
    return load(savedModel, raw, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL));
  }

  private static TransformFn load(
      Path savedModel, @Nullable BatchSchema raw, ModuleOptions options) {
    Module module = Module.load(savedModel, options);
    try {
      return new TransformFn(module, raw);
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  /** The raw columns. A sparse column of two dimensions accepts lists. */
  public List<ArraySpec> inputs() {
    return inputs;
  }

  /**
   * The features. A sparse feature of two dimensions is returned as lists, unless its rows have a
   * known width.
   */
  public List<ArraySpec> outputs() {
    return function.outputs();
  }

  /**
   * The features of rows.
   *
   * @param rows the raw columns; other columns are ignored. If a column is absent, the features
   *     that need it are left out
   * @return the features by name, in the order of their names; lists as ragged columns
   * @throws org.hubbeam.model.ModuleException when no feature can be computed from these columns,
   *     or a column has the wrong type or shape
   */
  public Batch apply(Batch rows) {
    boolean complete = true;
    for (ArraySpec input : inputs) {
      complete &= rows.columns().containsKey(input.name());
    }
    Batch given =
        complete
            ? function.call(rows)
            : partial.computeIfAbsent(missing(rows), this::without).call(rows);
    Map<String, Array> columns = new LinkedHashMap<>();
    Map<String, ArraySpec> specs = new HashMap<>();
    outputs().forEach(output -> specs.put(output.name(), output));
    given.columns().keySet().stream()
        .sorted(PythonText.ORDER)
        .forEach(
            name ->
                columns.put(
                    name, Objects.requireNonNull(specs.get(name)).feature(given.column(name))));
    return new Batch(rows.rows(), columns, rows.origin());
  }

  private Set<String> missing(Batch rows) {
    Set<String> missing = new TreeSet<>();
    for (ArraySpec input : function.inputs()) {
      if (!rows.columns().containsKey(column(input.name()))) {
        missing.add(input.name());
      }
    }
    return missing;
  }

  /**
   * The features of one row.
   *
   * @param row values by column: numbers, booleans, Strings or {@code byte[]}, and lists of them
   *     for a column with several values a row. A column of lists that is left out is empty
   * @return values by feature: Float, Long or String, and lists of them for a feature with several
   *     values a row; a sparse feature is two, {@code NAME$sparse_indices_0} and {@code
   *     NAME$sparse_values}. Strings that are not UTF-8 are returned as {@code byte[]}
   * @throws IllegalArgumentException when a value does not fit its column
   */
  public Map<String, Object> apply(Map<String, ?> row) {
    return RowValues.row(apply(RowValues.batch(row, inputs)));
  }

  /** Which function of the SavedModel is called. */
  public FunctionChoice choice() {
    return function.choice();
  }

  /** The features that can be computed from these columns alone. */
  public List<String> outputsOf(Collection<String> columns) {
    return function.needs().entrySet().stream()
        .filter(n -> n.getValue().stream().map(TransformFn::column).allMatch(columns::contains))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * A placeholder for a column that no requested feature needs: zeros, texts of {@code 0}, or empty
   * lists.
   */
  public static Array blank(ArraySpec column, int rows) {
    return RowValues.blank(column, rows);
  }

  /** The schema of the raw columns; null if it was not stored with the function. */
  public @Nullable BatchSchema rawSchema() {
    return raw;
  }

  private Partial without(Set<String> missing) {
    List<String> possible =
        outputsOf(
            function.inputs().stream()
                .map(ArraySpec::name)
                .filter(name -> !missing.contains(name))
                .map(TransformFn::column)
                .toList());
    if (possible.isEmpty()) {
      throw new org.hubbeam.model.ModuleException(
          org.hubbeam.model.ModuleException.Kind.MISUSED,
          "no feature can be computed without the columns "
              + missing.stream().map(TransformFn::column).toList());
    }
    List<ArraySpec> stand =
        function.inputs().stream().filter(i -> missing.contains(i.name())).toList();
    return new Partial(function.only(possible), stand);
  }

  /** The function without some of its outputs, and the inputs that nothing needs then. */
  private record Partial(ModuleFunction function, List<ArraySpec> unused) {
    Batch call(Batch rows) {
      Batch all = rows;
      for (ArraySpec input : unused) {
        all = all.with(column(input.name()), RowValues.blank(input, rows.rows()));
      }
      return function.call(all);
    }
  }

  private static String column(String input) {
    return TracedModule.column(input);
  }

  @Override
  public void close() {
    module.close();
  }
}
