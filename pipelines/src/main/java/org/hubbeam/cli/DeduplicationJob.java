// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.neighbours.Deduplicate;

/**
 * Reads embeddings, and writes apart those that are kept and those that are dropped.
 *
 * @param step what is done, in words
 */
record DeduplicationJob(
    EmbeddingsOptions.Prepared input,
    Deduplicate deduplicate,
    String step,
    DeduplicatedOutput output)
    implements Job {

  private static final String KEPT = "rows_kept";
  private static final String DROPPED = "rows_dropped";
  private static final String PAIRS = "pairs";

  @Override
  public String activity() {
    return "deduplicating " + input.embeddings().prefix();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("deduplicating", List.of(KEPT, DROPPED), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    Deduplicate.Result parted = input.read(pipeline, failures).apply("Dedup", deduplicate);
    failures.add(parted.failures());
    output.delete();
    List<String> packed = input.vectors().toPack();
    List<PCollection<String>> written =
        new ArrayList<>(output.kept().write("Kept", parted.kept(), KEPT, packed));
    written.addAll(output.dropped().write("Dropped", parted.dropped(), DROPPED, packed));
    parted.pairs().ifPresent(pairs -> written.add(pairs.apply("Pairs", LeftBatch.of(PAIRS))));
    return new Built(
        written, new RowsParted(input.embeddings().manifest().toString(), step, output));
  }

  /** What is known before the run. */
  private record RowsParted(String embeddings, String step, DeduplicatedOutput output)
      implements Finish {

    @Override
    public DerivedManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles kept = output.kept().written(run);
      WrittenFiles dropped = output.dropped().written(run);
      Map<String, Long> rows = new LinkedHashMap<>();
      rows.put("kept row", kept.rows());
      rows.put("dropped row", dropped.rows());
      ObjectMapper json = new ObjectMapper();
      Map<String, JsonNode> found = new LinkedHashMap<>();
      ObjectNode other = json.createObjectNode();
      other.put("rows", dropped.rows());
      dropped.names().forEach(other.putArray("files")::add);
      found.put("dropped", other);
      List<String> lines = new ArrayList<>();
      Optional<Batch> pairs = LeftBatch.read(run, PAIRS);
      if (pairs.isPresent()) {
        ArrayNode all = json.createArrayNode();
        describe(pairs.get(), lines, all);
        found.put(PAIRS, all);
      }
      return new DerivedManifest(embeddings, step, rows, failures, kept.names(), found, lines);
    }

    private static void describe(Batch counts, List<String> lines, ArrayNode all) {
      Values.Numbers thresholds = (Values.Numbers) counts.column("threshold").values();
      Values.Numbers pairs = (Values.Numbers) counts.column("pairs").values();
      Values.Numbers rows = (Values.Numbers) counts.column("rows").values();
      boolean estimated = ((Values.Numbers) counts.column("estimated").values()).getLong(0) != 0;
      String about = estimated ? "about " : "";
      for (int i = 0; i < counts.rows(); i++) {
        lines.add(
            String.format(
                Locale.ROOT,
                "threshold %.2f: %s%s of %s",
                thresholds.getFloat(i),
                about,
                Formatting.of(pairs.getLong(i), "pair"),
                Formatting.of(rows.getLong(i), "row")));
        ObjectNode one = all.addObject();
        one.put("threshold", Math.round(thresholds.getFloat(i) * 100) / 100.0);
        one.put("pairs", pairs.getLong(i));
        one.put("rows", rows.getLong(i));
        one.put("estimated", estimated);
      }
    }
  }
}
