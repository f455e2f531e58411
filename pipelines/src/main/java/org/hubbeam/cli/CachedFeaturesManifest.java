// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The manifest of features with what they were made of.
 *
 * @param vectors what any manifest of vectors has
 */
record CachedFeaturesManifest(ModuleManifest vectors, FeatureRecipe recipe) implements JobManifest {

  @Override
  public String toJson() {
    try {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(vectors.toJson());
      recipe.into(json);
      return json.toPrettyString() + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Long> rows() {
    return vectors.rows();
  }

  @Override
  public long failures() {
    return vectors.failures();
  }

  @Override
  public List<String> files() {
    return vectors.files();
  }

  @Override
  public List<String> details() {
    return vectors.details();
  }
}
