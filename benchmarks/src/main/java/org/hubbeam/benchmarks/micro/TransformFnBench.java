// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Batch;
import org.hubbeam.preprocessing.Buckets;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fitted function of census records: numbers to z-scores, one to buckets, categories to their
 * places in vocabularies; 16 features.
 */
@Warmup(iterations = 6, time = 1)
public class TransformFnBench extends Micro {

  private LocalRun run;
  private Map<String, Object> row;
  private Batch one;
  private Batch many;

  /** Fits the function. */
  @Setup
  public void prepare() {
    many = Inputs.census(ROWS);
    one = many.slice(0, 1);
    row = Inputs.censusRow();
    run =
        Preprocessor.of(Inputs.censusSchema(), TransformFnBench::features)
            .applyLocally(List.of(many));
  }

  private static Map<String, Column> features(Columns inputs) {
    Map<String, Column> features = new LinkedHashMap<>();
    Inputs.numbers().forEach(n -> features.put(n, Scaling.scaleToZScore(inputs.get(n))));
    features.put("age_bucket", Buckets.bucketize(inputs.get("age"), 10));
    Inputs.categories()
        .forEach(n -> features.put(n, Vocabularies.computeAndApplyVocabulary(inputs.get(n))));
    return features;
  }

  /** Gives the function back. */
  @TearDown
  public void release() {
    run.close();
  }

  /** One row of Java's own values. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public Map<String, Object> applyRow() {
    return run.function().apply(row);
  }

  /** A batch of one row. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public Batch applyBatchOfOne() {
    return run.function().apply(one);
  }

  /** A batch of 1,024 rows; a row is one operation. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Batch applyBatch() {
    return run.function().apply(many);
  }
}
