// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Secrets;
import org.hubbeam.files.FileTargets;
import org.hubbeam.fuzz.FuzzTarget.Opener;
import org.hubbeam.fuzz.FuzzTarget.Setting;
import org.hubbeam.hub.HubTargets;
import org.hubbeam.media.ClipReader;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.DecodeLimits;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.MediaException;
import org.hubbeam.media.SoundReader;
import org.hubbeam.media.SoundSpec;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.search.IndexTargets;
import org.hubbeam.spec.SpecException;
import org.hubbeam.spec.SpecFile;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;

/** All parsers that meet bytes of others. */
final class FuzzTargets {

  private static final DecodeLimits PICTURE = new DecodeLimits(4_000_000);

  static final List<FuzzTarget> ALL = all();

  private FuzzTargets() {}

  static FuzzTarget of(String name) {
    return Stream.concat(ALL.stream(), BrokenParsers.ALL.stream())
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<FuzzTarget> all() {
    List<FuzzTarget> all = new ArrayList<>();
    all.add(tfrecord());
    all.add(tfrecord().named("tfrecord-packed").withEnvelope(Envelope.GZIP));
    all.addAll(examples());
    all.addAll(FileTargets.all());
    all.addAll(specs());
    for (String format : List.of("jpeg", "png", "gif", "bmp", "webp", "tiff", "heif", "jpeg2000")) {
      all.add(picture(format));
    }
    all.addAll(media());
    all.add(message());
    all.addAll(HubTargets.all());
    all.addAll(IndexTargets.all());
    all.addAll(modules());
    all.addAll(GraphModelTargets.all());
    return List.copyOf(all);
  }

  private static FuzzTarget tfrecord() {
    return FuzzTarget.of(
            "tfrecord",
            CorruptFileException.class,
            scratch ->
                input -> {
                  records(input, Corruption.SKIP_RECORD);
                  records(input, Corruption.FAIL);
                })
        .withEnvelope(Envelope.TFRECORD);
  }

  private static void records(byte[] input, Corruption corruption) throws IOException {
    try (TFRecordReader in =
        TFRecordReader.open(
            Channels.newChannel(new ByteArrayInputStream(input)),
            "input",
            corruption == Corruption.FAIL ? input.length : TFRecordReader.UNKNOWN_SIZE,
            corruption,
            failure -> {})) {
      while (in.next()) {
        in.record();
      }
    }
  }

  private static List<FuzzTarget> examples() {
    return List.of(
        FuzzTarget.withoutExceptions(
                "example", scratch -> input -> decode(new ExampleDecoder("input", f -> {}), input))
            .withEnvelope(Envelope.MESSAGE),
        FuzzTarget.withoutExceptions(
                "example-schema",
                scratch -> {
                  BatchSchema schema =
                      BatchSchema.parse(
                          Files.readString(
                              Corpus.folder(of("schema")).resolve("example.pbtxt"),
                              StandardCharsets.UTF_8));
                  return input -> decode(ExampleDecoder.of("input", schema, f -> {}), input);
                })
            .withCorpus("example")
            .withEnvelope(Envelope.MESSAGE));
  }

  private static void decode(ExampleDecoder decoder, byte[] input) {
    decoder.add(input, 0, input.length, 0);
    decoder.add(input, 0, input.length / 2, 1);
    decoder.add(input, 0, input.length, 2);
    decoder.build();
  }

  private static List<FuzzTarget> specs() {
    return List.of(
        FuzzTarget.of("spec", SpecException.class, scratch -> input -> spec(scratch, input)),
        FuzzTarget.of(
                "spec-traced",
                IllegalArgumentException.class,
                scratch -> input -> spec(scratch, input).preprocessor())
            .withCorpus("spec")
            .in(Setting.TENSORFLOW),
        FuzzTarget.of(
            "schema",
            IllegalArgumentException.class,
            scratch -> input -> BatchSchema.parse(new String(input, StandardCharsets.UTF_8))));
  }

  private static SpecFile spec(Path scratch, byte[] input) throws IOException {
    return SpecFile.read(Files.write(scratch.resolve("spec.yaml"), input));
  }

  private static FuzzTarget picture(String format) {
    boolean ffmpeg = List.of("webp", "heif", "jpeg2000").contains(format);
    return FuzzTarget.of(
            "picture-" + format,
            MediaException.class,
            scratch -> input -> ImageDecoder.decode(input, PICTURE))
        .withEnvelope(format.equals("png") ? Envelope.PNG : Envelope.NONE)
        .in(ffmpeg ? Setting.FFMPEG : Setting.JAVA);
  }

  /** What others wrote, on its way to a person. */
  private static FuzzTarget message() {
    return FuzzTarget.withoutExceptions(
            "message",
            scratch ->
                input -> {
                  String text = new String(input, StandardCharsets.UTF_8);
                  Printable.joined(Secrets.maskedIn(text));
                  Printable.text(Secrets.masked(text));
                })
        .withCorpus("http");
  }

  private static List<FuzzTarget> media() {
    ClipSpec clips =
        ClipSpec.DEFAULT
            .withMaxFrames(300)
            .withImage(ImageSpec.DEFAULT.withSize(ImageSize.square(16)));
    SoundReader sounds = new SoundReader(SoundSpec.of(16000).withMaxSeconds(60));
    return List.of(
        FuzzTarget.of("clip", MediaException.class, scratch -> input -> clips(input, clips))
            .in(Setting.FFMPEG),
        FuzzTarget.of("sound", MediaException.class, scratch -> sounds::read).in(Setting.FFMPEG));
  }

  private static void clips(byte[] input, ClipSpec spec) throws IOException, MediaException {
    try (ClipReader reader = ClipReader.open(input, spec)) {
      while (reader.next() != null) {}
    }
  }

  private static List<FuzzTarget> modules() {
    return List.of(
        module("saved-model", "saved_model.pb", folder -> ModuleInfo.read(folder, null))
            .withEnvelope(Envelope.MESSAGE)
            .in(Setting.FILES),
        module("saved-model-text", "saved_model.pbtxt", folder -> ModuleInfo.read(folder, null))
            .in(Setting.FILES),
        module("saved-model-loaded", "saved_model.pb", FuzzTargets::load)
            .withCorpus("saved-model")
            .withEnvelope(Envelope.MESSAGE),
        module("checkpoint-index", "variables/variables.index", FuzzTargets::load));
  }

  private interface Use {
    void of(Path folder);
  }

  /** A module of the zoo whose one file is the input. */
  private static FuzzTarget module(String name, String file, Use use) {
    Opener opener =
        scratch -> {
          Path original = TestFiles.zoo("scalar_in");
          Files.createDirectory(scratch.resolve("variables"));
          for (String copied :
              List.of(
                  "saved_model.pb",
                  "variables/variables.index",
                  "variables/variables.data-00000-of-00001")) {
            Files.copy(original.resolve(copied), scratch.resolve(copied));
          }
          if (file.endsWith("txt")) {
            Files.delete(scratch.resolve("saved_model.pb"));
          }
          return input -> {
            Files.write(scratch.resolve(file), input);
            use.of(scratch);
          };
        };
    return FuzzTarget.of(name, ModuleException.class, opener).in(Setting.TENSORFLOW);
  }

  private static void load(Path folder) {
    ModuleOptions remote = ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.REMOTE);
    Module.load(folder, remote).close();
  }
}
