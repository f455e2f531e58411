// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Html;
import org.hubbeam.batch.Resources;
import org.hubbeam.batch.Shape;

/**
 * A page beside a graph model that runs it, from a server as well as from a disk: a text box, a
 * picture or a sound for what the input is, and scores as bars or the nearest of some sentences.
 * The page asks no other address.
 *
 * @param title shown above
 * @param labels the names of classes; empty where there are none
 * @param runtime a folder with {@code tf.es2017.min.js}: {@code node_modules/@tensorflow/tfjs/dist}
 */
public record ModelPage(String title, List<String> labels, Path runtime) {

  /** The version of the runtime that models are made for. */
  public static final String VERSION = "4.22.0";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUNTIME = "tf.es2017.min.js";
  private static final List<String> SENTENCES =
      List.of(
          "the delivery came this morning",
          "how do I reset my password",
          "it rained all day",
          "the team won the match",
          "a recipe for soup");

  public ModelPage {
    labels = List.copyOf(labels);
  }

  /**
   * Checks that the runtime is there.
   *
   * @throws ConversionException when it is not, or of another version
   */
  public void requireRuntime() throws IOException {
    Path file = runtime.resolve(RUNTIME);
    if (!Files.isRegularFile(file)) {
      throw new ConversionException(
          runtime
              + " has no "
              + RUNTIME
              + "; get it by npm install @tensorflow/tfjs@"
              + VERSION
              + " and give node_modules/@tensorflow/tfjs/dist");
    }
    if (!Files.readString(file).contains("\"" + VERSION + "\"")) {
      throw new ConversionException(file + " is not TensorFlow.js " + VERSION);
    }
  }

  /**
   * Writes the page into the folder of a model: {@code index.html}, {@code model.js}, and the
   * runtime with its licence.
   *
   * @param folder has {@code model.json} and the shards
   */
  public void write(GraphModel model, Path folder) throws IOException {
    requireRuntime();
    Files.copy(runtime.resolve(RUNTIME), folder.resolve(RUNTIME));
    Files.writeString(folder.resolve("tf.LICENSE.txt"), resource("apache-2.0.txt"));
    ObjectNode all = JSON.createObjectNode();
    all.set("config", config(model));
    all.set("json", JSON.readTree(folder.resolve(GraphModelFolder.MODEL).toFile()));
    all.put("weights", Base64.getEncoder().encodeToString(weights(folder, all)));
    Files.writeString(folder.resolve("model.js"), "window.hubbeamModel = " + all + ";\n");
    Files.writeString(folder.resolve("index.html"), page(model));
  }

  private static byte[] weights(Path folder, ObjectNode all) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (var path : all.get("json").get("weightsManifest").get(0).get("paths")) {
      bytes.write(Files.readAllBytes(folder.resolve(path.asText())));
    }
    return bytes.toByteArray();
  }

  private String page(GraphModel model) {
    String style = resource("page.css");
    String script = resource("page.js");
    String policy =
        "default-src 'none'; script-src 'self' file: %s; style-src 'unsafe-inline'; img-src blob: data:;"
                .formatted(Html.hash(script))
            + " media-src blob:; connect-src data: blob:; base-uri 'none'; form-action 'none'";
    Map<String, String> values =
        Map.of(
            "policy", policy,
            "title", Html.escaped(title),
            "style", style,
            "ops",
                model.scriptOperations().isEmpty()
                    ? ""
                    : "<script src=\"" + GraphModelFolder.SCRIPT + "\"></script>\n",
            "script", script);
    return Html.filled(resource("page.html"), values);
  }

  private ObjectNode config(GraphModel model) {
    ObjectNode config = JSON.createObjectNode();
    ArrayNode inputs = config.putArray("inputs");
    for (Port input : model.inputs()) {
      Kind kind = Kind.of(input, model.inputs().size());
      ObjectNode json =
          inputs
              .addObject()
              .put("name", input.name())
              .put("tensor", input.tensor())
              .put("kind", kind.name().toLowerCase(Locale.ROOT))
              .put("dtype", DType.of(input.type()).toString());
      if (input.shape().hasRank()) {
        ArrayNode shape = json.putArray("shape");
        input.shape().dims().forEach(shape::add);
      }
      if (kind == Kind.JSON) {
        json.set("example", JSON.valueToTree(example(input)));
      }
    }
    ArrayNode names = config.putArray("labels");
    labels.forEach(names::add);
    config.put(
        "vectors", labels.isEmpty() && model.outputs().stream().anyMatch(ModelPage::isVector));
    ArrayNode sentences = config.putArray("sentences");
    SENTENCES.forEach(sentences::add);
    return config;
  }

  private static boolean isVector(Port output) {
    return DType.of(output.type()).isFloating()
        && output.shape().hasRank()
        && output.shape().rank() == 2;
  }

  /** Zeros of the shape, with one row. */
  private static Object example(Port input) {
    DType dtype = DType.of(input.type());
    Object value = dtype == DType.STRING ? "" : dtype == DType.BOOL ? (Object) false : 0;
    List<Long> dims = new ArrayList<>(input.shape().hasRank() ? input.shape().dims() : List.of());
    Collections.reverse(dims);
    for (long dim : dims) {
      value = Collections.nCopies(dim < 0 ? 1 : (int) Math.min(dim, 64), value);
    }
    return value;
  }

  /** What a visitor gives for an input. */
  private enum Kind {
    TEXT,
    IMAGE,
    SOUND,
    JSON;

    static Kind of(Port input, int inputs) {
      DType dtype = DType.of(input.type());
      Shape shape = input.shape();
      int rank = shape.hasRank() ? shape.rank() : -1;
      if (dtype == DType.STRING && rank < 2 && inputs == 1) {
        return TEXT;
      }
      if ((rank == 3 || rank == 4) && shape.dim(rank - 1) == 3 && dtype.bytes() <= 4) {
        return IMAGE;
      }
      boolean waves = rank == 1 || rank == 2 && shape.dim(1) < 0;
      return dtype.isFloating() && waves && inputs == 1 && isOpen(shape) ? SOUND : JSON;
    }

    private static boolean isOpen(Shape shape) {
      return shape.dim(shape.rank() - 1) < 0;
    }
  }

  private static String resource(String name) {
    return Resources.text(ModelPage.class, "page/" + name);
  }
}
