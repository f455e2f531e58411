// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.search.IndexDescription;

/**
 * The {@code index.json} that ends a job.
 *
 * @param failures how many rows are not in the index
 * @param repeated rows that were left out because another was the same in all
 */
record IndexManifest(IndexDescription index, long failures, long repeated) implements JobManifest {

  private IndexDescription.Generation last() {
    return index.generations().get(index.generation());
  }

  @Override
  public String toJson() {
    return index.toJson();
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("row", last().rows());
  }

  @Override
  public List<String> details() {
    List<String> details = new ArrayList<>();
    details.add(Formatting.of(index.dimension(), "float") + " each");
    details.add(Formatting.of(index.shards().size(), "shard"));
    if (last().kind() == IndexDescription.Change.APPEND) {
      details.add(Formatting.count(last().replaced()) + " replaced");
      details.add(Formatting.count(index.rows()) + " in all");
    }
    if (repeated > 0) {
      details.add(Formatting.of(repeated, "repeated row") + " left out");
    }
    return details;
  }
}
