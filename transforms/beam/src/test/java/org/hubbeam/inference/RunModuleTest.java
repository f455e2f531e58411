// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunModuleTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Batch batch(String source, String... texts) {
    long[] records = new long[texts.length];
    long[] numbers = new long[texts.length];
    for (int i = 0; i < texts.length; i++) {
      records[i] = 100L + i;
      numbers[i] = i;
    }
    Map<String, Array> columns =
        Map.of(
            "number", Array.Dense.vector(Values.of(numbers)),
            "text", Array.Dense.vector(Values.of(texts)));
    return new Batch(texts.length, columns, new Batch.Origin(source, records));
  }

  /** {@code number:text=vector} of each row. */
  private static List<String> rows(Iterable<Batch> batches, String vector) {
    List<String> rows = new ArrayList<>();
    for (Batch batch : batches) {
      List<float[]> vectors = Vectors.split(batch.column(vector), vector);
      for (int i = 0; i < batch.rows(); i++) {
        rows.add(
            batch.column("number").values().get(i)
                + ":"
                + ((Values.Strings) batch.column("text").values()).text(i)
                + "="
                + (int) vectors.get(i)[0]);
      }
    }
    return rows;
  }

  private CallResult run(FakeLoader fake, ModuleSpec spec, Batch... batches) {
    return pipeline
        .apply(Create.of(List.of(batches)).withCoder(new PlainBatchCoder()))
        .apply(RunModule.of(spec).withLoader(fake));
  }

  @Test
  void outputsAreBesideTheColumnsAndBadRowsAreNamed() {
    FakeLoader fake = new FakeLoader("run", Behaviour.POISON);
    ModuleSpec spec = fake.spec().withOutput("vector", "embedding");
    List<PCollection<Failure>> failures = new ArrayList<>();
    PCollection<Batch> batches =
        run(fake, spec, batch("a.txt", "one", "poison", "three"), batch("b.txt", "1"))
            .failuresTo(failures);
    PAssert.that(batches)
        .satisfies(
            all -> {
              assertThat(rows(all, "embedding"))
                  .containsExactlyInAnyOrder("0:one=3", "2:three=5", "0:1=1");
              return null;
            });
    PAssert.that(failures.get(0))
        .containsInAnyOrder(
            new Failure("a.txt@101", "", "fake:run", "embed", "a text of the batch is poison"));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    MetricQueryResults metrics =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(HubMetrics.namespace("fake:run")))
                    .build());
    Map<String, Long> counters = new java.util.HashMap<>();
    for (MetricResult<Long> counter : metrics.getCounters()) {
      counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    assertThat(counters)
        .containsEntry(HubMetrics.LOADS, 1L)
        .containsEntry(HubMetrics.ROWS, 3L)
        .containsEntry(HubMetrics.FAILURES, 1L)
        .containsEntry(HubMetrics.BISECTIONS, 2L);
    assertThat(fake.seen().loads).as("the launcher's module is the workers' too").hasValue(1);
    assertThat(metrics.getDistributions())
        .extracting(d -> d.getName().getName())
        .contains(
            HubMetrics.LOAD_MS, HubMetrics.BATCH_ROWS, HubMetrics.BATCH_BYTES, HubMetrics.CALL_US);
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void batchesAreSpreadOnlyWhereThatIsAskedFor(Placement placement) {
    FakeLoader fake = new FakeLoader("spread", Behaviour.GOOD);
    CallResult result =
        pipeline
            .apply(
                Create.of(List.of(batch("a", "one"), batch("b", "two", "three")))
                    .withCoder(new PlainBatchCoder()))
            .apply(RunModule.of(fake.spec()).withLoader(fake).withPlacement(placement));
    PAssert.that(result.batches())
        .satisfies(
            all -> {
              assertThat(rows(all, "vector"))
                  .containsExactlyInAnyOrder("0:one=3", "0:two=3", "1:three=5");
              return null;
            });
    List<String> transforms = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            transforms.add(node.getFullName());
          }
        });
    assertThat(transforms.stream().anyMatch(name -> name.contains("/Spread/")))
        .isEqualTo(placement == Placement.REDISTRIBUTED);
    pipeline.run();
  }

  @Test
  void pieceThatFitTogetherComeOutAsOneBatch() {
    FakeLoader fake = new FakeLoader("pieces", Behaviour.POISON);
    ModuleSpec spec =
        fake.spec().withBlankText(BlankText.ZERO).withLimits(Limits.DEFAULT.withRows(2));
    CallResult result =
        run(fake, spec, batch("a", "one", "", "three", "poison", "fives", "sixsix"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(rows(List.of(batch), "vector"))
                  .containsExactly("0:one=3", "1:=0", "2:three=5", "4:fives=5", "5:sixsix=6");
              assertThat(batch.origin().records()).containsExactly(100, 101, 102, 104, 105);
              return null;
            });
    pipeline.run();
  }

  @Test
  void allOutputsAreKeptUnderTheirNamesAndAnEmptyBatchGivesNothing() {
    FakeLoader fake = new FakeLoader("names", Behaviour.GOOD);
    CallResult result = run(fake, fake.spec(), batch("a"), batch("b", "x"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(batch.columns()).containsOnlyKeys("number", "text", "vector");
              return null;
            });
    PAssert.that(result.failures()).empty();
    pipeline.run();
  }

  @Test
  void nanIsPassedOn() {
    FakeLoader fake = new FakeLoader("nan", Behaviour.NAN);
    PAssert.thatSingleton(run(fake, fake.spec(), batch("a", "x")).batches())
        .satisfies(
            batch -> {
              assertThat(Vectors.split(batch.column("vector"), "vector").get(0))
                  .containsOnly(Float.NaN);
              return null;
            });
    pipeline.run();
  }

  @Test
  void aWrongSpecFailsWhenThePipelineIsBuilt() {
    FakeLoader fake = new FakeLoader("wrong", Behaviour.GOOD);
    assertThatThrownBy(() -> run(fake, fake.spec().withFunction(FunctionChoice.of("none"))))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("there is embed");
    assertThatThrownBy(() -> run(fake, fake.spec().withOutput("logits", "embedding")))
        .hasMessageContaining("has no output 'logits'")
        .hasMessageContaining("vector: float32 [?, 2]");
    assertThatThrownBy(() -> run(fake, fake.spec().withInput("image", "text")))
        .hasMessageContaining("has no input 'image'")
        .hasMessageContaining("text: string [?]");
  }

  @Test
  void aMissingColumnStopsTheJobAndNamesThoseThereAre() {
    FakeLoader fake = new FakeLoader("column", Behaviour.GOOD);
    run(fake, fake.spec().withInput("title"), batch("a", "x"));
    assertThatThrownBy(pipeline::run)
        .isInstanceOf(PipelineExecutionException.class)
        .hasMessageContaining("'title'")
        .hasMessageContaining("number")
        .hasMessageContaining("text");
  }

  @Test
  void aLauncherWithoutTheModuleCanSaySo() {
    FakeLoader fake = new FakeLoader("workers", Behaviour.GOOD);
    ModuleSpec spec =
        fake.spec().withFunction(FunctionChoice.of("none")).withCheck(ModuleSpec.Check.ON_WORKERS);
    run(fake, spec, batch("a", "x"));
    assertThat(fake.seen().loads).hasValue(0);
    assertThatThrownBy(pipeline::run).hasMessageContaining("there is embed");
  }

  @Test
  void aModuleAtFaultStopsTheJob() {
    FakeLoader fake = new FakeLoader("fault", Behaviour.BROKEN);
    Limits limits = Limits.DEFAULT.withFailures(Limits.FailureLimit.DEFAULT.withAfterRows(10));
    run(fake, fake.spec().withLimits(limits), batch("a", "xxxxxxxxxxxxxxx".split("")));
    assertThatThrownBy(pipeline::run).hasMessageContaining("the module is at fault");
  }

  @Test
  void theDoFnIsSmallAndCanBeCloned() {
    FakeLoader fake = new FakeLoader("small", Behaviour.GOOD);
    CallModulesFn fn = RunModule.of(fake.spec()).withLoader(fake).fn();
    assertThat(SerializableUtils.serializeToByteArray(fn)).hasSizeLessThan(10_000);
    SerializableUtils.ensureSerializable(fn);
    assertThat(SerializableUtils.clone(fake.spec())).isEqualTo(fake.spec());
  }
}
