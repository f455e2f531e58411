package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Numbers brought to a scale that the whole data set tells. */
public final class Scaling {

  private Scaling() {}

  /**
   * {@code (x - mean) / sqrt(var)} over all values of the column; float32 for integers.
   *
   * <p>Where the variance is 0 (a constant column) {@code x - mean}, which is 0; where nothing was
   * analysed, x. NaN stays NaN and does not count.
   */
  public static Column scaleToZScore(Column x) {
    List<Statistic> moments = Analyzers.moments(x, Analyzers.Over.ALL, DType.FLOAT32);
    Ops tf = x.tracing().tf();
    Operand<TFloat32> mean = moments.get(0).as(TFloat32.class);
    Operand<TFloat32> var = moments.get(1).as(TFloat32.class);
    Operand<TFloat32> centred = tf.math.sub(tf.dtypes.cast(x.values(), TFloat32.class), mean);
    Operand<TFloat32> scaled = tf.math.div(centred, tf.math.sqrt(var));
    return x.withValues(tf.select(tf.math.greater(var, tf.constant(0f)), scaled, centred));
  }
}
