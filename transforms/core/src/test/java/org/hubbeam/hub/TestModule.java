// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** Modules for tests: the right files in the right places, with nothing to compute in them. */
final class TestModule {
  private static final byte[] TABLE_END = {0x57, -5, -128, -117, 0x24, 0x75, 0x47, -37};

  private TestModule() {}

  /** The files of a module with one variable and one asset. */
  static Map<String, byte[]> files(String text) {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("saved_model.pb", graph());
    files.put("assets/vocab.txt", text.getBytes(StandardCharsets.UTF_8));
    files.put("variables/variables.index", TABLE_END);
    files.put("variables/variables.data-00000-of-00001", new byte[200_000]);
    return files;
  }

  private static byte[] graph() {
    byte[] asset = field(2, "vocab.txt".getBytes(StandardCharsets.UTF_8));
    byte[] objects = field(1, field(7, new byte[0]));
    return concat(new byte[] {8, 1}, field(2, concat(field(6, asset), field(7, objects))));
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeBytes(number, ByteString.copyFrom(value));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  static Path write(Path folder, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return folder;
  }

  static Map<String, String> read(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      Map<String, String> all = new TreeMap<>();
      for (Path path : walk.filter(Files::isRegularFile).collect(Collectors.toList())) {
        all.put(folder.relativize(path).toString(), Digests.sha256(path));
      }
      return all;
    }
  }

  /** An archive in the making. */
  static final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out = new TarArchiveOutputStream(bytes);

    /** Python's unpacking makes no folders but those that the archive has. */
    Tar folders(String... names) {
      for (String name : names) {
        entry(new TarArchiveEntry(name, TarConstants.LF_DIR), new byte[0]);
      }
      return this;
    }

    Tar files(Map<String, byte[]> files) {
      files.forEach((name, content) -> file("./" + name, content));
      return this;
    }

    Tar file(String name, byte[] content) {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      return entry(entry, content);
    }

    Tar entry(TarArchiveEntry entry, byte[] content) {
      try {
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Tar link(String name, byte kind, String target) {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
      entry.setLinkName(target);
      return entry(entry, new byte[0]);
    }

    byte[] plain() {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    byte[] gzip() {
      return zip(plain());
    }
  }

  static byte[] zip(byte[] content) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GzipCompressorOutputStream out = new GzipCompressorOutputStream(zipped)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  static byte[] archive(String text) {
    return new Tar().folders("./", "./assets/", "./variables/").files(files(text)).gzip();
  }
}
