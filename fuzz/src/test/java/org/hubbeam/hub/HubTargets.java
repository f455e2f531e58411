// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.fuzz.Envelope;
import org.hubbeam.fuzz.FuzzTarget;
import org.hubbeam.fuzz.FuzzTarget.Setting;
import org.hubbeam.testing.TestFiles;

/** What comes from servers, and what lies in the cache. */
public final class HubTargets {

  private static final String HANDLE = "https://example.org/module/1";
  private static final byte[] NEXT = "\n=====\n".getBytes(StandardCharsets.US_ASCII);

  private HubTargets() {}

  /** Archives, answers of servers, and files of the cache. */
  public static List<FuzzTarget> all() {
    return List.of(
        FuzzTarget.of("archive", HubException.class, HubTargets::archive)
            .withEnvelope(Envelope.TAR)
            .in(Setting.FILES),
        FuzzTarget.of("http", HubException.class, HubTargets::http).in(Setting.FILES),
        FuzzTarget.of("kaggle", HubException.class, HubTargets::kaggle).in(Setting.FILES),
        FuzzTarget.of("manifest", HubException.class, scratch -> cached(scratch, ".manifest.json"))
            .in(Setting.FILES),
        FuzzTarget.of(
                "descriptor", HubException.class, scratch -> cached(scratch, ".descriptor.txt"))
            .in(Setting.FILES),
        FuzzTarget.withoutExceptions("completeness", HubTargets::completeness)
            .withCorpus("saved-model")
            .withEnvelope(Envelope.MESSAGE));
  }

  private static FuzzTarget.Parser archive(Path scratch) {
    Archive.Settings settings =
        new Archive.Settings(new ArchiveLimits(1000, 8 << 20, 100), folder -> 64 << 20);
    return input -> {
      Path folder = Files.createDirectory(scratch.resolve("unpacked"));
      try {
        settings.unpack(Files.write(scratch.resolve("archive"), input), "the archive", folder);
      } finally {
        delete(folder);
      }
    };
  }

  /** Answers of a server, one for each request, with a line of signs between them. */
  private static FuzzTarget.Parser http(Path scratch) throws IOException {
    Player player = new Player();
    return input -> {
      player.play(input);
      resolve(options(scratch), player.address() + "/module.tar.gz", scratch);
    };
  }

  private static FuzzTarget.Parser kaggle(Path scratch) throws IOException {
    Player player = new Player();
    return input -> {
      byte[] head =
          ("HTTP/1.1 200 OK\r\nContent-Length: " + input.length + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] answer = Arrays.copyOf(head, head.length + input.length);
      System.arraycopy(input, 0, answer, head.length, input.length);
      player.play(answer);
      KaggleAccess access =
          KaggleAccess.OF_MACHINE.withEndpoint(URI.create(player.address())).withKey("user", "key");
      resolve(options(scratch).withKaggle(access), "owner/model/tensorFlow2/variation", scratch);
    };
  }

  private static HubOptions options(Path scratch) {
    return HubOptions.DEFAULT
        .withCacheFolder(scratch.resolve("cache").toString())
        .withLimits(new ArchiveLimits(1000, 8 << 20, 100))
        .withReadTimeout(Duration.ofMillis(500));
  }

  private static void resolve(HubOptions options, String handle, Path scratch) throws IOException {
    try {
      Hub.of(options).resolve(handle);
    } finally {
      delete(scratch.resolve("cache"));
    }
  }

  /** A module in the cache of which one file beside it is the input. */
  private static FuzzTarget.Parser cached(Path scratch, String end) throws IOException {
    HubOptions options =
        HubOptions.DEFAULT
            .withCacheFolder(scratch.toString())
            .withNetwork(HubOptions.Network.OFFLINE);
    Path folder = Files.createDirectory(scratch.resolve(Digests.sha1(HANDLE)));
    Files.copy(
        TestFiles.zoo("reads_file").resolve("saved_model.pb"), folder.resolve("saved_model.pb"));
    return input -> {
      Files.write(scratch.resolve(folder.getFileName() + end), input);
      Hub.of(options).resolve(HANDLE);
      new Cache(scratch, Duration.ofSeconds(1)).newest("https://example.org/module");
    };
  }

  private static FuzzTarget.Parser completeness(Path scratch) {
    return input -> {
      Files.write(scratch.resolve("saved_model.pb"), input);
      Completeness.plausible(scratch);
    };
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A server that answers with given bytes, whatever it is asked, and hangs up. */
  private static final class Player {
    private final ServerSocket server;
    private volatile byte[] rest = new byte[0];

    Player() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serve, "server");
      thread.setDaemon(true);
      thread.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    void play(byte[] answers) {
      rest = answers;
    }

    private void serve() {
      while (true) {
        try (Socket socket = server.accept()) {
          answer(socket);
        } catch (IOException e) {
          if (server.isClosed()) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }

    private void answer(Socket socket) throws IOException {
      socket.setSoTimeout(1000);
      InputStream in = socket.getInputStream();
      int ends = 0;
      for (int b = in.read(); b >= 0 && ends < 4; b = ends < 4 ? in.read() : -1) {
        ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
      }
      OutputStream out = socket.getOutputStream();
      out.write(next());
      out.flush();
    }

    /** The answer to the next request: the last one for all that follow. */
    private byte[] next() {
      byte[] all = rest;
      for (int i = 0; i + NEXT.length <= all.length; i++) {
        if (Arrays.equals(all, i, i + NEXT.length, NEXT, 0, NEXT.length)) {
          rest = Arrays.copyOfRange(all, i + NEXT.length, all.length);
          return Arrays.copyOf(all, i);
        }
      }
      return all;
    }
  }
}
