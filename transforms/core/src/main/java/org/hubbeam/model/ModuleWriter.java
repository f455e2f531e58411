// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Writes a module: variables, tables, assets, functions and signatures, in the form of Python's
 * {@code tf.saved_model.save}. It loads in Java, and in Python with {@code hub.load}, {@code
 * hub.KerasLayer} and {@code tf.saved_model.load}.
 *
 * <pre>{@code
 * ModuleWriter writer = ModuleWriter.create();
 * var embeddings = writer.variable("embeddings", table);
 * writer.function(
 *     "__call__",
 *     FunctionInputs.of(new ArraySpec("ids", DType.INT64, Shape.of(-1), Layout.DENSE)),
 *     f -> f.output("output", f.tf().gather(f.read(embeddings, TFloat32.class), ...)));
 * writer.signature("serving_default", "__call__");
 * writer.write(folder);
 * }</pre>
 *
 * <p>Members are named by paths with dots: {@code encoder.scale} is the member {@code scale} of the
 * sub-object {@code encoder}; a sub-object whose members are numbered from 0 on is a list. The
 * lists {@code variables}, {@code trainable_variables} and {@code regularization_losses} of the
 * root are written by themselves; functions {@code regularization_losses.0, ...} fill the last.
 *
 * <p>The same calls give the same bytes. One thread only.
 */
public final class ModuleWriter {

  private static final Pattern PART = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*|0|[1-9][0-9]*");
  private static final Set<String> RESERVED =
      Set.of("signatures", "variables", "trainable_variables");
  private static final String LOSSES = "regularization_losses";

  private final Map<String, Member> members = new LinkedHashMap<>();
  private final WrittenFunctions functions = new WrittenFunctions();
  private final Map<String, WrittenSignature> signatures = new LinkedHashMap<>();
  private final Map<Path, Graft> grafts = new HashMap<>();

  private ModuleWriter() {}

  /** An empty module. */
  public static ModuleWriter create() {
    return new ModuleWriter();
  }

  /** A member with content: a variable, a table or an asset. */
  public sealed interface Member permits Variable, Asset, Table, GraftedConstant, GraftedResource {
    /** The path in the module. */
    String path();
  }

  /** A variable of a module that is being written. */
  public static final class Variable implements Member {
    private final String path;
    private final VariableValue value;
    private final Learning learning;

    Variable(String path, VariableValue value, Learning learning) {
      this.path = path;
      this.value = value;
      this.learning = learning;
    }

    @Override
    public String path() {
      return path;
    }

    VariableValue value() {
      return value;
    }

    Learning learning() {
      return learning;
    }
  }

  /** Whether Python may train a variable. */
  public enum Learning {
    TRAINABLE,
    FIXED
  }

  /** A file that is part of the module. */
  public static final class Asset implements Member {
    private final String path;
    private final Path file;
    private final String fileName;

    private Asset(String path, Path file) {
      this(path, file, file.getFileName().toString());
    }

    Asset(String path, Path file, String fileName) {
      this.path = path;
      this.file = file;
      this.fileName = fileName;
    }

    @Override
    public String path() {
      return path;
    }

    Path file() {
      return file;
    }

    /** What it is to be called among the module's assets. */
    String fileName() {
      return fileName;
    }
  }

  /** A lookup table of a module that is being written. It is filled when the module is loaded. */
  public static final class Table implements Member {
    private final String path;
    private final DType keys;
    private final DType values;
    private final TableContent content;

    private Table(String path, DType keys, DType values, TableContent content) {
      this.path = path;
      this.keys = keys;
      this.values = values;
      this.content = content;
    }

    @Override
    public String path() {
      return path;
    }

    DType keys() {
      return keys;
    }

    DType values() {
      return values;
    }

    TableContent content() {
      return content;
    }
  }

  /**
   * A variable that Python may train.
   *
   * @param path the path in the module, for example {@code embeddings}
   */
  public Variable variable(String path, Array.Dense value) {
    return variable(path, value, Learning.TRAINABLE);
  }

