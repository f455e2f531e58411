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
import org.hubbeam.learning.TrainingSummary;
import org.hubbeam.report.ReportPage;
import org.hubbeam.report.TrainingReport;

/**
 * The report of a training.
 *
 * @param shown what stands for a row
 * @param options those of the program
 * @param features the manifest of the features
 */
record TrainReport(
    TrainingSummary summary, TrainingReport.Shown shown, List<String> options, JsonNode features) {

  /** Writes it as JSON and as a page. */
  void write(TrainedFolder output) throws IOException {
    TrainingReport report = report(output.path());
    WholeFile.write(output.report(), report.toJson().toPrettyString() + "\n");
    WholeFile.write(output.page(), ReportPage.of(report, TrainReport::picture));
  }

  private TrainingReport report(String path) throws IOException {
    TrainingReport report =
        TrainingReport.of(path.replaceFirst(".*/(?=[^/]+$)", ""), summary.task())
            .withHistory(summary.history())
            .withShown(shown)
            .withOptions(asked())
            .withManifest(features);
    TrainingSummary.Measures measures = summary.measures();
    if (measures == null) {
      return report;
    }
    report = report.withPart(TrainingReport.TRAIN, summary.metrics(measures.train()), 0);
    return summary.rows().heldOut() == 0
        ? report
        : report.withPart(TrainingReport.HELD_OUT, summary.metrics(measures.heldOut()), 0);
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
