// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
  private static final byte[] ARCHIVE = TestModule.archive("a b c");

  @TempDir Path temp;
  private final MockWebServer server = new MockWebServer();
  private String handle;
  private Path cache;

  @BeforeEach
  void start() throws IOException {
    server.start();
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse().setBody(new Buffer().write(ARCHIVE));
          }
        });
    handle = server.url("/google/nnlm/1").toString();
    cache = temp.resolve("cache");
  }

  @AfterEach
  void stop() throws IOException {
    server.shutdown();
  }

  private HubOptions options() {
    return HubOptions.DEFAULT.withCacheFolder(cache.toString());
  }

  private Hub.Resolved resolve() {
    return Hub.of(options()).resolve(handle);
  }

  private static Map<String, String> times(Path folder) throws IOException {
    Map<String, String> times = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.toList()) {
        times.put(path.toString(), Files.getLastModifiedTime(path).toString());
      }
    }
    return times;
  }

  @Test
  void isLaidOutAsPythonDoesItAndIsTheUsersAlone() throws IOException {
    Hub.Resolved resolved = resolve();
    String sha1 = Digests.sha1(handle);
    assertThat(resolved.folder()).isEqualTo(cache.resolve(sha1));
    assertThat(Files.readString(cache.resolve(sha1 + ".descriptor.txt")))
        .matches(
            "(?s)Module: "
                + java.util.regex.Pattern.quote(handle)
                + "\nDownload Time: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}"
                + "\nDownloader Hostname: .+ \\(PID:\\d+\\)");
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(sha1, sha1 + ".descriptor.txt", sha1 + ".manifest.json");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
  }

  @Test
  void aCompleteEntryIsUsedWithoutAWriteOrAQuestion() throws Exception {
    resolve();
    Map<String, String> before = times(cache);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThat(resolve().folder()).isDirectory();
    } finally {
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
    }
    assertThat(times(cache)).isEqualTo(before);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anEntryThatLostAFileIsFetchedAgain() throws IOException {
    Map<String, String> whole = TestModule.read(resolve().folder());
    int fetched = server.getRequestCount();
    for (String name : whole.keySet()) {
      Files.delete(cache.resolve(Digests.sha1(handle)).resolve(name));
      assertThat(TestModule.read(resolve().folder())).as(name).isEqualTo(whole);
      assertThat(server.getRequestCount()).as(name).isEqualTo(++fetched);
    }
  }

  @Test
  void anEntryWithACutOrChangedFileIsFetchedAgain() throws IOException {
    Map<String, String> whole = TestModule.read(resolve().folder());
    int fetched = server.getRequestCount();
    for (String name : whole.keySet()) {
      Path file = cache.resolve(Digests.sha1(handle)).resolve(name);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 1);
      }
      assertThat(TestModule.read(resolve().folder())).as("cut " + name).isEqualTo(whole);
      assertThat(server.getRequestCount()).as("cut " + name).isEqualTo(++fetched);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      assertThat(TestModule.read(resolve().folder())).as("changed " + name).isEqualTo(whole);
      assertThat(server.getRequestCount()).as("changed " + name).isEqualTo(++fetched);
    }
  }

  @Test
  void anEmptiedEntryIsFetchedAgain() throws IOException {
    Path folder = resolve().folder();
    FileTrees.delete(folder);
    Files.createDirectory(folder);
    assertThat(resolve().folder().resolve("saved_model.pb")).exists();
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void anotherProgramsEntryIsAdoptedWhenNothingSpeaksAgainstIt() throws IOException {
    Path folder = cache.resolve(Digests.sha1(handle));
    TestModule.write(folder, TestModule.files("python"));
    assertThat(resolve().folder().resolve("assets/vocab.txt")).hasContent("python");
    assertThat(server.getRequestCount()).isZero();
    // From now on it has a manifest, and so its data are measured too.
    Files.write(folder.resolve("variables/variables.data-00000-of-00001"), new byte[1]);
    assertThat(resolve().folder().resolve("assets/vocab.txt")).hasContent("a b c");
  }

  @Test
  void anotherProgramsEntryIsUsedWhereNothingCanBeWrittenBesideIt() throws IOException {
    TestModule.write(cache.resolve(Digests.sha1(handle)), TestModule.files("python"));
    Path manifest = cache.resolve(Digests.sha1(handle) + ".manifest.json");
    Files.createDirectories(manifest.resolve("in the way"));
    for (int i = 0; i < 2; i++) {
      assertThat(resolve().folder().resolve("assets/vocab.txt")).hasContent("python");
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void anotherProgramsBrokenEntryIsFetchedAgain() throws IOException {
    Path folder = cache.resolve(Digests.sha1(handle));
    int fetched = 0;
    for (String name : TestModule.files("python").keySet()) {
      for (String how : List.of("delete", "cut")) {
        if (how.equals("cut") && (name.contains(".data-") || name.startsWith("assets"))) {
          continue;
        }
        FileTrees.delete(cache);
        TestModule.write(folder, TestModule.files("python"));
        Path file = folder.resolve(name);
        if (how.equals("delete")) {
          Files.delete(file);
        } else {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        }
        assertThat(resolve().folder().resolve("assets/vocab.txt"))
            .as(how + " " + name)
            .hasContent("a b c");
        assertThat(server.getRequestCount()).isEqualTo(++fetched);
      }
    }
  }

  @Test
  void nothingSpeaksAgainstModulesOfTheZoo() {
    List<Path> modules = TestFiles.zooModules();
    assertThat(modules).hasSizeGreaterThan(20);
    assertThat(modules.stream().filter(folder -> !Completeness.plausible(folder)))
        .allMatch(folder -> folder.endsWith("missing_asset"));
  }

  @Test
  void nothingSpeaksAgainstPublishedModules() {
    assertThat(TestFiles.corpusModules()).isNotEmpty().allMatch(Completeness::plausible);
  }

  @Test
  void offlineUsesWhatIsThereAndNamesWhatIsNot() {
    HubOptions offline = options().withNetwork(HubOptions.Network.OFFLINE);
    assertThatThrownBy(() -> Hub.of(offline).resolve(handle))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(handle)
        .hasMessageContaining(cache.toString())
        .hasMessageContaining("offline");
    resolve();
    assertThat(Hub.of(offline).resolve(handle).folder()).isDirectory();
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aPinHoldsForDownloadsAndForTheCache() throws IOException {
    Path file = temp.resolve("reference");
    Files.write(file, ARCHIVE);
    String right = Digests.sha256(file);
    HubOptions wrong = options().withPin(handle, "0".repeat(64));
    assertThatThrownBy(() -> Hub.of(wrong).resolve(handle))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(right)
        .hasMessageContaining("0".repeat(64));
    assertThat(cache.resolve(Digests.sha1(handle))).doesNotExist();

    Hub.Resolved resolved = Hub.of(options().withPin(handle, right)).resolve(handle);
    assertThat(resolved.archiveSha256()).isEqualTo(right);
    // Not even a byte in the middle, which is not looked at without a pin.
    Path data = resolved.folder().resolve("variables/variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[100_000] ^= 1;
    Files.write(data, bytes);
    int before = server.getRequestCount();
    Hub.of(options().withPin(handle, right)).resolve(handle);
    assertThat(server.getRequestCount()).isEqualTo(before + 1);
    assertThat(Files.readAllBytes(data)[100_000]).isZero();

    assertThatThrownBy(() -> Hub.of(wrong).resolve(handle)).isInstanceOf(HubException.class);
    assertThat(cache.resolve(Digests.sha1(handle))).isDirectory();
  }

  @Test
  void anEntryOfAnotherProgramIsNotBelievedUnderAPin() throws IOException {
    TestModule.write(cache.resolve(Digests.sha1(handle)), TestModule.files("python"));
    Path file = temp.resolve("reference");
    Files.write(file, ARCHIVE);
    Hub hub = Hub.of(options().withPin(handle, Digests.sha256(file)));
    assertThat(hub.resolve(handle).folder().resolve("assets/vocab.txt")).hasContent("a b c");
  }

  @Test
  void threadsThatWantTheSameFetchItOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Future<Hub.Resolved>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(pool.submit(this::resolve));
      }
      for (Future<Hub.Resolved> each : all) {
        assertThat(each.get(30, TimeUnit.SECONDS).folder()).isDirectory();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aHolderOnAnotherMachineThatShowsNoLifeLosesTheLock() throws IOException {
    Files.createDirectories(cache);
    Path lock = cache.resolve(Digests.sha1(handle) + ".lock");
    Files.writeString(lock, "other.host.example.12." + "a".repeat(32));
    Path work = cache.resolve(Digests.sha1(handle) + "." + "a".repeat(32) + ".tmp");
    TestModule.write(work, TestModule.files("half"));
    Hub hub = Hub.of(options().withLockWait(Duration.ofSeconds(4)));
    assertThat(hub.resolve(handle).folder()).isDirectory();
    assertThat(lock).doesNotExist();
    assertThat(work).doesNotExist();
  }

  @Test
  void anIncompleteEntryInACacheThatCannotBeWrittenIsSaidSo() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    Hub hub = Hub.of(HubOptions.DEFAULT.withCacheFolder(file.resolve("cache").toString()));
    assertThatThrownBy(() -> hub.resolve(handle))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(handle)
        .hasMessageContaining(file.toString());
  }
}
