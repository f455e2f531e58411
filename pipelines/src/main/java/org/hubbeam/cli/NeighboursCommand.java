// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.batch.Printable;
import org.hubbeam.neighbours.NearestNeighbours;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexMemory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the nearest rows of an index for each row of embeddings. */
@Command(
    name = "neighbours",
    description = {
      "Find the nearest rows of an index for each row of embeddings.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the columns 'neighbours' (ids, the nearest first)"
          + " and 'scores' added, and the other files that embed writes.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam neighbours --input=out/vectors --index=out/index --self --k=10"
          + " --output=out/near"
    })
final class NeighboursCommand extends JobCommand {

  @Mixin private EmbeddingsOptions rows;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "the folder of the index")
  private String index;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--self",
      description =
          "the rows are those of the index: leave the one of the same id out of the neighbours")
  private boolean self;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the prefix of the names of the files to write")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many neighbours (default: ${DEFAULT-VALUE})")
  private int k;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--ef",
      paramLabel = "N",
      description =
          "how many rows the graph keeps in view: more find better, and take longer (default: that"
              + " of the index)")
  private @Nullable Integer ef;

  @Section(Section.Heading.RUNNER)
  @Option(
      names = "--shardsApart",
      description =
          "one task for each shard, for an index that is larger than the memory of a worker")
  private boolean shardsApart;

  @Override
  List<String> inputs() {
    return rows.files();
  }

  @Override
  WorkerPlaces places() {
    return new WorkerPlaces(List.of(index), List.of());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(output, options().shards());
  }

  @Override
  NeighboursJob job() throws IOException {
    if (k < 1) {
      throw new UsageException("--k=" + k + " must be 1 or more");
    }
    if (ef != null && ef < 1) {
      throw new UsageException("--ef=" + ef + " must be 1 or more");
    }
    IndexPlace place = IndexPlace.of(index);
    IndexDescription description = place.read();
    EmbeddingsOptions.Prepared prepared = rows.prepare(options());
    prepared.checkAdded(List.of(NearestNeighbours.NEIGHBOURS, NearestNeighbours.SCORES));
    int dimension = prepared.dimension();
    if (dimension != description.dimension()) {
      throw new UsageException(
          "the vectors have "
              + Formatting.of(dimension, "number")
              + ", those of the index in "
              + place.path()
              + " "
              + description.dimension());
    }
    MadeAlike.check(
        description,
        place.path(),
        MadeAlike.kept(prepared.embeddings(), prepared.vectors().column()));
    long others = description.rows() - (self ? 1 : 0);
    if (k > others) {
      throw new UsageException(
          "--k="
              + k
              + ": the index in "
              + place.path()
              + " has "
              + Formatting.of(others, self ? "other row" : "row"));
    }
    NearestNeighbours search = NearestNeighbours.of(place.path(), k, prepared.vectors().column());
    search = prepared.id() == null ? search : search.withIdColumn(prepared.id());
    search = self ? search.withoutSelf() : search;
    search = ef == null ? search : search.withEf(ef);
    search = shardsApart ? search.withShardsApart() : search;
    err().println(Printable.line(memory(description)));
    return new NeighboursJob(
        prepared, search, k + " nearest neighbours in " + place.path(), output());
  }

  /** What a worker needs for the index. */
  private String memory(IndexDescription index) {
    int shards = index.shards().size();
    String count = "the index has " + Formatting.of(shards, "shard") + "; a worker needs ";
    if (!shardsApart) {
      return count + Formatting.bytes(IndexMemory.of(index)) + " of its heap for it";
    }
    long largest =
        IntStream.range(0, shards).mapToLong(i -> IndexMemory.of(index.ofShard(i))).max().orElse(0);
    return count + Formatting.bytes(largest) + " of its heap for each that it searches";
  }
}
