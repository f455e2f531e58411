// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Secrets;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which function of which module is called, on which columns, and how. A job carries this instead
 * of the module.
 *
 * <pre>{@code
 * ModuleSpec.of("google/nnlm/tensorFlow2/en-dim128/1")
 *     .withInput("title")
 *     .withBlankText(BlankText.FAIL)
 * }</pre>
 *
 * @param loading which module, and how it is loaded; equal parts share one loaded module in a JVM
 * @param function the function that is called
 * @param mapping which columns it takes and gives
 * @param policies what is done about unusual texts, sizes and failures
 */
public record ModuleSpec(
    Loading loading, FunctionChoice function, Mapping mapping, Policies policies)
    implements Serializable {

  public ModuleSpec {
    Objects.requireNonNull(loading, "loading");
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(mapping, "mapping");
    Objects.requireNonNull(policies, "policies");
  }

  /**
   * Calls the function that {@link FunctionChoice#ANY} stands for, with defaults.
   *
   * @param handle a folder, an archive, a URL, a Kaggle handle, a {@code gs:} path
   */
  public static ModuleSpec of(String handle) {
    return new ModuleSpec(
        new Loading(handle, ModuleOptions.DEFAULT, HubOptions.DEFAULT),
        FunctionChoice.ANY,
        Mapping.BY_NAME,
        Policies.DEFAULT);
  }

  /**
   * The handle of the module, as it was given. It travels to the workers, which fetch the module
   * themselves; where it is shown, {@link Loading#shown} stands for it.
   */
  public String handle() {
    return loading.handle();
  }

  String shown() {
    return loading.shown();
  }

  /** Sets the function. */
  public ModuleSpec withFunction(FunctionChoice value) {
    return new ModuleSpec(loading, value, mapping, policies);
  }

  /** Sets the options of loading; whether the module is trusted depends on its handle. */
  public ModuleSpec withOptions(ModuleOptions value) {
    return new ModuleSpec(
        new Loading(loading.handle, value, loading.hub, loading.fingerprint, loading.poll),
        function,
        mapping,
        policies);
  }

  /** Sets how the handle is resolved. */
  public ModuleSpec withHub(HubOptions value) {
    return new ModuleSpec(
        new Loading(loading.handle, loading.options, value, loading.fingerprint, loading.poll),
        function,
        mapping,
        policies);
  }

  /**
   * Takes up new versions while the job runs. The handle is then a folder of numbered versions,
   * {@code 1}, {@code 2}, ..., here or in an object store. The newest is used; where it cannot be
   * loaded, the next older one. Every worker looks for a newer one in this interval as long as
   * there are elements, and loads it while the old one goes on; batches that begin later are called
   * with the new one. What cannot be loaded, has not the function, or gives other dtypes or shapes
   * is logged and counted in {@link HubMetrics#UPDATE_FAILURES}; the old one stays, and is closed
   * when nobody uses it any more.
   *
   * <p>Workers change over one after another. {@link HubEmbed#withDigest} and {@link
   * RunModule#withDigest} tell which module made an output. A version is written once: move its
   * folder into place when it is complete.
   *
   * @param poll the interval; positive
   */
  public ModuleSpec withUpdates(Duration poll) {
    return new ModuleSpec(
        new Loading(loading.handle, loading.options, loading.hub, "", poll),
        function,
        mapping,
        policies);
  }

  /** Passes this column to the function's only input. */
  public ModuleSpec withInput(String column) {
    return withInput(Mapping.ONLY, column);
  }

  /** Passes a column to an input of the function. */
  public ModuleSpec withInput(String input, String column) {
    return withMapping(
        new Mapping(
            Mapping.more(mapping.inputs, input, column),
            mapping.constants,
            mapping.outputs,
            mapping.shaping,
            mapping.lists));
  }

  /**
   * Passes the same value to an input in every call: a switch, a size, a seed, an image.
   *
   * @param value the whole input as the function takes it, not one row
   */
  public ModuleSpec withConstant(String input, Array value) {
    return withMapping(
        new Mapping(
            mapping.inputs,
            Mapping.more(mapping.constants, input, value),
            mapping.outputs,
            mapping.shaping,
            mapping.lists));
  }

  /** Keeps this output under its own name; unlisted outputs are dropped. */
  public ModuleSpec withOutput(String key) {
    return withOutput(key, key);
  }

  /**
   * Keeps this output as this column; unlisted outputs are dropped.
   *
   * @param key the output; empty for the only one, the one called {@code default}, or the only one
   *     of floating point numbers
   */
  public ModuleSpec withOutput(String key, String column) {
    return withMapping(
        new Mapping(
            mapping.inputs,
            mapping.constants,
            Mapping.more(mapping.outputs, key, column),
            mapping.shaping,
            mapping.lists));
  }

  /** Sets the layout of two-dimensional sparse outputs. */
  public ModuleSpec withSparse(Sparse value) {
    return withShaping(new Shaping(value, mapping.shaping.counted));
  }

  /** Cuts outputs to the entries that count. */
  public ModuleSpec withCounted(Counted value) {
    return withShaping(new Shaping(mapping.shaping.sparse, value));
  }

  /** Cuts outputs to the number of entries that another output contains. */
  public ModuleSpec withCountedBy(String count, List<String> outputs) {
    return withCounted(Counted.by(count, outputs));
  }

  private ModuleSpec withShaping(Shaping value) {
    return withMapping(
        new Mapping(mapping.inputs, mapping.constants, mapping.outputs, value, mapping.lists));
  }

  /**
   * Says that each row of a column is a record by itself for an input without a dimension for rows,
   * as a sound is: the function is called with the whole list. Otherwise such an input takes one
   * value a row. The column {@code waveform} is always taken so.
   */
  public ModuleSpec withLists(String column) {
    return withMapping(mapping.withLists(List.of(column)));
  }

  /** With another handle; all else stays. */
  public ModuleSpec withHandle(String value) {
    if (value.equals(loading.handle)) {
      return this;
    }
    return new ModuleSpec(
        new Loading(value, loading.options, loading.hub, "", loading.poll),
        function,
        mapping,
        policies);
  }

  /**
   * The same, bound to the module that the handle means now; unless it is updated.
   *
   * @throws org.hubbeam.hub.HubException when there is no such module
   */
  ModuleSpec pinned(ModuleLoader loader) {
    if (policies.check == Check.ON_WORKERS
        || !loading.fingerprint.isEmpty()
        || loading.poll != null) {
      return this;
    }
    return new ModuleSpec(
        new Loading(
            loading.handle, loading.options, loading.hub, loader.fingerprint(loading), null),
        function,
        mapping,
        policies);
  }

  /** With another mapping of columns. */
  public ModuleSpec withMapping(Mapping value) {
    return new ModuleSpec(loading, function, value, policies);
  }

  /** With another policy for texts that are empty or white space only. */
  public ModuleSpec withBlankText(BlankText value) {
    return withPolicies(
        new Policies(
            value, policies.longText, policies.limits, policies.check, policies.nonFinite));
  }

  /** With another policy for texts that are too long. */
  public ModuleSpec withLongText(LongText value) {
    return withPolicies(
        new Policies(policies.blank, value, policies.limits, policies.check, policies.nonFinite));
  }

  /** With other limits. */
  public ModuleSpec withLimits(Limits value) {
    return withPolicies(
        new Policies(policies.blank, policies.longText, value, policies.check, policies.nonFinite));
  }

  /** With the module looked at elsewhere. */
  public ModuleSpec withCheck(Check value) {
    return withPolicies(
        new Policies(
            policies.blank, policies.longText, policies.limits, value, policies.nonFinite));
  }

  /** With another policy for outputs that are NaN or infinite. */
  public ModuleSpec withNonFinite(NonFinite value) {
    return withPolicies(
        new Policies(policies.blank, policies.longText, policies.limits, policies.check, value));
  }

  /** With other policies. */
  public ModuleSpec withPolicies(Policies value) {
    return new ModuleSpec(loading, function, mapping, value);
  }

  /**
   * Which module, and how it is loaded.
   *
   * @param handle what {@code hub} resolves to a folder
   * @param fingerprint of the module, see {@link org.hubbeam.hub.Hub.Resolved#fingerprint}: another
   *     one is not loaded; empty for any. Transforms that look at a module when the pipeline is
   *     built set it, so that all workers call the module that was looked at
   * @param poll how often newer versions are looked for; null where there are none
   */
  public record Loading(
      String handle,
      ModuleOptions options,
      HubOptions hub,
      String fingerprint,
      @Nullable Duration poll)
      implements Serializable {

    /** Any module that the handle means. */
    public Loading(String handle, ModuleOptions options, HubOptions hub) {
      this(handle, options, hub, "", null);
    }

    public Loading {
      if (handle == null || handle.isBlank()) {
        throw new IllegalArgumentException("a module needs a handle; it was empty");
      }
      Objects.requireNonNull(options, "options");
      Objects.requireNonNull(hub, "hub");
      Objects.requireNonNull(fingerprint, "fingerprint");
      if (poll != null && poll.getMillis() <= 0) {
        throw new IllegalArgumentException(
            "newer versions are looked for in an interval longer than no time, not " + poll);
      }
    }

    /** One of the versions, which stays as it is. */
    Loading at(String version) {
      return new Loading(version, options, hub);
    }

    /** The handle without what may be secret, such as a signature or a password. */
    public String shown() {
      return Secrets.masked(handle);
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
      return "Loading[" + shown() + ", " + options + ", " + hub + "]";
    }
  }

  /**
   * Which columns a function takes and gives.
   *
   * <p>An input that is not named here takes the column of its own name, or of its last name
   * ({@code age} for {@code inputs/age}) where no other input ends so. Inputs are named here in the
   * same two ways. When no input finds a column, and there is one input and one column, they belong
   * together.
   *
   * @param inputs columns by the input that takes them; the key {@link #ONLY} is the only input
   * @param constants inputs that are the same in every call
   * @param outputs columns by the output that they keep; empty for all outputs under their names.
   *     The key {@link #ONLY} is the only output, the one called {@code default}, or the only one
   *     of floating point numbers
   * @param shaping what is done to outputs on their way to columns
   * @param lists the columns whose rows are records by themselves, see {@link #withLists}
   */
  public record Mapping(
      Map<String, String> inputs,
      Map<String, Array> constants,
      Map<String, String> outputs,
      Shaping shaping,
      Set<String> lists)
      implements Serializable {

    /** Stands for an input or output that need not be named because it is the only one. */
    public static final String ONLY = "";

    /** Columns of the inputs' names; all outputs under their names. */
    public static final Mapping BY_NAME =
        new Mapping(Map.of(), Map.of(), Map.of(), Shaping.DEFAULT);

    /** Of columns that have one value a row for an input of one dimension. */
    public Mapping(
        Map<String, String> inputs,
        Map<String, Array> constants,
        Map<String, String> outputs,
        Shaping shaping) {
      this(inputs, constants, outputs, shaping, Set.of(StandardColumns.WAVEFORM));
    }

    /** With more columns of lists. */
    public Mapping withLists(Collection<String> columns) {
      Set<String> all = new LinkedHashSet<>(lists);
      all.addAll(columns);
      return new Mapping(inputs, constants, outputs, shaping, all);
    }

    public Mapping {
      lists = Collections.unmodifiableSet(new LinkedHashSet<>(lists));
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
      constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
      Objects.requireNonNull(shaping, "shaping");
      for (String input : constants.keySet()) {
        if (inputs.containsKey(input)) {
          throw new IllegalArgumentException(
              "the input '" + input + "' is both a constant and the column " + inputs.get(input));
        }
      }
      if (outputs.values().stream().distinct().count() != outputs.size()) {
        throw new IllegalArgumentException("two outputs go to one column: " + outputs);
      }
    }

    private static <T> Map<String, T> more(Map<String, T> map, String key, T value) {
      Map<String, T> more = new LinkedHashMap<>(map);
      more.put(key, value);
      return more;
    }
  }

  /**
   * What is done to outputs on their way to columns.
   *
   * @param sparse how sparse outputs of two dimensions leave
   * @param counted which outputs are cut to as many entries as another output says
   */
  public record Shaping(Sparse sparse, Counted counted) implements Serializable {

    /** Sparse outputs as they are; detections as {@link Counted#DETECTIONS} has them. */
    public static final Shaping DEFAULT = new Shaping(Sparse.AS_GIVEN, Counted.DETECTIONS);

    public Shaping {
      Objects.requireNonNull(sparse, "sparse");
      Objects.requireNonNull(counted, "counted");
    }
  }

  /** How sparse outputs of two dimensions leave. */
  public enum Sparse {
    /** As sparse columns. */
    AS_GIVEN,
    /** As lists; a row whose values are not the first ones of it is a failure. */
    LISTS
  }

  /**
   * What is done about unusual texts, sizes and failures.
   *
   * @param blank texts that are empty or white space only
   * @param longText texts that are too long
   * @param limits sizes of calls, and how many failures are too many
   * @param check where the module is first looked at
   * @param nonFinite outputs that are NaN or infinite
   */
  public record Policies(
      BlankText blank, LongText longText, Limits limits, Check check, NonFinite nonFinite)
      implements Serializable {

    /** Every text is given to the module as it is; the launcher looks at the module. */
    public static final Policies DEFAULT =
        new Policies(
            BlankText.EMBED, LongText.PASS, Limits.DEFAULT, Check.ON_LAUNCHER, NonFinite.PASS);

    public Policies {
      Objects.requireNonNull(blank, "blank");
      Objects.requireNonNull(longText, "longText");
      Objects.requireNonNull(limits, "limits");
      Objects.requireNonNull(check, "check");
      Objects.requireNonNull(nonFinite, "nonFinite");
    }
  }

  /** What is done about a row whose outputs have NaN or an infinity. */
  public enum NonFinite {
    /** They are passed on as they are. */
    PASS,
    /** The row is a failure. */
    FAIL
  }

  /** Where a module is first looked at. */
  public enum Check {
    /** When the pipeline is built: unknown functions, inputs and outputs fail there. */
    ON_LAUNCHER,
    /** On the workers only: for launchers that cannot reach the module. */
    ON_WORKERS
  }
}
