// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.OptionalInt;
import org.hubbeam.training.EncoderOptions;
import org.hubbeam.training.EncoderShape;
import org.hubbeam.training.Split;
import org.hubbeam.training.TextEncoderModule.Storage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what an encoder is like, and how it is trained. */
@Section(Section.Heading.TRAINING)
final class EncoderFormOptions {

  @Option(
      names = "--dimension",
      paramLabel = "N",
      description =
          "the length of a row of the table, and of a vector unless a teacher has another"
              + " (default: 128, or that of the teacher if it is less)")
  private @Nullable Integer dimension;

  @Option(
      names = "--buckets",
      paramLabel = "N",
      description = "the rows of the table that words and n-grams share (default: 32768)")
  private int buckets = EncoderShape.DEFAULT.buckets();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "how often all texts are seen (default: 6; with --teacher: 10)")
  private @Nullable Integer epochs;

  @Option(
      names = "--batchSize",
      paramLabel = "N",
      description =
          "the pairs of a step, each with the others as counterexamples, or the texts (default:"
              + " 256)")
  private int batchSize = EncoderOptions.DEFAULT.batchSize();

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "how far Adam goes in a step (default: 0.01)")
  private double rate = EncoderOptions.DEFAULT.rate();

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "what cosines of pairs are divided by before the softmax (default: 0.12)")
  private double temperature = EncoderOptions.DEFAULT.temperature();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "decides first weights and the order of texts (default: 0)")
  private long seed;

  @Option(
      names = "--heldOut",
      paramLabel = "PART",
      description =
          "the part that is only measured, told by a hash of the text, of pairs of the second one"
              + " (default: 0.1)")
  private double heldOut = EncoderOptions.DEFAULT.split().heldOut();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of a step; the result is the same with any number (default: as many as cores)")
  private int threads;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--int8",
      description = "write the table in bytes, which cannot be trained further")
  private boolean int8;

  /** How the table is stored. */
  Storage storage() {
    return int8 ? Storage.INT8 : Storage.FLOAT32;
  }

  /** How pairs are learnt. */
  EncoderOptions pairs() {
    return options(EncoderShape.DEFAULT.dimension(), EncoderOptions.DEFAULT.epochs());
  }

  /** How the vectors of a teacher are learnt, which have this length, if it is known. */
  EncoderOptions taught(OptionalInt width) {
    int usual = EncoderShape.DEFAULT.dimension();
    return options(Math.min(usual, width.orElse(usual)), EncoderOptions.TAUGHT_EPOCHS);
  }

  private EncoderOptions options(int usualDimension, int usualEpochs) {
    try {
      return EncoderOptions.DEFAULT
          .withShape(new EncoderShape(buckets, dimension == null ? usualDimension : dimension))
          .withEpochs(epochs == null ? usualEpochs : epochs)
          .withBatchSize(batchSize)
          .withRate(rate)
          .withTemperature(temperature)
          .withSeed(seed)
          .withSplit(new Split(heldOut))
          .withThreads(threads);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }
}
