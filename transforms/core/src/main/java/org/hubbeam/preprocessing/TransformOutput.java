// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.model.NewFolder;
import org.hubbeam.plan.AnalyzerResults;

/**
 * The output folder of tf.Transform, which Python's {@code tft.TFTransformOutput} can read:
 *
 * <ul>
 *   <li>{@code transform_fn/}: a SavedModel with the function {@code transform_fn} from a dict of
 *       raw columns to a dict of features, and its vocabularies as assets;
 *   <li>{@code transformed_metadata/schema.pbtxt}: the features; {@code asset_map}: the
 *       vocabularies by name;
 *   <li>{@code transformed_metadata/analyzers.json}: the values that the function reports, if any,
 *       as {@link ArrayJson};
 *   <li>{@code metadata/schema.pbtxt}: the raw columns;
 *   <li>{@code serving/}: a SavedModel for TensorFlow Serving, see {@link ServingModule}.
 * </ul>
 */
public final class TransformOutput {

  /** The name of the schema files. */
  public static final String SCHEMA = "schema.pbtxt";

  private static final String TRANSFORMED = "transformed_metadata";
  private static final String REPORTS = "analyzers.json";

  /** The file of reported values, relative to the folder. */
  public static final String REPORTED = TRANSFORMED + "/" + REPORTS;

  private static final String METADATA = "metadata";
  private static final String SERVING = "serving";

  /** The names of the folders of an output. */
  public static final List<String> PARTS =
      List.of(TracedModule.FUNCTION, TRANSFORMED, METADATA, SERVING);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Preprocessor preprocessor;
  private final AnalyzerResults results;
  private final Set<String> labels;

  private TransformOutput(Preprocessor preprocessor, AnalyzerResults results, Set<String> labels) {
    this.preprocessor = preprocessor;
    this.results = results;
    this.labels = Set.copyOf(labels);
  }

  /** The output of a function and the results of its analyzers. */
  public static TransformOutput of(Preprocessor preprocessor, AnalyzerResults results) {
    return new TransformOutput(preprocessor, results, Set.of());
  }

  /**
   * Declares raw columns that are not available when the function serves. The SavedModel in {@code
   * serving/} does not take them, and does not return features that need them.
   *
   * @throws IllegalArgumentException as {@link #checkLabels} does
   */
  public TransformOutput withLabels(Collection<String> columns) {
    checkLabels(preprocessor, columns);
    return new TransformOutput(preprocessor, results, Set.copyOf(columns));
  }

  /**
   * Checks that a function can serve without these columns.
   *
   * @throws IllegalArgumentException when there is no such column, or every feature needs one
   */
  public static void checkLabels(Preprocessor preprocessor, Collection<String> columns) {
    columns.forEach(preprocessor.schema()::column);
    ServingModule.of(preprocessor, Set.copyOf(columns));
  }

  /**
   * The features that can be computed without these columns.
   *
   * @throws IllegalArgumentException as {@link #checkLabels} does
   */
  public static List<String> featuresWithout(
      Preprocessor preprocessor, Collection<String> columns) {
    columns.forEach(preprocessor.schema()::column);
    return ServingModule.of(preprocessor, Set.copyOf(columns)).features();
  }

  /**
   * Writes the folder. If writing fails, no folder is left behind.
   *
   * @param staged maps the location of a file to a path on this machine
   * @throws java.nio.file.FileAlreadyExistsException when the folder exists
   */
  public void write(Path folder, Function<String, Path> staged) throws IOException {
    NewFolder.write(folder, NewFolder.Existing.REFUSE, f -> writeInto(f, staged));
  }

  private void writeInto(Path folder, Function<String, Path> staged) throws IOException {
    TracedModule.writeTransform(
        preprocessor.trace(), results, staged, folder.resolve(TracedModule.FUNCTION));
    Path transformed = Files.createDirectory(folder.resolve(TRANSFORMED));
    text(transformed.resolve(SCHEMA), FeatureSchema.build(preprocessor, results, staged).toText());
    Map<String, String> assets = new TreeMap<>();
    assets.putAll(preprocessor.trace().vocabularies());
    preprocessor.trace().files().forEach(f -> assets.put(f.key(), f.fileName()));
    text(transformed.resolve("asset_map"), JSON.writeValueAsString(assets));
    if (!preprocessor.trace().reports().isEmpty()) {
      text(
          transformed.resolve(REPORTS),
          ArrayJson.encode(FixedValues.reported(preprocessor.trace(), results, staged)).toString());
    }
    text(
        Files.createDirectory(folder.resolve(METADATA)).resolve(SCHEMA),
        preprocessor.schema().toText());
    ServingModule.write(preprocessor, results, staged, labels, folder.resolve(SERVING));
  }

  private static void text(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
