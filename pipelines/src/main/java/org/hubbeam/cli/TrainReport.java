// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hubbeam.files.WholeFile;
import org.hubbeam.learning.TrainingProgress;
import org.hubbeam.learning.TrainingSummary;
import org.hubbeam.report.ReportPage;
import org.hubbeam.report.TrainingReport;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;

/**
 * The report of a training.
 *
 * @param report what is told without metrics
 * @param measures how good it is; null where that was not measured
 * @param labels the classes, by their index
 * @param options those of the program
 * @param features the manifest of the features
 */
record TrainReport(
    TrainingReport report,
    TrainingProgress.Rows rows,
    TrainingSummary.@Nullable Measures measures,
    List<String> labels,
    List<String> options,
    JsonNode features) {

  /** What is told of any training, without metrics. */
  static TrainingReport of(TrainedFolder output, Task task, TrainingReport.Shown shown) {
    return TrainingReport.of(output.path().replaceFirst(".*/(?=[^/]+$)", ""), task)
        .withShown(shown);
  }

  /** Writes it as JSON and as a page. */
  void write(TrainedFolder output) throws IOException {
    TrainingReport whole = whole();
    WholeFile.write(output.report(), whole.toJson().toPrettyString() + "\n");
    WholeFile.write(output.page(), ReportPage.of(whole, TrainReport::picture));
  }

  private TrainingReport whole() throws IOException {
    TrainingReport all = report.withOptions(asked()).withManifest(features);
    if (measures == null) {
      return all;
    }
    all =
        all.withPart(
            TrainingReport.TRAIN, measures.metrics(all.task(), labels, measures.train()), 0);
    return rows.heldOut() == 0
        ? all
        : all.withPart(
            TrainingReport.HELD_OUT, measures.metrics(all.task(), labels, measures.heldOut()), 0);
  }

  private ObjectNode asked() {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    for (String option : options) {
      int equals = option.indexOf('=');
      String name = (equals < 0 ? option : option.substring(0, equals)).replaceFirst("^--", "");
      String value = equals < 0 ? "true" : option.substring(equals + 1);
      asked.put(name, asked.has(name) ? asked.get(name).asText() + ", " + value : value);
    }
    return asked;
  }

  private static Optional<byte[]> picture(String name) {
    try {
      return OutputFiles.bytes(name);
    } catch (IOException | RuntimeException e) {
      // The report does without a picture that has gone meanwhile.
      return Optional.empty();
    }
  }
}
