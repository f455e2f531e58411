// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.preprocessing.TransformFn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFeaturesTest {

  @TempDir Path temp;

  @Test
  void trainingAndServingHaveTheSameFeatures() {
    Path output = temp.resolve("purchases");
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Purchase> purchases =
        pipeline.apply(Create.of(new Purchase(2, "bakery"), new Purchase(4, "bakery")));
    PCollection<String> features =
        TableFeatures.build(purchases, output.toString())
            .apply(
                MapElements.into(TypeDescriptors.strings())
                    .via(row -> row.getFloat("price_z") + " " + row.getInt64("shop_id")));
    PAssert.that(features).containsInAnyOrder("-1.0 0", "1.0 0");
    pipeline.run().waitUntilFinish();

    try (TransformFn function = TransformFn.load(output)) {
      assertEquals(
          Map.of("price_z", 1f, "shop_id", 0L),
          function.apply(Map.of("price", 4f, "shop", "bakery")));
    }
  }
}