  /** A variable. */
  public Variable variable(String path, Array.Dense value, Learning learning) {
    return add(new Variable(path, new VariableValue.Given(value), learning));
  }

  /** Adds a file as a member. Its content is read when the module is written. */
  public Asset asset(String path, Path file) {
    return add(new Asset(path, readable(file)));
  }

  /** A table from each line of a file (string) to its number (int64), from 0 on. */
  public Table vocabulary(String path, Path file) {
    return lookup(path, file, TableLines.VOCABULARY);
  }

  /** A table from the number of a line of a file (int64) to the line (string). */
  public Table reverseVocabulary(String path, Path file) {
    return lookup(
        path,
        file,
        new TableLines(TableLines.VOCABULARY.value(), TableLines.VOCABULARY.key(), "\t"));
  }

  /** A table from the lines of a text file. */
  public Table lookup(String path, Path file, TableLines lines) {
    return add(
        new Table(
            path,
            lines.key().dtype(),
            lines.value().dtype(),
            new TableContent.Lines(content(path, file), lines)));
  }

  /** A table from the records of a gzip TFRecord file (string) to their numbers (int64). */
  public Table lookup(String path, Path file, TableRecords key) {
    return add(
        new Table(
            path, DType.STRING, DType.INT64, new TableContent.Records(content(path, file), key)));
  }

  private static Asset content(String path, Path file) {
    return new Asset(path + "._initializer._filename", readable(file));
  }

  /** A table from keys to values, one value for each key. */
  public Table mapping(String path, Values keys, Values values) {
    if (keys.size() != values.size()) {
      throw new IllegalArgumentException(
          "table '" + path + "': " + keys.size() + " keys but " + values.size() + " values");
    }
    TableContent.Pairs pairs =
        new TableContent.Pairs(Array.Dense.vector(keys), Array.Dense.vector(values));
    return add(new Table(path, keys.dtype(), values.dtype(), pairs));
  }

  /**
   * Takes another module in: functions that are written can call its functions ({@link
   * FunctionScope#call}). Of it, only what these calls need is written: the functions that they
   * reach, and the variables, tables, constants and assets that those capture. Values of variables
   * are copied from checkpoint to checkpoint when this module is written, so the folder must be
   * there until then. What is taken over is a sub-object of this name; its variables are among this
   * module's, each {@link Learning#TRAINABLE} where it was. Pins to devices are dropped.
   *
   * <p>A module is in the file once, however often it is taken in: with the same folder this gives
   * what it gave before, whatever the name.
   *
   * @param name an identifier, of no member or function
   * @param folder the SavedModel, on this machine
   * @param options its tags, op libraries, and the trust in its operations
   * @throws ModuleException as {@link Module#load} does
   */
  public Graft graft(String name, Path folder, ModuleOptions options) {
    Graft there = grafts.get(NewFolder.real(folder));
    return there == null ? graft(name, folder, options, Map.of()) : there;
  }

  /**
   * The same, where some variables have other values than their own. These are kept in memory until
   * this module is written.
   *
   * @param values by the names that {@link ModuleInfo#variables} tells
   * @throws ModuleException also when there is no such variable, or it holds another dtype or shape
   * @throws IllegalArgumentException if the module was taken in with other values
   */
  public Graft graft(
      String name, Path folder, ModuleOptions options, Map<String, Array.Dense> values) {
    Path real = NewFolder.real(folder);
    Graft there = grafts.get(real);
    if (there == null) {
      checkFree(name);
      there = Graft.read(this, name, folder, options, values);
      grafts.put(real, there);
    } else if (!there.has(values)) {
      throw new IllegalArgumentException(
          "the module in " + folder + " was taken in with other values of its variables");
    }
    return there;
  }

