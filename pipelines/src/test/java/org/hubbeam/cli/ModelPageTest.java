// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.explore.Chromium;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of models in a real Chromium; screenshots are left in {@code target/screenshots}. */
class ModelPageTest {

  private static final Path SHOTS = Path.of("target", "screenshots");

  private static final String PICTURE =
      """
      new Promise(done => {
        const c = document.createElement('canvas'); c.width = 60; c.height = 50;
        const x = c.getContext('2d'); x.fillStyle = '#c33'; x.fillRect(0, 0, 60, 50);
        x.fillStyle = '#3a6'; x.fillRect(10, 5, 30, 30);
        c.toBlob(b => done(give(new File([b], 'square.png', {type: 'image/png'}))));
      })
      """;

  private static final String SOUND =
      """
      (() => {
        const n = 4000, b = new DataView(new ArrayBuffer(44 + 2 * n));
        const s = (at, t) => [...t].forEach((c, i) => b.setUint8(at + i, c.charCodeAt(0)));
        s(0, 'RIFF'); b.setUint32(4, 36 + 2 * n, true); s(8, 'WAVEfmt '); b.setUint32(16, 16, true);
        b.setUint16(20, 1, true); b.setUint16(22, 1, true); b.setUint32(24, 16000, true);
        b.setUint32(28, 32000, true); b.setUint16(32, 2, true); b.setUint16(34, 16, true);
        s(36, 'data'); b.setUint32(40, 2 * n, true);
        for (let i = 0; i < n; i++) b.setInt16(44 + 2 * i, 9000 * Math.sin(i / 7), true);
        return give(new File([b.buffer], 'tone.wav', {type: 'audio/wav'}));
      })()
      """;

  private static final String GIVE =
      """
      window.give = file => {
        const t = new DataTransfer(); t.items.add(file);
        const input = document.querySelector('input[type=file]');
        input.files = t.files; input.dispatchEvent(new Event('change')); return true;
      }
      """;

  @TempDir static Path folder;
  private static Chromium browser;
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    Path program = Chromium.program().orElse(null);
    assumeTrue(program != null, "pages are not tested: there is no chromium on the PATH");
    NodeModels.folder();
    browser = new Chromium(program, folder.resolve("profile"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
          byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
          exchange
              .getResponseHeaders()
              .add(
                  "Content-Type",
                  file.toString().endsWith(".js") ? "text/javascript" : "text/html");
          exchange.sendResponseHeaders(
              bytes.length == 0 ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      server.stop(0);
    }
  }

  private static Path page(String module, String... more) {
    Path out = folder.resolve(module);
    List<String> words =
        new ArrayList<>(
            List.of(
                "tfjs",
                "--module=" + TestFiles.zoo(module),
                "--output=" + out,
                "--page",
                "--runtime=" + NodeModels.folder().resolve("node_modules/@tensorflow/tfjs/dist")));
    words.addAll(List.of(more));
    Run run = Run.of(words.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("tf.LICENSE.txt")).exists();
    return out;
  }

  private static List<URI> places(Path page) {
    return List.of(
        page.resolve("index.html").toUri(),
        URI.create(
            "http://127.0.0.1:"
                + server.getAddress().getPort()
                + "/"
                + page.getFileName()
                + "/index.html"));
  }

  private static void open(URI page, String backend) throws Exception {
    browser.requests.clear();
    browser.console.clear();
    browser.size(900, 1000);
    browser.open(page);
    browser.await("document.querySelector('#status').textContent.startsWith('loaded')");
    browser.evaluate(
        "(() => { const b = document.querySelector('#backend'); b.value = '"
            + backend
            + "'; b.dispatchEvent(new Event('change')); })()");
    browser.await("document.querySelector('#status').textContent.endsWith('on " + backend + "')");
  }

  /** Compares what the page computed with what the module gives for the same input. */
  private static void compare(String module, FunctionChoice choice, String input, double tolerance)
      throws Exception {
    browser.await("!!window.hubbeamOutputs");
    JsonNode given =
        browser.evaluate(
            "(() => { const t = fields[0].tensor(); return {shape: t.shape, values:"
                + " Array.from(t.dataSync())}; })()");
    List<Long> dims = new ArrayList<>();
    given.get("shape").forEach(d -> dims.add(d.asLong()));
    JsonNode outputs =
        browser.evaluate("hubbeamOutputs.map(o => ({name: o.name, values: Array.from(o.data)}))");
    try (Module loaded = Module.load(TestFiles.zoo(module).toString())) {
      Map<String, Array> wanted =
          loaded.function(choice).call(Map.of(input, new Array.Dense(dims, values(given))));
      for (JsonNode output : outputs) {
        Values.Numbers numbers = (Values.Numbers) wanted.get(output.get("name").asText()).values();
        assertThat(output.get("values")).hasSize(numbers.size());
        for (int i = 0; i < numbers.size(); i++) {
          double want = numbers.getDouble(i);
          assertThat(output.get("values").get(i).asDouble())
              .isBetween(
                  want - tolerance * Math.max(1, Math.abs(want)),
                  want + tolerance * Math.max(1, Math.abs(want)));
        }
      }
    }
    assertThat(browser.evaluate("document.querySelector('#error').hidden").asBoolean()).isTrue();
    assertThat(browser.requests)
        .allMatch(r -> r.matches("(file:|blob:|data:|http://127\\.0\\.0\\.1:).*"));
  }

  private static Values values(JsonNode given) {
    List<JsonNode> all = new ArrayList<>();
    given.get("values").forEach(all::add);
    if (all.get(0).isTextual()) {
      return Values.of(all.stream().map(JsonNode::asText).toArray(String[]::new));
    }
    float[] floats = new float[all.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) all.get(i).asDouble();
    }
    return Values.of(floats);
  }

