// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.ListsOfLists;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.TransformOutput;
import org.hubbeam.spec.SpecFile;
import org.jspecify.annotations.Nullable;

/**
 * A preprocessing function with its name.
 *
 * @param name the spec file or the class
 * @param preprocessor the function, traced
 * @param labels input columns that are missing in serving requests
 */
record NamedFunction(String name, Preprocessor preprocessor, List<String> labels) {
  NamedFunction {
    labels = List.copyOf(labels);
    TransformOutput.checkLabels(preprocessor, labels);
  }

  /**
   * Reads a spec file. What it calls {@code ragged: true} are lists of lists where the data have
   * them.
   *
   * @param input the names of the data; null for none
   */
  static Preprocessor readSpec(String spec, @Nullable String input) throws IOException {
    SpecFile file = SpecFile.parse(spec, OutputFiles.requiredText("--spec", spec));
    return input == null
        ? file.preprocessor()
        : file.withListsOfLists(ListsOfLists.among(file.lists(), input)).preprocessor();
  }

  /** Instantiates and traces a class. */
  static Preprocessor loadClass(String name, String schema) throws IOException {
    if (schema == null) {
      throw new UsageException(
          "--function=" + name + " requires the input columns: --schema=schema.pbtxt");
    }
    return Preprocessor.of(readSchema(schema), instance(name));
  }

  /** Reads a schema. */
  static BatchSchema readSchema(String file) throws IOException {
    String text = OutputFiles.requiredText("--schema", file);
    try {
      return BatchSchema.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--schema=" + file + ": " + e.getMessage());
    }
  }

  private static PreprocessingFunction instance(String name) {
    try {
      Class<?> found = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
      if (!PreprocessingFunction.class.isAssignableFrom(found)) {
        throw new UsageException(
            "--function=" + name + " does not implement " + PreprocessingFunction.class.getName());
      }
      return (PreprocessingFunction) found.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new UsageException(
          "--function=" + name + ": class not found; add its jar to HUBBEAM_CLASSPATH");
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw new UsageException(
          "--function=" + name + " must be a public class with a public no-argument constructor");
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the constructor of " + name + " failed", e.getCause());
    }
  }
}
