// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.Preprocessor;

/**
 * Every operation of spec files with extreme arguments, traced and run on two rows. A line tells
 * what is tried before it is tried, so that whoever started this process knows what ended it.
 */
final class ExtremeSpecs {
  private static final String COLUMNS =
      """
      columns:
        s: {type: string}
        i: {type: int64}
        f: {type: float32}
        v: {type: float32, shape: [3]}
        m: {type: float32, shape: [2, 2, 3]}
        w: {type: string, varlen: true}
        n: {type: int64, varlen: true}
        d: {type: float32, varlen: true}
        r: {type: string, ragged: true}
      outputs:
        y: >-
      """;

  /** Calls with nothing extreme: operations, and their arguments. */
  private static final String CALLS =
      """
      neg abs log log1p exp sqrt square round floor ceil sign sigmoid tanh sin cos is_nan is_finite: x=f
      zeros_like ones_like tan asin acos atan sinh cosh expm1 rsqrt reciprocal erf relu softplus is_inf as_string: x=f
      sub mul floordiv mod minimum maximum pow equal not_equal less less_equal greater greater_equal: x=f; y=f
      atan2 squared_difference div_no_nan add div: x=f; y=f
      logical_and logical_or logical_xor: x=f > 0; y=f > 0
      logical_not: x=f > 0
      reduce_sum reduce_mean reduce_min reduce_max reduce_prod: x=m; axis=1; keepdims=False
      reduce_any reduce_all: x=m > 0; axis=1; keepdims=False
      cast: x=f; dtype=int64
      clip: x=f; min=0.0; max=1.0
      clip_by_value: x=f; clip_value_min=0.0; clip_value_max=1.0
      where: cond=f > 0; x=f; y=f
      to_lower to_upper strip: x=s
      to_number: x=s; dtype=float32; default_value=0.0
      regex_replace: x=s; pattern="a"; rewrite="b"
      regex_full_match: x=s; pattern="a"
      substr: x=s; pos=0; len=0
      length: x=s; unit=BYTE
      split: x=s; sep="a"
      string_split: x=s; delimiter="a"; skip_empty=True
      join: inputs=[s, s]; separator="-"
      item: x=tukey_h_params(f); index=0
      broadcast: x=mean(f)
      squeeze: x=expand_dims(f, 1); axis=1
      expand_dims: x=f; axis=1
      stack: inputs=[f, f]; axis=1
      concat: inputs=[v, v]; axis=1
      slice_column: x=v; index=0
      matmul: x=v; y=covariance(v, float32)
      one_hot: x=i; depth=3; dtype=float32
      multi_hot: x=n; depth=3
      reshape: x=m; shape=[12]
      l2_normalize argmax cumsum: x=v; axis=1
      softmax: x=v
      sparse_values sparse_values_row: x=w
      with_values: x=n; values=sparse_values(n)
      sparse_shift: x=n; by=1
      sparse_tensor_left_align: sparse_tensor=n
      sparse_tensor_to_dense_with_shape: x=n; shape=[None, 4]; default_value=0
      impute fill_missing: x=n; value=0
      take: x=n; count=1
      pad: x=n; length=3; default_value=0
      is_missing: x=f
      annotate_sparse_output_shape: tensor=n; shape=[5]
      annotate_true_sparse_output: tensor=annotate_sparse_output_shape(n, [5])
      sparse_one_hot: x=n; depth=3; weights=d
      min max nan_count tukey_h_params: x=f
      sum size mean var tukey_location tukey_scale: x=f; reduce_instance_dims=True
      covariance: x=v; dtype=float32
      pca: x=v; output_dim=2; dtype=float32
      count_per_key: key=s
      null_count: x=n
      scale_to_0_1 scale_to_z_score scale_to_gaussian: x=f
      scale_by_min_max: x=f; output_min=0.0; output_max=1.0
      scale_to_0_1_per_key scale_to_z_score_per_key: x=f; key=s
      scale_by_min_max_per_key: x=f; key=s; output_min=0.0; output_max=1.0
      quantiles: x=f; num_buckets=2; epsilon=0.1
      histogram: x=f; boundaries=2
      bucketize: x=f; num_buckets=2; epsilon=0.1
      bucketize_per_key: x=f; key=s; num_buckets=2; epsilon=0.1
      apply_buckets: x=f; bucket_boundaries=constant([[0.0, 1.0]], float32)
      apply_buckets_with_interpolation: x=f; bucket_boundaries=quantiles(f, 3, 0.1)
      estimated_probability_density: x=f; boundaries=3
      get_num_buckets_for_transformed_feature: transformed_feature=bucketize(f, 2)
      vocabulary: x=s; top_k=2; vocab_filename="a"; reserved_tokens=["b"]; weights=f
      compute_and_apply_vocabulary: x=s; top_k=2; vocab_filename="a"; num_oov_buckets=1; default_value=-1
      approximate_vocabulary: x=s; top_k=2; vocab_filename="a"
      compute_and_apply_approximate_vocabulary: x=s; top_k=2; num_oov_buckets=1
      apply_vocabulary: x=s; deferred_vocab_filename_tensor=vocabulary(s); default_value=-1; num_oov_buckets=1
      vocabulary_size: x=vocabulary(s)
      get_vocabulary_size_by_name: vocab_filename="a"
      annotate_asset: asset_key="a"; asset_filename="b"
      lookup: x=s; table={"a": 1}; default_value=0
      ngrams bag_of_words: tokens=w; ngram_range=[1, 2]; separator=" "
      word_count: tokens=w
      deduplicate_tensor_per_row: input_tensor=n
      segment_indices: segment_ids=sparse_values(n)
      hash_strings: strings=s; hash_buckets=3; key=[1, 2]
      tfidf idf document_frequency: x=n; vocab_size=9
      decode_image: x=s; size=[2, 2]; channels=3; method=bilinear
      resize: x=m; size=[2, 2]; method=bilinear
      per_image_standardization: x=m
      hub: handle="/nowhere"; x=s
      """;

