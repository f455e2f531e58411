// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses without what may be secret. A signed URL, or one with a password, opens what it names
 * to everybody who reads it: it is asked for as it is, and shown and kept only as this class gives
 * it.
 *
 * <p>What is secret is not guessed by names, which servers invent: of an address the user, the
 * whole query, the fragment and the parameters of its path go, each for three dots. A secret that
 * is part of the path itself cannot be told from a name, and stays.
 */
@Internal
public final class Secrets {
  private static final String DOTS = "...";
  private static final String TF_HUB = "tf-hub-format=[a-z]+";

  private static final Pattern WHOLE = Pattern.compile("(?is)([a-z][a-z0-9+.-]+:[/\\\\]+)(.*)");
  private static final Pattern IN_TEXT =
      Pattern.compile("(?i)(?<![a-z0-9+.-])([a-z][a-z0-9+.-]+:[/\\\\]+)([^\\s\"<>`]*)");
  private static final Pattern NEXT =
      Pattern.compile("(?i)([,;|=])([a-z][a-z0-9+.-]{1,20}:[/\\\\]+)");
  private static final Pattern PORT = Pattern.compile("[^:]*(:[0-9]*)?|\\[[^\\]]*\\](:[0-9]*)?");
  private static final String CLOSING = "'’)]},.;:";

  /** Handles that lack their scheme, and what servers and libraries print without an address. */
  private static final Pattern LOGIN = Pattern.compile("(?s)[^/\\s@:]+:[^/\\s@]+@(.*)");

  private static final Pattern LOGIN_IN_TEXT =
      Pattern.compile(
          "(?<![\\w/:@.+-])[\\w.+-]{1,80}:[^\\s/@:\"'<>]{1,400}@(?=[A-Za-z0-9.-]{1,253}[/:?])");

  /** An address whose scheme was forgotten: {@code //user:password@host/path?query}. */
  private static final Pattern HOST = Pattern.compile("(?s)(//)[^/\\s@:]+:[^/\\s@]+@([^?#]*).*");

  private static final Pattern HOST_IN_TEXT =
      Pattern.compile(
          "(?<![\\w/\\\\:])((?:\\\\?/){2})[\\w.+-]{1,80}:[^\\s/@:\"'<>]{1,400}@([\\w.-]{1,253}[^\\s?#\"'<>]*)[^\\s\"'<>]*");

