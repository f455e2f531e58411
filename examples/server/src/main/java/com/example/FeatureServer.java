// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.preprocessing.TransformFn;

/**
 * Serves a fitted preprocessing function and a text module over HTTP. {@code POST /features} takes
 * a row as a JSON object and answers with its features; {@code POST /embed} takes a text and
 * answers with its vector.
 */
public final class FeatureServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TransformFn transform;
  private final Module module;
  private final ModuleFunction embed;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  /** Starts a server of this machine only; port 0 is any free port. */
  public FeatureServer(Path transformOutput, Path moduleFolder, int port) throws IOException {
    transform = TransformFn.load(transformOutput);
    module = Module.load(moduleFolder, ModuleOptions.DEFAULT);
    embed = module.function(FunctionChoice.ANY);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/features", exchange -> answer(exchange, this::features));
    server.createContext("/embed", exchange -> answer(exchange, this::vector));
    server.setExecutor(threads);
    server.start();
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: FeatureServer TRANSFORM_OUTPUT MODULE PORT");
      System.exit(2);
    }
    FeatureServer server =
        new FeatureServer(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]));
    System.out.println("http://localhost:" + server.port());
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private Object features(byte[] body) throws IOException {
    return transform.apply(JSON.readValue(body, new TypeReference<Map<String, Object>>() {}));
  }

  private Object vector(byte[] body) {
    Array text = Array.Dense.vector(Values.of(new String(body, StandardCharsets.UTF_8)));
    Map<String, Array> result = embed.call(Map.of(embed.inputs().get(0).name(), text));
    Array.Dense vectors = (Array.Dense) result.values().iterator().next();
    return ((Values.Numbers) vectors.values()).toFloats();
  }

  private interface Handler {
    Object handle(byte[] body) throws IOException;
  }

  private static void answer(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      int status = 200;
      byte[] answer;
      try {
        answer = JSON.writeValueAsBytes(handler.handle(exchange.getRequestBody().readAllBytes()));
      } catch (IOException | RuntimeException e) {
        status = 400;
        answer = JSON.writeValueAsBytes(Map.of("error", String.valueOf(e.getMessage())));
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
    module.close();
    transform.close();
  }
}
