// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import java.util.Locale;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** Strings. */
final class StringOps {

  private StringOps() {}

  static void register(Operations operations) {
    operations.add(
        "to_lower", "x", "Lowercases each string (UTF-8).", a -> cased(a, "StringLower"));
    operations.add(
        "to_upper", "x", "Uppercases each string (UTF-8).", a -> cased(a, "StringUpper"));
    operations.add(
        "strip",
        "x",
        "Removes leading and trailing whitespace from each string.",
        a -> Elementwise.map(a, a.value("x"), v -> RawOp.apply(a.tf(), "StringStrip", v)));
    operations.add(
        "as_string",
        "x",
        "Formats each number as a string.",
        a -> Elementwise.map(a, a.value("x"), v -> RawOp.apply(a.tf(), "AsString", v)));
    operations.add(
        "to_number",
        "x, dtype=float32, default_value=None",
        "Parses each string as a number of type `dtype`. A row with any other string fails, or it"
            + " becomes `default_value`.",
        StringOps::toNumber);
    RegexOps.register(operations);
    operations.add(
        "substr",
        "x, pos, len",
        "Takes `len` bytes of each string, from byte `pos` on.",
        StringOps::substr);
    operations.add(
        "length",
        "x, unit=BYTE",
        "Counts the bytes of each string, or its characters with `unit=UTF8_CHAR`.",
        StringOps::length);
    operations.add(
        "split",
        "x, sep=\"\"",
        "Splits each string at `sep`, or at whitespace if `sep` is empty, into a column of lists.",
        StringOps::split);
    operations.add(
        "string_split",
        "x, delimiter=\" \", skip_empty=True",
        "Splits each string at every character of `delimiter` into a column of lists; with"
            + " `skip_empty`, empty strings are left out.",
        StringOps::stringSplit);
    operations.add(
        "join",
        "inputs, separator=\"\"",
        "Joins the strings of several columns, row by row, with `separator` in between.",
        StringOps::join);
  }

  private static Value cased(Arguments a, String type) {
    return Elementwise.map(
        a, a.value("x"), v -> RawOp.of(a.tf(), type).input(v).attr("encoding", "utf-8").output(0));
  }

  private static Value toNumber(Arguments a) {
    Ops tf = a.tf();
    DType dtype = a.dtype("dtype");
    if (!a.has("default_value")) {
      return Elementwise.map(a, a.value("x"), v -> parsed(tf, v, dtype));
    }
    String pattern;
    try {
      pattern = NumberPattern.of(dtype);
    } catch (IllegalArgumentException e) {
      throw a.error("dtype", String.valueOf(e.getMessage()));
    }
    Operand<?> other = ConstantArrays.build(tf, a.constant("default_value"), dtype);
    return Elementwise.map(
        a,
        a.value("x"),
        v -> {
          Operand<?> is =
              RawOp.of(tf, "StaticRegexFullMatch").input(v).attr("pattern", pattern).output(0);
          Operand<?> digits = RawOp.apply(tf, "SelectV2", is, v, tf.constant("0"));
          return RawOp.apply(tf, "SelectV2", is, parsed(tf, digits, dtype), other);
        });
  }

  private static Operand<?> parsed(Ops tf, Operand<?> text, DType dtype) {
    return RawOp.of(tf, "StringToNumber").input(text).attr("out_type", dtype).output(0);
  }

  private static Value substr(Arguments a) {
    Ops tf = a.tf();
    return Elementwise.map(
        a,
        a.value("x"),
        v ->
            RawOp.apply(tf, "Substr", v, tf.constant(a.whole("pos")), tf.constant(a.whole("len"))));
  }

  private static Value length(Arguments a) {
    String unit = a.text("unit").toUpperCase(Locale.ROOT);
    if (!unit.equals("BYTE") && !unit.equals("UTF8_CHAR")) {
      throw a.error("unit", "must be BYTE or UTF8_CHAR; found " + unit);
    }
    return Elementwise.map(
        a,
        a.value("x"),
        v ->
            RawOp.cast(
                a.tf(),
                RawOp.of(a.tf(), "StringLength").input(v).attr("unit", unit).output(0),
                DType.INT64));
  }

  private static Value split(Arguments a) {
    Column.Dense x = texts(a);
    return lists(
        x,
        RawOp.of(a.tf(), "StringSplitV2")
            .input(x.values())
            .input(a.tf().constant(a.text("sep")))
            .outputs(3));
  }

  private static Value stringSplit(Arguments a) {
    Column.Dense x = texts(a);
    return lists(
        x,
        RawOp.of(a.tf(), "StringSplit")
            .input(x.values())
            .input(a.tf().constant(a.text("delimiter")))
            .attr("skip_empty", a.flag("skip_empty"))
            .outputs(3));
  }

  private static Column.Dense texts(Arguments a) {
    Column.Dense x = a.dense("x");
    if (!x.shape().hasRank() || x.shape().rank() != 1) {
      throw a.error("x", "must have one text a row; found " + x.spec("x").type());
    }
    return x;
  }

  private static Value lists(Column x, List<Output<?>> parts) {
    return Value.of(
        new Column.Sparse(
            x.tracing(),
            parts.get(0).expect(TInt64.class),
            parts.get(1),
            parts.get(2).expect(TInt64.class),
            Shape.of(-1, -1),
            null));
  }

  private static Value join(Arguments a) {
    return Elementwise.combine(
        a,
        a.items("inputs"),
        v ->
            RawOp.of(a.tf(), "StringJoin")
                .inputs(v)
                .attr("separator", a.text("separator"))
                .output(0));
  }
}
