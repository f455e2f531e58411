// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.hubbeam.neighbours.KMeans;
import org.hubbeam.search.Metric;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts embeddings into clusters. */
@Command(
    name = "cluster",
    description = {
      "Put embeddings into clusters, by k-means.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the columns 'cluster' and 'distance' added,"
          + " PREFIX.centroids.npy, PREFIX.schema.pbtxt, PREFIX.failures.jsonl and, last,"
          + " PREFIX.manifest.json. Prints how many rows each cluster has and the ids of those"
          + " nearest to its centroid.",
      "The same rows and options give the same clusters, whatever the engine.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam cluster --input=out/vectors --k=100 --output=out/clustered"
    })
final class ClusterCommand extends JobCommand {

  @Mixin private EmbeddingsOptions rows;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the prefix of the names of the files to write")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--k", required = true, paramLabel = "N", description = "how many clusters")
  private int k;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      defaultValue = "COSINE",
      description = "cosine or euclidean (default: cosine)")
  private Metric metric;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "LLOYD",
      description =
          "how centroids are fitted to a sample, ${COMPLETION-CANDIDATES}: mini_batch is for"
              + " thousands of clusters (default: ${DEFAULT-VALUE})")
  private KMeans.Algorithm algorithm;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "100",
      description = "at most so many iterations over the sample (default: ${DEFAULT-VALUE})")
  private int iterations;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--passes",
      paramLabel = "N",
      defaultValue = "2",
      description = "then so many passes over all rows, 0 to 20 (default: ${DEFAULT-VALUE})")
  private int passes;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "other seeds give other clusters (default: ${DEFAULT-VALUE})")
  private long seed;

  @Override
  List<String> inputs() {
    return rows.files();
  }

  @Override
  ClusteredOutput output() {
    return new ClusteredOutput(new OutputPrefix(output, options().shards()));
  }

  @Override
  ClusteringJob job() throws IOException {
    if (k < 1) {
      throw new UsageException("--k=" + k + " must be 1 or more");
    }
    if (iterations < 0) {
      throw new UsageException("--iterations=" + iterations + " must be 0 or more");
    }
    if (passes < 0 || passes > 20) {
      throw new UsageException("--passes=" + passes + " must be from 0 to 20");
    }
    if (metric == Metric.DOT) {
      throw new UsageException("--metric=dot: there are no clusters by dot product");
    }
    EmbeddingsOptions.Prepared prepared = rows.prepare(options());
    prepared.checkAdded(List.of(KMeans.CLUSTER, KMeans.DISTANCE));
    KMeans clusters =
        KMeans.of(k, prepared.vectors().column())
            .withMetric(metric)
            .withAlgorithm(algorithm)
            .withIterations(iterations)
            .withPasses(passes)
            .withSeed(seed);
    return new ClusteringJob(
        prepared,
        prepared.id() == null ? clusters : clusters.withIdColumn(prepared.id()),
        "k-means " + k + " by " + metric.name().toLowerCase(Locale.ROOT) + " seed " + seed,
        output());
  }
}
