// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.training.Checkpoints;
import org.hubbeam.training.EncoderOptions;
import org.hubbeam.training.EncoderTrainer;
import org.hubbeam.training.Head;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.Optimizer;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.Split;
import org.hubbeam.training.Task;
import org.hubbeam.training.TextEncoderModule;
import org.hubbeam.training.TextPairs;
import org.hubbeam.training.TrainedEncoder;
import org.hubbeam.training.TrainingData;
import org.hubbeam.training.TrainingListener;
import org.hubbeam.training.TrainingOptions;

/**
 * An encoder of ten languages and English, trained on 800 pairs of each and tried on 200 others;
 * and heads on its vectors that have seen only English.
 */
public final class EncoderLoop {

  private static final int LEARNT = 800;
  private static final int ALL = 1000;
  private static final String ENGLISH = "eng";

  private static final Map<String, Pattern> RULES =
      Map.of(
          "first person",
          Pattern.compile("(?i)\\b(i|i'm|i've|i'll|i'd|me|my|mine|myself)\\b"),
          "negation",
          Pattern.compile(
              "(?i)n't\\b|\\b(not|no|never|nothing|nobody|none|nowhere|neither|nor|cannot)\\b"));

  private EncoderLoop() {}

  /** The sentences of a language, and their English ones. */
  private record Language(String name, List<String> own, List<String> english) {

    static Language read(Path folder, String name) throws IOException {
      String pair = "tatoeba." + name + "-" + ENGLISH + ".";
      return new Language(
          name,
          Files.readAllLines(folder.resolve(pair + name)).subList(0, ALL),
          Files.readAllLines(folder.resolve(pair + ENGLISH)).subList(0, ALL));
    }

    List<String> heldOut(List<String> side) {
      return side.subList(LEARNT, ALL);
    }
  }

