// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.benchmarks.micro.Inputs;
import org.hubbeam.benchmarks.micro.Micro;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.types.TString;

/** Arrays into TensorFlow's memory and back; a string or a vector is one operation. */
@OperationsPerInvocation(Micro.ROWS)
public class TensorBench extends Micro {

  private Array.Dense texts;
  private Array.Dense words;
  private Array.Dense word;
  private Array.Dense vectors;
  private String[] strings;
  private TF_Tensor textTensor;
  private TF_Tensor vectorTensor;

  /** Makes arrays and tensors. */
  @Setup
  public void prepare() {
    NativeRuntime.load();
    Values.Strings values = Inputs.texts(ROWS);
    texts = Array.Dense.vector(values);
    words = Array.Dense.vector(Inputs.words(ROWS, ROWS));
    word = words.slice(0, 1);
    vectors = Inputs.vectors(ROWS);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      all.add(values.text(i));
    }
    strings = all.toArray(new String[0]);
    textTensor = NativeTensors.allocate(texts);
    vectorTensor = NativeTensors.allocate(vectors);
  }

  /** Releases the tensors. */
  @TearDown
  public void release() {
    NativeTensors.delete(textTensor);
    NativeTensors.delete(vectorTensor);
  }

  /** A tensor of texts of 60 bytes. */
  @Benchmark
  public void writeTexts() {
    NativeTensors.delete(NativeTensors.allocate(texts));
  }

  /** A tensor of texts that are short enough to be stored inline. */
  @Benchmark
  public void writeWords() {
    NativeTensors.delete(NativeTensors.allocate(words));
  }

  /** A tensor of one short text, as a call with one row has. */
  @Benchmark
  @OperationsPerInvocation(1)
  public void writeOneWord() {
    NativeTensors.delete(NativeTensors.allocate(word));
  }

  /** Texts of 60 bytes, made by TensorFlow Java. */
  @Benchmark
  public void writeTextsTensorFlowJava() {
    TString.vectorOf(strings).close();
  }

  /** Texts of 60 bytes read back. */
  @Benchmark
  public Array.Dense readTexts() {
    return NativeTensors.read(textTensor);
  }

  /** A tensor of vectors of 128 floats. */
  @Benchmark
  public void writeVectors() {
    NativeTensors.delete(NativeTensors.allocate(vectors));
  }

  /** Vectors of 128 floats read back. */
  @Benchmark
  public Array.Dense readVectors() {
    return NativeTensors.read(vectorTensor);
  }
}