  private ExtremeSpecs() {}

  /** The arguments of an operation's call that has nothing extreme. */
  private static Map<String, String> plain(String operation) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String line : CALLS.lines().toList()) {
      String[] parts = line.split(": ", 2);
      if (List.of(parts[0].split(" ", -1)).contains(operation)) {
        for (String argument : parts[1].split("; ", -1)) {
          String[] pair = argument.split("=", 2);
          given.put(pair[0], pair[1]);
        }
      }
    }
    return given;
  }

  private static final List<String> EXTREMES =
      List.of(
          "0",
          "-1",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "-9223372036854775808",
          "1e308",
          "1e400",
          "-1e-400",
          "\"\"",
          "\"(\"",
          "[]",
          "[-1]",
          "[2147483647, 2147483647]",
          "[0, 0]",
          "{}",
          "None",
          "1",
          "-2",
          "99999999999999999999999999",
          "-2147483648",
          "-2147483649",
          "1000000000",
          "0.5",
          "1e39",
          "\"\\0\"",
          "\"(a+)+$\"",
          "\"[\"",
          "\"\\\\\\\\9\"",
          "\"int64\"",
          "\"variant\"",
          "\"complex64\"",
          "\"" + "x".repeat(100_000) + "\"",
          "[0]",
          "[1, 1000000]",
          "[9223372036854775807]",
          "[-9223372036854775808, 9223372036854775807]",
          "[1, 2, 3]",
          "[" + "1, ".repeat(299) + "1]",
          "[".repeat(90) + "]".repeat(90),
          "[[1], [1, 2]]",
          "[\"a\", 1]",
          "{\"a\": [1]}",
          "True",
          "False",
          "column(\"absent\")",
          "s",
          "i",
          "f",
          "v",
          "m",
          "w",
          "n",
          "r",
          "mean(f)",
          "vocabulary(s)",
          "constant([], float32)",
          "constant([1.0, 2.0], float32)",
          "constant([[1, 2], [3, 4]], int64)",
          "hub",
          "f > 0",
          "tukey_h_params(f)");

  /** Every call, with one argument extreme at a time. */
  static Map<String, String> all() {
    Map<String, String> specs = new LinkedHashMap<>();
    for (Operation operation : Operations.ALL.values()) {
      Map<String, String> given = plain(operation.name());
      specs.put(operation.name(), call(operation.name(), given));
      for (Operation.Parameter parameter : operation.parameters()) {
        if (parameter.need() == Operation.Need.OTHERS) {
          continue;
        }
        for (String value : EXTREMES) {
          Map<String, String> changed = new LinkedHashMap<>(given);
          changed.put(parameter.name(), value);
          specs.put(
              operation.name()
                  + "("
                  + parameter.name()
                  + "="
                  + (value.length() > 40 ? value.substring(0, 40) + "..." : value)
                  + ")",
              call(operation.name(), changed));
        }
      }
    }
    return specs;
  }

  private static String call(String name, Map<String, String> arguments) {
    List<String> written = new ArrayList<>();
    arguments.forEach((key, value) -> written.add(key + "=" + value));
    return name + "(" + String.join(", ", written) + ")";
  }

  private static Batch rows() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("s", Array.Dense.vector(Values.of("a", "b a")));
    columns.put("i", Array.Dense.vector(Values.of(0L, 5L)));
    columns.put("f", Array.Dense.vector(Values.of(0.5f, -2f)));
    columns.put("v", new Array.Dense(List.of(2L, 3L), Values.of(1f, 2f, 3f, 4f, 5f, 7f)));
    float[] pixels = new float[24];
    columns.put("m", new Array.Dense(List.of(2L, 2L, 2L, 3L), Values.of(pixels)));
    columns.put("w", Array.Ragged.of(Values.of("a", "b"), new int[] {0, 2, 2}));
    columns.put("n", Array.Ragged.of(Values.of(3L, 1L), new int[] {0, 1, 2}));
    columns.put("d", Array.Ragged.of(Values.of(3f, 1f), new int[] {0, 1, 2}));
    columns.put("r", Array.Ragged.of(Values.of("c"), new int[] {0, 0, 1}));
    return Batch.of(columns);
  }

  /** Traces it, and runs it on two rows; what came of it. */
  static String outcome(String expression) {
    String text = expression;
    if (isWhole(expression)) {
      text = "broadcast(" + expression + ")";
    } else if (expression.matches("(?s)(tukey_h_params|count_per_key|histogram)\\(.*")) {
      text = "broadcast(item(" + expression + ", 1))";
    } else if (expression.matches("(?s)(tfidf|idf)\\(.*")) {
      text = "item(" + expression + ", 0)";
    } else if (expression.matches("(?s)(approximate_)?vocabulary\\(.*")) {
      text = "broadcast(vocabulary_size(" + expression + "))";
    }
    long start = System.nanoTime();
    String came;
    try {
      Preprocessor traced =
          SpecFile.parse("spec.yaml", COLUMNS + "    " + text + "\n").preprocessor();
      try (LocalRun run = traced.applyLocally(List.of(rows()))) {
        run.transform(rows());
        came = "ok";
      } catch (IllegalArgumentException | IllegalStateException | ModuleException e) {
        came = "failed " + e.getMessage();
      }
    } catch (SpecException e) {
      came = "refused " + e.getMessage();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      came = "error " + e;
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    return (millis > 30_000 ? "SLOW " + millis + " ms " : "") + came;
  }

  private static boolean isWhole(String expression) {
    return expression.matches(
        "(?s)(min|max|sum|size|mean|var|tukey_location|tukey_scale|covariance|pca|null_count|nan_count|quantiles|vocabulary_size|get_num_buckets_for_transformed_feature|get_vocabulary_size_by_name|document_frequency)\\(.*");
  }

  /**
   * Tries each so many of them, and tells each before and after.
   *
   * @param arguments which of them, 1 for all; and the number of the first one
   */
  public static void main(String[] arguments) {
    int step = Integer.parseInt(arguments[0]);
    int from = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    int number = 0;
    for (Map.Entry<String, String> spec : all().entrySet()) {
      if (number >= from && number % step == 0) {
        System.out.println("TRY " + number + " " + spec.getKey());
        String came = outcome(spec.getValue()).replaceAll("\\s*\\R\\s*", " | ");
        System.out.println("CAME " + came.substring(0, Math.min(300, came.length())));
      }
      number++;
    }
    System.out.println("DONE " + number);
  }
}
