// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.benchmarks.loops.EncoderLoop;

/** An encoder of eleven languages, and heads on its vectors that have seen only English. */
final class TrainEncoderSuite implements Suite {

  private static final String NAME = "encoder of ten languages and English";

  /** Pairs that are learnt from, in all epochs. */
  private static final long PAIRS = 6L * 8_000;

  private final Workplace place;

  TrainEncoderSuite(Workplace place) {
    this.place = place;
  }

  @Override
  public String name() {
    return "train-encoder";
  }

  @Override
  public String title() {
    return "Encoders across languages";
  }

  @Override
  public String about() {
    return """
    An encoder with default settings, trained on 800 pairs of sentences of Tatoeba for each of ten
    languages; English sentences that are held out anywhere are left out. P@1 is the part of 200
    held-out sentences that find their English one among the 200. Then heads (linear, L-BFGS) that
    have seen vectors of English alone, and their accuracy in the other languages; what is right is
    told by a rule from the English side. Rows a second are pairs a second, while it learns.
    """;
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Contender> contenders() {
    Path folder = place.shared().resolve("corpus/data/tatoeba");
    if (!Files.isDirectory(folder)) {
      return List.of(
          Contender.absent(NAME, Contender.Work.rows(PAIRS), "left out: there is no " + folder));
    }
    return List.of(
        Contender.of(
            NAME,
            Contender.Work.rows(PAIRS),
            place.java(List.of(), EncoderLoop.class, folder.toString())));
  }

  @Override
  public List<Target> targets() {
    return List.of(
        atLeast(0.55, "P@1 mean"),
        atLeast(0.18, "P@1 least"),
        atLeast(0.83, "first person"),
        atLeast(0.88, "negation"));
  }

  private static Target atLeast(double least, String measure) {
    return Target.atLeast(least, NAME, measure, m -> m.measure(NAME, PAIRS, measure));
  }
}
