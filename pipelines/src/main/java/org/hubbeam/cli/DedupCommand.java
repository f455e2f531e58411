// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import org.hubbeam.files.BatchSink;
import org.hubbeam.neighbours.Deduplicate;
import org.hubbeam.neighbours.Keep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drops embeddings that are nearly the same as others. */
@Command(
    name = "dedup",
    description = {
      "Drop embeddings that are nearly the same as others.",
      "",
      "Rows whose vectors have a cosine of --threshold or more are near-duplicates, and so are"
          + " those of a chain of such pairs. One of them is kept. It is exact: all pairs are"
          + " found.",
      "Writes the rows that are kept as PREFIX-00000-of-0000N.tfrecord, the others as"
          + " PREFIX.dropped-00000-of-0000N.tfrecord with 'duplicate_of' (the id of the row that is"
          + " kept), 'resembles' (of the row that it is most like) and 'score', and the other files"
          + " that embed writes.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam dedup --input=out/vectors --threshold=0.97 --keep=longest"
          + " --output=out/unique --report"
    })
final class DedupCommand extends JobCommand {

  @Mixin private EmbeddingsOptions rows;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the prefix of the names of the files to write")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--threshold",
      paramLabel = "COSINE",
      defaultValue = "0.97",
      description = "rows of this cosine or more are near-duplicates (default: ${DEFAULT-VALUE})")
  private double threshold;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--keep",
      paramLabel = "RULE",
      defaultValue = "first",
      description =
          "which one is kept: first (in the files), longest (of all texts of a row), or a column,"
              + " whose greatest value is kept (default: ${DEFAULT-VALUE})")
  private String keep;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--report",
      description =
          "print how many pairs and rows there would be with thresholds from 0.80 to 1.00,"
              + " estimated from 2,000 rows if there are more")
  private boolean report;

  @Override
  List<String> inputs() {
    return rows.files();
  }

  @Override
  DeduplicatedOutput output() {
    int shards =
        options().shards() > 0
            ? options().shards()
            : Math.max(1, BatchSink.existing(rows.input()).size());
    return new DeduplicatedOutput(
        new OutputPrefix(output, shards), new OutputPrefix(output + ".dropped", shards));
  }

  @Override
  DeduplicationJob job() throws IOException {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new UsageException(
          "--threshold=" + threshold + " must be a cosine above 0 and at most 1");
    }
    EmbeddingsOptions.Prepared prepared = rows.prepare(options());
    prepared.checkAdded(
        List.of(Deduplicate.DUPLICATE_OF, Deduplicate.RESEMBLES, Deduplicate.SCORE));
    Deduplicate deduplicate =
        Deduplicate.of(threshold, prepared.vectors().column()).withKeep(keep(prepared));
    deduplicate = prepared.id() == null ? deduplicate : deduplicate.withIdColumn(prepared.id());
    return new DeduplicationJob(
        prepared,
        report ? deduplicate.withReport() : deduplicate,
        "near-duplicates of cosine " + threshold + " dropped, " + keep + " kept",
        output());
  }

  private Keep keep(EmbeddingsOptions.Prepared prepared) {
    if (keep.equals("first")) {
      return Keep.first();
    }
    if (keep.equals("longest")) {
      return Keep.longest();
    }
    prepared.requireSingle("--keep", keep);
    return Keep.greatest(keep);
  }
}
