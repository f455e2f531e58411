// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.hubbeam.hub.TestModule.Tar;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchiveTest {
  private static final byte[] EVIL = "evil".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;

  private Hub hub(ArchiveLimits limits) {
    return Hub.of(
        HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString()).withLimits(limits));
  }

  private Hub.Resolved resolve(String name, byte[] archive) throws IOException {
    Path file = temp.resolve(name);
    Files.write(file, archive);
    return hub(ArchiveLimits.DEFAULT).resolve(file.toString());
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> walk = Files.walk(temp)) {
      assertThat(walk.filter(Files::isRegularFile).map(path -> path.getFileName().toString()))
          .hasSize(1)
          .noneMatch(name -> name.contains("evil"));
    }
    try (Stream<Path> left = Files.list(temp.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
  }

  static Stream<Arguments> good() {
    Map<String, byte[]> files = TestModule.files("a b c");
    byte[] plain = new Tar().files(files).plain();
    Tar wrapped = new Tar();
    files.forEach((name, content) -> wrapped.file("nnlm/" + name, content));
    Tar versions = new Tar();
    TestModule.files("old").forEach((name, content) -> versions.file("9/" + name, content));
    files.forEach((name, content) -> versions.file("10/" + name, content));
    Tar foldersFirst = new Tar().folders("./", "assets/");
    return Stream.of(
        Arguments.of("m.tar", plain),
        Arguments.of("m.tar.gz", TestModule.zip(plain)),
        Arguments.of("with space.TGZ", TestModule.zip(plain)),
        Arguments.of("plain tar under a gzip name.tar.gz", plain),
        Arguments.of("gzip under a tar name.tar", TestModule.zip(plain)),
        Arguments.of("wrapped.tar.gz", wrapped.gzip()),
        Arguments.of("versions.tar.gz", versions.gzip()),
        Arguments.of("folders.tar.gz", foldersFirst.files(files).gzip()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void unpacksToTheModule(String name, byte[] archive) throws IOException {
    Hub.Resolved resolved = resolve(name, archive);
    Path expected = TestModule.write(temp.resolve("expected"), TestModule.files("a b c"));
    assertThat(TestModule.read(resolved.folder())).isEqualTo(TestModule.read(expected));
    assertThat(resolved.remote()).isFalse();
    assertThat(resolved.archiveSha256()).isEqualTo(Digests.sha256(temp.resolve(name)));
    assertThat(resolved.digest()).isEqualTo(Digests.sha256(expected.resolve("saved_model.pb")));
  }

  static Stream<Arguments> evil() {
    byte[] module = TestModule.archive("a");
    byte[] plain = new Tar().files(TestModule.files("a")).plain();
    byte[] unpacksTooFar = new Tar().file("saved_model.pb", new byte[40 << 20]).gzip();
    return Stream.of(
        Arguments.of("'..'", module().file("../evil", EVIL).gzip()),
        Arguments.of("'..'", module().file("a/../../evil", EVIL).gzip()),
        Arguments.of("absolute path", module().file("/tmp/evil", EVIL).gzip()),
        Arguments.of("absolute path", module().file("C:/evil", EVIL).gzip()),
        Arguments.of("character that no module", module().file("a\\..\\evil", EVIL).gzip()),
        Arguments.of(
            "a symbolic link", module().link("evil", TarConstants.LF_SYMLINK, "/tmp").gzip()),
        Arguments.of(
            "a hard link", module().link("evil", TarConstants.LF_LINK, "/etc/passwd").gzip()),
        Arguments.of("a device", module().link("evil", TarConstants.LF_FIFO, "").gzip()),
        Arguments.of("a device", module().link("evil", TarConstants.LF_CHR, "").gzip()),
        Arguments.of("a device", module().link("evil", TarConstants.LF_BLK, "").gzip()),
        Arguments.of("is there twice", module().file("saved_model.pb", EVIL).gzip()),
        Arguments.of("is there twice", module().file("./assets//vocab.txt", EVIL).gzip()),
        Arguments.of(
            "as a file and as a folder", module().file("saved_model.pb/evil", EVIL).gzip()),
        Arguments.of("unpacks to more than", unpacksTooFar),
        Arguments.of("is cut or broken", Arrays.copyOf(module, module.length - 4)),
        Arguments.of("is cut or broken", Arrays.copyOf(module, module.length / 2)),
        Arguments.of("is cut or broken", Arrays.copyOf(plain, plain.length / 2)),
        Arguments.of("is cut or broken", Arrays.copyOf(plain, 512 * 4)),
        Arguments.of("is a web page", "<html>403</html>".getBytes(StandardCharsets.UTF_8)),
        Arguments.of("is a zip", "PK\3\4".getBytes(StandardCharsets.UTF_8)),
        Arguments.of("is not a tar", new byte[] {1, 2, 3}),
        Arguments.of("is not a tar", TestModule.zip(EVIL)),
        Arguments.of("it is empty", new byte[0]),
        Arguments.of("it has no files", folderOnly()),
        Arguments.of("is no module", new Tar().file("evil", EVIL).gzip()),
        Arguments.of("is a Keras file", new Tar().file("evil.keras", EVIL).gzip()),
        Arguments.of("bytes between two files", longName(3 << 20)),
        Arguments.of("longer or deeper", longName(2000)),
        Arguments.of("longer or deeper", module().file("d/".repeat(120) + "evil", EVIL).gzip()),
        Arguments.of("character that no module", module().file("evil\33[2J", EVIL).gzip()),
        Arguments.of("is a zip, not a tar", zipFile()),
        Arguments.of("is a zip, not a tar", TestModule.zip(zipFile())),
        Arguments.of("packed by gzip twice", TestModule.zip(module)),
        Arguments.of("packed by bzip2", "BZh91AY&SY".repeat(99).getBytes(StandardCharsets.UTF_8)),
        Arguments.of("is JSON", "{\"code\": 403}".getBytes(StandardCharsets.UTF_8)),
        Arguments.of("is cut or broken", withField(124, "xyzxyzxyzxy")),
        Arguments.of("is cut or broken", withField(124, "-0000000001")),
        Arguments.of("is cut or broken", withField(136, "\233\233\233\233")),
        Arguments.of("is not a tar", garbled(plain)));
  }

  /** A header with other words in the place of a number, and the right check sum. */
  private static byte[] withField(int at, String text) {
    byte[] tar = module().plain();
    byte[] field = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(field, 0, tar, at, field.length);
    Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    byte[] digits = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, tar, 148, digits.length);
    return TestModule.zip(tar);
  }

  private static byte[] garbled(byte[] tar) {
    byte[] copy = tar.clone();
    Arrays.fill(copy, 148, 156, (byte) 0x9b);
    return TestModule.zip(copy);
  }

  private static byte[] zipFile() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : TestModule.files("a").entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] longName(int length) {
    byte[] name = "n".repeat(length).getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(name.length);
    return module().entry(entry, name).file("evil", EVIL).gzip();
  }

  private static byte[] folderOnly() {
    return new Tar().folders("a/").gzip();
  }

  private static Tar module() {
    return new Tar().files(TestModule.files("a"));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("evil")
  void refusesAndLeavesNothing(String reason, byte[] archive) throws IOException {
    assertThatThrownBy(() -> resolve("m.tar.gz", archive))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("m.tar.gz")
        .hasMessageContaining(reason);
    assertNothingLeft();
  }

  @Test
  void limitsAreTheUsers() throws IOException {
    Path file = temp.resolve("m.tar.gz");
    Files.write(file, TestModule.archive("a"));
    for (ArchiveLimits tight :
        List.of(ArchiveLimits.DEFAULT.withEntries(6), ArchiveLimits.DEFAULT.withBytes(100_000))) {
      assertThatThrownBy(() -> hub(tight).resolve(file.toString()))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("more than " + Math.min(tight.entries(), tight.bytes()));
    }
    assertNothingLeft();
    assertThat(hub(ArchiveLimits.DEFAULT.withEntries(7)).resolve(file.toString()).folder())
        .isDirectory();
  }

  @Test
  @Timeout(10)
  void tooManyEntriesAreRefusedBeforeAnyIsWritten() throws IOException {
    Tar many = module();
    for (int i = 0; i < 110_000; i++) {
      many.entry(new TarArchiveEntry("d/" + i), new byte[0]);
    }
    Path file = temp.resolve("m.tar.gz");
    Files.write(file, many.gzip());
    AtomicInteger asked = new AtomicInteger();
    Hub watched =
        Hub.of(
            HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString()),
            Environment.SYSTEM,
            folder -> {
              asked.incrementAndGet();
              return Long.MAX_VALUE;
            });
    assertThatThrownBy(() -> watched.resolve(file.toString()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("more than 10000 files and folders")
        .hasMessageContaining("--maxModuleFiles");
    assertThat(asked).as("files that were about to be written").hasValue(0);
    assertNothingLeft();
  }

  @Test
  void aChangedArchiveIsUnpackedAgain() throws IOException {
    Hub.Resolved first = resolve("m.tar", new Tar().files(TestModule.files("a")).plain());
    Hub.Resolved second =
        resolve("m.tar", new Tar().files(TestModule.files("b".repeat(999))).plain());
    assertThat(first.folder().resolve("assets/vocab.txt")).hasContent("a");
    assertThat(second.folder().resolve("assets/vocab.txt")).hasContent("b".repeat(999));
  }

  @Test
  void noRoomIsSaidBeforeAnythingIsWritten() throws IOException {
    Path file = temp.resolve("m.tar.gz");
    Files.write(file, TestModule.archive("a"));
    Hub full =
        Hub.of(
            HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString()),
            Environment.SYSTEM,
            folder -> 1000);
    assertThatThrownBy(() -> full.resolve(file.toString()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no room")
        .hasMessageContaining("200000 bytes");
    assertNothingLeft();
  }

  @Test
  void sharedArchivesDoWhatIsExpectedOfThem() throws IOException {
    Path zoo = TestFiles.zoo("archives");
    Map<?, ?> expect = new ObjectMapper().readValue(zoo.resolve("expect.json").toFile(), Map.class);
    for (Map.Entry<?, ?> each : expect.entrySet()) {
      Path archive = zoo.resolve(each.getKey().toString());
      if (each.getValue().toString().startsWith("refuse:")) {
        assertThatThrownBy(() -> hub(ArchiveLimits.DEFAULT).resolve(archive.toString()))
            .as(each.toString())
            .isInstanceOf(HubException.class)
            .hasMessageContaining(archive.getFileName().toString());
        try (Stream<Path> left = Files.list(temp.resolve("cache"))) {
          assertThat(left.filter(p -> !p.toString().contains("keep")))
              .as(each.toString())
              .isEmpty();
        }
      } else {
        Hub other = Hub.of(HubOptions.DEFAULT.withCacheFolder(temp.resolve("good").toString()));
        assertThatCode(() -> other.resolve(archive.toString())).doesNotThrowAnyException();
      }
    }
  }
}
