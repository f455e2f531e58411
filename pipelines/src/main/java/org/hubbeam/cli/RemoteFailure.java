// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An exception of another process, as its stack trace tells. */
final class RemoteFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final Pattern START =
      Pattern.compile("(?:Caused by: )?((?:[\\w$]+\\.)+[\\w$]+)(?:: (.*))?");
  private static final String FRAME = "\\t(at |\\.\\.\\. |Suppressed: ).*";
  private static final Pattern KNOWN = Pattern.compile("(java|org\\.hubbeam)\\..*");

  private RemoteFailure(String message) {
    super(message);
  }

  /** One exception of a chain. */
  private record Entry(String type, String message) {

    boolean isKnown() {
      return KNOWN.matcher(type).matches();
    }

    /** The exception itself where this process has its class, else its text. */
    Throwable exception() {
      Throwable same = isKnown() ? same() : null;
      return same != null
          ? same
          : new RemoteFailure(
              type.startsWith("org.hubbeam.") && !message.isEmpty() ? message : text());
    }

    private String text() {
      String name = type.substring(type.lastIndexOf('.') + 1);
      return message.isEmpty() ? name : name + ": " + message;
    }

    private @Nullable Throwable same() {
      try {
        Object made = Class.forName(type).getDeclaredConstructor(String.class).newInstance(message);
        return made instanceof Throwable failure ? failure : null;
      } catch (ReflectiveOperationException | LinkageError e) {
        return null;
      }
    }
  }

  /**
   * The exception of a stack trace with its causes. Wrappers of classes that are neither Java's nor
   * hubbeam's are left out.
   */
  static Throwable parse(String trace) {
    List<Entry> entries = entries(trace);
    Throwable chain = null;
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry entry = entries.get(i);
      if (chain == null || entry.isKnown()) {
        chain = caused(entry.exception(), chain);
      }
    }
    return chain == null ? new RemoteFailure(trace.strip()) : chain;
  }

  private static Throwable caused(Throwable failure, @Nullable Throwable cause) {
    if (cause == null) {
      return failure;
    }
    try {
      return failure.initCause(cause);
    } catch (IllegalStateException e) {
      // Some have none.
      return cause;
    }
  }

  private static List<Entry> entries(String trace) {
    List<Entry> entries = new ArrayList<>();
    boolean inMessage = false;
    for (String line : trace.lines().toList()) {
      Matcher start = START.matcher(line);
      boolean begins = entries.isEmpty() || line.startsWith("Caused by: ");
      if (begins && start.matches()) {
        String message = start.group(2);
        entries.add(new Entry(start.group(1), message == null ? "" : message));
        inMessage = true;
      } else if (line.matches(FRAME)) {
        inMessage = false;
      } else if (inMessage) {
        Entry last = entries.remove(entries.size() - 1);
        entries.add(new Entry(last.type, last.message + "\n" + line));
      }
    }
    return entries;
  }
}
