// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.learning.EnsembleSummary;
import org.hubbeam.training.Objective;

/**
 * The manifest of an ensemble.
 *
 * @param summary what was searched for, and found
 * @param features the manifest of its features
 * @param options those of the program
 */
record EnsembleManifest(
    EnsembleSummary summary,
    long failures,
    JsonNode features,
    List<String> options,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  EnsembleManifest {
    options = List.copyOf(options);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  @Override
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("task", summary.task().name().toLowerCase(Locale.ROOT));
    summary.labels().forEach(json.putArray("labels")::add);
    json.put("rows", summary.rows().train() + summary.rows().heldOut());
    json.put("held_out", summary.rows().heldOut());
    json.put("failures", failures);
    options.forEach(json.putArray("options")::add);
    json.set("head_features", JSON.valueToTree(summary.features()));
    json.set("rounds", JSON.valueToTree(summary.rounds()));
    json.set("features", features);
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("row", summary.rows().train() + summary.rows().heldOut());
  }

  private EnsembleSummary.Candidate chosen() {
    EnsembleSummary.Round last = summary.rounds().get(summary.rounds().size() - 1);
    return last.candidates().get(last.winner());
  }

  @Override
  public List<String> reported() {
    return summary.rounds().stream().map(RoundLine::of).toList();
  }

  @Override
  public List<String> details() {
    List<String> details = new ArrayList<>();
    details.add(
        Formatting.of(chosen().members().size(), "member")
            + ": "
            + String.join(
                ", ", chosen().members().stream().map(EnsembleSummary.MemberHead::name).toList()));
    Objective heldOut = chosen().heldOut();
    if (heldOut != null) {
      details.add(
          EpochLine.metric(summary.task(), heldOut.metric())
              + " on "
              + Formatting.count(summary.rows().heldOut())
              + " held out");
    }
    return details;
  }
}
