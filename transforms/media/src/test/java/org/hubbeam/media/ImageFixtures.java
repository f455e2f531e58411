// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The images of {@code make_images.py}, and what Pillow decodes them to. */
public final class ImageFixtures {

  private static final JsonNode EXPECTED = json("expected.json");

  private ImageFixtures() {}

  /** The names of all images. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    EXPECTED.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The bytes of one image. */
  public static byte[] bytes(String name) {
    try (InputStream in = ImageFixtures.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Pillow decodes an image to, upright. */
  static Image expected(String name) {
    JsonNode node = EXPECTED.get(name);
    return new Image(
        new ImageSize(node.get("height").asInt(), node.get("width").asInt()),
        Channels.RGBA,
        Base64.getDecoder().decode(node.get("rgba").asText()));
  }
}
