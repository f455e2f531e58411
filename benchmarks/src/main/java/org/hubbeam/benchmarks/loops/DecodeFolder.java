// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;

/**
 * Reads, decodes and resizes the images of a folder, with all cores, and prints images a second:
 * {@code DecodeFolder FOLDER SIDE BATCH}. The first tenth of them is not counted.
 */
public final class DecodeFolder {

  private DecodeFolder() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (Stream<Path> found = Files.list(Path.of(args[0]))) {
      files = found.sorted().toList();
    }
    ImageSize size = ImageSize.square(Integer.parseInt(args[1]));
    ImageSpec spec = ImageSpec.DEFAULT.withSize(size);
    int batch = Integer.parseInt(args[2]);
    int threads = Runtime.getRuntime().availableProcessors();
    int parts = (files.size() + batch - 1) / batch;
    Threads.Part decode =
        part -> {
          ImageColumn column = new ImageColumn(spec, size);
          int end = Math.min(files.size(), (part + 1) * batch);
          for (Path file : files.subList(part * batch, end)) {
            column.add(ImageDecoder.decode(Files.readAllBytes(file), spec));
          }
          column.build();
        };
    Threads.run(threads, Math.max(1, parts / 10), decode);
    double seconds = Threads.run(threads, parts, decode);
    System.out.printf("decode rows/s %.1f%n", files.size() / seconds);
  }
}
