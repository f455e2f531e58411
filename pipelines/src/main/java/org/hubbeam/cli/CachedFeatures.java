// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Printable;

/**
 * Features of rows in files, where an earlier run may have left them.
 *
 * @param output the files
 * @param manifest what their manifest says
 */
record CachedFeatures(OutputPrefix output, JsonNode manifest) {

  /** How the names of the files begin. */
  static final String PREFIX = "features";

  /** Those that are whole. */
  static Optional<CachedFeatures> read(OutputPrefix output) throws IOException {
    Optional<String> manifest = OutputFiles.text(output.manifest());
    return manifest.isEmpty()
        ? Optional.empty()
        : Optional.of(new CachedFeatures(output, new ObjectMapper().readTree(manifest.get())));
  }

  /** What becomes of features that were made of something else. */
  enum Keeping {
    REPLACE,
    REFUSE
  }

  /**
   * Whether features are there; what is left of others makes room.
   *
   * @param err is told which features are used, or why they are not
   * @throws UsageException if there are others that are to be kept
   */
  static boolean isThere(OutputPrefix files, FeatureRecipe recipe, Keeping others, PrintWriter err)
      throws IOException {
    Optional<CachedFeatures> left = read(files);
    if (left.isEmpty()) {
      if (!files.existing().isEmpty()) {
        new OtherRuns(files, err).refuse();
        files.delete();
      }
      return false;
    }
    Optional<String> difference =
        left.get()
            .recipe()
            .map(before -> recipe.difference(before))
            .orElse(Optional.of("by another program"));
    if (difference.isEmpty()) {
      err.println(Printable.line("using the vectors in " + files.path() + "-*"));
      return true;
    }
    String found = "the vectors in " + files.path() + "-* were made " + difference.get();
    if (others == Keeping.REFUSE) {
      throw new UsageException(
          found + "; give another --cache, or --overwrite to compute them again");
    }
    new OtherRuns(files, err).refuse();
    err.println(Printable.line(found + "; they are computed again"));
    files.delete();
    return false;
  }

  /** How many rows there are. */
  long rows() {
    return manifest.path("rows").asLong();
  }

  /** The names of the files. */
  List<String> files() {
    List<String> files = new ArrayList<>();
    manifest.path("files").forEach(file -> files.add(Output.in(output.folder(), file.asText())));
    return files;
  }

  /** The columns of the files. */
  BatchSchema schema() throws IOException {
    return BatchSchema.parse(
        OutputFiles.text(output.schema())
            .orElseThrow(() -> new IllegalStateException(output.schema() + " has gone")));
  }

  /** What they were made of; empty if the manifest is that of something else. */
  Optional<FeatureRecipe> recipe() {
    return FeatureRecipe.of(manifest.toString());
  }
}
