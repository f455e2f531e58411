// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.search.IndexDescription;

/** Whether vectors were made as those of an index were, so that they can be compared. */
final class MadeAlike {

  private static final String MODULES = "modules";
  private static final String RECIPE = "recipe";

  /** What {@code index.json} keeps of a manifest, beside what changes from run to run. */
  private static final List<String> KEPT =
      List.of(MODULES, RECIPE, ProjectionJson.KEY, "steps", "dimension");

  private MadeAlike() {}

  /** What is kept of the manifest of embeddings. */
  static Map<String, Object> kept(Embeddings embeddings, String column) {
    Map<String, Object> all =
        new ObjectMapper()
            .convertValue(
                embeddings.manifest(), new TypeReference<LinkedHashMap<String, Object>>() {});
    all.keySet().retainAll(KEPT);
    all.put("column", column);
    return all;
  }

  /**
   * Compares modules, by their digests, options and projection. Vectors without a manifest are
   * taken as they are.
   *
   * @param path of the index
   * @param embeddings what {@link #kept} says of the vectors
   * @throws UsageException if they were made otherwise
   */
  static void check(IndexDescription index, String path, Map<String, Object> embeddings) {
    if (index.embeddings().isEmpty() || embeddings.isEmpty()) {
      return;
    }
    for (String part : List.of(MODULES, RECIPE, ProjectionJson.KEY)) {
      Object before = made(part, index.embeddings());
      Object now = made(part, embeddings);
      if (!before.equals(now)) {
        throw new UsageException(
            "the vectors of the index in "
                + path
                + " were made otherwise: "
                + part
                + " "
                + Errors.shortened(before.toString())
                + ", not "
                + Errors.shortened(now.toString()));
      }
    }
  }

  /**
   * A part of a manifest: of modules what they are, not where they are; of options those that do
   * not only say where the input is.
   */
  private static Object made(String part, Map<String, Object> embeddings) {
    Object value = embeddings.getOrDefault(part, "");
    if (part.equals(MODULES) && value instanceof List<?> modules) {
      return modules.stream()
          .map(
              m -> m instanceof Map<?, ?> map ? List.of(map.get("digest"), map.get("function")) : m)
          .toList();
    }
    if (part.equals(RECIPE)
        && value instanceof Map<?, ?> recipe
        && recipe.get("options") instanceof List<?> options) {
      Map<Object, Object> same = new LinkedHashMap<>(recipe);
      same.put(
          "options", options.stream().filter(o -> !o.toString().startsWith("--column=")).toList());
      return same;
    }
    return value;
  }
}
