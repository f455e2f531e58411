// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.neighbours.KMeans;

/**
 * Reads embeddings, and writes them with their clusters.
 *
 * @param step what is done, in words
 */
record ClusteringJob(
    EmbeddingsOptions.Prepared input, KMeans clusters, String step, ClusteredOutput output)
    implements Job {

  private static final String ROWS = "rows_clustered";
  private static final String CLUSTERS = "clusters";

  /** How many clusters are printed. */
  private static final int PRINTED = 20;

  /** How long an id is when it is printed. */
  private static final int ID = 40;

  @Override
  public String activity() {
    return "clustering " + input.embeddings().prefix();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("clustering", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    KMeans.Result found = input.read(pipeline, failures).apply("KMeans", clusters);
    failures.add(found.failures());
    output.delete();
    List<PCollection<String>> written =
        new ArrayList<>(output.rows().write(found.batches(), ROWS, input.vectors().toPack()));
    written.add(found.clusters().apply("Leave", LeftBatch.of(CLUSTERS)));
    return new Built(
        written, new ClustersWritten(input.embeddings().manifest().toString(), step, output));
  }

  /** What is known before the run. */
  private record ClustersWritten(String embeddings, String step, ClusteredOutput output)
      implements Finish {

    @Override
    public DerivedManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles written = output.rows().written(run);
      Batch clusters = LeftBatch.read(run, CLUSTERS).orElse(null);
      List<String> lines = new ArrayList<>();
      ArrayNode described = new ObjectMapper().createArrayNode();
      if (clusters == null) {
        WholeFile.write(output.centroids(), Npy.floats(new long[] {0, 0}));
      } else {
        Array.Dense centroids = (Array.Dense) clusters.column("centroid");
        WholeFile.write(
            output.centroids(),
            Npy.floats(
                centroids.dims().stream().mapToLong(Long::longValue).toArray(),
                ((Values.Numbers) centroids.values()).toFloats()));
        describe(clusters, lines, described);
      }
      return new DerivedManifest(
          embeddings,
          step,
          Map.of("row", written.rows()),
          failures,
          written.names(),
          Map.<String, JsonNode>of(CLUSTERS, described),
          lines);
    }

    private static void describe(Batch clusters, List<String> lines, ArrayNode described) {
      Values.Numbers rows = (Values.Numbers) clusters.column("rows").values();
      Values.Numbers distances = (Values.Numbers) clusters.column("mean_distance").values();
      Integer[] order = IntStream.range(0, clusters.rows()).boxed().toArray(Integer[]::new);
      Arrays.sort(order, (a, b) -> Long.compare(rows.getLong(b), rows.getLong(a)));
      for (int i = 0; i < order.length; i++) {
        int cluster = order[i];
        Values.Strings ids =
            (Values.Strings) clusters.column("nearest").slice(cluster, cluster + 1).values();
        List<String> nearest = IntStream.range(0, ids.size()).mapToObj(ids::text).toList();
        if (i < PRINTED) {
          lines.add(
              String.format(
                  Locale.ROOT,
                  "cluster %d: %s, mean distance %.4f, nearest: %s",
                  cluster,
                  Formatting.of(rows.getLong(cluster), "row"),
                  distances.getFloat(cluster),
                  String.join(" | ", nearest.stream().map(ClustersWritten::cut).toList())));
        }
      }
      if (order.length > PRINTED) {
        lines.add("and " + Formatting.of(order.length - PRINTED, "smaller cluster"));
      }
      for (int cluster = 0; cluster < order.length; cluster++) {
        ObjectNode one = described.addObject();
        one.put("cluster", cluster);
        one.put("rows", rows.getLong(cluster));
        one.put("mean_distance", distances.getFloat(cluster));
        Values.Strings ids =
            (Values.Strings) clusters.column("nearest").slice(cluster, cluster + 1).values();
        IntStream.range(0, ids.size()).mapToObj(ids::text).forEach(one.putArray("nearest")::add);
      }
    }

    private static String cut(String id) {
      boolean isShort = id.codePointCount(0, id.length()) <= ID;
      return isShort ? id : id.substring(0, id.offsetByCodePoints(0, ID)) + "...";
    }
  }
}