  private static final Pattern PARAMETERS = Pattern.compile("(?s)([^?]*)\\?[^/?]*=.*");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)\\b(x-(?:amz|goog|ms)-[a-z-]+|awsaccesskeyid|access_?token|client_secret"
              + "|(?:[a-z-]{0,40}_)?signature|(?<=[?&])(?:[a-z_.-]{0,40}(?:key|token|secret|password)|sig|se))"
              + "(=|%3d)[^\\s&\"'<>`]+");
  private static final Pattern CREDENTIALS =
      Pattern.compile("\\b([Bb]earer|[Bb]asic|BEARER|BASIC) +[A-Za-z0-9+/=._~-]{12,}");

  private Secrets() {}

  /** A handle, or an address by itself; it may have blanks. What is on this machine stays. */
  public static String masked(String handle) {
    Matcher whole = WHOLE.matcher(handle);
    if (whole.matches()) {
      // Handles of a chain have commas between.
      return maskedIn(masked(whole.group(1), whole.group(2)));
    }
    Matcher host = HOST.matcher(handle);
    if (host.matches()) {
      return host.group(1) + DOTS + "@" + host.group(2);
    }
    if (handle.startsWith("/") || handle.startsWith(".") || handle.startsWith("~")) {
      return handle;
    }
    Matcher login = LOGIN.matcher(handle);
    String rest = login.matches() ? DOTS + "@" + login.group(1) : handle;
    Matcher parameters = PARAMETERS.matcher(rest);
    return parameters.matches() ? parameters.group(1) + "?" + DOTS : rest;
  }

  /** A text with addresses in it, such as the message of a library. */
  public static String maskedIn(String text) {
    // Nothing to find in most texts.
    if (text.indexOf('/') < 0 && text.indexOf('=') < 0 && text.indexOf(' ') < 0) {
      return text;
    }
    String plain =
        IN_TEXT
            .matcher(text)
            .replaceAll(
                found -> Matcher.quoteReplacement(addresses(found.group(1), found.group(2))));
    plain = HOST_IN_TEXT.matcher(plain).replaceAll("$1" + DOTS + "@$2");
    plain = LOGIN_IN_TEXT.matcher(plain).replaceAll(DOTS + "@");
    plain = NAMED.matcher(plain).replaceAll("$1$2" + DOTS);
    return CREDENTIALS.matcher(plain).replaceAll("$1 " + DOTS);
  }

  /** An address in a text, and those that follow it at once. */
  private static String addresses(String scheme, String rest) {
    StringBuilder shown = new StringBuilder();
    Matcher next = NEXT.matcher(rest);
    String first = scheme;
    int from = 0;
    while (next.find()) {
      shown.append(address(first, rest.substring(from, next.start()))).append(next.group(1));
      first = next.group(2);
      from = next.end();
    }
    return shown.append(address(first, rest.substring(from))).toString();
  }

  /** An address in a text: what ends the text's own sentence stays. */
  private static String address(String scheme, String rest) {
    int end = rest.length();
    while (end > 0 && CLOSING.indexOf(rest.charAt(end - 1)) >= 0) {
      end--;
    }
    return masked(scheme, rest.substring(0, end)) + rest.substring(end);
  }

  private static String masked(String scheme, String rest) {
    String name = scheme.substring(0, scheme.indexOf(':')).toLowerCase(Locale.ROOT);
    if (name.equals("file") && !LOGIN.matcher(rest).matches()) {
      return scheme + rest;
    }
    String host = rest.substring(user(rest));
    String user = rest.substring(0, rest.length() - host.length());
    boolean container = name.matches("(abfs|wasb)s?") && user.indexOf(':') < 0;
    int query = host.indexOf('?');
    int fragment = host.indexOf('#');
    int end = Math.min(query < 0 ? host.length() : query, fragment < 0 ? host.length() : fragment);
    String path = host.substring(0, end).replaceAll(";[^/]+", ";" + DOTS);
    path = path.replaceFirst("(?is)%3f.*(=|%3d).*", "%3F" + DOTS);
    String tail = "";
    if (query == end) {
      String asked = host.substring(end + 1);
      boolean plain = asked.matches(TF_HUB) || !name.matches("https?") && asked.indexOf('=') < 0;
      tail = "?" + (plain || asked.isEmpty() ? asked : DOTS);
    } else if (fragment == end) {
      tail = "#" + DOTS;
    }
    return scheme + (user.isEmpty() ? "" : container ? user : DOTS + "@") + path + tail;
  }

  /** Where the host begins, behind the user. A password may have characters that it must not. */
  private static int user(String rest) {
    Matcher cut = Pattern.compile("[/?#\\\\]").matcher(rest);
    int end = cut.find() ? cut.start() : rest.length();
    int at = rest.lastIndexOf('@', end);
    if (at < 0 && !PORT.matcher(rest.substring(0, end)).matches()) {
      at = rest.lastIndexOf('@');
    }
    return at + 1;
  }

  /**
   * An exception whose messages, and those of its causes, have only masked addresses: the same one
   * where they do already, else one that says as much and comes from the same place.
   */
  public static Throwable masked(Throwable failure) {
    if (!tells(failure)) {
      return failure;
    }
    Throwable cause = failure.getCause();
    Throwable shown =
        new RuntimeException(maskedIn(failure.toString()), cause == null ? null : masked(cause));
    shown.setStackTrace(failure.getStackTrace());
    for (Throwable suppressed : failure.getSuppressed()) {
      shown.addSuppressed(masked(suppressed));
    }
    return shown;
  }

  private static boolean tells(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      String said = Objects.requireNonNull(at).toString();
      if (!maskedIn(said).equals(said)) {
        return true;
      }
      for (Throwable suppressed : at.getSuppressed()) {
        if (tells(suppressed)) {
          return true;
        }
      }
      if (at.getCause() == at) {
        return false;
      }
    }
    return false;
  }
}
