// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the texts of a batch before the module does: blank ones and long ones go where the
 * policies say.
 *
 * @param kept the rows for the module, texts cut where they were too long
 * @param rows the number in the batch of each row kept, rising
 * @param zeros the rows that get zeros without a call, rising
 * @param bad the rows that are failures, in order
 * @param truncated how many rows had a text cut
 */
record Screening(Batch kept, int[] rows, int[] zeros, List<CallPlan.BadRow> bad, int truncated) {

  /** What the policies make of these inputs. */
  static Screening screen(Batch inputs, ModuleSpec.Policies policies) {
    Map<String, Values.Strings> texts = texts(inputs);
    int[] all = new int[inputs.rows()];
    Arrays.setAll(all, i -> i);
    boolean looks =
        policies.blank() != BlankText.EMBED || policies.longText().action() != LongText.Action.PASS;
    if (!looks || texts.isEmpty()) {
      return new Screening(inputs, all, new int[0], List.of(), 0);
    }
    List<Integer> kept = new ArrayList<>();
    List<Integer> zeros = new ArrayList<>();
    List<CallPlan.BadRow> bad = new ArrayList<>();
    for (int row = 0; row < inputs.rows(); row++) {
      boolean blank = policies.blank() != BlankText.EMBED && isBlank(texts, row);
      String tooLong =
          policies.longText().action() == LongText.Action.FAIL
              ? tooLong(texts, row, policies.longText().codePoints())
              : null;
      if (tooLong != null) {
        bad.add(new CallPlan.BadRow(row, tooLong));
      } else if (!blank) {
        kept.add(row);
      } else if (policies.blank() == BlankText.ZERO) {
        zeros.add(row);
      } else if (policies.blank() == BlankText.FAIL) {
        bad.add(new CallPlan.BadRow(row, "the text is blank (" + texts.keySet() + ")"));
      }
    }
    int[] rows = ints(kept);
    Batch batch = rows.length == inputs.rows() ? inputs : inputs.select(rows);
    if (policies.longText().action() != LongText.Action.TRUNCATE) {
      return new Screening(batch, rows, ints(zeros), bad, 0);
    }
    boolean[] cut = new boolean[batch.rows()];
    Batch shorter = truncate(batch, policies.longText().codePoints(), cut);
    int truncated = 0;
    for (boolean c : cut) {
      truncated += c ? 1 : 0;
    }
    return new Screening(shorter, rows, ints(zeros), bad, truncated);
  }

  /** The columns of one string a row. */
  private static Map<String, Values.Strings> texts(Batch inputs) {
    Map<String, Values.Strings> texts = new LinkedHashMap<>();
    inputs
        .columns()
        .forEach(
            (name, array) -> {
              if (array instanceof Array.Dense dense
                  && dense.dims().size() == 1
                  && dense.values() instanceof Values.Strings strings) {
                texts.put(name, strings);
              }
            });
    return texts;
  }

  private static boolean isBlank(Map<String, Values.Strings> texts, int row) {
    for (Values.Strings strings : texts.values()) {
      for (int i = strings.offsets()[row]; i < strings.offsets()[row + 1]; i++) {
        byte b = strings.bytes()[i];
        if (b < 0) {
          if (!strings.text(row).codePoints().allMatch(Screening::isSpace)) {
            return false;
          }
          break;
        }
        if (!isSpace(b)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  private static @Nullable String tooLong(Map<String, Values.Strings> texts, int row, int most) {
    for (Map.Entry<String, Values.Strings> text : texts.entrySet()) {
      Values.Strings strings = text.getValue();
      if (endOf(strings, row, most) < strings.offsets()[row + 1]) {
        return "the text of "
            + text.getKey()
            + " has "
            + strings.length(row)
            + " bytes, more than the allowed "
            + most
            + " code points";
      }
    }
    return null;
  }

  private static Batch truncate(Batch batch, int most, boolean[] cut) {
    Batch shorter = batch;
    for (Map.Entry<String, Values.Strings> text : texts(batch).entrySet()) {
      Values.Strings strings = text.getValue();
      List<byte[]> values = new ArrayList<>(batch.rows());
      boolean any = false;
      for (int row = 0; row < batch.rows(); row++) {
        int end = endOf(strings, row, most);
        boolean tooLong = end < strings.offsets()[row + 1];
        cut[row] |= tooLong;
        any |= tooLong;
        values.add(Arrays.copyOfRange(strings.bytes(), strings.offsets()[row], end));
      }
      if (any) {
        shorter = shorter.with(text.getKey(), Array.Dense.vector(Values.ofBytes(values)));
      }
    }
    return shorter;
  }

  /** Where the first {@code most} code points of a text end. */
  private static int endOf(Values.Strings strings, int row, int most) {
    int end = strings.offsets()[row + 1];
    int at = strings.offsets()[row];
    for (int i = 0; i < most && at < end; i++) {
      at += codePointLength(strings.bytes(), at, end);
    }
    return at;
  }

  private static int codePointLength(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xff;
    int length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
    for (int i = 1; i < length; i++) {
      if (at + i >= end || (bytes[at + i] & 0xc0) != 0x80) {
        return 1;
      }
    }
    return length;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
