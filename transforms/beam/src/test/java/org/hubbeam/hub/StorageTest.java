// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir Path temp;
  private HubOptions options;

  @BeforeEach
  void start() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    TestStorage.root = temp.resolve("store");
    TestStorage.OPENED.set(0);
    TestStorage.opening = id -> {};
    options = HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString());
  }

  private void put(String path, String text) throws IOException {
    TestModule.write(TestStorage.root.resolve(path), TestModule.files(text));
  }

  @Test
  void aFolderIsCopiedOnceWithOrWithoutASlash() throws IOException {
    put("bucket/my models/nnlm", "here");
    List<Progress> heard = new ArrayList<>();
    Hub hub = Hub.of(options).withListener(heard::add);
    Hub.Resolved resolved = hub.resolve("hubtest://bucket/my models/nnlm/");
    assertThat(TestModule.read(resolved.folder()))
        .isEqualTo(TestModule.read(TestStorage.root.resolve("bucket/my models/nnlm")));
    assertThat(resolved.url()).isEqualTo("hubtest://bucket/my models/nnlm");
    assertThat(resolved.remote()).isTrue();
    assertThat(heard.get(heard.size() - 1).complete()).isTrue();
    int opened = TestStorage.OPENED.get();
    assertThat(opened).isEqualTo(4);
    assertThat(hub.resolve("hubtest://bucket/my models/nnlm").folder())
        .isEqualTo(resolved.folder());
    assertThat(TestStorage.OPENED.get()).isEqualTo(opened);
  }

  @Test
  void ofNumberedVersionsTheNewestIsCopiedAlsoWhenItCameLater() throws IOException {
    put("bucket/m/9", "nine");
    put("bucket/m/10", "ten");
    Hub hub = Hub.of(options);
    assertThat(hub.resolve("hubtest://bucket/m").folder().resolve("assets/vocab.txt"))
        .hasContent("ten");
    put("bucket/m/11", "eleven");
    Hub.Resolved resolved = hub.resolve("hubtest://bucket/m");
    assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent("eleven");
    assertThat(resolved.url()).isEqualTo("hubtest://bucket/m/11");
    TestStorage.root = temp.resolve("gone");
    Hub offline = Hub.of(options.withNetwork(HubOptions.Network.OFFLINE));
    assertThat(offline.resolve("hubtest://bucket/m").folder()).isEqualTo(resolved.folder());
  }

  @Test
  void filesAreCopiedAtTheSameTime() throws IOException {
    put("bucket/m", "together");
    CountDownLatch all = new CountDownLatch(TestModule.files("").size());
    TestStorage.opening =
        id -> {
          all.countDown();
          try {
            assertThat(all.await(60, TimeUnit.SECONDS)).as("all are open at once").isTrue();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
        };
    assertThat(Hub.of(options).resolve("hubtest://bucket/m").folder().resolve("assets/vocab.txt"))
        .hasContent("together");
  }

  @Test
  void aCopyThatBreaksOffLeavesNothing() throws IOException {
    put("bucket/m", "whole");
    TestStorage.opening =
        id -> {
          if (id.name().endsWith("vocab.txt")) {
            throw new IOException("the store is tired");
          }
        };
    Hub hub = Hub.of(options);
    assertThatThrownBy(() -> hub.resolve("hubtest://bucket/m"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("hubtest://bucket/m")
        .hasRootCauseMessage("the store is tired");
    try (Stream<Path> left = Files.list(temp.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
    TestStorage.opening = id -> {};
    assertThat(hub.resolve("hubtest://bucket/m").folder().resolve("assets/vocab.txt"))
        .hasContent("whole");
  }

  @Test
  void aFileThatBreaksOffIsCopiedAgain() throws IOException {
    put("bucket/m", "whole");
    AtomicInteger breaks = new AtomicInteger(2);
    TestStorage.opening =
        id -> {
          if (id.name().endsWith("vocab.txt") && breaks.getAndDecrement() > 0) {
            throw new SocketTimeoutException("Read timed out");
          }
        };
    List<Progress> heard = new ArrayList<>();
    Hub hub = Hub.of(options).withListener(heard::add);
    assertThat(hub.resolve("hubtest://bucket/m").folder().resolve("assets/vocab.txt"))
        .hasContent("whole");
    assertThat(heard.get(heard.size() - 1).complete()).isTrue();
  }

  @Test
  void anArchiveIsUnpacked() throws IOException {
    Path file = TestStorage.root.resolve("bucket/m.tar.gz");
    Files.createDirectories(file.getParent());
    Files.write(file, TestModule.archive("packed"));
    Hub.Resolved resolved = Hub.of(options).resolve("hubtest://bucket/m.tar.gz");
    assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent("packed");
    assertThat(resolved.archiveSha256()).isEqualTo(Digests.sha256(file));
    assertThat(resolved.folder().getFileName())
        .hasToString(Digests.sha1("hubtest://bucket/m.tar.gz"));
  }

  @Test
  void whatIsNotThereOrNoModuleIsSaidSo() throws IOException {
    TestModule.write(TestStorage.root.resolve("bucket/k"), Map.of("model.keras", new byte[] {1}));
    Hub hub = Hub.of(options);
    assertThatThrownBy(() -> hub.resolve("hubtest://bucket/none"))
        .hasMessageContaining("not there");
    assertThatThrownBy(() -> hub.resolve("hubtest://bucket/none.tar"))
        .hasMessageContaining("not there");
    assertThatThrownBy(() -> hub.resolve("hubtest://bucket/k")).hasMessageContaining("Keras file");
    assertThatThrownBy(() -> hub.resolve("hubtest://bucket/*")).hasMessageContaining("pattern");
    assertThatThrownBy(() -> hub.resolve("gs://bucket/m"))
        .hasMessageContaining("google-cloud-platform");
    assertThatThrownBy(
            () ->
                Hub.of(options.withPin("hubtest://bucket/k", "0".repeat(64)))
                    .resolve("hubtest://bucket/k"))
        .isInstanceOf(HubException.class);
  }

  @Test
  void anUncompressedAnswerNamesAStoragePath() throws Exception {
    put("bucket/m", "stored");
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(new MockResponse().setResponseCode(303).setBody("hubtest://bucket/m\n"));
      Hub.Resolved resolved =
          Hub.of(options.withFormat(HubOptions.Format.UNCOMPRESSED))
              .resolve(server.url("/google/nnlm/1").toString());
      assertThat(server.takeRequest(10, TimeUnit.SECONDS).getPath())
          .endsWith("?tf-hub-format=uncompressed");
      assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent("stored");
      assertThat(resolved.url()).isEqualTo("hubtest://bucket/m");
    }
  }
}
