// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Locale;
import org.hubbeam.inference.PoolRows;
import org.hubbeam.vectors.Norm;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.Storage;
import picocli.CommandLine.Option;

/** The options for processing vectors after the module. */
@Section(Section.Heading.VECTORS)
final class VectorOptions {

  @Option(
      names = "--pool",
      paramLabel = "KIND",
      defaultValue = "NONE",
      description =
          "pool sequences into vectors: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Pooling.Kind pool;

  @Option(
      names = "--mask",
      paramLabel = "COLUMN",
      description = "pool only the positions where this column is not 0")
  private String mask;

  @Option(
      names = "--poolClips",
      paramLabel = "KIND",
      defaultValue = "EACH_WINDOW",
      description =
          "pool the windows of each video into one row: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE})")
  private Clips clips;

  @Option(
      names = "--projection",
      paramLabel = "KIND:N",
      description = "project to N dimensions: pca:N, gaussian:N or gaussian:N:SEED")
  private String projection;

  @Option(names = "--normalize", description = "scale vectors to length 1 (L2)")
  private boolean normalize;

  @Option(
      names = "--storage",
      paramLabel = "TYPE",
      defaultValue = "FLOAT32",
      description =
          "${COMPLETION-CANDIDATES}; INT8 adds a column with the scale (default: ${DEFAULT-VALUE})")
  private Storage storage;

  /** How the windows of a clip are pooled. */
  enum Clips {
    EACH_WINDOW,
    MEAN,
    MAX;

    Step pooling(String column) {
      PoolRows rows = this == MEAN ? PoolRows.mean(column) : PoolRows.max(column);
      String words = (this == MEAN ? "mean" : "max") + " of the windows of each clip";
      return Step.withoutFailures("PoolClips", words, rows);
    }
  }

  /** Whether vectors are written as bytes. */
  boolean isPacked() {
    return storage != Storage.FLOAT32;
  }

  /** The column of the mask; null for none. */
  String mask() {
    return mask;
  }

  /** How the windows of a clip are pooled. */
  Clips clips() {
    return clips;
  }

  /** The selected processing. */
  PostProcessing steps() {
    if (mask != null && pool == Pooling.Kind.NONE) {
      throw new UsageException("--mask=" + mask + " requires --pool");
    }
    Pooling pooling = Pooling.of(pool);
    return PostProcessing.NONE
        .withPooling(mask == null ? pooling : pooling.withMask(mask))
        .withProjection(projection(projection))
        .withNorm(normalize ? Norm.L2 : Norm.NONE)
        .withStorage(storage);
  }

  /** {@code pca:64}, {@code gaussian:64}, {@code gaussian:64:7}. */
  static Projection projection(String text) {
    if (text == null) {
      return Projection.NONE;
    }
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
    try {
      if (parts[0].equals("pca") && parts.length == 2) {
        return Projection.pca(Integer.parseInt(parts[1]));
      }
      if (parts[0].equals("gaussian") && (parts.length == 2 || parts.length == 3)) {
        Projection.Gaussian gaussian = Projection.gaussian(Integer.parseInt(parts[1]));
        return parts.length == 2 ? gaussian : gaussian.withSeed(Long.parseLong(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--projection=" + text + ": " + e.getMessage());
    }
    throw new UsageException(
        "--projection=" + text + " must be pca:N, gaussian:N or gaussian:N:SEED with numbers");
  }
}
