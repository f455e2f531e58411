package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Values;
import org.hubbeam.batch.VocabularyMetadata;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.Trace;

/**
 * The features of a function that was analysed, with what is known of their values: of ids in a
 * vocabulary that was not computed nothing is.
 */
final class FeatureSchema {

  private FeatureSchema() {}

  /**
   * The features.
   *
   * @param staged makes a file's location one of this machine
   */
  static BatchSchema of(Preprocessor preprocessor, Bindings analyzed, Function<String, Path> staged)
      throws IOException {
    BatchSchema schema = preprocessor.outputs();
    Trace trace = preprocessor.trace();
    Bindings bindings = FixedValues.withSizes(trace, analyzed, staged);
    for (Trace.Output output : trace.outputs()) {
      if (output.domain() != null) {
        schema = schema.withDomain(output.array().spec().name(), domain(output.domain(), bindings));
      }
    }
    List<VocabularyMetadata> vocabularies = new ArrayList<>();
    for (Bindings.File file : bindings.files().values()) {
      vocabularies.add(
          new VocabularyMetadata(file.name(), file.size().unfiltered(), file.size().kept()));
    }
    return schema.withVocabularies(vocabularies);
  }

  private static ColumnDomain domain(Domain domain, Bindings bindings) {
    if (domain instanceof Domain.Ids given && !bindings.files().containsKey(given.file())) {
      return ColumnDomain.UNKNOWN;
    }
    Domain.Range range = range(domain, bindings);
    ColumnDomain known =
        ColumnDomain.UNKNOWN.withRange(IntRange.categories(range.min(), range.max()));
    Array.Dense boundaries = bindings.arrays().get(range.boundaries());
    return boundaries == null ? known : known.withBoundaries(floats(boundaries));
  }

  private static Domain.Range range(Domain domain, Bindings bindings) {
    if (domain instanceof Domain.Ids ids) {
      return ids.range(bindings.file(ids.file()).size().kept());
    }
    if (domain instanceof Domain.Found found) {
      Values.Numbers size = (Values.Numbers) bindings.array(found.size()).values();
      return found.range(size.toLongs()[0]);
    }
    return (Domain.Range) domain;
  }

  private static List<Float> floats(Array.Dense boundaries) {
    List<Float> floats = new ArrayList<>();
    for (float boundary : ((Values.Numbers) boundaries.values()).toFloats()) {
      floats.add(boundary);
    }
    return floats;
  }
}
