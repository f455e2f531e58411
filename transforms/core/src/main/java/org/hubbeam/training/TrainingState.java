// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.training.TrainingHistory.EpochMetrics;
import org.hubbeam.training.TrainingHistory.Measured;
import org.hubbeam.training.TrainingHistory.StepLoss;
import org.jspecify.annotations.Nullable;

/**
 * All that a training needs to go on after a step as if it had not been interrupted.
 *
 * @param values what steps change, by name: numbers
 * @param best null before the first epoch with held-out rows
 */
record TrainingState(
    Map<String, Array.Dense> values,
    long step,
    Sums sums,
    @Nullable Best best,
    List<StepLoss> points,
    List<EpochMetrics> epochs,
    double seconds) {

  private static final int MAGIC = 0x48425431;

  /**
   * The best weights so far.
   *
   * @param loss on the held-out rows
   * @param epoch from 1
   */
  record Best(Map<String, Array.Dense> weights, double loss, long step, int epoch) {}

  /** Sums of losses: since the last point of the history, and since the epoch began. */
  record Sums(double point, long pointRows, double epoch, long epochRows) {

    static final Sums NONE = new Sums(0, 0, 0, 0);

    Sums plus(double loss, int rows) {
      return new Sums(point + loss * rows, pointRows + rows, epoch + loss * rows, epochRows + rows);
    }

    double pointMean() {
      return point / pointRows;
    }

    double epochMean() {
      return epoch / epochRows;
    }

    Sums afterPoint() {
      return new Sums(0, 0, epoch, epochRows);
    }

    Sums afterEpoch() {
      return new Sums(point, pointRows, 0, 0);
    }
  }

  /** Whether no value is NaN or infinite. */
  static boolean isFinite(Map<String, Array.Dense> values) {
    for (Array.Dense array : values.values()) {
      Values.Numbers numbers = (Values.Numbers) array.values();
      if (numbers.dtype().isFloating()) {
        for (int i = 0; i < numbers.size(); i++) {
          if (!Double.isFinite(numbers.getDouble(i))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Writes this. */
  void write(OutputStream to, String fingerprint) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to, 1 << 16));
    out.writeInt(MAGIC);
    out.writeUTF(fingerprint);
    write(out, values);
    out.writeLong(step);
    out.writeDouble(sums.point);
    out.writeLong(sums.pointRows);
    out.writeDouble(sums.epoch);
    out.writeLong(sums.epochRows);
    out.writeBoolean(best != null);
    if (best != null) {
      write(out, best.weights);
      out.writeDouble(best.loss);
      out.writeLong(best.step);
      out.writeInt(best.epoch);
    }
    out.writeInt(points.size());
    for (StepLoss point : points) {
      out.writeLong(point.step());
      out.writeDouble(point.loss());
      out.writeDouble(point.rate());
    }
    out.writeInt(epochs.size());
    for (EpochMetrics epoch : epochs) {
      out.writeInt(epoch.epoch());
      out.writeLong(epoch.step());
      out.writeDouble(epoch.train());
      Measured measured = epoch.heldOut();
      out.writeBoolean(measured != null);
      if (measured != null) {
        out.writeDouble(measured.loss());
        out.writeDouble(measured.metric());
      }
    }
    out.writeDouble(seconds);
    out.writeInt(MAGIC);
    out.flush();
  }

  private static void write(DataOutputStream out, Map<String, Array.Dense> values)
      throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, Array.Dense> entry : values.entrySet()) {
      Array.Dense array = entry.getValue();
      out.writeUTF(entry.getKey());
      out.writeUTF(array.dtype().name());
      out.writeInt(array.dims().size());
      for (long dim : array.dims()) {
        out.writeLong(dim);
      }
      byte[] bytes = ((Values.Numbers) array.values()).bytes();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws TrainingException when it is of a training with another fingerprint, or cut off
   */
  static TrainingState read(InputStream from, String fingerprint) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from, 1 << 16));
    try {
      if (in.readInt() != MAGIC) {
        throw new TrainingException("the checkpoint is no checkpoint of a training: remove it");
      }
      String found = in.readUTF();
      if (!found.equals(fingerprint)) {
        throw new TrainingException(other(found, fingerprint));
      }
      TrainingState state =
          new TrainingState(
              values(in),
              in.readLong(),
              new Sums(in.readDouble(), in.readLong(), in.readDouble(), in.readLong()),
              in.readBoolean() ? best(in) : null,
              points(in),
              epochs(in),
              in.readDouble());
      if (in.readInt() != MAGIC) {
        throw new TrainingException("the checkpoint is damaged: remove it");
      }
      return state;
    } catch (EOFException e) {
      throw new TrainingException("the checkpoint is cut off: remove it", e);
    }
  }

  /** Names the first part that differs: parts are separated by line ends. */
  private static String other(String found, String wanted) {
    List<String> there = found.lines().toList();
    List<String> here = wanted.lines().toList();
    for (int i = 0; i < Math.min(there.size(), here.size()); i++) {
      if (!there.get(i).equals(here.get(i))) {
        return "the checkpoint is of another training: it has %s, this one %s. Remove it, or train as before"
            .formatted(there.get(i), here.get(i));
      }
    }
    return "the checkpoint is of another training: remove it, or train as before";
  }

  private static Map<String, Array.Dense> values(DataInputStream in) throws IOException {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      DType dtype = DType.valueOf(in.readUTF());
      List<Long> dims = new ArrayList<>();
      for (int rank = in.readInt(); rank > 0; rank--) {
        dims.add(in.readLong());
      }
      int length = in.readInt();
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      values.put(name, new Array.Dense(dims, new Values.Numbers(dtype, bytes)));
    }
    return values;
  }

  private static Best best(DataInputStream in) throws IOException {
    return new Best(values(in), in.readDouble(), in.readLong(), in.readInt());
  }

  private static List<StepLoss> points(DataInputStream in) throws IOException {
    List<StepLoss> points = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      points.add(new StepLoss(in.readLong(), in.readDouble(), in.readDouble()));
    }
    return points;
  }

  private static List<EpochMetrics> epochs(DataInputStream in) throws IOException {
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      epochs.add(
          new EpochMetrics(
              in.readInt(),
              in.readLong(),
              in.readDouble(),
              in.readBoolean() ? new Measured(in.readDouble(), in.readDouble()) : null));
    }
    return epochs;
  }
}
