// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.hubbeam.batch.Secrets;

/** What status codes of HTTP responses mean for a download. */
final class HttpStatus {
  private static final int LONGEST_PATH = 8192;

  private HttpStatus() {}

  /**
   * Lets a file pass, whole or the part that was asked for.
   *
   * @param asked the address before redirects
   * @param got how many bytes are here already
   * @throws IOException if asking again may help
   * @throws HubException if it will not
   */
  static void requireFetched(Web.Response response, URI asked, String handle, long got)
      throws IOException {
    int status = response.status();
    if (status == 200 || (status == 206 && got > 0)) {
      return;
    }
    String next = response.header("location");
    String text =
        "GET "
            + Web.shown(response.uri())
            + " answered "
            + (status + " " + name(status)).strip()
            + (status / 100 == 3 && !next.isEmpty()
                ? ", a redirect to " + Secrets.masked(next) + ", which is not followed"
                : "");
    if (status >= 500 || status == 408 || status == 416 || status == 429) {
      throw new IOException(text);
    }
    String first = Web.shown(asked);
    throw new HubException(
        "cannot fetch "
            + handle
            + ": "
            + text
            + (first.equals(Web.shown(response.uri())) ? "" : " (asked for " + first + ")")
            + hint(status, handle)
            + ". "
            + elsewhere(handle));
  }

  /** The error where a server cannot be reached. */
  static HubException unreachable(String what, String handle, IOException failure) {
    HubException unreachable =
        new HubException(
            what
                + ": "
                + failure.getMessage()
                + ". Behind a proxy, set https_proxy; --offline takes only what is in the cache. "
                + elsewhere(handle));
    unreachable.initCause(failure);
    return unreachable;
  }

  /** What to do where a module cannot be fetched. */
  static String elsewhere(String handle) {
    return "If you have a copy, give its folder, archive or address instead, or map it with"
        + " --mirror="
        + handle
        + "=PLACE (HUBBEAM_MIRRORS, HubOptions.withMirror)";
  }

  private static String hint(int status, String handle) {
    return (status == 401 || status == 403) && KaggleModel.parse(handle).isPresent()
        ? "; Kaggle may want the model's terms accepted on its page and credentials in"
            + " KAGGLE_USERNAME and KAGGLE_KEY, KAGGLE_API_TOKEN or kaggle.json"
        : "";
  }

  private static String name(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 410 -> "Gone";
      case 429 -> "Too Many Requests";
      default -> "";
    };
  }

  /** The storage path that a 303 names in its body, else as its location. */
  static String storagePath(Web.Response response, String handle) throws IOException {
    String body = new String(response.body().brief(LONGEST_PATH), StandardCharsets.UTF_8).strip();
    for (String path : new String[] {body, response.header("location").strip()}) {
      if (path.matches("(?i)(?!file:|https?:|jar:|ftp:)[a-z][a-z0-9+.-]+://\\S(.*\\S)?")) {
        return path;
      }
    }
    throw new HubException(
        "cannot fetch "
            + handle
            + ": "
            + Web.shown(response.uri())
            + " answered 303 without a storage path such as gs://bucket/folder in its body");
  }
}
