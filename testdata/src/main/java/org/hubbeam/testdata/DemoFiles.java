// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All files that the demo and the examples of the README use, in one folder. */
public final class DemoFiles {

  private final Path folder;

  private DemoFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes all files, replacing what is there.
   *
   * @param args the folder
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException(
          "expected one argument, the folder, but got " + args.length);
    }
    write(Path.of(args[0]));
  }

  /** Writes all files into this folder, replacing what is there. */
  public static DemoFiles write(Path folder) throws IOException {
    DemoFiles files = new DemoFiles(folder);
    DemoModule.write(files.textModule());
    DemoImageModule.write(files.imageModule());
    DemoClipModule.write(files.clipModule());
    DemoDetectorModule.write(files.detector());
    DemoGeneratorModule.write(files.generator());
    DemoImages.writePictures(files.pictures());
    DemoImages.writeScenes(files.scenes());
    DemoImages.writeClips(files.clips());
    Files.write(files.labels(), List.of("ground", "red", "green", "blue", "yellow"));
    return files;
  }

  /** A {@link DemoModule}. */
  public Path textModule() {
    return folder.resolve("demo_module");
  }

  /** A {@link DemoImageModule}. */
  public Path imageModule() {
    return folder.resolve("demo_image_module");
  }

  /** A {@link DemoClipModule}. */
  public Path clipModule() {
    return folder.resolve("demo_clip_module");
  }

  /** A {@link DemoDetectorModule}. */
  public Path detector() {
    return folder.resolve("demo_detector");
  }

  /** A {@link DemoGeneratorModule}. */
  public Path generator() {
    return folder.resolve("demo_generator");
  }

  /** A folder of {@link DemoImages#writePictures}. */
  public Path pictures() {
    return folder.resolve("pictures");
  }

  /** A folder of {@link DemoImages#writeScenes}. */
  public Path scenes() {
    return folder.resolve("scenes");
  }

  /** The names of the detector's classes, one per line; the first line is class 0. */
  public Path labels() {
    return folder.resolve("demo_labels.txt");
  }

  /** A folder of {@link DemoImages#writeClips}. */
  public Path clips() {
    return folder.resolve("clips");
  }
}
