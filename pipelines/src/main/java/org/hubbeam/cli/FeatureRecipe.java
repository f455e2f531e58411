// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.Secrets;
import org.hubbeam.files.FileGlob;

/**
 * What features were made of, to tell whether they are those of another run.
 *
 * @param modules each with its handle, fingerprint and function
 * @param files each with its size and the time of its last change
 * @param options those that features depend on
 */
record FeatureRecipe(List<Made> modules, List<Made> files, List<String> options)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The entry of a manifest. */
  static final String KEY = "made_of";

  FeatureRecipe {
    modules = List.copyOf(modules);
    files = List.copyOf(files);
    options = List.copyOf(options);
  }

  /**
   * Something that features are made of.
   *
   * @param name what users call it
   * @param version what is another one where it is not the same
   */
  record Made(String name, String version) implements Serializable {}

  /** The files that match now. */
  static List<Made> files(String glob) {
    List<Made> files = new ArrayList<>();
    for (MatchResult.Metadata file : FileGlob.existing(glob)) {
      files.add(
          new Made(
              file.resourceId().toString(),
              file.sizeBytes() + " bytes of " + file.lastModifiedMillis()));
    }
    return files;
  }

  /** The modules of a job, with what they are called for. */
  static List<Made> modules(List<ModuleFeatures> features) {
    List<Made> modules = new ArrayList<>();
    for (ModuleFeatures feature : features) {
      for (ModuleCalls.Link link : feature.calls().links()) {
        modules.add(
            new Made(
                link.module().handle(),
                link.module().fingerprint()
                    + " "
                    + link.spec().function()
                    + " "
                    + link.spec().mapping().inputs()
                    + link.spec().mapping().outputs()));
      }
    }
    return modules;
  }

  void into(ObjectNode manifest) {
    ObjectNode json = manifest.putObject(KEY);
    modules.forEach(
        m -> json.withArray("modules").addObject().put("name", m.name).put("version", m.version));
    files.forEach(
        f -> json.withArray("files").addObject().put("name", f.name).put("version", f.version));
    options.forEach(o -> json.withArray("options").add(Secrets.maskedIn(o)));
  }

  /** What a manifest says; empty if it is that of something else. */
  static Optional<FeatureRecipe> of(String manifest) {
    try {
      JsonNode json = JSON.readTree(manifest).path(KEY);
      if (json.isMissingNode()) {
        return Optional.empty();
      }
      List<String> options = new ArrayList<>();
      json.path("options").forEach(option -> options.add(option.asText()));
      return Optional.of(
          new FeatureRecipe(made(json.path("modules")), made(json.path("files")), options));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static List<Made> made(JsonNode json) {
    List<Made> made = new ArrayList<>();
    json.forEach(
        one -> made.add(new Made(one.path("name").asText(), one.path("version").asText())));
    return made;
  }

  /**
   * What is different in another one, in words; empty if nothing is.
   *
   * @param before what was made
   */
  Optional<String> difference(FeatureRecipe before) {
    return difference("module", modules, before.modules)
        .or(() -> difference("file", files, before.files))
        .or(() -> optionDifference(before));
  }

  private static Optional<String> difference(String what, List<Made> now, List<Made> before) {
    Iterator<Made> others = before.iterator();
    for (Made one : now) {
      if (!others.hasNext()) {
        return Optional.of("without the " + what + " " + one.name);
      }
      Made other = others.next();
      if (!one.name.equals(other.name)) {
        return Optional.of("of the " + what + " " + other.name + ", not of " + one.name);
      }
      if (!one.version.equals(other.version)) {
        return Optional.of("of another version of the " + what + " " + one.name);
      }
    }
    return others.hasNext()
        ? Optional.of("also of the " + what + " " + others.next().name)
        : Optional.empty();
  }

  private Optional<String> optionDifference(FeatureRecipe before) {
    List<String> now = options.stream().map(Secrets::maskedIn).toList();
    List<String> missing = new ArrayList<>(now);
    missing.removeAll(before.options);
    List<String> more = new ArrayList<>(before.options);
    more.removeAll(now);
    if (missing.isEmpty() && more.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        more.isEmpty()
            ? "without " + missing.get(0)
            : "with " + more.get(0) + (missing.isEmpty() ? "" : ", not " + missing.get(0)));
  }
}
