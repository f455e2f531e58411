// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.batch.VocabularyMetadata;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.TracedFunction;

/**
 * The features of a function that was analysed, with the domains of their values. Ids of a
 * vocabulary that was not computed have no domain.
 */
final class FeatureSchema {

  private FeatureSchema() {}

  /**
   * The features.
   *
   * @param staged makes a file's location one of this machine
   */
  static BatchSchema build(
      Preprocessor preprocessor, AnalyzerResults analyzed, Function<String, Path> staged)
      throws IOException {
    TracedFunction trace = preprocessor.trace();
    Map<String, Shape> shapes = OutputShapes.known(trace, analyzed, staged);
    BatchSchema schema =
        new BatchSchema(
            preprocessor.outputs().columns().stream()
                .map(
                    c ->
                        new ArraySpec(
                            c.name(),
                            c.dtype(),
                            shapes.getOrDefault(c.name(), c.shape()),
                            c.layout()))
                .toList());
    AnalyzerResults results = FixedValues.withSizes(trace, analyzed, staged);
    for (TracedFunction.Output output : trace.outputs()) {
      if (output.domain() != null) {
        schema = schema.withDomain(output.array().spec().name(), domain(output.domain(), results));
      }
    }
    List<VocabularyMetadata> vocabularies = new ArrayList<>();
    for (AnalyzerResults.File file : results.files().values()) {
      vocabularies.add(
          new VocabularyMetadata(file.name(), file.size().unfiltered(), file.size().kept()));
    }
    return schema.withVocabularies(vocabularies);
  }

  private static ColumnDomain domain(Domain domain, AnalyzerResults results) {
    if (domain instanceof Domain.Ids given && !results.files().containsKey(given.file())) {
      return ColumnDomain.UNKNOWN;
    }
    Domain.Range range = range(domain, results);
    ColumnDomain withRange =
        ColumnDomain.UNKNOWN.withRange(IntRange.categories(range.min(), range.max()));
    Array.Dense boundaries = results.arrays().get(range.boundaries());
    return boundaries == null ? withRange : withRange.withBoundaries(floats(boundaries));
  }

  private static Domain.Range range(Domain domain, AnalyzerResults results) {
    if (domain instanceof Domain.Ids ids) {
      return ids.range(results.file(ids.file()).size().kept());
    }
    if (domain instanceof Domain.LookupIds ids) {
      Values.Numbers size = (Values.Numbers) results.array(ids.size()).values();
      return ids.range(size.toLongs()[0]);
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
