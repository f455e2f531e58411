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
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file from a server to the disk. Where it breaks off it is resumed, once in any case and again
 * as long as each attempt brings more of it.
 */
final class Download {
  private static final int MOST_ATTEMPTS = 50;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]+)-[0-9]+/([0-9]+|\\*)");
  private static final Pattern MD5 = Pattern.compile("md5=([A-Za-z0-9+/=]+)");

  private final Web web;
  private final ToLongFunction<Path> freeSpace;
  private final ProgressListener listener;
  private final Web.Request request;
  private final String handle;
  private final Path file;

  private long got;
  private OptionalLong expected = OptionalLong.empty();
  private String tag = "";
  private String md5 = "";
  private String last;

  private Download(
      Web web,
      ToLongFunction<Path> freeSpace,
      ProgressListener listener,
      Web.Request request,
      String handle,
      Path file) {
    this.web = web;
    this.freeSpace = freeSpace;
    this.listener = listener;
    this.request = request;
    this.handle = handle;
    this.file = file;
    this.last = Web.shown(request.uri());
  }

  /**
   * How files are fetched.
   *
   * @param freeSpace how many bytes may still be written beside a file
   */
  record Settings(Web web, ToLongFunction<Path> freeSpace, ProgressListener listener) {
    /**
     * Fetches a file.
     *
     * @return the last address after redirects, without what may be secret; where the answer is a
     *     storage path instead of a file, that path
     */
    Result fetch(Web.Request request, String handle, Path file) throws IOException {
      return new Download(web, freeSpace, listener, request, handle, file).run();
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
    do {
      attempts++;
      before = most;
      try (Web.Response response = web.send(resumed())) {
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
    } while (attempts < 2 || most > before && attempts < MOST_ATTEMPTS);
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

  private Web.Request resumed() {
    if (got == 0) {
      return request;
    }
    String range = "bytes=" + got + "-";
    return request.with(
        tag.isEmpty() ? Map.of("Range", range) : Map.of("Range", range, "If-Range", tag));
  }

  private void begin(Web.Response response) throws IOException {
    OptionalLong length = response.http().headers().firstValueAsLong("content-length");
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
    tag = entityTag.startsWith("\"") ? entityTag : "";
    Matcher hash = MD5.matcher(String.join(",", response.headers("x-goog-hash")));
    md5 = hash.find() ? hash.group(1) : "";
  }

  private void requireSpace() {
    long needed = expected.orElse(0) - got;
    long free = freeSpace.applyAsLong(file.getParent());
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
    byte[] buffer = new byte[1 << 16];
    try (ReadTimeout timed = new ReadTimeout(body, web.readTimeout());
        OutputStream out =
            got == 0
                ? Files.newOutputStream(file)
                : Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      for (int n = timed.read(buffer); n >= 0; n = timed.read(buffer)) {
        out.write(buffer, 0, n);
        got += n;
        listener.progress(new Progress(handle, got, expected));
      }
    }
    if (expected.isPresent() && got != expected.getAsLong()) {
      throw new IOException("the answer ended early");
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
