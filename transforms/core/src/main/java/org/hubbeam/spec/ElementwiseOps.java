package org.hubbeam.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Arithmetic, comparisons, logic and types. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  private static final Map<String, String> ONE = new LinkedHashMap<>();
  private static final Map<String, String> TWO = new LinkedHashMap<>();

  static {
    put(ONE, "neg Neg abs Abs log Log log1p Log1p exp Exp sqrt Sqrt square Square round Round");
    put(ONE, "floor Floor ceil Ceil sign Sign sigmoid Sigmoid tanh Tanh is_nan IsNan");
    put(ONE, "is_finite IsFinite logical_not LogicalNot zeros_like ZerosLike ones_like OnesLike");
    put(TWO, "add AddV2 sub Sub mul Mul floordiv FloorDiv mod FloorMod minimum Minimum");
    put(TWO, "maximum Maximum pow Pow equal Equal not_equal NotEqual less Less");
    put(TWO, "less_equal LessEqual greater Greater greater_equal GreaterEqual");
    put(TWO, "logical_and LogicalAnd logical_or LogicalOr");
  }

  private static void put(Map<String, String> into, String pairs) {
    String[] words = pairs.split(" ", -1);
    for (int i = 0; i < words.length; i += 2) {
      into.put(words[i], words[i + 1]);
    }
  }

  static void register(Operations operations) {
    ONE.forEach(
        (name, type) ->
            operations.add(
                name,
                "x",
                a -> Elementwise.map(a, a.value("x"), v -> RawOp.apply(a.tf(), type, v))));
    TWO.forEach(
        (name, type) ->
            operations.add(
                name,
                "x, y",
                a ->
                    Elementwise.combine(
                        a,
                        a.values("x", "y"),
                        v -> RawOp.apply(a.tf(), type, v.get(0), v.get(1)))));
    operations.add(
        "div", "x, y", a -> Elementwise.combine(a, a.values("x", "y"), v -> divided(a.tf(), v)));
    operations.add(
        "cast",
        "x, dtype",
        a -> Elementwise.map(a, a.value("x"), v -> RawOp.cast(a.tf(), v, a.dtype("dtype"))));
    operations.add("where", "cond, x, y", ElementwiseOps::where);
  }

  /** Integers are divided as floating point numbers. */
  private static Operand<?> divided(Ops tf, List<Operand<?>> operands) {
    DType dtype = DType.of(operands.get(0).asOutput().dataType());
    DType real = dtype.isFloating() ? dtype : dtype.bytes() < 4 ? DType.FLOAT32 : DType.FLOAT64;
    return RawOp.apply(
        tf,
        "RealDiv",
        RawOp.cast(tf, operands.get(0), real),
        RawOp.cast(tf, operands.get(1), real));
  }

  private static Value where(Arguments a) {
    List<Value> chosen = a.values("x", "y");
    List<Value> all = List.of(a.value("cond"), chosen.get(0), chosen.get(1));
    return Elementwise.combine(
        a, all, v -> RawOp.apply(a.tf(), "SelectV2", v.get(0), v.get(1), v.get(2)));
  }
}
