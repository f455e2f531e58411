// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Secrets;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * How rows became vectors, for whoever embeds a query in the same way.
 *
 * @param input what a row was
 * @param options those of {@code embed} that its vector depends on, beside the modules: {@code
 *     --normalize}
 */
record VectorRecipe(Input input, List<String> options) implements Serializable {

  private static final Set<Section.Heading> SECTIONS =
      Set.of(Section.Heading.VECTORS, Section.Heading.IMAGES);

  private static final Set<String> OPTIONS =
      Set.of(
          "--function",
          "--arguments",
          "--set",
          "--seed",
          "--tags",
          "--allowOps",
          "--opLibraries",
          "--column",
          "--outputKey",
          "--outputs",
          "--mediaInput",
          "--blank");

  /** The stored form of a vector, which a query does not need. */
  private static final Set<String> STORAGE = Set.of("--storage");

  VectorRecipe {
    options = List.copyOf(options);
  }

  /** What rows were, for the modules. */
  enum Input {
    /** Text, or columns of a table. */
    text,
    /** Encoded pictures. */
    image,
    /** Video files. */
    video,
    /** Sound files. */
    audio,
    /** Records that the module parses itself. */
    record
  }

  /** The options that a program was given. */
  static VectorRecipe of(Input input, ParseResult given) {
    List<String> options = new ArrayList<>();
    for (OptionSpec option : given.matchedOptions()) {
      boolean kept =
          OPTIONS.contains(option.longestName()) || SECTIONS.contains(HelpSections.of(option));
      if (kept && !STORAGE.contains(option.longestName())) {
        options.addAll(arguments(option));
      }
    }
    return new VectorRecipe(input, options);
  }

  /** An option as it can be given again, once for each time that it was given. */
  static List<String> arguments(OptionSpec option) {
    String name = option.longestName();
    boolean flag = option.typeInfo().isBoolean();
    if (option.originalStringValues().isEmpty()) {
      return List.of(name);
    }
    return option.originalStringValues().stream()
        .map(value -> flag && !value.equals("false") ? name : name + "=" + value)
        .toList();
  }

  /** What a manifest says. */
  static VectorRecipe of(JsonNode json) {
    List<String> options = new ArrayList<>();
    json.path("options").forEach(option -> options.add(option.asText()));
    return new VectorRecipe(Input.valueOf(json.path("input").asText()), options);
  }

  void into(ObjectNode json) {
    json.put("input", input.name());
    var array = json.putArray("options");
    options.forEach(option -> array.add(Secrets.maskedIn(option)));
  }
}
