// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.util.Locale;
import java.util.regex.Pattern;

/** The URL of a database of PostgreSQL, which must have no password: jobs and logs show it. */
final class PgUrl {
  static final String SCHEME = "jdbc:postgresql:";

  private static final Pattern PASSWORD =
      Pattern.compile("(?i)[?&](password|sslpassword)=|//[^/?]*:[^/?]*@");

  private PgUrl() {}

  /**
   * Checks a URL.
   *
   * @throws IllegalArgumentException without what may be secret
   */
  static void check(String url) {
    if (!url.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "a database is jdbc:postgresql://HOST:PORT/DATABASE, not " + shown(url));
    }
    if (PASSWORD.matcher(url).find()) {
      throw new IllegalArgumentException(
          "the URL of "
              + shown(url)
              + " has a password, which jobs and logs would show; give the file or the variable of"
              + " the environment that has it");
    }
  }

  /** A URL without what may be secret. */
  static String shown(String url) {
    int query = url.indexOf('?');
    String plain = query < 0 ? url : url.substring(0, query);
    return plain.replaceAll("//[^/]*@", "//...@");
  }
}
