// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** The files of a module, read but not loaded. */
record SavedModelFolder(Path folder, SavedModel proto, Encoding encoding) {

  /** How the module was shared. */
  enum Encoding {
    SAVED_MODEL,
    SAVED_MODEL_TEXT,
    TF1_HUB
  }

  static SavedModelFolder read(Path folder) {
    Path binary = folder.resolve("saved_model.pb");
    Path text = folder.resolve("saved_model.pbtxt");
    boolean hub = Files.exists(folder.resolve("tfhub_module.pb"));
    try {
      if (Files.isRegularFile(binary)) {
        try (InputStream in = Files.newInputStream(binary)) {
          CodedInputStream coded = CodedInputStream.newInstance(in);
          coded.setSizeLimit(Integer.MAX_VALUE);
          return new SavedModelFolder(
              folder, SavedModel.parseFrom(coded), hub ? Encoding.TF1_HUB : Encoding.SAVED_MODEL);
        }
      }
      if (Files.isRegularFile(text)) {
        SavedModel.Builder builder = SavedModel.newBuilder();
        TextFormat.Parser.newBuilder()
            .setTypeRegistry(TypeRegistry.newBuilder().add(AssetFileDef.getDescriptor()).build())
            .build()
            .merge(Files.readString(text), builder);
        return new SavedModelFolder(folder, builder.build(), Encoding.SAVED_MODEL_TEXT);
      }
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          (Files.exists(binary) ? binary : text)
              + " is broken: "
              + Shown.name(String.valueOf(e.getMessage())),
          e);
    } catch (CharacterCodingException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, text + " is broken: it is no text in UTF-8", e);
    } catch (IOException e) {
      throw unreadable(Files.exists(binary) ? binary : text, e);
    }
    throw new ModuleException(
        ModuleException.Kind.NOT_LOADABLE,
        folder + " holds neither saved_model.pb nor saved_model.pbtxt" + guess(folder));
  }

  private static String guess(Path folder) {
    if (!Files.isDirectory(folder)) {
      return ": there is no such folder";
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".keras") || name.endsWith(".h5") || name.endsWith(".hdf5")) {
          return "; "
              + name
              + " is a Keras file: export it in Python with model.export(folder), then use that";
        }
        if (name.endsWith(".tflite")) {
          return "; "
              + name
              + " is a TensorFlow Lite file, which is for phones: find the SavedModel";
        }
        if (name.equals("model.json")) {
          return "; model.json is a TensorFlow.js model: find the SavedModel";
        }
      }
      return "";
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }

  private static ModuleException unreadable(Path file, Exception cause) {
    return new ModuleException(
        ModuleException.Kind.NOT_LOADABLE,
        file + " cannot be read: " + Shown.name(String.valueOf(cause.getMessage())),
        cause);
  }

  /** The tag sets of all meta graphs, in the order of the file. */
  List<Set<String>> tagSets() {
    return proto.getMetaGraphsList().stream().map(SavedModelFolder::tags).toList();
  }

  /**
   * The meta graph with these tags.
   *
   * @param tags null to choose: an only one, else the empty set of a TF1 Hub module, else {@code
   *     serve}
   */
  MetaGraphDef metaGraph(@Nullable Set<String> tags) {
    List<MetaGraphDef> all = proto.getMetaGraphsList();
    if (all.isEmpty()) {
      throw new Flaw("it has no graph").of(folder.toString());
    }
    if (tags == null && all.size() == 1) {
      return all.get(0);
    }
    Set<String> usual = encoding == Encoding.TF1_HUB ? Set.of() : Set.of("serve");
    Set<String> wanted = tags == null ? usual : tags;
    List<MetaGraphDef> found = all.stream().filter(m -> tags(m).equals(wanted)).toList();
    if (found.isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          tags == null
              ? folder + " has several tag sets; choose one of " + tagSetsText()
              : folder
                  + " has no graph with the tags "
                  + new TreeSet<>(tags)
                  + "; there are "
                  + tagSetsText());
    }
    if (found.size() > 1) {
      throw new Flaw(found.size() + " graphs have the tags " + tagsText(wanted))
          .of(folder.toString());
    }
    return found.get(0);
  }

  private String tagSetsText() {
    return tagSets().stream().map(SavedModelFolder::tagsText).toList().toString();
  }

  private static String tagsText(Set<String> tags) {
    return Shown.name(new TreeSet<>(tags).toString());
  }

  static Set<String> tags(MetaGraphDef metaGraph) {
    return new LinkedHashSet<>(metaGraph.getMetaInfoDef().getTagsList());
  }

  /** The start of the names of the checkpoint's files. */
  Path variables() {
    return folder.resolve("variables").resolve("variables");
  }

  /** Whether there is a checkpoint. */
  boolean hasVariables() {
    return Files.exists(folder.resolve("variables").resolve("variables.index"));
  }

  /** That the checkpoint cannot be read, with its files: TensorFlow does not always name them. */
  ModuleException unreadableVariables(ModuleException cause) {
    if (cause.kind() == ModuleException.Kind.UNUSABLE) {
      return cause;
    }
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("variables"))) {
      for (Path file : files.sorted().toList()) {
        found.add(file.getFileName() + " of " + Files.size(file) + " bytes");
      }
    } catch (IOException e) {
      found.add(e.toString());
    }
    return new ModuleException(
        cause.kind() == ModuleException.Kind.RESOURCE_EXHAUSTED
            ? ModuleException.Kind.RESOURCE_EXHAUSTED
            : ModuleException.Kind.NOT_LOADABLE,
        "the variables in "
            + folder.resolve("variables")
            + " cannot be read, broken or cut off ("
            + String.join(", ", found)
            + "): "
            + cause.getMessage(),
        cause);
  }

  /** One asset; only what needs it will miss it. */
  Path asset(String name) {
    Path assets = folder.resolve("assets").normalize();
    Path file;
    try {
      file = assets.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the asset " + Flaw.name(name) + " has no name of a file",
          e);
    }
    if (!file.startsWith(assets)) {
      throw new ModuleException(
          ModuleException.Kind.UNSAFE,
          "the asset '" + Shown.name(name) + "' lies outside of " + assets);
    }
    return file.toAbsolutePath();
  }

  /** Whether an asset lies in the folder of the module, or nowhere, once links are followed. */
  boolean hasInside(String name) {
    try {
      return isInside(asset(name));
    } catch (ModuleException | IOException e) {
      return false;
    }
  }

  /**
   * The files of the checkpoint that lie outside of the module's folder once links are followed.
   */
  List<Path> variablesOutside() {
    Path variables = folder.resolve("variables");
    List<Path> outside = new ArrayList<>();
    if (!Files.isDirectory(variables)) {
      return outside;
    }
    try (Stream<Path> files = Files.list(variables)) {
      for (Path file : files.sorted().toList()) {
        if (!isInside(file)) {
          outside.add(file);
        }
      }
      return outside;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isInside(Path file) throws IOException {
    return !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        || Files.exists(file) && file.toRealPath().startsWith(folder.toRealPath());
  }

  /** The bytes of all files. */
  long bytes() {
    try (Stream<Path> files = Files.walk(folder)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }
}