  private static Map<String, Double> backends() {
    Map<String, Double> backends = new LinkedHashMap<>();
    backends.put("cpu", 1e-4);
    backends.put("webgl", 2e-3);
    return backends;
  }

  @Test
  void textsAreComparedWithSentences() throws Exception {
    for (URI page : places(page("nnlm"))) {
      for (Map.Entry<String, Double> backend : backends().entrySet()) {
        open(page, backend.getKey());
        browser.click("#run");
        compare("nnlm", FunctionChoice.of("serving_default"), "sentences", backend.getValue());
        browser.await("document.querySelectorAll('.bars li').length == 5");
      }
    }
    browser.screenshot(SHOTS.resolve("tfjs-text.png"));
    browser.evaluate("document.querySelector('textarea').value = ''");
    browser.click("#run");
    browser.await("document.querySelector('#error').textContent == 'give a text'");
  }

  @Test
  void aPictureIsClassified() throws Exception {
    for (URI page : places(page("image_classifier", "--function=default"))) {
      for (Map.Entry<String, Double> backend : backends().entrySet()) {
        open(page, backend.getKey());
        browser.evaluate(GIVE);
        browser.evaluate(PICTURE);
        compare("image_classifier", FunctionChoice.of("default"), "images", backend.getValue());
      }
    }
    browser.screenshot(SHOTS.resolve("tfjs-picture.png"));
  }

  @Test
  void aSoundIsHeard() throws Exception {
    for (URI page : places(page("audio_yamnet"))) {
      for (Map.Entry<String, Double> backend : backends().entrySet()) {
        open(page, backend.getKey());
        browser.evaluate(GIVE);
        browser.evaluate(SOUND);
        compare(
            "audio_yamnet", FunctionChoice.of("serving_default"), "waveform", backend.getValue());
      }
    }
    browser.screenshot(SHOTS.resolve("tfjs-sound.png"));
    browser.scheme("dark");
    browser.size(400, 1000);
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(400);
    browser.scheme("light");
  }
}
