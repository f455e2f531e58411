// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where in a folder the module lies, and what else it may be. */
final class ModuleFolder {
  /** The files of which one makes a folder a module, in the order in which they are looked for. */
  static final List<String> GRAPHS =
      List.of("saved_model.pb", "saved_model.pbtxt", "tfhub_module.pb");

  private ModuleFolder() {}

  /** The file with the module's graph. */
  static Optional<Path> graph(Path folder) {
    return GRAPHS.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** The folder of the module that a file belongs to: its own, or the one around that. */
  static Optional<Path> around(Path file) {
    Optional<Path> folder = Optional.ofNullable(file.toAbsolutePath().getParent());
    return folder
        .filter(f -> graph(f).isPresent())
        .or(() -> folder.map(Path::getParent).filter(f -> graph(f).isPresent()));
  }

  /**
   * The module in a folder: the folder itself, else the newest of its numbered versions.
   *
   * @param label what the message calls it
   * @throws HubException if there is none; it says what was found
   */
  static Path locate(Path folder, String label) {
    if (graph(folder).isPresent()) {
      return folder;
    }
    return folders(folder).stream()
        .filter(child -> isVersion(child.getFileName().toString()) && graph(child).isPresent())
        .max(Comparator.comparing(child -> new BigInteger(child.getFileName().toString())))
        .orElseThrow(() -> new HubException(label + " " + explain(folder)));
  }

  /** The names of the numbered versions of a module, the newest first. */
  static List<String> versions(Path folder) {
    return newestFirst(
        folders(folder).stream()
            .filter(child -> graph(child).isPresent())
            .map(child -> child.getFileName().toString())
            .filter(ModuleFolder::isVersion));
  }

  static List<String> newestFirst(Stream<String> versions) {
    return versions
        .sorted(Comparator.<String, BigInteger>comparing(BigInteger::new).reversed())
        .toList();
  }

  /**
   * The module in what came out of an archive, which may have one folder around it.
   *
   * @throws HubException if there is none; it says what was found
   */
  static Path locateUnpacked(Path folder, String label) {
    List<Path> children = folders(folder);
    boolean wrapped =
        graph(folder).isEmpty()
            && children.size() == 1
            && !isVersion(children.get(0).getFileName().toString())
            && files(folder).isEmpty();
    return locate(wrapped ? children.get(0) : folder, label);
  }

  static boolean isVersion(String name) {
    return name.matches("[0-9]+");
  }

  /** See {@link Hub.Resolved#fingerprint}. */
  static String fingerprint(Path folder) throws IOException {
    Path graph =
        graph(folder).orElseThrow(() -> new HubException(folder + " is no module any more"));
    List<Path> files = new ArrayList<>(List.of(graph));
    for (String part : List.of("assets", "variables")) {
      if (Files.isDirectory(folder.resolve(part))) {
        try (Stream<Path> walk = Files.walk(folder.resolve(part))) {
          walk.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
      }
    }
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      boolean weights = file.getFileName().toString().contains(".data-");
      all.append(folder.relativize(file).toString().replace('\\', '/'))
          .append(' ')
          .append(Files.size(file))
          .append(weights ? "" : " " + Digests.sha256(file))
          .append('\n');
    }
    return Digests.sha256(all.toString());
  }

  private static List<Path> folders(Path folder) {
    return list(folder).stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> files(Path folder) {
    return list(folder).stream().filter(Files::isRegularFile).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new HubException("cannot list " + folder, e);
    }
  }

  private static String explain(Path folder) {
    List<String> names = list(folder).stream().map(path -> path.getFileName().toString()).toList();
    return kind(names)
        .orElse(
            "is no module: none of "
                + String.join(", ", GRAPHS)
                + " is there, nor a folder of numbered versions; found "
                + (names.isEmpty()
                    ? "nothing"
                    : String.join(", ", names.stream().limit(8).toList()))
                + (names.size() > 8 ? ", ..." : ""));
  }

  /**
   * What is there instead of a module, from the names of files.
   *
   * @return half a sentence that says what to do; empty if the names say nothing
   */
  static Optional<String> kind(List<String> names) {
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      Optional<String> kind = kindOfFile(lower);
      if (kind.isPresent()) {
        return kind.map(text -> text + " (" + name + ")");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> kindOfFile(String name) {
    if (name.endsWith(".keras") || name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return Optional.of("is a Keras file; export it with model.export(folder) as a SavedModel");
    }
    if (name.endsWith(".tflite")) {
      return Optional.of(
          "is a TensorFlow Lite model; ask for the SavedModel it was converted from");
    }
    if (name.equals("model.json")) {
      return Optional.of("is a TensorFlow.js model; ask for the SavedModel it was converted from");
    }
    if (name.endsWith(".onnx")) {
      return Optional.of("is an ONNX model; a SavedModel is needed");
    }
    if (name.endsWith(".safetensors") || name.endsWith(".pt") || name.endsWith(".pth")) {
      return Optional.of("holds weights of another framework; a SavedModel is needed");
    }
    if (name.equals("checkpoint") || name.endsWith(".ckpt") || name.endsWith(".index")) {
      return Optional.of("is a checkpoint without a graph; export a SavedModel");
    }
    if (name.endsWith(".pb") || name.endsWith(".pbtxt")) {
      return Optional.of("is a frozen graph; wrap it into a SavedModel");
    }
    return Optional.empty();
  }
}
