// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Calls one function of a module, with arrays as JSON. */
@Command(
    name = "call",
    description = "Call one function of a module, with arrays as JSON.",
    footer = {
      "",
      "Inputs are {\"name\": {\"dtype\": \"string\", \"shape\": [2], \"values\": [\"a\","
          + " \"b\"]}};",
      "outputs have the same format. Ragged arrays have row_splits, too, sparse ones indices.",
      "",
      "Example: hubbeam call MODULE --function=__call__ --arguments=training=false"
          + " --inputs=in.json"
    })
final class CallCommand extends BaseCommand {

  @Mixin private HandleOptions handles;
  @Mixin private LoadingOptions loading;
  @Mixin private FunctionOptions function;

  @Parameters(paramLabel = "HANDLE", description = "the module")
  private String handle;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--inputs",
      required = true,
      paramLabel = "FILE",
      description = "the inputs by name, as a JSON file; - for standard input")
  private String inputs;

  @Override
  public Integer call() throws IOException {
    Map<String, Array> given = ArrayJson.decode(read());
    FunctionChoice choice = function.choice();
    Hub.Resolved resolved = handles.resolve(handle, err());
    try (Module module = Module.load(resolved.folder(), loading.module().withOriginOf(resolved))) {
      Map<String, Array> outputs = module.function(choice).call(given);
      out().println(ArrayJson.encode(outputs));
    }
    return 0;
  }

  private JsonNode read() throws IOException {
    try (InputStream in = inputs.equals("-") ? System.in : Files.newInputStream(Path.of(inputs))) {
      return new ObjectMapper().readTree(in);
    } catch (NoSuchFileException e) {
      throw new UsageException("--inputs=" + inputs + ": no such file");
    } catch (JsonProcessingException e) {
      throw new UsageException("--inputs=" + inputs + " is not JSON: " + e.getOriginalMessage());
    }
  }
}
