// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names, numbers and texts of an expression, one after another.
 *
 * <p>A name has letters, digits, {@code _}, {@code .}, {@code $} and {@code -}. A name that is
 * known is read as it is, whatever other signs it has.
 */
final class ExpressionScanner {

  private static final Pattern NUMBER = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  /** Names, and numbers in digits. */
  static final int LONGEST_NAME = 2000;

  private final String text;
  private final KnownNames known;
  private final IntFunction<SourceLocation> locations;
  private int at;

  /**
   * @param known the names of columns and of other expressions
   * @param locations where each character of the text is written, and the text's end
   */
  ExpressionScanner(String text, KnownNames known, IntFunction<SourceLocation> locations) {
    this.text = text;
    this.known = known;
    this.locations = locations;
  }

  static boolean isNamePart(char c) {
    return isWordPart(c) || c == '-';
  }

  static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$';
  }

  /** Whether nothing but blanks follows; blanks are passed. */
  boolean isAtEnd() {
    skipBlanks();
    return at == text.length();
  }

  /** The next character that is no blank; a NUL at the end. */
  char next() {
    return isAtEnd() ? '\0' : text.charAt(at);
  }

  /** Passes a character. */
  void pass() {
    at++;
  }

  /** Passes what is there if it is next. */
  boolean passes(String what) {
    if (isAtEnd() || !text.startsWith(what, at)) {
      return false;
    }
    at += what.length();
    return true;
  }

  /** Whether a word is next. */
  boolean isAtWord(String word) {
    return !isAtEnd() && text.startsWith(word, at) && Operator.isWord(text, at, word.length());
  }

  /** Passes a word if it is next and something follows that it can be applied to. */
  boolean passesWord(String word) {
    if (!isAtWord(word)) {
      return false;
    }
    int start = at;
    at += word.length();
    Operator operator = operator();
    boolean signed = operator == Operator.SUB || operator == Operator.ADD;
    if (isAtEnd() || ",)]}=".indexOf(text.charAt(at)) >= 0 || operator != null && !signed) {
      at = start;
      return false;
    }
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /** Where the next character is written. */
  SourceLocation location() {
    skipBlanks();
    return locations.apply(at);
  }

  SpecException error(String message) {
    return location().error(message);
  }

  /** The operator that is next; null if there is none. */
  @Nullable Operator operator() {
    return isAtEnd() ? null : Operator.at(text, at).orElse(null);
  }

  /** Passes the name of an argument with its {@code =} if it is next; else null. */
  @Nullable String argumentName() {
    skipBlanks();
    int end = runEnd();
    int equals = blanksEnd(end);
    boolean named =
        end > at
            && text.startsWith("=", equals)
            && !text.startsWith("==", equals)
            && !Character.isDigit(text.charAt(at));
    if (!named) {
      return null;
    }
    String name = text.substring(at, end);
    at = equals + 1;
    return name;
  }

  /** Passes a name that is all there is up to a comma, a bracket or the end; else null. */
  @Nullable String loneName() {
    skipBlanks();
    boolean number = isAtNumber();
    int end = Math.max(knownEnd(), runEnd());
    int after = blanksEnd(end);
    boolean lone =
        end > at
            && !number
            && text.charAt(at) != '-'
            && (after == text.length() || ",)]}".indexOf(text.charAt(after)) >= 0);
    if (!lone) {
      return null;
    }
    String name = text.substring(at, end);
    at = end;
    return name;
  }

  /** Whether a number comes next. */
  boolean isAtNumber() {
    char c = next();
    boolean digits =
        Character.isDigit(c)
            || c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
    return digits && knownEnd() < 0;
  }

  /** Passes a name of an operation with its open bracket if it is next; else null. */
  @Nullable String calledName() {
    skipBlanks();
    int end = runEnd();
    int bracket = blanksEnd(end);
    String name = text.substring(at, end);
    if (name.isEmpty() || !text.startsWith("(", bracket) || isDifference(name)) {
      return null;
    }
    at = bracket + 1;
    return name;
  }

  /** Whether something is taken away from something, and the operation's name follows that. */
  private static boolean isDifference(String called) {
    int last = called.lastIndexOf('-');
    return last > 0 && !isOperation(called) && isOperation(called.substring(last + 1))
        || called.endsWith("-");
  }

  private static boolean isOperation(String name) {
    return ExpressionText.FORMS.contains(name) || Operations.ALL.containsKey(name);
  }

  /**
   * Passes a name of a column or of an expression. Of {@code a-b}, which is not known, only {@code
   * a} if it can be a difference.
   *
   * @throws SpecException when it can be a difference in two ways
   */
  String name() {
    skipBlanks();
    int start = at;
    int whole = knownEnd();
    if (whole >= runEnd()) {
      at = whole;
      return text.substring(start, at);
    }
    String run = text.substring(at, runEnd());
    if (run.length() > LONGEST_NAME) {
      throw error("a name has at most " + LONGEST_NAME + " characters; others are in column(...)");
    }
    if (text.startsWith("(", blanksEnd(runEnd())) && isDifference(run)) {
      run = run.substring(0, run.lastIndexOf('-'));
    }
    run = run.replaceAll("-+$", "");
    if (run.isEmpty()) {
      throw error("expected an expression, found '" + text.charAt(at) + "'");
    }
    if (!known.contains(run)) {
      List<List<String>> ways = Differences.of(run, known::contains);
      if (ways.size() > 1) {
        throw error(Differences.ambiguous(run, ways));
      }
      run = ways.isEmpty() ? run : ways.get(0).get(0);
    }
    at += run.length();
    return run;
  }

  /** Where the longest known name ends that is next; -1 if there is none. */
  private int knownEnd() {
    return known.end(text, at, runEnd());
  }

  private int runEnd() {
    int end = at;
    int longest = Math.min(text.length(), at + LONGEST_NAME + 1);
    while (end < longest && isNamePart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int blanksEnd(int from) {
    int end = from;
    while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** Passes a number. */
  Object number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()
        || matcher.end() < text.length() && isWordPart(text.charAt(matcher.end()))) {
      throw error("'" + text.substring(at, runEnd()) + "' is not a number");
    }
    if (matcher.end() - at > LONGEST_NAME) {
      throw error("a number has at most " + LONGEST_NAME + " digits");
    }
    at = matcher.end();
    String digits = matcher.group();
    return digits.matches("\\d+") ? (Object) new BigInteger(digits) : Double.valueOf(digits);
  }

  /** Passes a text in quotes. */
  String string() {
    int start = at;
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      out.append(c == '\\' && at < text.length() ? escaped() : String.valueOf(c));
    }
    if (at == text.length()) {
      at = start;
      throw error("the text that begins here does not end");
    }
    at++;
    return out.toString();
  }

  private String escaped() {
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '\\', '"', '\'' -> String.valueOf(c);
      default -> "\\" + c;
    };
  }
}
