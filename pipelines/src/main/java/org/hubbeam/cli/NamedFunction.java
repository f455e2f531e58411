package org.hubbeam.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.TransformOutput;
import org.hubbeam.spec.SpecFile;

/**
 * A preprocessing function as a user names it.
 *
 * @param name the spec file or the class
 * @param preprocessor the function, traced
 * @param labels raw columns that are not there when it serves
 */
record NamedFunction(String name, Preprocessor preprocessor, List<String> labels) {
  NamedFunction {
    labels = List.copyOf(labels);
    TransformOutput.checkLabels(preprocessor, labels);
  }

  /** The preprocessor of a spec file. */
  static Preprocessor ofSpec(String spec) throws IOException {
    String text =
        OutputFiles.text(spec)
            .orElseThrow(() -> new WrongUse("--spec=" + spec + ": there is no such file"));
    return SpecFile.parse(spec, text).preprocessor();
  }

  /** The preprocessor of a class. */
  static Preprocessor ofClass(String name, String schema) throws IOException {
    if (schema == null) {
      throw new WrongUse("--function=" + name + " needs the raw columns: --schema=schema.pbtxt");
    }
    return Preprocessor.of(schema(schema), instance(name));
  }

  /** The schema in a file. */
  static BatchSchema schema(String file) throws IOException {
    String text =
        OutputFiles.text(file)
            .orElseThrow(() -> new WrongUse("--schema=" + file + ": there is no such file"));
    try {
      return BatchSchema.parse(text);
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--schema=" + file + ": " + e.getMessage());
    }
  }

  private static PreprocessingFunction instance(String name) {
    try {
      Class<?> found = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
      if (!PreprocessingFunction.class.isAssignableFrom(found)) {
        throw new WrongUse(
            "--function=" + name + " is no " + PreprocessingFunction.class.getName());
      }
      return (PreprocessingFunction) found.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new WrongUse(
          "--function=" + name + ": there is no such class; HUBBEAM_CLASSPATH adds jars");
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw new WrongUse(
          "--function="
              + name
              + " must be a public class with a public constructor without"
              + " arguments");
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the constructor of " + name + " failed", e.getCause());
    }
  }
}
