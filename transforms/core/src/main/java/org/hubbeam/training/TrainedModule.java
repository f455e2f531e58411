// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/**
 * Modules and a scorer as one module: raw columns in, scores out. It can be used like any other,
 * and trained further in Python with {@code hub.KerasLayer(folder, trainable=True)}.
 *
 * <ul>
 *   <li>{@code __call__} gives the scores, float32 [n, k]: probabilities, or a number. With {@code
 *       training=True}, modules are called as they are in training (dropout, moving averages), and
 *       the head leaves out what its dropout says.
 *   <li>The signature {@code serving_default} has the outputs {@code scores, classes}: beside each
 *       score the name of what it is for, string [n, k].
 *   <li>The signature {@code vectors} gives {@code vectors}, float32 [n, d]: what goes into the
 *       scorer.
 *   <li>The asset {@value #LABELS} has the names of the classes or labels by their index, one a
 *       line.
 *   <li>{@code variables}, {@code trainable_variables} and {@code regularization_losses} are those
 *       of the modules, then those of the scorer.
 * </ul>
 *
 * <p>A lone input is the argument of {@code __call__} under the name of its column; several are a
 * dict {@code inputs} of columns. Each module is in it once. The same gives the same bytes.
 *
 * @param features what the scorer takes, in this order
 * @param penalties what Python is to add to the loss for large weights of heads
 */
public record TrainedModule(
    List<Feature> features, Scorer scorer, TrainingOptions.Penalties penalties) {

  /** The name of the file of labels. */
  public static final String LABELS = "labels.txt";

  private static final String TRAINING = "training";
  private static final String VECTORS = "vectors";
  private static final String PREDICT = "predict";
  private static final String DICT = "inputs";

  public TrainedModule {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("a trained module needs a feature");
    }
    for (String label : scorer.labels()) {
      if (label.indexOf('\n') >= 0 || label.indexOf('\r') >= 0) {
        throw new IllegalArgumentException(
            "the label '"
                + label.replace("\n", "\\n").replace("\r", "\\r")
                + "' has a line break, which a file of labels cannot hold");
      }
    }
  }

  /** Without penalties. */
  public TrainedModule(List<Feature> features, Scorer scorer) {
    this(features, scorer, TrainingOptions.Penalties.NONE);
  }

  /** Sets what Python is to add to the loss for large weights of heads. */
  public TrainedModule withPenalties(TrainingOptions.Penalties value) {
    return new TrainedModule(features, scorer, value);
  }

  /** Numbers that a scorer takes for a row. An array of several dimensions is flattened. */
  public sealed interface Feature permits NumericColumn, OfModule, OfTransform, Pooled {}

  /** What a module takes. */
  public sealed interface Input permits Column, OfModule, OfTransform {}

  /** A raw column. */
  public record Column(String name) implements Input {}

  /** A raw column of numbers, float32 [n]. */
  public record NumericColumn(String column) implements Feature {}

  /**
   * An output of a function of a module.
   *
   * @param inputs what the function takes, by the names of its inputs; those with defaults may be
   *     left out
   */
  public record OfModule(Map<String, Input> inputs, Base base, String output)
      implements Feature, Input {
    public OfModule {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }
  }

  /**
   * A feature of a fitted preprocessing function.
   *
   * @param transformFn the folder {@code transform_fn} of a transform output
   * @param output the name of the feature
   * @param absent the raw columns that the function takes but the written module does not, such as
   *     the label; the feature must not depend on them
   */
  public record OfTransform(Path transformFn, String output, Set<String> absent)
      implements Feature, Input {
    public OfTransform {
      absent = Set.copyOf(absent);
    }
  }

  /**
   * Sequences of vectors, float [n, t, d], each made one vector. Of a module that takes a single
   * row and gives it as [t, d], such as the frames of a sound, that row is the only one.
   *
   * @param kind how, as {@link Pooling} does it
   * @param mask numbers, one for each position, of which those count that are not 0; null where all
   *     count
   */
  public record Pooled(OfModule sequences, Pooling.Kind kind, @Nullable Input mask)
      implements Feature {
    public Pooled {
      if (kind == Pooling.Kind.NONE) {
        throw new IllegalArgumentException("sequences that are not pooled are no vectors");
      }
    }
  }

  /**
   * A module that features come from.
   *
   * @param folder the SavedModel, on this machine
   * @param function what is called; its graph with {@code training=true} in training
   * @param values values of variables that are other than those in the folder, by the names that
   *     {@link org.hubbeam.model.ModuleInfo#variables} tells
   */
  public record Base(
      Path folder,
      ModuleOptions options,
      FunctionChoice function,
      Map<String, Array.Dense> values) {
    public Base {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A module as it is in its folder. */
    public static Base of(Path folder, ModuleOptions options, FunctionChoice function) {
      return new Base(folder, options, function, Map.of());
    }

    /** Sets the values that are other than those in the folder. */
    public Base withValues(Map<String, Array.Dense> value) {
      return new Base(folder, options, function, value);
    }
  }

  /**
   * Looks whether features can be computed, before there is a scorer.
   *
   * @throws org.hubbeam.model.ModuleException when a module cannot be taken in, has no such
   *     function or output, or does not take what it is given
   * @throws IllegalArgumentException when a feature is not made of numbers, or a column would have
   *     to be of two kinds
   */
  public static void check(List<Feature> features) {
    ModuleWriter writer = ModuleWriter.create();
    FeatureGraph graph = new FeatureGraph(writer, features);
    writer.function(
        VECTORS,
        graph.inputs(DICT),
        f -> f.output(VECTORS, graph.vectors(f, FeatureGraph.Mode.INFERENCE, null)));
  }

  /**
   * Writes the module into a new folder, whole or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the folder exists
   * @throws org.hubbeam.model.ModuleException as {@link #check} does
   * @throws IllegalArgumentException also when the features are not what the scorer takes
   */
  public void write(Path folder) throws IOException {
    Path work = Files.createTempDirectory("hubbeam-labels");
    try {
      writer(work).write(folder);
    } finally {
      FileTrees.delete(work);
    }
  }

  /** Writes features and a scorer without penalties, as {@link #write(Path)} does. */
  public static void write(Path folder, List<Feature> features, Scorer scorer) throws IOException {
    new TrainedModule(features, scorer).write(folder);
  }

  private ModuleWriter writer(Path work) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    FeatureGraph graph = new FeatureGraph(writer, features);
    FunctionInputs inputs = graph.inputs(DICT);
    writer.function(
        VECTORS, inputs, f -> f.output(VECTORS, vectors(graph, f, FeatureGraph.Mode.INFERENCE)));
    ScorerGraph scores = new ScorerGraph(writer, scorer);
    for (FeatureGraph.Mode mode : FeatureGraph.Mode.values()) {
      writer.function(
          "__call__",
          inputs.with(TRAINING, mode == FeatureGraph.Mode.TRAINING),
          f -> f.output("output", scores.scores(f, vectors(graph, f, mode), mode)));
    }
    writer.function(PREDICT, inputs, f -> predict(graph, scores, f));
    int losses = graph.addLosses("regularization_losses.");
    scores.addPenalties("regularization_losses." + losses, penalties);
    writer.signature("serving_default", PREDICT);
    writer.signature(VECTORS, VECTORS);
    if (!scorer.labels().isEmpty()) {
      writer.asset(
          "labels",
          Files.writeString(
              work.resolve(LABELS),
              String.join("\n", scorer.labels()) + "\n",
              StandardCharsets.UTF_8));
    }
    return writer;
  }

  private Operand<TFloat32> vectors(FeatureGraph graph, FunctionScope f, FeatureGraph.Mode mode) {
    return graph.vectors(f, mode, scorer);
  }

  private void predict(FeatureGraph graph, ScorerGraph scores, FunctionScope f) {
    Operand<TFloat32> score =
        scores.scores(
            f, vectors(graph, f, FeatureGraph.Mode.INFERENCE), FeatureGraph.Mode.INFERENCE);
    f.output("scores", score);
    List<String> names = scorer.labels();
    if (!names.isEmpty()) {
      List<String> scored =
          names.subList(names.size() - scorer.task().outputs(names.size()), names.size());
      f.output("classes", classes(f.tf(), scored, score));
    }
  }

  private static Operand<TString> classes(Ops tf, List<String> names, Operand<TFloat32> scores) {
    Operand<TString> row = tf.expandDims(tf.array(names.toArray(new String[0])), tf.constant(0));
    Operand<TInt32> rows = tf.shape.size(scores, tf.constant(0), TInt32.class);
    return tf.tile(row, tf.concat(List.of(rows, tf.constant(new int[] {1})), tf.constant(0)));
  }
}
