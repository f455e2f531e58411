// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;

/** Workers call the module that was there when the pipeline was built, and no other. */
class PinnedModulesTest {

  @TempDir Path folder;

  /** {@code x} float32 [n], times a variable. */
  private static void write(Path module, float factor) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    ModuleWriter.Variable by = writer.variable("factor", Array.Dense.scalar(Values.of(factor)));
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE)),
        f ->
            f.output(
                "output",
                f.tf().math.mul(f.input("x", TFloat32.class), f.read(by, TFloat32.class))));
    writer.write(module);
  }

  private static String fingerprint(Path module) {
    return Hub.of(HubOptions.DEFAULT).resolve(module.toString()).fingerprint();
  }

  private static void replace(Path module, Path other) throws IOException {
    FileTrees.delete(module);
    Files.move(other, module);
  }

  @Test
  void aModuleWithOtherWeightsAloneIsAnother() throws Exception {
    write(folder.resolve("a"), 2);
    write(folder.resolve("again"), 2);
    write(folder.resolve("other"), 3);
    String digest = Hub.of(HubOptions.DEFAULT).resolve(folder.resolve("a").toString()).digest();
    assertThat(Hub.of(HubOptions.DEFAULT).resolve(folder.resolve("other").toString()).digest())
        .as("of the graph alone")
        .isEqualTo(digest);
    assertThat(fingerprint(folder.resolve("a")))
        .matches("[0-9a-f]{64}")
        .isEqualTo(fingerprint(folder.resolve("again")))
        .isNotEqualTo(fingerprint(folder.resolve("other")));
  }

  @Test
  void anotherModuleInItsPlaceIsNotLoaded() throws Exception {
    Path module = folder.resolve("module");
    write(module, 2);
    write(folder.resolve("other"), 3);
    String first = fingerprint(module);
    String second = fingerprint(folder.resolve("other"));
    ModuleLoader hub = ModuleLoader.FromHub.INSTANCE;
    ModuleSpec pinned = ModuleSpec.of(module.toString()).pinned(hub);
    assertThatCode(() -> hub.look(pinned.loading()).close()).doesNotThrowAnyException();

    replace(module, folder.resolve("other"));
    assertThatThrownBy(() -> hub.load(pinned.loading()))
        .isInstanceOf(ModuleException.class)
        .hasMessage(
            "the module "
                + module
                + " changed while the job ran, or a worker keeps an old copy: the job was built"
                + " with the fingerprint "
                + first
                + ", and "
                + module
                + " of "
                + InetAddress.getLocalHost().getHostName()
                + " has "
                + second);
    assertThat(pinned.withHandle(folder.resolve("none").toString()).loading().fingerprint())
        .isEmpty();
    assertThat(pinned.withHandle(pinned.handle())).isEqualTo(pinned);
    assertThat(ModuleSpec.of("none").withCheck(ModuleSpec.Check.ON_WORKERS).pinned(hub).loading())
        .isEqualTo(ModuleSpec.of("none").loading());
  }

  /** Fake modules with a fingerprint. */
  private record Printed(FakeLoader fake) implements ModuleLoader {
    private static final long serialVersionUID = 1;
    static final String PRINT = "f1e2d3c4";

    @Override
    public LoadedModule load(ModuleSpec.Loading loading) {
      assertThat(loading.fingerprint()).isEqualTo(PRINT);
      return fake.load(loading);
    }

    @Override
    public String fingerprint(ModuleSpec.Loading loading) {
      return PRINT;
    }
  }

  @Test
  void jobsCarryTheFingerprintToTheirWorkers() {
    FakeLoader fake = new FakeLoader("pinned", Behaviour.GOOD);
    Printed loader = new Printed(fake);
    Batch texts = Batch.of(Map.of("text", Array.Dense.vector(Values.of("a", "b"))));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Batch> batches =
        pipeline.apply("Batches", Create.of(texts).withCoder(BatchCoder.of()));
    batches.apply("Run", RunModule.of(fake.spec()).withLoader(loader));
    batches.apply(
        "Chain",
        HubChain.of(
                ModuleChain.join(
                    "both", List.of(ModuleChain.of(fake.spec()), ModuleChain.of(fake.spec()))))
            .withLoader(loader));
    pipeline
        .apply("Texts", Create.of("a", "b"))
        .apply("Embed", HubEmbed.texts(fake.spec()).withLoader(loader));

    List<String> carrying = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> step) {
              byte[] bytes = SerializableUtils.serializeToByteArray(step.getFn());
              if (new String(bytes, StandardCharsets.ISO_8859_1).contains(Printed.PRINT)) {
                carrying.add(node.getFullName().replaceFirst("/.*", ""));
              }
            }
          }
        });
    assertThat(carrying).containsExactlyInAnyOrder("Run", "Chain", "Embed");
    pipeline.run().waitUntilFinish();
  }
}
