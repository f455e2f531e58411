// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;
import org.hubbeam.batch.FileTrees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KaggleTest {
  private static final String VARIATION = "google/nnlm/tensorFlow2/en-dim128";
  private static final String API = "/api/v1/models/" + VARIATION;

  @TempDir Path temp;
  private final MockWebServer kaggle = new MockWebServer();
  private final MockWebServer store = new MockWebServer();
  private HubOptions options;

  @BeforeEach
  void start() throws IOException {
    kaggle.start();
    store.start();
    options =
        HubOptions.DEFAULT
            .withCacheFolder(temp.resolve("cache").toString())
            .withKaggle(KaggleAccess.OF_MACHINE.withEndpoint(kaggle.url("/").uri()));
  }

  @AfterEach
  void stop() throws IOException {
    kaggle.shutdown();
    store.shutdown();
  }

  private Hub hub(HubOptions settings, Map<String, String> variables) {
    return Hub.of(settings, new Environment(variables::get, temp), folder -> Long.MAX_VALUE);
  }

  private void enqueueDownload(String text) {
    kaggle.enqueue(
        new MockResponse().setResponseCode(302).setHeader("Location", store.url("/f?sig=1")));
    store.enqueue(new MockResponse().setBody(new Buffer().write(TestModule.archive(text))));
  }

  private static RecordedRequest request(MockWebServer server) throws InterruptedException {
    RecordedRequest request = server.takeRequest(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        VARIATION + "/1",
        "https://www.kaggle.com/models/" + VARIATION + "/1",
        "https://www.kaggle.com/models/google/nnlm/frameworks/tensorFlow2/variations/en-dim128/versions/1"
      })
  void aVersionIsDownloadedAndTheKeyStaysWithKaggle(String handle) throws Exception {
    enqueueDownload("one");
    Hub.Resolved resolved =
        hub(options, Map.of("KAGGLE_USERNAME", "me", "KAGGLE_KEY", "secret")).resolve(handle);
    assertThat(resolved.folder().resolve("assets/vocab.txt")).hasContent("one");
    assertThat(resolved.remote()).isTrue();
    RecordedRequest asked = request(kaggle);
    assertThat(asked.getPath()).isEqualTo(API + "/1/download");
    assertThat(asked.getHeader("Authorization")).isEqualTo(basic("me:secret"));
    assertThat(request(store).getHeader("Authorization")).isNull();
  }

  @Test
  void aBareHandleAndItsAddressAreOneEntryAsPythonNamesIt() {
    enqueueDownload("one");
    Hub hub = hub(options, Map.of());
    String address = "https://www.kaggle.com/models/" + VARIATION + "/1";
    Path folder = hub.resolve(VARIATION + "/1").folder();
    assertThat(hub.resolve(address).folder()).isEqualTo(folder);
    assertThat(folder.getFileName()).hasToString(Digests.sha1(address));
  }

  @Test
  void withoutAVersionTheCurrentOneIsAskedForEachTime() throws Exception {
    Hub hub = hub(options, Map.of("KAGGLE_API_TOKEN", "token"));
    kaggle.enqueue(new MockResponse().setBody("{\"versionNumber\": 9, \"x\": {}}"));
    enqueueDownload("nine");
    Hub.Resolved nine = hub.resolve(VARIATION);
    assertThat(nine.folder().getFileName())
        .hasToString(Digests.sha1("https://www.kaggle.com/models/" + VARIATION + "/9"));
    RecordedRequest question = request(kaggle);
    assertThat(question.getPath()).isEqualTo(API + "/get");
    assertThat(question.getHeader("Authorization")).isEqualTo("Bearer token");
    kaggle.enqueue(new MockResponse().setBody("{\"versionNumber\": 10}"));
    enqueueDownload("ten");
    Hub.Resolved ten = hub.resolve("https://www.kaggle.com/models/" + VARIATION);
    assertThat(ten.folder().resolve("assets/vocab.txt")).hasContent("ten");
    int asked = kaggle.getRequestCount();
    Hub offline = hub(options.withNetwork(HubOptions.Network.OFFLINE), Map.of());
    assertThat(offline.resolve(VARIATION).folder()).isEqualTo(ten.folder());
    assertThat(kaggle.getRequestCount()).isEqualTo(asked);
  }

  @Test
  void anAnswerWithoutAVersionIsSaidSo() {
    kaggle.enqueue(new MockResponse().setBody("{}"));
    assertThatThrownBy(() -> hub(options, Map.of()).resolve(VARIATION))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("versionNumber");
    kaggle.enqueue(new MockResponse().setBody("<html>"));
    assertThatThrownBy(() -> hub(options, Map.of()).resolve(VARIATION))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("JSON");
  }

  @Test
  void credentialsOfTheMachine() throws IOException {
    Path config = Files.createDirectory(temp.resolve("config"));
    Files.writeString(config.resolve("kaggle.json"), "{\"username\":\"a\",\"key\":\"b\"}");
    Path home = Files.createDirectory(temp.resolve(".kaggle"));
    Files.writeString(home.resolve("kaggle.json"), "{\"username\":\"c\",\"key\":\"d\"}");
    Map<String, String> inConfig = Map.of("KAGGLE_CONFIG_DIR", config.toString());
    KaggleAccess access = KaggleAccess.OF_MACHINE;
    assertThat(access.authorization(new Environment(inConfig::get, temp))).isEqualTo(basic("a:b"));
    assertThat(access.authorization(new Environment(name -> null, temp))).isEqualTo(basic("c:d"));
    assertThat(access.authorization(new Environment(name -> null, config))).isEmpty();
    assertThat(access.withKey("e", "f").authorization(new Environment(inConfig::get, temp)))
        .isEqualTo(basic("e:f"));
    assertThat(access.withToken("secret").toString()).doesNotContain("secret");
    Files.writeString(config.resolve("kaggle.json"), "{\"username\":\"a\",\"key\":secret");
    assertThatThrownBy(() -> access.authorization(new Environment(inConfig::get, temp)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("kaggle.json")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void aFolderThatLooksLikeAHandleIsAFolder() {
    assertThat(KaggleModel.parse(VARIATION + "/1")).isPresent();
    assertThat(KaggleModel.parse("models/mine/tensorFlow2/../x")).isEmpty();
    assertThat(KaggleModel.parse("some/folder/of/mine")).isEmpty();
    assertThat(KaggleModel.parse(VARIATION + "/latest")).isEmpty();
  }

  @Test
  void aRelativeFolderWinsOverKaggle() throws IOException {
    Path relative =
        Path.of("target", "hub", "tensorFlow2", "kaggle-" + ProcessHandle.current().pid());
    try {
      TestModule.write(relative, TestModule.files("mine"));
      String handle = "target/hub/tensorFlow2/" + relative.getFileName();
      assertThat(KaggleModel.parse(handle)).isPresent();
      assertThat(hub(options, Map.of()).resolve(handle).folder()).isEqualTo(relative);
      assertThat(kaggle.getRequestCount()).isZero();
    } finally {
      FileTrees.delete(Path.of("target", "hub"));
    }
  }

  @Test
  void aMirrorForKagglesAddressesHoldsForBareHandlesToo() throws IOException {
    Path local = TestModule.write(temp.resolve("m/" + VARIATION + "/1"), TestModule.files("x"));
    HubOptions mirrored =
        options.withMirror("https://www.kaggle.com/models/", temp.resolve("m") + "/");
    assertThat(hub(mirrored, Map.of()).resolve(VARIATION + "/1").folder()).isEqualTo(local);
  }

  @Test
  void aRefusalSpeaksOfTermsAndMirrors() {
    kaggle.enqueue(new MockResponse().setResponseCode(403));
    assertThatThrownBy(() -> hub(options, Map.of()).resolve(VARIATION + "/1"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("403")
        .hasMessageContaining("KAGGLE_KEY")
        .hasMessageContaining("withMirror");
    assertThat(kaggle.getRequestCount()).isEqualTo(1);
  }
}
