// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine and the versions that were measured. */
final class Machine {

  private static final Map<String, String> JARS =
      Map.of(
          "Beam", "beam-sdks-java-core",
          "Flink", "flink-runtime",
          "TensorFlow Java", "tensorflow-core-api");

  private Machine() {}

  /** All facts, in the order of the table. */
  static Map<String, String> describe(Workplace place) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
    facts.put("processor", processor());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("system", system());
    facts.put("project", commit(place.root()));
    facts.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    JARS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(jar -> facts.put(jar.getKey(), version(jar.getValue())));
    for (Python python : Python.values()) {
      facts.put(python.variable(), place.versions(python));
    }
    return facts;
  }

  /** The load average of the last minute; about 0 on an idle machine. */
  static String load() {
    return firstMatch(read("/proc/loadavg"), "^(\\S+)");
  }

  private static String processor() {
    String model = firstMatch(read("/proc/cpuinfo"), "(?m)^model name\\s*: (.*)$");
    return model.isEmpty() ? System.getProperty("os.arch") : model;
  }

  private static String memory() {
    String kibibytes = firstMatch(read("/proc/meminfo"), "(?m)^MemTotal:\\s+(\\d+)");
    return kibibytes.isEmpty() ? "" : (Long.parseLong(kibibytes) + (1 << 19) >> 20) + " GiB";
  }

  private static String system() {
    String name = firstMatch(read("/etc/os-release"), "(?m)^PRETTY_NAME=\"(.*)\"$");
    String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
    return name.isEmpty() ? kernel : name + ", " + kernel;
  }

  private static String commit(Path root) {
    try {
      List<String> git = List.of("git", "-C", root.toString(), "describe", "--always", "--dirty");
      Shell.Said said = Shell.run(git);
      return said.code() == 0 ? said.text().strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String version(String jar) {
    String found =
        firstMatch(
            System.getProperty("java.class.path"), "/" + Pattern.quote(jar) + "-([^/]*)\\.jar");
    return found.isEmpty() ? "not on the class path" : found;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }

  private static String firstMatch(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}
