// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.BlankText;
import org.hubbeam.inference.DirectCalls;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.HubChain;
import org.hubbeam.inference.ModuleChain;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.Seeding;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.MediaException;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.QueryKind;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;
import org.hubbeam.vectors.Projection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * Makes vectors of queries as {@code embed} made those of the rows: with the same modules, which
 * must have the digests that the manifest of the embeddings names, and the same options. Threads
 * may share it; one query is embedded at a time.
 */
final class ModuleQueryEncoder implements QueryEncoder {

  private static final String QUERY = "query";
  private static final String VECTOR = "vector";

  private final DirectCalls calls;
  private final PostProcessor after;
  private final Set<QueryKind> kinds;

  /** How pictures become an input; null where the module takes them encoded, or takes none. */
  private final @Nullable ImageSpec picture;

  private ModuleQueryEncoder(
      DirectCalls calls, PostProcessor after, Set<QueryKind> kinds, @Nullable ImageSpec picture) {
    this.calls = calls;
    this.after = after;
    this.kinds = kinds;
    this.picture = picture;
  }

  /**
   * Where the modules are.
   *
   * @param modules the handles of all of them; empty for those that the manifest names
   * @param options of {@link HandleOptions} and {@link LoadingOptions}, as they were given
   * @param err where the progress of a download is shown
   */
  record Access(List<String> modules, List<String> options, PrintWriter err) {
    Access {
      modules = List.copyOf(modules);
      options = List.copyOf(options);
    }

    /** As the options of a program say. */
    static Access of(ParseResult given, List<String> modules, PrintWriter err) {
      List<String> options = new ArrayList<>();
      for (OptionSpec option : given.matchedOptions()) {
        Section.Heading section = HelpSections.of(option);
        if (!option.longestName().equals("--module")
            && (section == Section.Heading.MODULE || section == Section.Heading.LOADING)) {
          options.addAll(VectorRecipe.arguments(option));
        }
      }
      return new Access(modules, options, err);
    }
  }

  /** The options that a vector depends on. */
  @Command(name = "search")
  private static final class Recipe {
    @Mixin private ChainOptions chain;
    @Mixin private PictureOptions pictures;
    @Mixin private VectorOptions vectors;

    @SuppressWarnings("UnusedVariable")
    @Option(names = "--column")
    private String column;

    @Option(names = "--outputKey", defaultValue = ModuleSpec.Mapping.ONLY)
    private String outputKey;

    @Option(names = "--outputs", split = ",")
    private List<String> outputs = new ArrayList<>();

    @Option(names = "--blank", defaultValue = "EMBED")
    private BlankText blank;

    static Recipe parse(List<String> arguments) {
      Recipe recipe = new Recipe();
      new CommandLine(recipe)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setOverwrittenOptionsAllowed(true)
          .parseArgs(arguments.toArray(new String[0]));
      return recipe;
    }
  }

  /**
   * The encoder for embeddings.
   *
   * @param manifest that of {@code embed}
   * @param column the column of the vectors
   * @throws UsageException if the manifest does not say how they were made, or another module is
   *     there
   */
  static ModuleQueryEncoder open(JsonNode manifest, String column, Access access) {
    if (manifest.path("modules").isEmpty() || manifest.path("recipe").isMissingNode()) {
      throw new UsageException(
          "the index does not say how its vectors were made; give a vector (--vector=FILE) or a row"
              + " (--like=ID) instead of a query");
    }
    VectorRecipe made = VectorRecipe.of(manifest.path("recipe"));
    Recipe recipe = Recipe.parse(arguments(manifest, made, access));
    ModuleCalls modules = recipe.chain.calls(access.err);
    checkDigests(manifest, modules);
    PostProcessing steps = recipe.vectors.steps();
    if (steps.projection() instanceof Projection.Pca) {
      steps = ProjectionJson.fitted(steps, manifest);
    }
    String key = recipe.outputs.contains(column) ? column : recipe.outputKey;
    modules =
        modules
            .withFirst(modules.first().withBlankText(recipe.blank))
            .withLast(modules.last().withOutput(key, VECTOR));
    if (recipe.vectors.mask() != null && modules.links().size() > 1) {
      modules = modules.keeping(recipe.vectors.mask());
    }
    ImageSpec picture = null;
    Set<QueryKind> kinds = EnumSet.noneOf(QueryKind.class);
    List<ArraySpec> inputs = FunctionSignature.find(modules.first()).inputs();
    if (made.input() == VectorRecipe.Input.image) {
      ArraySpec taking = recipe.pictures.choose(inputs);
      picture = ImageSpec.takesEncoded(taking) ? null : recipe.pictures.picture(taking);
      modules = modules.withFirst(modules.first().withInput(taking.name(), QUERY));
      kinds.add(QueryKind.IMAGE);
    } else if (made.input() == VectorRecipe.Input.text) {
      List<ArraySpec> texts = inputs.stream().filter(i -> i.dtype() == DType.STRING).toList();
      if (texts.size() == 1) {
        modules = modules.withFirst(modules.first().withInput(texts.get(0).name(), QUERY));
        kinds.add(QueryKind.TEXT);
      }
    }
    return new ModuleQueryEncoder(
        DirectCalls.of(chain(modules)), new PostProcessor(steps), kinds, picture);
  }

