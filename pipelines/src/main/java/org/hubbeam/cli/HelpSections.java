// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options in {@code --help}, by {@link Section}. */
final class HelpSections {

  private HelpSections() {}

  /** Makes a program show its options in sections, and in the synopsis only the required ones. */
  static void install(CommandLine program) {
    program.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST_HEADING, help -> "");
    program.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST, HelpSections::render);
    CommandSpec spec = program.getCommandSpec();
    spec.usageMessage().parameterListHeading("%n");
    if (spec.usageMessage().customSynopsis().length > 0) {
      return;
    }
    StringBuilder synopsis = new StringBuilder(spec.qualifiedName());
    spec.options().stream()
        .filter(OptionSpec::required)
        .forEach(o -> synopsis.append(" ").append(o.longestName() + "=" + o.paramLabel()));
    spec.positionalParameters().forEach(p -> synopsis.append(" ").append(p.paramLabel()));
    spec.usageMessage().customSynopsis(synopsis + " [OPTION]...");
  }

  /** The options of a program by section; a single section has no heading of its own. */
  private static String render(Help help) {
    Map<Section.Heading, List<OptionSpec>> sections = new EnumMap<>(Section.Heading.class);
    for (OptionSpec option : help.commandSpec().options()) {
      if (!option.hidden()) {
        sections.computeIfAbsent(of(option), h -> new ArrayList<>()).add(option);
      }
    }
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (heading, options) -> {
          String title = sections.size() == 1 ? "Options" : heading.text;
          text.append(String.format("%n%s:%n", title));
          // Sorted by name within each of the two lists.
          text.append(list(help, options.stream().filter(OptionSpec::required).toList()));
          text.append(list(help, options.stream().filter(o -> !o.required()).toList()));
        });
    return text.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    return options.isEmpty() ? "" : help.optionListExcludingGroups(options);
  }

  /** The section of an option. */
  static Section.Heading of(OptionSpec option) {
    Field field = (Field) option.userObject();
    return Optional.ofNullable(field.getAnnotation(Section.class))
        .or(() -> Optional.ofNullable(field.getDeclaringClass().getAnnotation(Section.class)))
        .map(Section::value)
        .orElse(Section.Heading.OTHER);
  }
}
