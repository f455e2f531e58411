// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallPlanTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private final Map<String, Long> counted = new HashMap<>();
  private final Meter meter =
      new Meter() {
        @Override
        public void count(String name, long more) {
          counted.merge(name, more, Long::sum);
        }

        @Override
        public void measure(String name, long value) {}
      };
  private final AtomicInteger learnt = new AtomicInteger(Integer.MAX_VALUE);
  private final Limits limits = Limits.DEFAULT.withFailures(Limits.FailureLimit.NONE);

  private static FakeLoader fake(Behaviour behaviour) {
    return new FakeLoader("plan" + IDS.incrementAndGet(), behaviour);
  }

  private CallPlan plan(FakeLoader fake, Limits with) {
    return new CallPlan(
        shared(fake.function()), with, meter, new FailureRatio("fake", with.failures()));
  }

  private MappedFunction shared(FakeFunction function) {
    return new MappedFunction(ModuleSpec.Mapping.BY_NAME, function, new Semaphore(1), learnt);
  }

  private static Batch batch(List<String> texts) {
    return Batch.of(Map.of("text", Array.Dense.vector(Values.of(texts.toArray(new String[0])))));
  }

  private static List<String> texts(int rows) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      texts.add("x".repeat(9 + i));
    }
    return texts;
  }

  /** Every row is in one place only, and has the vector of its own text. */
  private static void checkRows(List<String> texts, String bad, CallPlan.Outcome outcome) {
    List<Integer> badRows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).equals(bad)) {
        badRows.add(i);
      }
    }
    assertThat(outcome.bad().stream().map(CallPlan.BadRow::row).toList()).isEqualTo(badRows);
    List<Integer> goodRows = new ArrayList<>();
    for (CallPlan.Part part : outcome.parts()) {
      List<float[]> vectors = Vectors.split(part.outputs().column("vector"), "vector");
      for (int i = 0; i < vectors.size(); i++) {
        goodRows.add(part.from() + i);
        assertThat(vectors.get(i)).isEqualTo(FakeLoader.vector(texts.get(part.from() + i)));
      }
    }
    assertThat(goodRows).isSorted();
    goodRows.addAll(badRows);
    Collections.sort(goodRows);
    assertThat(goodRows).isEqualTo(IntStream.range(0, texts.size()).boxed().toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"POISON", "DROPS_ROWS"})
  void oneBadRowIsFoundInEachPosition(Behaviour behaviour) {
    for (int rows = 1; rows <= 20; rows++) {
      for (int bad = 0; bad < rows; bad++) {
        FakeLoader fake = fake(behaviour);
        List<String> texts = texts(rows);
        texts.set(bad, "poison");
        checkRows(texts, "poison", plan(fake, limits).run(batch(texts)));
        int levels = 32 - Integer.numberOfLeadingZeros(rows);
        assertThat(fake.seen().calls.get()).isLessThanOrEqualTo(1 + 2 * levels);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 100, 1000})
  void badRowsAreFoundWithFewCalls(int bad) {
    FakeLoader fake = fake(Behaviour.POISON);
    List<String> texts = texts(1000);
    Collections.fill(texts.subList(0, bad), "poison");
    Collections.shuffle(texts, new Random(bad));
    checkRows(texts, "poison", plan(fake, limits).run(batch(texts)));
    double levels = bad == 0 ? 0 : Math.log(1000.0 / bad) / Math.log(2) + 2;
    assertThat(fake.seen().calls.get()).isLessThanOrEqualTo((int) (1 + 2 * bad * levels));
    assertThat(counted.getOrDefault(HubMetrics.BISECTIONS, 0L))
        .isEqualTo((fake.seen().calls.get() - 1) / 2);
  }

  @Test
  void aRowThatIsLostIsNamedAsSuch() {
    List<String> texts = Arrays.asList("a", "poison", "b");
    CallPlan.Outcome outcome = plan(fake(Behaviour.DROPS_ROWS), limits).run(batch(texts));
    assertThat(outcome.bad())
        .containsExactly(new CallPlan.BadRow(1, "the module gave 0 rows for 1 rows"));
  }

  @Test
  void theSizeThatFitsIntoMemoryIsLearnt() {
    FakeLoader fake = fake(Behaviour.OOM_ABOVE_16);
    List<String> texts = texts(1000);
    checkRows(texts, null, plan(fake, limits).run(batch(texts)));
    int firstCalls = fake.seen().calls.get();
    assertThat(learnt.get()).isBetween(9, 16);
    assertThat(firstCalls).isLessThanOrEqualTo(1000 / 9 + 8);
    assertThat(counted).containsEntry(HubMetrics.RETRIES, 6L);

    fake.seen().mostRows.set(0);
    checkRows(texts, null, plan(fake, limits).run(batch(texts)));
    assertThat(fake.seen().mostRows.get()).isLessThanOrEqualTo(16);
    assertThat(counted).containsEntry(HubMetrics.RETRIES, 6L);
  }

  @Test
  void aRowThatExhaustsMemoryAloneTeachesNothing() {
    for (int bad = 0; bad < 16; bad++) {
      FakeLoader fake = fake(Behaviour.OOM_ABOVE_16);
      List<String> texts = texts(16);
      texts.set(bad, "huge");
      checkRows(texts, "huge", plan(fake, limits).run(batch(texts)));
      assertThat(learnt.get()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void aModuleThatRefusesMostRowsStopsTheJob() {
    Limits most = Limits.DEFAULT;
    FakeLoader fake = fake(Behaviour.BROKEN);
    assertThatThrownBy(() -> plan(fake, most).run(batch(texts(1024))))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("1000 of 1000 rows")
        .hasMessageContaining("the module is at fault")
        .hasMessageContaining("nothing is good enough");
    assertThat(fake.seen().calls.get()).isLessThanOrEqualTo(2 * 1024);
  }

  @Test
  void halfOfTheRowsMayBeRefused() {
    List<String> texts = texts(2000);
    for (int i = 0; i < 2000; i += 2) {
      texts.set(i + 1, "poison");
    }
    checkRows(texts, "poison", plan(fake(Behaviour.POISON), Limits.DEFAULT).run(batch(texts)));
  }

  @Test
  void aWrongCallStopsAtOnce() {
    FakeLoader fake = fake(Behaviour.MISUSED);
    assertThatThrownBy(() -> plan(fake, limits).run(batch(texts(64))))
        .isInstanceOf(ModuleException.class)
        .hasMessage("wants an image");
    assertThat(fake.seen().calls.get()).isEqualTo(1);
  }

  @Test
  void noCallIsAboveTheLimits() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      List<String> texts = new ArrayList<>();
      for (int row = random.nextInt(60); row >= 0; row--) {
        texts.add("y".repeat(random.nextInt(random.nextInt(10) == 0 ? 500 : 20)));
      }
      Limits small = limits.withRows(1 + random.nextInt(20)).withBytes(100);
      FakeFunction function = fake(Behaviour.GOOD).function();
      FakeFunction checked =
          function.with(
              rows -> {
                assertThat(rows.rows()).isBetween(1, small.rows());
                assertThat(rows.rows() == 1 || rows.byteSize() <= small.bytes()).isTrue();
                return function.call(rows);
              });
      CallPlan plan =
          new CallPlan(shared(checked), small, meter, new FailureRatio("fake", small.failures()));
      checkRows(texts, null, plan.run(batch(texts)));
    }
  }
}
