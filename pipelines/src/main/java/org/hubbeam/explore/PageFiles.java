// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of the page, which lie among the resources. */
final class PageFiles {

  private static final String ECHARTS =
      "/META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "js", "text/javascript; charset=utf-8");

  private static final Set<String> FILES =
      Set.of(
          "index.html",
          "page.css",
          "icon.svg",
          "page.js",
          "api.js",
          "rows.js",
          "filter.js",
          "colors.js",
          "legend.js",
          "map.js");

  private PageFiles() {}

  /** The file at a path. */
  static Optional<Answer> at(String path) throws IOException {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    String resource = name.equals("echarts.min.js") ? ECHARTS : FILES.contains(name) ? name : null;
    if (resource == null) {
      return Optional.empty();
    }
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the page's file " + resource + " is not on the class path");
      }
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
      return Optional.of(
          Answer.of(type, in.readAllBytes()).withHeader("Cache-Control", "no-cache"));
    }
  }
}
