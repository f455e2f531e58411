// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on Kaggle.
 *
 * @param variation {@code owner/model/framework/variation}
 * @param version empty for the current one
 */
record KaggleModel(String variation, OptionalInt version) {
  private static final String SITE = "https://www.kaggle.com/models/";
  private static final Pattern URL = Pattern.compile("https://(?:www\\.)?kaggle\\.com/models/(.+)");
  private static final Pattern PAGE =
      Pattern.compile("([^/]+/[^/]+)/frameworks/([^/]+)/variations/([^/]+)(?:/versions/([^/]+))?");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Set<String> FRAMEWORKS =
      Set.of(
          "tensorflow1",
          "tensorflow2",
          "tflite",
          "tfjs",
          "keras",
          "pytorch",
          "jax",
          "flax",
          "onnx",
          "transformers",
          "scikitlearn",
          "coral",
          "api",
          "mxnet",
          "pax",
          "maxtext",
          "gemmacpp",
          "tensorrtllm",
          "ggml",
          "gguf",
          "llamacpp",
          "litert",
          "other");

  /** The model that a handle or a page's address names; empty when it names none. */
  static Optional<KaggleModel> parse(String handle) {
    Matcher url = URL.matcher(handle);
    String path = url.matches() ? url.group(1) : handle;
    Matcher page = PAGE.matcher(path);
    if (page.matches()) {
      path =
          page.group(1)
              + "/"
              + page.group(2)
              + "/"
              + page.group(3)
              + (page.group(4) == null ? "" : "/" + page.group(4));
    }
    List<String> parts = List.of(path.split("/", -1));
    if (parts.size() < 4
        || parts.size() > 5
        || !parts.stream().allMatch(part -> SEGMENT.matcher(part).matches())
        || !FRAMEWORKS.contains(parts.get(2).toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    String variation = String.join("/", parts.subList(0, 4));
    if (parts.size() == 4) {
      return Optional.of(new KaggleModel(variation, OptionalInt.empty()));
    }
    return parts.get(4).matches("[1-9][0-9]{0,8}")
        ? Optional.of(new KaggleModel(variation, OptionalInt.of(Integer.parseInt(parts.get(4)))))
        : Optional.empty();
  }

  KaggleModel at(int number) {
    return new KaggleModel(variation, OptionalInt.of(number));
  }

  /** The address that stands for it, also where it was named without one. */
  String url() {
    return SITE + variation + (version.isPresent() ? "/" + version.getAsInt() : "");
  }

  /** The path that answers with the archive. The version must be known. */
  String downloadPath() {
    return "/api/v1/models/" + variation + "/" + version.getAsInt() + "/download";
  }

  /** The path that answers with what is known of the variation, its current version among it. */
  String metadataPath() {
    return "/api/v1/models/" + variation + "/get";
  }
}
