// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;

/** Chains of modules without TensorFlow. */
class HubChainTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static final ChainLoader LOADER = new ChainLoader();

  private static Batch batch(String... texts) {
    String[] others = new String[texts.length];
    long[] records = new long[texts.length];
    for (int i = 0; i < texts.length; i++) {
      others[i] = texts[i] + texts[i];
      records[i] = 100L + i;
    }
    return new Batch(
        texts.length,
        Map.of(
            "text", Array.Dense.vector(Values.of(texts)),
            "other", Array.Dense.vector(Values.of(others))),
        new Batch.Origin("a.txt", records));
  }

  private CallResult run(HubChain chain, Batch... batches) {
    return pipeline
        .apply(Create.of(List.of(batches)).withCoder(new PlainBatchCoder()))
        .apply(chain.withLoader(LOADER));
  }

  private static ModuleSpec spec(String handle) {
    return ModuleSpec.of("fake:" + handle);
  }

  private static void rows(Batch batch, String column, String... rows) {
    Array.Dense array = (Array.Dense) batch.column(column);
    float[] values = ((Values.Numbers) array.values()).toFloats();
    int width = array.rowSize();
    for (int i = 0; i < rows.length; i++) {
      StringBuilder row = new StringBuilder();
      for (int k = 0; k < width; k++) {
        row.append(k == 0 ? "" : " ").append((int) values[i * width + k]);
      }
      assertThat(row).hasToString(rows[i]);
    }
    assertThat(batch.rows()).isEqualTo(rows.length);
  }

  @Test
  void aDictIsHandedOverByNameAndALoneOutputToALoneInput() {
    CallResult result =
        run(HubChain.of(List.of(spec("pack"), spec("encode"), spec("head"))), batch("a", "bcd"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(batch.columns()).containsOnlyKeys("text", "other", "logits");
              rows(batch, "logits", "101", "303");
              return null;
            });
    assertThat(result.called())
        .isEqualTo(
            new CallResult.Called(
                List.of(
                    new CallResult.Link("fake:pack", "pack", Map.of()),
                    new CallResult.Link("fake:encode", "encode", Map.of()),
                    new CallResult.Link("fake:head", "head", Map.of())),
                Map.of("logits", "logits"),
                Composition.BATCHES));
    pipeline.run();
  }

  @Test
  void whatTheUserNamesComesFirstAndColumnsOfTheBatchCanBeTakenLater() {
    ModuleSpec blend = spec("blend").withInput("left", "sizes").withInput("right", "other");
    CallResult result =
        run(
            HubChain.of(List.of(spec("pack").withOutput("lengths", "sizes"), blend))
                .withPassthrough(List.of("text")),
            batch("a", "bcd"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              assertThat(batch.columns()).containsOnlyKeys("text", "blended");
              rows(batch, "blended", "3", "9");
              return null;
            });
    pipeline.run();
  }

  @Test
  void vectorsOfSeveralColumnsAreOneInTheOrderNamed() {
    ModuleChain text = ModuleChain.of(spec("pack").withInput("text"), spec("encode"));
    ModuleChain other = ModuleChain.of(spec("pack").withInput("other"), spec("encode"));
    CallResult result =
        run(
            HubChain.of(ModuleChain.join("vector", List.of(other, text)).then(spec("sum"))),
            batch("a", "bcd"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              rows(batch, "sums", "303", "909");
              return null;
            });
    pipeline.run();
  }

  @Test
  void theJoinedVectorIsAColumnOfItsOwn() {
    CallResult result =
        run(
            HubChain.of(
                ModuleChain.join(
                    "vector",
                    List.of(
                        ModuleChain.of(spec("pack").withInput("other"), spec("encode")),
                        ModuleChain.of(spec("pack").withInput("text"), spec("encode"))))),
            batch("a", "bcd"));
    assertThat(result.called().outputs()).containsExactly(Map.entry("vector", "vector"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              rows(batch, "vector", "2 200 1 100", "6 600 3 300");
              return null;
            });
    pipeline.run();
  }

  @Test
  void aRowThatOneLinkRefusesIsOneFailureThatNamesTheLink() {
    CallResult result =
        run(
            HubChain.of(List.of(spec("pack"), spec("encode"))),
            batch("a", "poison", "four", "bcd"));
    PAssert.thatSingleton(result.batches())
        .satisfies(
            batch -> {
              rows(batch, "vector", "1 100", "3 300");
              assertThat(batch.origin().records()).containsExactly(100, 103);
              return null;
            });
    PAssert.that(result.failures())
        .containsInAnyOrder(
            new Failure(
                "a.txt@101", "", "fake:pack", "pack", "link 1 (fake:pack, function pack): poison"),
            new Failure(
                "a.txt@102",
                "",
                "fake:encode",
                "encode",
                "link 2 (fake:encode, function encode): a length of 4"));
    pipeline.run();
  }

  @Test
  void whatDoesNotFitFailsWhenThePipelineIsBuilt() {
    assertThatThrownBy(() -> run(HubChain.of(List.of(spec("encode"), spec("wide"))), batch("a")))
        .isInstanceOf(ModuleException.class)
        .hasMessage(
            "link 2 (fake:wide, function wide) takes vector: float32 [?, 3], but link 1"
                + " (fake:encode, function encode) gives vector: float32 [?, 2]");
    assertThatThrownBy(() -> run(HubChain.of(List.of(spec("encode"), spec("pack"))), batch("a")))
        .hasMessage(
            "link 2 (fake:pack, function pack) takes text: string [?], but link 1 (fake:encode,"
                + " function encode) gives vector: float32 [?, 2]");
    assertThatThrownBy(() -> run(HubChain.of(List.of(spec("pack"), spec("blend"))), batch("a")))
        .hasMessageContaining("link 1 (fake:pack, function pack) gives [lengths: int32 [?], ")
        .hasMessageContaining("of which nothing is taken")
        .hasMessageContaining(
            "link 2 (fake:blend, function blend) takes [left: int32 [?], right: string [?]]")
        .hasMessageContaining("withInput");
    ModuleChain pack = ModuleChain.of(spec("pack"));
    ModuleChain encode = ModuleChain.of(spec("pack"), spec("encode"));
    assertThatThrownBy(
            () -> run(HubChain.of(ModuleChain.join("v", List.of(encode, pack))), batch("a")))
        .hasMessageContaining("side 1.2 of the join into 'v' gives not one output but [lengths");
    assertThatThrownBy(
            () ->
                run(
                    HubChain.of(
                        ModuleChain.join(
                            "v",
                            List.of(encode, ModuleChain.of(spec("pack").withOutput("lengths"))))),
                    batch("a")))
        .hasMessageContaining("'v' joins vectors of numbers; lengths: int32 [?] is none");
    assertThatThrownBy(() -> ModuleChain.join("v", List.of(pack)))
        .hasMessage("at least two chains are joined into 'v', not 1");
    assertThatThrownBy(() -> ModuleChain.of()).hasMessageContaining("at least one module");
  }

  @Test
  void aLauncherThatCannotSeeTheModulesLeavesThatToTheWorkers() {
    ModuleSpec unseen = spec("encode").withCheck(ModuleSpec.Check.ON_WORKERS);
    CallResult result = run(HubChain.of(List.of(unseen, spec("wide"))), batch("a"));
    assertThat(result.called().links())
        .contains(new CallResult.Link("fake:encode", "(the default function)", Map.of()));
    assertThatThrownBy(pipeline::run).hasMessageContaining("but link 1");
  }

  @Test
  void eachRecordHasASeedOfItsOwnThatNothingButTheRecordDecides() {
    HubChain chain = HubChain.of(List.of(spec("dice"))).withPassthrough(List.of());
    Batch whole = batch("a", "b", "c", "d");
    Batch turned = whole.select(new int[] {3, 1, 0, 2});
    RecordSeeds seeds =
        new RecordSeeds(
            ChainLoader.function("dice").inputs().get(1),
            new HubChain.Seeds(Seeding.PER_RECORD, 0),
            0);
    Array.Dense inOrder = seeds.column(whole, RowIds.OF_ORIGIN);
    assertThat(seeds.column(turned, RowIds.OF_ORIGIN))
        .isEqualTo(inOrder.select(new int[] {3, 1, 0, 2}));
    assertThat(seeds.column(whole.slice(2, 3), RowIds.OF_ORIGIN)).isEqualTo(inOrder.slice(2, 3));
    assertThat(inOrder.dims()).containsExactly(4L, 2L);
    assertThat(chain).isNotNull();
  }
}