  private static List<String> arguments(JsonNode manifest, VectorRecipe made, Access access) {
    List<String> handles = new ArrayList<>(access.modules);
    if (handles.isEmpty()) {
      manifest.path("modules").forEach(module -> handles.add(module.path("handle").asText()));
    }
    List<String> arguments = new ArrayList<>(List.of("--module=" + String.join(",", handles)));
    arguments.addAll(made.options());
    arguments.addAll(access.options);
    return arguments;
  }

  private static void checkDigests(JsonNode manifest, ModuleCalls modules) {
    JsonNode expected = manifest.path("modules");
    if (expected.size() != modules.links().size()) {
      throw new UsageException(
          "the vectors were made by "
              + Formatting.of(expected.size(), "module")
              + ", one after the other; --module names "
              + modules.links().size());
    }
    for (int i = 0; i < expected.size(); i++) {
      String digest = modules.links().get(i).module().digest();
      if (!digest.equals(expected.get(i).path("digest").asText())) {
        throw new UsageException(
            "the module "
                + modules.links().get(i).module().handle()
                + " has the digest "
                + digest
                + "; the vectors were made by "
                + expected.get(i).path("handle").asText()
                + " with the digest "
                + expected.get(i).path("digest").asText()
                + (expected.get(i).path("handle").asText().isEmpty()
                    ? ""
                    : "; --module=HANDLE names another place for it"));
      }
    }
  }

  private static HubChain chain(ModuleCalls modules) {
    ModuleChain chain = ModuleChain.of(modules.links().stream().map(l -> l.spec()).toList());
    for (String kept : modules.kept()) {
      chain = chain.keeping(kept);
    }
    Long seed = modules.seed();
    return seed == null
        ? HubChain.of(chain)
        : HubChain.of(chain).withSeeds(Seeding.PER_RECORD, seed);
  }

  @Override
  public Set<QueryKind> accepts() {
    return kinds;
  }

  @Override
  public float[] text(String query) {
    require(QueryKind.TEXT, "text");
    if (query.isBlank()) {
      throw new IllegalArgumentException("the query is empty, or all of it is blank");
    }
    return vector(Array.Dense.vector(Values.of(query)));
  }

  @Override
  public float[] image(byte[] encoded) {
    require(QueryKind.IMAGE, "images");
    if (picture == null) {
      return vector(
          Array.Dense.vector(new Values.Strings(encoded.clone(), new int[] {0, encoded.length})));
    }
    try {
      Image image = ImageDecoder.decode(encoded, picture);
      ImageColumn column = new ImageColumn(picture, picture.size().orElse(image.size()));
      column.add(image);
      return vector(column.build());
    } catch (MediaException e) {
      throw new IllegalArgumentException("the image cannot be decoded: " + e.getMessage());
    }
  }

  private void require(QueryKind kind, String plural) {
    if (!kinds.contains(kind)) {
      throw new IllegalArgumentException(
          "the vectors of this index are of no "
              + plural
              + " of which a query could be one"
              + (kinds.isEmpty() ? "" : "; it is searched by " + words(kinds))
              + "; give a vector (--vector=FILE) or a row (--like=ID)");
    }
  }

  private static String words(Set<QueryKind> kinds) {
    return kinds.contains(QueryKind.TEXT) ? "text (--query)" : "pictures (--image)";
  }

  private synchronized float[] vector(Array value) {
    DirectCalls.Called called = calls.call(Batch.of(Map.of(QUERY, value)));
    if (!called.failures().isEmpty()) {
      throw new IllegalArgumentException(
          "the query was refused: " + called.failures().get(0).reason());
    }
    if (called.batches().isEmpty() || called.batches().get(0).rows() == 0) {
      throw new IllegalArgumentException(
          "the query is blank, and blank texts have no vectors here");
    }
    PostProcessor.Outcome outcome = after.apply(called.batches().get(0), VECTOR);
    if (!outcome.bad().isEmpty()) {
      throw new IllegalArgumentException("the query was refused: " + outcome.bad().get(0).reason());
    }
    return ((Values.Numbers) outcome.batch().column(VECTOR).values()).roundedToFloats();
  }

  @Override
  public void close() {
    calls.close();
  }
}
