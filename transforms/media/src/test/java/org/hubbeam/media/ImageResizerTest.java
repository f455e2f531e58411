// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Resizing gives what TensorFlow gave for {@code make_resizes.py}. */
class ImageResizerTest {

  private record Case(JsonNode node) {
    @Override
    public String toString() {
      return node.get("method").asText()
          + " "
          + node.get("fit").asText()
          + " "
          + node.get("shape")
          + " to "
          + node.get("size");
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    ImageFixtures.json("resizes.json").forEach(node -> cases.add(new Case(node)));
    return cases;
  }

  private static ImageSize size(JsonNode node) {
    return new ImageSize(node.get(0).asInt(), node.get(1).asInt());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resizingIsTensorFlows(Case test) {
    JsonNode node = test.node;
    byte[] pixels = new byte[node.get("pixels").size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) node.get("pixels").get(i).asInt();
    }
    Channels channels = Channels.of(node.get("shape").get(2).asInt());
    ImageSize size = size(node.get("size"));
    ImageSpec spec =
        ImageSpec.DEFAULT
            .withSize(size)
            .withChannels(channels)
            .withRange(PixelRange.ZERO_TO_255)
            .withResize(Resize.valueOf(node.get("method").asText()))
            .withFit(Fit.valueOf(node.get("fit").asText()));
    ImageColumn column = new ImageColumn(spec, size);
    column.add(new Image(size(node.get("shape")), channels, pixels));
    Array.Dense resized = column.build();
    float[] values = ((Values.Numbers) resized.values()).toFloats();
    assertThat(values).hasSize(node.get("expected").size());
    // Sums of several products differ in their last bits, bilinear ones do not.
    float tolerance = spec.resize().name().contains("ANTIALIAS") ? 1e-4f : 1e-5f;
    tolerance = spec.resize() == Resize.BICUBIC ? 1e-4f : tolerance;
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i])
          .isCloseTo((float) node.get("expected").get(i).asDouble(), within(tolerance));
    }
  }
}
