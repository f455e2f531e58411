// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which weights are stored in fewer bits. Only weights of 32-bit floats are; the runtime makes
 * floats of them again when it loads the model.
 *
 * @param rules the pattern {@code *} is for what no other pattern claims
 */
public record Quantization(List<Rule> rules) {

  /** All weights are stored as they are. */
  public static final Quantization NONE = new Quantization(List.of());

  private static final String REST = "*";

  /** What a weight is stored as. */
  public enum Storage {
    /** 16-bit floats. */
    FLOAT16(16),
    /** Steps between the least and the largest value, 65,535 of them. */
    UINT16(16),
    /** The same with 255 steps. */
    UINT8(8);

    private final int bits;

    Storage(int bits) {
      this.bits = bits;
    }

    int largest() {
      return (1 << bits) - 1;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Weights that are stored alike.
   *
   * @param pattern of the names of weights: {@code *} for any characters, {@code ?} for one, {@code
   *     [abc]} and {@code [!abc]} for one of some
   */
  public record Rule(Storage storage, String pattern) {

    private boolean matches(String name) {
      return Pattern.compile(expression(pattern), Pattern.DOTALL).matcher(name).matches();
    }

    private static String expression(String pattern) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < pattern.length(); i++) {
        char c = pattern.charAt(i);
        int end = c == '[' ? pattern.indexOf(']', i + (pattern.startsWith("[!]", i) ? 3 : 2)) : -1;
        if (c == '*') {
          out.append(".*");
        } else if (c == '?') {
          out.append('.');
        } else if (end > 0) {
          String set = pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
          out.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
          i = end;
        } else {
          out.append(Pattern.quote(String.valueOf(c)));
        }
      }
      return out.toString();
    }
  }

  public Quantization {
    rules = List.copyOf(rules);
    if (rules.stream().filter(r -> r.pattern().equals(REST)).count() > 1) {
      throw new IllegalArgumentException("the pattern * can be given once only");
    }
  }

  /**
   * Parses {@code uint8:*kernel*,float16:*}.
   *
   * @throws IllegalArgumentException when it is not of that form
   */
  public static Quantization parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int colon = part.indexOf(':');
      String type = colon < 0 ? part : part.substring(0, colon);
      String pattern = colon < 0 ? REST : unquoted(part.substring(colon + 1));
      Storage storage;
      try {
        storage = Storage.valueOf(type.strip().toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'" + part + "' must be a type (uint8, uint16 or float16), or TYPE:PATTERN", e);
      }
      if (pattern.isEmpty()) {
        throw new IllegalArgumentException("'" + part + "' has no pattern");
      }
      rules.add(new Rule(storage, pattern));
    }
    return new Quantization(rules);
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() > 1
            && (text.startsWith("'") && text.endsWith("'")
                || text.startsWith("\"") && text.endsWith("\""));
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /**
   * Checks the rules on the weights that there are.
   *
   * @param names of the weights of 32-bit floats
   * @throws ConversionException when two patterns claim one weight, or one matches none
   */
  void require(Collection<String> names) {
    Set<Rule> used = new LinkedHashSet<>();
    for (String name : names) {
      List<Rule> claiming =
          rules.stream().filter(r -> !r.pattern().equals(REST) && r.matches(name)).toList();
      if (claiming.size() > 1) {
        throw new ConversionException(
            "the weight '"
                + name
                + "' is claimed by two patterns, "
                + claiming.get(0).pattern()
                + " and "
                + claiming.get(1).pattern());
      }
      used.addAll(claiming);
    }
    for (Rule rule : rules) {
      if (!rule.pattern().equals(REST) && !used.contains(rule)) {
        throw new ConversionException(
            "the pattern " + rule.pattern() + " matches no weight; there are " + names);
      }
    }
  }

  /** What a weight is stored as; null for its own type. */
  @Nullable Storage storage(String name) {
    Storage rest = null;
    for (Rule rule : rules) {
      if (rule.pattern().equals(REST)) {
        rest = rule.storage();
      } else if (rule.matches(name)) {
        return rule.storage();
      }
    }
    return rest;
  }

  /**
   * The bytes of a weight; what they mean goes into its entry of the manifest.
   *
   * @param name the node of the weight
   */
  byte[] encode(String name, float[] values, ObjectNode entry) {
    Storage storage = storage(name);
    if (storage == null) {
      ByteBuffer out =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.asFloatBuffer().put(values);
      return out.array();
    }
    ObjectNode meaning = entry.putObject("quantization").put("dtype", storage.toString());
    byte[] bytes =
        storage == Storage.FLOAT16 ? halves(values) : steps(name, values, storage, meaning);
    meaning.put("original_dtype", "float32");
    return bytes;
  }

  private static byte[] halves(float[] values) {
    ByteBuffer out =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      out.putShort(org.hubbeam.batch.Halves.fromFloat(value));
    }
    return out.array();
  }

  private static byte[] steps(String name, float[] values, Storage storage, ObjectNode meaning) {
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ConversionException(
            "the weight '" + name + "' has " + value + ", which " + storage + " cannot hold");
      }
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    double scale = 1;
    double min = values.length == 0 ? 0 : least;
    ByteBuffer out =
        ByteBuffer.allocate(values.length * storage.bits / Byte.SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    if (least < largest) {
      scale = (largest - least) / storage.largest();
      if (least <= 0 && 0 <= largest) {
        min = -Math.rint((0 - least) / scale) * scale;
      }
      double max = least <= 0 && 0 <= largest ? storage.largest() * scale + min : largest;
      for (float value : values) {
        double clipped = Math.max(min, Math.min(max, value));
        put(out, storage, (int) Math.rint((clipped - min) / scale));
      }
    } else {
      for (float ignored : values) {
        put(out, storage, 0);
      }
    }
    meaning.put("min", min).put("scale", scale);
    return out.array();
  }

  private static void put(ByteBuffer out, Storage storage, int step) {
    if (storage == Storage.UINT8) {
      out.put((byte) step);
    } else {
      out.putShort((short) step);
    }
  }
}
