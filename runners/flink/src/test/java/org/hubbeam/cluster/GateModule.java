// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/**
 * A module whose calls stop at a gate until a test opens it: those whose first text begins with
 * {@code gate}. The gate is a pipe, which calls write to; a test sees by a file that one is there.
 */
final class GateModule implements AutoCloseable {

  private static final int PREFIX = 4;

  private final Path work;
  private RandomAccessFile reader;

  private GateModule(Path work) {
    this.work = work;
  }

  /** Makes a gate, which is closed, in a new folder. */
  static GateModule in(Path work) throws Exception {
    Files.createDirectories(work);
    Process made = new ProcessBuilder("mkfifo", work.resolve("gate").toString()).start();
    assertThat(made.waitFor()).isZero();
    return new GateModule(work);
  }

  /**
   * Writes the module: {@code texts} string [n] to {@code output} int32 [n], their lengths times a
   * variable.
   */
  Path write(String name, int factor) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    ModuleWriter.Variable by =
        writer.variable("factor", Array.Dense.scalar(Values.of(new int[] {factor})));
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("texts", DType.STRING, Shape.of(-1), Layout.DENSE)),
        f -> call(f, by));
    Path module = work.resolve(name);
    writer.write(module);
    return module;
  }

  private void call(FunctionScope f, ModuleWriter.Variable by) {
    Ops tf = f.tf();
    Operand<TString> texts = f.input("texts", TString.class);
    Operand<TString> first =
        tf.strings.substr(
            tf.reshape(
                tf.slice(texts, tf.constant(new int[] {0}), tf.constant(new int[] {1})),
                tf.constant(new int[0])),
            tf.constant(0),
            tf.constant(PREFIX));
    var told = tf.io.writeFile(path(tf, "called-", first), tf.constant("called"));
    var gone = tf.withControlDependencies(told).io.writeFile(path(tf, "", first), tf.constant("."));
    f.output(
        "output",
        tf.withControlDependencies(gone)
            .math
            .mul(tf.strings.stringLength(texts), f.read(by, TInt32.class)));
  }

  private Operand<TString> path(Ops tf, String prefix, Operand<TString> name) {
    return tf.strings.join(
        List.of(tf.constant(work.resolve(prefix + "x").toString().replaceFirst("x$", "")), name));
  }

  /** Files of lines, in the middle of each of which calls stop; each line is there once. */
  List<String> input(Path folder, int files, int lines) throws IOException {
    Files.createDirectories(folder);
    List<String> all = new ArrayList<>();
    for (int file = 0; file < files; file++) {
      List<String> own = new ArrayList<>();
      for (int line = 0; line < lines; line++) {
        own.add((line / 10 == lines / 20 ? "gate " : "free ") + file + " " + line);
      }
      Files.write(folder.resolve(file + ".txt"), own);
      all.addAll(own);
    }
    return all;
  }

  /** Whether a call has come to the gate. */
  boolean isReached() {
    return Files.exists(work.resolve("called-gate"));
  }

  /** Lets all calls pass from now on. */
  void open() throws IOException {
    if (reader == null) {
      reader = new RandomAccessFile(work.resolve("gate").toFile(), "rw");
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
