// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.hubbeam.inference.PostProcessVectors;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;

/**
 * The matrix that a projection was fitted to, in a manifest: a query is projected as the rows were.
 * {@code mean} and {@code weights} (row by row: one row for each number of a vector) are float32,
 * little-endian, in base64.
 */
final class ProjectionJson {

  /** The key in the manifest. */
  static final String KEY = "projection";

  private static final String FILE = "projection.json";

  private ProjectionJson() {}

  /** A step that leaves its fitted matrix, if it has one, in the folder of the run. */
  static Step step(String name, String description, PostProcessVectors step) {
    return new Step(
        description,
        (batches, failures) -> {
          PostProcessVectors.Result result = batches.apply(name, step);
          result.projection().ifPresent(matrix -> leave(name, matrix));
          return result.failuresTo(failures);
        });
  }

  private static void leave(String name, PCollection<Batch> matrix) {
    matrix.apply(
        name + " matrix", ParDo.of(new LeaveFn(RunFolder.of(matrix.getPipeline().getOptions()))));
  }

  /** What a run has left. */
  static Optional<JsonNode> left(RunFolder run) throws IOException {
    Optional<String> text = OutputFiles.text(run.child(FILE));
    return text.isEmpty() ? Optional.empty() : Optional.of(new ObjectMapper().readTree(text.get()));
  }

  /**
   * Steps with the matrix of a manifest for one that would have to be fitted.
   *
   * @throws UsageException if the manifest has none
   */
  static PostProcessing fitted(PostProcessing steps, JsonNode manifest) {
    JsonNode json = manifest.path(KEY);
    if (!json.path("mean").isTextual() || !json.path("weights").isTextual()) {
      throw new UsageException(
          "the vectors were projected by a matrix that their manifest does not have; embed them"
              + " again, or give a vector (--vector=FILE) or a row (--like=ID) instead of a query");
    }
    return steps.withProjection(
        Projection.fitted(
            new ProjectionMatrix(floats(json.path("mean")), floats(json.path("weights")))));
  }

  private static float[] floats(JsonNode base64) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64.asText())).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private static String base64(Array array) {
    return Base64.getEncoder().encodeToString(((Values.Numbers) array.values()).bytes());
  }

  private static final class LeaveFn extends DoFn<Batch, Void> {
    private static final long serialVersionUID = 1;
    private final RunFolder run;

    LeaveFn(RunFolder run) {
      this.run = run;
    }

    @ProcessElement
    public void process(@Element Batch matrix) throws IOException {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      List.of("mean", "weights").forEach(name -> json.put(name, base64(matrix.column(name))));
      WholeFile.write(run.child(FILE), json.toString());
    }
  }
}