  /**
   * A function, or one more trace of it: the same arguments with other dtypes or shapes, or with
   * other values of its python arguments. The values of the first trace are the defaults in Python.
   *
   * @param path where it is in the module: {@code __call__}, {@code tokenize}, {@code
   *     encoder.__call__}
   * @param body builds the operations; called once, before this method returns
   */
  public ModuleWriter function(String path, FunctionInputs inputs, FunctionBody body) {
    return function(
        path, inputs, (name, defaults) -> FunctionTracer.trace(name, inputs, defaults, body, this));
  }

  /** A function, or one more trace of it, whose body is there as a graph. */
  public ModuleWriter function(String path, FunctionInputs inputs, FunctionGraph body) {
    body.captures().keySet().forEach(this::own);
    return function(
        path, inputs, (name, defaults) -> FunctionTracer.trace(name, inputs, defaults, body, this));
  }

  private ModuleWriter function(
      String path,
      FunctionInputs inputs,
      BiFunction<String, Map<String, @Nullable Object>, FunctionTracer.Trace> tracer) {
    if (!functions.traces().containsKey(path)) {
      checkFree(path);
    }
    functions.add(path, inputs, tracer);
    return this;
  }

  /** A signature that is the first trace of a function; its tensors go by their names. */
  public ModuleWriter signature(String name, String function) {
    return signature(name, FunctionChoice.of(function));
  }

  /**
   * A signature that is one trace of a function: the first whose python arguments have these
   * values.
   *
   * <p>Its inputs are called as those of the function ({@code _} for {@code /}), or as the keys of
   * its {@link FunctionInputs#dict dict}; a ragged or sparse input is several: {@code x, x_1, ...}.
   * A lone output is called {@code output_0}. Nested, ragged and sparse outputs are refused, as
   * Python refuses them.
   */
  public ModuleWriter signature(String name, FunctionChoice function) {
    if (name.isEmpty() || name.startsWith("__saved_model")) {
      throw new IllegalArgumentException("a signature cannot be called '" + name + "'");
    }
    if (signatures.containsKey(name)) {
      throw new IllegalArgumentException("the signature '" + name + "' is there already");
    }
    FunctionTracer.Trace trace = functions.find(function);
    OpDefs definitions = ops().with(functions.definitions());
    signatures.put(
        name, WrittenSignature.wrap(name, trace, functions.nextWrapper(name), definitions));
    return this;
  }

  /**
   * Writes the module into a new folder, whole or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the folder exists
   */
  public void write(Path folder) throws IOException {
    NewFolder.write(folder, NewFolder.Existing.REFUSE, this::writeInto);
  }

  /** Writes the module in place of what is there. */
  public void overwrite(Path folder) throws IOException {
    NewFolder.write(folder, NewFolder.Existing.REPLACE, this::writeInto);
  }

  private void writeInto(Path folder) throws IOException {
    if (functions.traces().isEmpty() && members.isEmpty()) {
      throw new IllegalStateException("the module has neither functions nor members");
    }
    new ModuleProtos(members, functions.traces(), signatures, ops()).write(folder);
  }

  /** The member, if it is one of this writer. */
  Member own(Member member) {
    if (members.get(member.path()) != member) {
      throw new IllegalArgumentException(
          "'" + member.path() + "' is a member of another module; there are " + members.keySet());
    }
    return member;
  }

  /** TensorFlow's operations. */
  OpDefs ops() {
    return OpDefs.registered();
  }

  <M extends Member> M add(M member) {
    checkFree(member.path());
    members.put(member.path(), member);
    return member;
  }

  private void checkFree(String path) {
    String[] parts = path.split("\\.", -1);
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        throw new IllegalArgumentException(
            "'" + path + "' is no path; allowed are identifiers and numbers with dots between");
      }
    }
    if (RESERVED.contains(parts[0]) || path.equals(LOSSES)) {
      throw new IllegalArgumentException(
          "'" + parts[0] + "' is written by itself and cannot be a member");
    }
    List<String> paths = new ArrayList<>(members.keySet());
    paths.addAll(functions.traces().keySet());
    paths.add(path);
    Tree.of(paths, ".");
  }

  private static Path readable(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IllegalArgumentException("there is no file to read: " + file);
    }
    return file;
  }
}
