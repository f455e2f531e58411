// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page in a headless Chromium, driven by the DevTools protocol. */
public final class Chromium implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
  private static final long MOST_SECONDS = 300;

  /** The addresses that the page asked for. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** What the page wrote to its console, and what failed in it. */
  public final List<String> console = new CopyOnWriteArrayList<>();

  private final Process process;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final WebSocket socket;

  /** The program of this machine; none where it has none. */
  public static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(f -> Path.of(f, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it with a profile of its own. */
  public Chromium(Path program, Path profile) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--disable-component-update",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    HttpClient client = HttpClient.newHttpClient();
    String host = listening();
    JsonNode targets =
        JSON.readTree(
            client
                .send(
                    HttpRequest.newBuilder(URI.create("http://" + host + "/json/list")).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    String page = "";
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        page = target.path("webSocketDebuggerUrl").asText();
      }
    }
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(page), new Messages())
            .get(MOST_SECONDS, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      send(domain + ".enable", Map.of());
    }
  }

  private String listening() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> seen = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      seen.add(line);
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread rest = new Thread(() -> lines.lines().forEach(l -> {}), "chromium");
        rest.setDaemon(true);
        rest.start();
        return matcher.group(1);
      }
    }
    throw new IOException("Chromium did not start: " + seen);
  }

  /** Sends a command, and waits for its result. */
  JsonNode send(String method, Map<String, ?> parameters) throws Exception {
    int id = number.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(JSON.writeValueAsString(message), true).get(MOST_SECONDS, TimeUnit.SECONDS);
    return answer.get(MOST_SECONDS, TimeUnit.SECONDS);
  }

  public void open(URI address) throws Exception {
    send("Page.navigate", Map.of("url", address.toString()));
  }

  /** The value of an expression, of a promise when it comes. */
  public JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Waits until an expression is true. */
  public void await(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    String probe =
        "(() => { try { return !!(" + expression + "); } catch (e) { return false; } })()";
    while (!evaluate(probe).asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not so in time: " + expression + "; console: " + console);
      }
      evaluate("new Promise(done => setTimeout(done, 20))");
    }
  }

  /** The middle of an element, in pixels. */
  double[] middle(String selector) throws Exception {
    JsonNode at =
        evaluate(
            "(() => { const b = document.querySelector("
                + JSON.writeValueAsString(selector)
                + ").getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2];"
                + " })()");
    return new double[] {at.get(0).asDouble(), at.get(1).asDouble()};
  }

  void mouse(String type, double x, double y) throws Exception {
    boolean moves = type.equals("mouseMoved");
    send(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            x,
            "y",
            y,
            "button",
            moves ? "none" : "left",
            "clickCount",
            moves ? 0 : 1));
  }

  public void click(String selector) throws Exception {
    double[] at = middle(selector);
    clickAt(at[0], at[1]);
  }

  void clickAt(double x, double y) throws Exception {
    mouse("mouseMoved", x, y);
    mouse("mousePressed", x, y);
    mouse("mouseReleased", x, y);
  }

  /** Draws with the button held down. */
  void drag(double[]... path) throws Exception {
    mouse("mousePressed", path[0][0], path[0][1]);
    for (double[] at : path) {
      send(
          "Input.dispatchMouseEvent",
          Map.of("type", "mouseMoved", "x", at[0], "y", at[1], "button", "left", "buttons", 1));
    }
    mouse("mouseReleased", path[path.length - 1][0], path[path.length - 1][1]);
  }

  void wheel(double x, double y, double by) throws Exception {
    send(
        "Input.dispatchMouseEvent",
        Map.of("type", "mouseWheel", "x", x, "y", y, "deltaX", 0, "deltaY", by));
  }

  /** Drops a file. */
  void drop(Path file, double x, double y) throws Exception {
    Map<String, Object> data =
        Map.of("items", List.of(), "files", List.of(file.toString()), "dragOperationsMask", 1);
    for (String type : List.of("dragEnter", "dragOver", "drop")) {
      send("Input.dispatchDragEvent", Map.of("type", type, "x", x, "y", y, "data", data));
    }
  }

  /** Writes into what has the focus. */
  void type(String text) throws Exception {
    send("Input.insertText", Map.of("text", text));
  }

  void key(String key, int code) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
      send(
          "Input.dispatchKeyEvent",
          Map.of(
              "type",
              type,
              "key",
              key,
              "code",
              key,
              "windowsVirtualKeyCode",
              code,
              "text",
              type.equals("keyDown") ? text : ""));
    }
  }

  public void size(int width, int height) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** {@code light} or {@code dark}. */
  public void scheme(String name) throws Exception {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
  }

  public Path screenshot(Path file) throws Exception {
    JsonNode result = send("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, Base64.getDecoder().decode(result.path("data").asText()));
  }

  @Override
  public void close() {
    try {
      send("Browser.close", Map.of());
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      console.add("not closed: " + e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        try {
          take(JSON.readTree(part.toString()));
        } catch (IOException e) {
          console.add("not JSON: " + e.getMessage());
        }
        part.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void take(JsonNode message) {
      if (message.has("id")) {
        CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").asInt());
        if (message.has("error")) {
          answer.completeExceptionally(new IllegalStateException(message.get("error").toString()));
        } else {
          answer.complete(message.path("result"));
        }
        return;
      }
      JsonNode parameters = message.path("params");
      switch (message.path("method").asText()) {
        case "Network.requestWillBeSent" ->
            requests.add(parameters.path("request").path("url").asText());
        case "Runtime.consoleAPICalled", "Runtime.exceptionThrown" ->
            console.add(parameters.toString());
        case "Log.entryAdded" -> console.add(parameters.path("entry").toString());
        default -> {}
      }
    }
  }
}
