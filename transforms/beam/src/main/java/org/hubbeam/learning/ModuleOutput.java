// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.RunFolder;
import org.hubbeam.training.Scorer;
import org.hubbeam.training.TrainedModule;
import org.hubbeam.training.TrainingOptions;

/** A module of features and a scorer in a folder of one of Beam's file systems. */
final class ModuleOutput {

  private ModuleOutput() {}

  /** Writes it; what was left there by a worker that died goes. */
  static void write(
      List<FeatureSource> sources,
      Scorer scorer,
      TrainingOptions.Penalties penalties,
      String folder)
      throws IOException {
    List<TrainedModule.Feature> features =
        sources.stream().flatMap(f -> f.here().stream()).toList();
    writeFeatures(features, scorer, penalties, folder);
  }

  /** The same with features that are here. */
  static void writeFeatures(
      List<TrainedModule.Feature> features,
      Scorer scorer,
      TrainingOptions.Penalties penalties,
      String folder)
      throws IOException {
    Path work = Files.createTempDirectory("hubbeam-module");
    try {
      Path module = work.resolve("module");
      new TrainedModule(features, scorer).withPenalties(penalties).write(module);
      copy(module, folder);
    } finally {
      FileTrees.delete(work);
    }
  }

  /** Copies a folder; what was left there by a worker that died goes. */
  static void copy(Path from, String to) throws IOException {
    RunFolder.delete(to);
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = to + "/" + from.relativize(file).toString().replace('\\', '/');
      try (OutputStream out =
          Channels.newOutputStream(
              FileSystems.create(FileSystems.matchNewResource(name, false), MimeTypes.BINARY))) {
        Files.copy(file, out);
      }
    }
  }
}
