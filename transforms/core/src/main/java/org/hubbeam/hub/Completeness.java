// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What can be said of a module that another program fetched and that has no manifest: the graph is
 * read to its end, the assets it names are there, and its variables have an index and every file of
 * data. That a file of data has its whole length cannot be said.
 */
final class Completeness {
  private static final Pattern SHARD = Pattern.compile("variables\\.data-([0-9]{5})-of-([0-9]{5})");
  // The last bytes of every table of variables.
  private static final byte[] INDEX_END = {
    0x57, (byte) 0xfb, (byte) 0x80, (byte) 0x8b, 0x24, 0x75, 0x47, (byte) 0xdb
  };

  private final Set<String> assets = new HashSet<>();
  private boolean variables;

  private Completeness() {}

  /** Whether nothing speaks against the folder being all of a module. */
  static boolean plausible(Path folder) {
    try {
      Path graph = ModuleFolder.graph(folder).orElse(null);
      if (graph == null || Files.size(graph) == 0) {
        return false;
      }
      Completeness wanted = new Completeness();
      if (graph.getFileName().toString().equals("saved_model.pb")) {
        try (InputStream in = Files.newInputStream(graph)) {
          wanted.savedModel(CodedInputStream.newInstance(in));
        }
      }
      return wanted.assets.stream()
              .allMatch(name -> Files.isRegularFile(folder.resolve("assets").resolve(name)))
          && variablesAgree(folder.resolve("variables"), wanted.variables);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean variablesAgree(Path folder, boolean wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      return !wanted;
    }
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names = files.map(file -> file.getFileName().toString()).toList();
    }
    Set<Integer> shards = new HashSet<>();
    int of = 0;
    for (String name : names) {
      Matcher shard = SHARD.matcher(name);
      if (shard.matches()) {
        shards.add(Integer.parseInt(shard.group(1)));
        of = Math.max(of, Integer.parseInt(shard.group(2)));
      }
    }
    boolean index = names.contains("variables.index");
    return index
        ? endsWell(folder.resolve("variables.index")) && of > 0 && shards.size() == of
        : !wanted && shards.isEmpty();
  }

  private static boolean endsWell(Path index) throws IOException {
    byte[] bytes = Files.readAllBytes(index);
    return bytes.length >= INDEX_END.length
        && Arrays.equals(
            bytes, bytes.length - INDEX_END.length, bytes.length, INDEX_END, 0, INDEX_END.length);
  }

  /** What is done with a field; whoever takes it reads its whole value. */
  private interface Field {
    boolean take(CodedInputStream in, int number) throws IOException;
  }

  private static void message(CodedInputStream in, Field field) throws IOException {
    int length = in.readRawVarint32();
    int outer = in.pushLimit(length);
    fields(in, field);
    if (in.getBytesUntilLimit() != 0) {
      throw new IOException("the file ends within a message");
    }
    in.popLimit(outer);
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean nested = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (!nested || !field.take(in, WireFormat.getTagFieldNumber(tag))) {
        in.skipField(tag);
      }
    }
  }

  // The numbers are those of saved_model.proto, meta_graph.proto and saved_object_graph.proto.

  private void savedModel(CodedInputStream in) throws IOException {
    in.setSizeLimit(Integer.MAX_VALUE);
    fields(
        in,
        (input, number) -> {
          if (number != 2) {
            return false;
          }
          message(input, this::metaGraph);
          return true;
        });
  }

  private boolean metaGraph(CodedInputStream in, int number) throws IOException {
    switch (number) {
      case 4 -> message(in, this::collection);
      case 6 -> message(in, this::asset);
      case 7 -> message(in, this::objectGraph);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collection(CodedInputStream in, int number) throws IOException {
    if (number != 1) {
      return false;
    }
    variables |= in.readString().equals("variables");
    return true;
  }

  private boolean asset(CodedInputStream in, int number) throws IOException {
    if (number != 2) {
      return false;
    }
    assets.add(new String(in.readByteArray(), StandardCharsets.UTF_8));
    return true;
  }

  private boolean objectGraph(CodedInputStream in, int number) throws IOException {
    if (number != 1) {
      return false;
    }
    message(in, this::object);
    return true;
  }

  private boolean object(CodedInputStream in, int number) {
    variables |= number == 7;
    return false;
  }
}
