// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A configuration of Flink: a folder with one of the files that Flink reads.
 *
 * @param name the name of the file: Flink reads {@code flink-conf.yaml} line by line, and {@code
 *     config.yaml} as YAML
 * @param text the file
 */
record FlinkConfiguration(String name, String text) {

  private static final String LINES = "flink-conf.yaml";
  private static final String YAML = "config.yaml";

  /** One with nothing in it. */
  static final FlinkConfiguration EMPTY = new FlinkConfiguration(LINES, "");

  /**
   * The user's: {@code --flinkConfDir}, or {@code FLINK_CONF_DIR}.
   *
   * @return empty if there is none, or a folder without such a file, which Flink refuses itself
   */
  static Optional<FlinkConfiguration> given(EngineArguments arguments) {
    return arguments
        .value("flinkConfDir")
        .or(() -> Optional.ofNullable(System.getenv("FLINK_CONF_DIR")))
        .flatMap(folder -> read(Path.of(folder)));
  }

  /** That of a folder; empty if there is no such file. */
  static Optional<FlinkConfiguration> read(Path folder) {
    return Stream.of(LINES, YAML)
        .filter(name -> Files.isRegularFile(folder.resolve(name)))
        .findFirst()
        .map(
            name -> {
              try {
                return new FlinkConfiguration(name, Files.readString(folder.resolve(name)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** Whether the REST interface is encrypted. */
  boolean isEncrypted() {
    Map<String, String> values = values();
    return Stream.of("security.ssl.rest.enabled", "security.ssl.enabled")
        .anyMatch(key -> "true".equals(values.get(key)));
  }

  /** Whether it says what becomes of jobs that fail. */
  boolean hasRestartStrategy() {
    return hasRestartStrategy(values());
  }

  /** Whether a configuration says what becomes of jobs that fail. */
  static boolean hasRestartStrategy(Map<String, String> values) {
    return values.keySet().stream()
        .anyMatch(key -> key.equals("restart-strategy") || key.startsWith("restart-strategy."));
  }

  /** All values by their keys, such as {@code rest.port}. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    if (name.equals(YAML)) {
      flatten("", parsed(), values);
      return values;
    }
    for (String line : text.lines().toList()) {
      String[] parts = line.split("#", 2)[0].split(": ", 2);
      if (parts.length == 2) {
        values.put(parts[0].strip(), parts[1].strip());
      }
    }
    return values;
  }

  private Map<?, ?> parsed() {
    try {
      Object all = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return all instanceof Map<?, ?> map ? map : Map.of();
    } catch (YAMLException e) {
      // Flink says what is wrong.
      return Map.of();
    }
  }

  private static void flatten(String key, Object value, Map<String, String> values) {
    if (value instanceof Map<?, ?> map) {
      String before = key.isEmpty() ? "" : key + ".";
      map.forEach((k, v) -> flatten(before + k, v, values));
    } else {
      values.put(key, String.valueOf(value));
    }
  }

  /** With a value for a key that it has not. */
  FlinkConfiguration withDefault(String key, String value) {
    return values().containsKey(key) ? this : with(Map.of(key, value));
  }

  /** With more values. */
  FlinkConfiguration with(Map<String, String> more) {
    String quote = name.equals(YAML) ? "'" : "";
    String lines =
        more.entrySet().stream()
            .map(e -> quote + e.getKey() + quote + ": " + e.getValue() + "\n")
            .collect(Collectors.joining());
    return new FlinkConfiguration(
        name, text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + lines);
  }

  /** Writes it into a folder that goes when this process ends. */
  Path write() {
    try {
      Path folder = Files.createTempDirectory("hubbeam-flink");
      folder.toFile().deleteOnExit();
      writeTo(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes it into a folder. */
  void writeTo(Path folder) {
    Path file = folder.resolve(name);
    try {
      Files.writeString(file, text);
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
