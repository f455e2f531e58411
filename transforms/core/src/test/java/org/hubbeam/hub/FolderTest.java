// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
  @TempDir Path temp;

  private Hub hub() {
    return Hub.of(HubOptions.DEFAULT.withCacheFolder(temp.resolve("cache").toString()));
  }

  @Test
  void aFolderIsItself() throws IOException {
    Path folder = TestModule.write(temp.resolve("my module"), TestModule.files("a"));
    for (String handle :
        new String[] {
          folder.toString(),
          folder + "/",
          "file:" + folder,
          "file://" + folder,
          "file://localhost" + folder,
          folder.toUri().toString()
        }) {
      Hub.Resolved resolved = hub().resolve(handle);
      assertThat(resolved.folder()).as(handle).isEqualTo(folder);
      assertThat(resolved.remote()).isFalse();
      assertThat(resolved.url()).isEmpty();
      assertThat(resolved.digest()).isEqualTo(Digests.sha256(folder.resolve("saved_model.pb")));
    }
    assertThat(temp.resolve("cache")).doesNotExist();
  }

  @Test
  void theNewestVersionIsTheLargestNumber() throws IOException {
    for (String version : new String[] {"9", "10", "0008", "tmp-11"}) {
      TestModule.write(temp.resolve("m").resolve(version), TestModule.files(version));
    }
    Files.createDirectories(temp.resolve("m/12"));
    assertThat(hub().resolve(temp.resolve("m").toString()).folder())
        .isEqualTo(temp.resolve("m/10"));
  }

  @Test
  void everyFormatOfModuleIsAModule() throws IOException {
    for (String graph : ModuleFolder.GRAPHS) {
      Path folder = TestModule.write(temp.resolve(graph), Map.of(graph, new byte[] {1}));
      assertThat(hub().resolve(folder.toString()).folder()).isEqualTo(folder);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.keras, a Keras file",
    "weights.h5, a Keras file",
    "model.tflite, TensorFlow Lite",
    "model.json, TensorFlow.js",
    "model.onnx, ONNX",
    "model.safetensors, another framework",
    "model.ckpt.index, checkpoint",
    "frozen_inference_graph.pb, frozen graph",
    "README.md, is no module"
  })
  void anythingElseIsNamed(String file, String kind) throws IOException {
    TestModule.write(temp.resolve("x"), Map.of(file, new byte[] {1}));
    assertThatThrownBy(() -> hub().resolve(temp.resolve("x").toString()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(temp.resolve("x").toString())
        .hasMessageContaining(kind)
        .hasMessageContaining(file);
    assertThatThrownBy(() -> hub().resolve(temp.resolve("x").resolve(file).toString()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved_model.pb", "variables/variables.index", "assets/tokens.txt"})
  void aFileOfAModuleAsksForItsFolder(String file) throws IOException {
    Path folder = TestModule.write(temp.resolve("m"), TestModule.files("a"));
    Files.createDirectories(folder.resolve(file).getParent());
    if (!Files.exists(folder.resolve(file))) {
      Files.write(folder.resolve(file), new byte[] {1});
    }
    assertThatThrownBy(() -> hub().resolve(folder.resolve(file).toString()))
        .isInstanceOf(HubException.class)
        .hasMessageEndingWith(file + " is a file of a module; give its folder: " + folder);
  }

  @Test
  void whatIsNowhereIsSaidSo() {
    for (String handle : new String[] {"no/such/folder", " ", "file:/no/such", "C:\\x\0"}) {
      assertThatThrownBy(() -> hub().resolve(handle)).isInstanceOf(HubException.class);
    }
    assertThatThrownBy(() -> hub().resolve("no/such/folder"))
        .hasMessageContaining("no/such/folder")
        .hasMessageContaining("Kaggle handle");
  }

  @Test
  void aPinnedFolderIsRefused() throws IOException {
    Path folder = TestModule.write(temp.resolve("m"), TestModule.files("a"));
    HubOptions pinned = HubOptions.DEFAULT.withPin(folder.toString(), "0".repeat(64));
    assertThatThrownBy(() -> Hub.of(pinned).resolve(folder.toString()))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("pinned");
  }

  private static HubOptions from(Map<String, String> variables) {
    return HubOptions.fromEnvironment(new Environment(variables::get, Path.of("/home/me")));
  }

  @Test
  void optionsOfTheEnvironment() {
    assertThat(from(Map.of())).isEqualTo(HubOptions.DEFAULT);
    HubOptions all =
        from(
            Map.of(
                "TFHUB_MODEL_LOAD_FORMAT", "UNCOMPRESSED",
                "HUBBEAM_OFFLINE", "true",
                "HUBBEAM_MIRRORS", "https://a/=/x/  https://b/=https://c/?q=1",
                "KAGGLE_API_ENDPOINT", "https://kaggle.example"));
    assertThat(all.format()).isEqualTo(HubOptions.Format.UNCOMPRESSED);
    assertThat(all.network()).isEqualTo(HubOptions.Network.OFFLINE);
    assertThat(all.mirrors())
        .isEqualTo(Map.of("https://a/", "/x/", "https://b/", "https://c/?q=1"));
    assertThat(all.kaggle().endpoint()).hasToString("https://kaggle.example");
    for (Map<String, String> wrong :
        java.util.List.of(
            Map.of("TFHUB_MODEL_LOAD_FORMAT", "ZIP"),
            Map.of("HUBBEAM_OFFLINE", "perhaps"),
            Map.of("HUBBEAM_MIRRORS", "nothing"))) {
      assertThatThrownBy(() -> from(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.values().iterator().next());
    }
  }

  @Test
  void theCacheIsTheUsersUnlessTheEnvironmentSharesOne() {
    Map<String, String> shared = Map.of("TFHUB_CACHE_DIR", "/shared", "XDG_CACHE_HOME", "/xdg");
    Map<String, String> xdg = Map.of("XDG_CACHE_HOME", "/xdg");
    Path home = Path.of("/home/me");
    assertThat(new Environment(shared::get, home).cacheFolder()).isEqualTo(Path.of("/shared"));
    assertThat(new Environment(xdg::get, home).cacheFolder())
        .isEqualTo(Path.of("/xdg/tfhub_modules"));
    assertThat(new Environment(name -> null, home).cacheFolder())
        .isEqualTo(Path.of("/home/me/.cache/tfhub_modules"));
  }

  @Test
  void optionsTravelAndAreChecked() throws Exception {
    HubOptions options =
        HubOptions.DEFAULT
            .withMirror("https://tfhub.dev/", "/mnt/hub/")
            .withPin("https://tfhub.dev/a/1", "A".repeat(64))
            .withKaggle(KaggleAccess.OF_MACHINE.withToken("t"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(options);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(options);
    }
    assertThatThrownBy(() -> options.withPin("x", "12")).hasMessageContaining("12");
    assertThatThrownBy(() -> options.withMirror("", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withLockWait(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ArchiveLimits.DEFAULT.withRatio(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
