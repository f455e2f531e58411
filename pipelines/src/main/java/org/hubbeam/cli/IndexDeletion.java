// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Printable;
import org.hubbeam.search.IndexChange;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.RowId;

/**
 * Removes rows of an index: they are marked in a new generation.
 *
 * @param file has their ids, one on a line
 */
record IndexDeletion(IndexPlace place, String file) {

  /** How many ids a message names. */
  private static final int NAMED = 3;

  void run(PrintWriter out, PrintWriter err) throws IOException {
    List<String> lines =
        OutputFiles.requiredText("--delete", file)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .distinct()
            .toList();
    if (lines.isEmpty()) {
      throw new UsageException("--delete=" + file + " has no ids");
    }
    IndexDescription index = place.read();
    Path work = Files.createTempDirectory("hubbeam-index-");
    try {
      Path folder = place.changing(work, IndexJob.marked(index.shards()));
      List<RowId> ids = new ArrayList<>();
      lines.forEach(line -> ids.addAll(RowId.written(line)));
      IndexChange change = IndexChange.delete(folder, index, ids);
      Set<RowId> unknown = new HashSet<>(change.unknown());
      List<String> missing =
          lines.stream().filter(l -> unknown.containsAll(RowId.written(l))).toList();
      if (!missing.isEmpty()) {
        err.println(
            Printable.line(
                Formatting.of(missing.size(), "id")
                    + (missing.size() == 1 ? " is" : " are")
                    + " not in the index: "
                    + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
                    + (missing.size() > NAMED ? ", ..." : "")));
      }
      if (missing.size() < lines.size()) {
        place.add(folder, change.written());
        place.stand(change.description());
      }
      out.println(
          Printable.line(
              Formatting.of(lines.size() - missing.size(), "row")
                  + " deleted, "
                  + Formatting.of(place.read().rows(), "row")
                  + " left -> "
                  + place.path()));
    } finally {
      FileTrees.delete(work);
    }
  }
}