  /** The folder of Tatoeba. */
  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith("-" + ENGLISH + "." + ENGLISH))
              .map(file -> file.split("[.-]", -1)[1])
              .sorted()
              .toList();
    }
    List<Language> languages = new ArrayList<>();
    Set<String> heldOut = new HashSet<>();
    for (String name : names) {
      Language language = Language.read(folder, name);
      languages.add(language);
      heldOut.addAll(language.heldOut(language.english));
    }
    Path work = Files.createTempDirectory("encoder");
    try {
      List<String> english = train(languages, heldOut, work.resolve("module"));
      try (Module module = Module.load(work.resolve("module"), ModuleOptions.DEFAULT)) {
        ModuleFunction encoder = module.function(FunctionChoice.of("serving_default"));
        search(languages, encoder);
        for (Map.Entry<String, Pattern> rule : RULES.entrySet()) {
          classify(languages, english, encoder, rule.getKey(), rule.getValue());
        }
      }
    } finally {
      FileTrees.delete(work);
    }
  }

  /** Trains the encoder; gives the English sentences that it has learnt from. */
  private static List<String> train(List<Language> languages, Set<String> heldOut, Path module)
      throws IOException {
    EncoderOptions options = EncoderOptions.DEFAULT.withSplit(Split.NONE);
    List<String> learnt = new ArrayList<>();
    try (TextPairs pairs = TextPairs.open(options.shape())) {
      for (Language language : languages) {
        List<String> own = new ArrayList<>();
        List<String> english = new ArrayList<>();
        for (int i = 0; i < LEARNT; i++) {
          if (!heldOut.contains(language.english.get(i))) {
            own.add(language.own.get(i));
            english.add(language.english.get(i));
          }
        }
        List<Integer> unused = pairs.add(values(own), values(english), language.name);
        learnt.addAll(english);
      }
      long start = System.nanoTime();
      TrainedEncoder trained =
          EncoderTrainer.train(pairs, options, Checkpoints.none(), TrainingListener.NONE);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("rows/s %.1f%n", pairs.size() * (double) options.epochs() / seconds);
      TextEncoderModule.write(module, trained.encoder(), TextEncoderModule.Storage.FLOAT32);
    }
    return learnt;
  }

  private static void search(List<Language> languages, ModuleFunction encoder) {
    double sum = 0;
    double least = 1;
    for (Language language : languages) {
      List<float[]> own = vectors(encoder, language.heldOut(language.own));
      List<String> texts = language.heldOut(language.english);
      List<float[]> english = vectors(encoder, texts);
      int found = 0;
      for (int i = 0; i < own.size(); i++) {
        int best = 0;
        for (int j = 1; j < english.size(); j++) {
          if (dot(own.get(i), english.get(j)) > dot(own.get(i), english.get(best))) {
            best = j;
          }
        }
        found += texts.get(best).equals(texts.get(i)) ? 1 : 0;
      }
      double part = (double) found / own.size();
      sum += part;
      least = Math.min(least, part);
      System.out.printf("measured P@1 %s %.3f%n", language.name, part);
    }
    System.out.printf("measured P@1 mean %.3f%n", sum / languages.size());
    System.out.printf("measured P@1 least %.3f%n", least);
  }

  private static void classify(
      List<Language> languages,
      List<String> english,
      ModuleFunction encoder,
      String name,
      Pattern rule)
      throws IOException {
    Head head = head(english, vectors(encoder, english), rule);
    double others = 0;
    double larger = 0;
    double own = 0;
    for (Language language : languages) {
      List<String> texts = language.heldOut(language.english);
      others += accuracy(head, vectors(encoder, language.heldOut(language.own)), texts, rule);
      own += accuracy(head, vectors(encoder, texts), texts, rule);
      double part = texts.stream().filter(t -> rule.matcher(t).find()).count() / (double) ALL * 5;
      larger += Math.max(part, 1 - part);
    }
    int count = languages.size();
    System.out.printf("measured %s %.3f%n", name, others / count);
    System.out.printf("measured %s in English %.3f%n", name, own / count);
    System.out.printf("measured %s always the larger class %.3f%n", name, larger / count);
  }

  /** The head of scikit-learn's logistic regression with C = 1. */
  private static Head head(List<String> texts, List<float[]> vectors, Pattern rule)
      throws IOException {
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withOptimizer(Optimizer.Lbfgs.DEFAULT)
            .withPenalties(TrainingOptions.Penalties.NONE.withL2(0.5 / texts.size()))
            .withSplit(Split.NONE);
    Path work = Files.createTempDirectory("head");
    try (RowCollector rows =
        RowCollector.of(
            Task.BINARY,
            options,
            work,
            failure -> {
              throw new IllegalStateException(failure.reason());
            })) {
      for (int i = 0; i < texts.size(); i++) {
        rows.add(i + "", i, vectors.get(i), List.of(label(texts.get(i), rule)), 1);
      }
      try (TrainingData data = rows.finish()) {
        return HeadTrainer.train(
                data, HeadOptions.LINEAR, options, Checkpoints.none(), TrainingListener.NONE)
            .head();
      }
    } finally {
      FileTrees.delete(work);
    }
  }

  private static String label(String text, Pattern rule) {
    return rule.matcher(text).find() ? "yes" : "no";
  }

  private static double accuracy(
      Head head, List<float[]> vectors, List<String> texts, Pattern rule) {
    int right = 0;
    for (int i = 0; i < texts.size(); i++) {
      String told = head.labels().get(head.logits(vectors.get(i))[0] > 0 ? 1 : 0);
      right += told.equals(label(texts.get(i), rule)) ? 1 : 0;
    }
    return (double) right / texts.size();
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static List<float[]> vectors(ModuleFunction encoder, List<String> texts) {
    Map<String, Array> given = new LinkedHashMap<>();
    given.put("sentences", Array.Dense.vector(values(texts)));
    Array.Dense found = (Array.Dense) encoder.call(given).values().iterator().next();
    float[] all = ((Values.Numbers) found.values()).toFloats();
    int width = found.rowSize();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      rows.add(Arrays.copyOfRange(all, i * width, (i + 1) * width));
    }
    return rows;
  }

  private static Values.Strings values(List<String> texts) {
    return Values.of(texts.toArray(new String[0]));
  }
}
