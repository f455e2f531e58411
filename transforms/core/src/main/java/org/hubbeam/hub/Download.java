// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Printable;

/**
 * One file from a server to the disk. Where it breaks off it is resumed, once in any case and again
 * as long as each attempt brings more of it.
 */
final class Download {
  private static final int MOST_ATTEMPTS = 50;
  private static final int HEAD = 1 << 16;
  private static final long LOOK_FOR_SPACE = 64L << 20;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");
  private static final Pattern MD5 = Pattern.compile("md5=([A-Za-z0-9+/=]+)");

  private final Settings settings;
  private final Web.Request request;
  private final String handle;
  private final Path file;
  private final long began = System.nanoTime();

  private long got;
  private OptionalLong expected = OptionalLong.empty();
  private String tag = "";
  private String md5 = "";
  private String last;

  private Download(Settings settings, Web.Request request, String handle, Path file) {
    this.settings = settings;
    this.request = request;
    this.handle = handle;
    this.file = file;
    this.last = Web.shown(request.uri());
  }

  /**
   * How files are fetched.
   *
   * @param limits of their size, and of the time that it takes
   * @param freeSpace how many bytes may still be written beside a file
   */
  record Settings(
      Web web, FetchLimits limits, ToLongFunction<Path> freeSpace, ProgressListener listener) {
    /**
     * Fetches a file.
     *
     * @return the last address after redirects, without what may be secret; where the answer is a
     *     storage path instead of a file, that path
     */
    Result fetch(Web.Request request, String handle, Path file) throws IOException {
      return new Download(this, request, handle, file).run();
    }
  }

  /**
   * What came of it.
   *
   * @param url the last address after redirects, without what may be secret
   * @param storage the storage path that the server answered with instead of a file; empty for a
   *     file
   */
  record Result(String url, String storage) {}

  private Result run() throws IOException {
    IOException broken;
    int attempts = 0;
    long most = 0;
    long before;
    long start;
    do {
      attempts++;
      before = most;
      start = System.nanoTime();
      try (Web.Response response = settings.web.send(resumed())) {
        last = Web.shown(response.uri());
        if (response.status() == 303) {
          return new Result(last, HttpStatus.storagePath(response, handle));
        }
        HttpStatus.requireFetched(response, request.uri(), handle, got);
        begin(response);
        requireSpace();
        receive(response.body());
        requireIntact();
        return new Result(last, "");
      } catch (IOException e) {
        broken = e;
        most = Math.max(most, got);
      }
      requireTime();
    } while (attempts < 2 || isWorth(most - before, start) && attempts < MOST_ATTEMPTS);
    if (got == 0 && broken instanceof Web.NoConnectionException) {
      throw HttpStatus.unreachable("cannot fetch " + handle, handle, broken);
    }
    String of = expected.isPresent() ? String.valueOf(expected.getAsLong()) : "an unknown number";
    throw new HubException(
        got == 0 && expected.isEmpty()
            ? "cannot fetch " + handle + ", asked " + attempts + " times: " + last
            : "the download of "
                + handle
                + " broke off "
                + attempts
                + " times: "
                + last
                + " gave "
                + got
                + " bytes of "
                + of
                + " into "
                + file,
        broken);
  }

  /** Whether an attempt that began then has brought enough for another one. */
  private boolean isWorth(long more, long start) {
    return more > 0 && settings.limits.isFast(more, System.nanoTime() - start);
  }

  private void requireTime() {
    if (System.nanoTime() - began > settings.limits.time().toNanos()) {
      throw new HubException(
          "the download of "
              + handle
              + " took longer than "
              + Printable.seconds(settings.limits.time())
              + ", and "
              + got
              + " bytes came from "
              + last
              + "; --downloadTimeout (FetchLimits.withTime) allows more");
    }
  }

  private Web.Request resumed() {
    if (got == 0) {
      return request;
    }
    String range = "bytes=" + got + "-";
    return request.with(
        tag.isEmpty() ? Map.of("Range", range) : Map.of("Range", range, "If-Range", tag));
  }

  private void begin(Web.Response response) throws IOException {
    OptionalLong length = response.length();
    if (response.status() == 206) {
      Matcher range = CONTENT_RANGE.matcher(response.header("content-range"));
      if (!range.matches() || Long.parseLong(range.group(1)) != got) {
        got = 0;
        throw new IOException(
            "asked for a part, got another one: '" + response.header("content-range") + "'");
      }
      expected =
          range.group(2).equals("*")
              ? length.isPresent()
                  ? OptionalLong.of(got + length.getAsLong())
                  : OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(range.group(2)));
    } else {
      got = 0;
      expected = length;
    }
    String entityTag = response.header("etag");
    tag = entityTag.matches("\"[!-~]{0,500}\"") ? entityTag : "";
    Matcher hash = MD5.matcher(String.join(",", response.headers("x-goog-hash")));
    md5 = hash.find() ? hash.group(1) : "";
  }

  private void requireSpace() {
    settings.limits.requireSize(last, expected.orElse(got));
    requireSpace(expected.orElse(got) - got);
  }

  private void requireSpace(long needed) {
    long free = settings.freeSpace.applyAsLong(file.getParent());
    if (needed > free) {
      throw new HubException(
          String.format(
              Locale.ROOT,
              "no room for %s: %s has %d bytes, %s has %d bytes free",
              handle,
              last,
              needed,
              file.getParent(),
              free));
    }
  }

  private void receive(InputStream body) throws IOException {
    byte[] buffer = new byte[HEAD];
    long looked = got;
    boolean known = false;
    try (OutputStream out =
        got == 0
            ? Files.newOutputStream(file)
            : Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        got += n;
        settings.listener.progress(new Progress(handle, got, expected));
        settings.limits.requireSize(last, got);
        requireTime();
        if (!known && got >= HEAD) {
          known = true;
          requireArchive();
        }
        if (got - looked > LOOK_FOR_SPACE) {
          looked = got;
          requireSpace(LOOK_FOR_SPACE);
        }
      }
    }
    if (expected.isPresent() && got != expected.getAsLong()) {
      throw new IOException("the answer ended early");
    }
  }

  /** Leaves what cannot be an archive, before all of it is here. */
  private void requireArchive() throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    Optional<String> fault = ArchiveFormat.fault(head);
    if (fault.isPresent()) {
      throw new HubException(handle + " (from " + last + ") is refused: " + fault.get());
    }
  }

  private void requireIntact() throws IOException {
    if (md5.isEmpty()) {
      return;
    }
    String actual = Base64.getEncoder().encodeToString(Digests.digest("MD5", file));
    if (!actual.equals(md5)) {
      got = 0;
      throw new IOException("the server says that the MD5 is " + md5 + ", but it is " + actual);
    }
  }
}
