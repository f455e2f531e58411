// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.NestedJson;
import org.hubbeam.batch.Printable;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
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
      "Inputs are nested lists by name, {\"sentences\": [\"a parcel\"]}, of the dtype that the"
          + " function takes, or arrays with their dtypes, {\"sentences\": {\"dtype\": \"string\","
          + " \"shape\": [1], \"values\": [\"a parcel\"]}}, as outputs are. Ragged arrays have"
          + " row_splits, too, sparse ones indices.",
      "As with TensorFlow Serving, {\"instances\": [...]} has one row after the other, and is"
          + " answered with {\"predictions\": [...]}; {\"inputs\": ...} has whole inputs, and is"
          + " answered with {\"outputs\": ...}. Bytes are {\"b64\": \"...\"}.",
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
    CallRequest request = new CallRequest(read());
    FunctionChoice choice = request.choice(function.choice());
    Hub.Resolved resolved = Fetch.resolve(handle, handles.forHandle(handle), err());
    try (Module module = Module.load(resolved.folder(), loading.module().withOriginOf(resolved))) {
      ModuleFunction called = module.function(choice);
      ObjectNode answer = request.answer(called);
      for (ArraySpec output : called.opaqueOutputs()) {
        String name = Printable.line(output.name());
        err().println("the output '" + name + "' is " + output.dtype() + " and left out");
      }
      out().println(answer);
    }
    return 0;
  }

  private JsonNode read() throws IOException {
    try (InputStream in = inputs.equals("-") ? System.in : Files.newInputStream(Path.of(inputs))) {
      return NestedJson.READER.readTree(in);
    } catch (NoSuchFileException e) {
      throw new UsageException("--inputs=" + inputs + ": no such file");
    } catch (JsonProcessingException e) {
      throw new UsageException("--inputs=" + inputs + " is not JSON: " + e.getOriginalMessage());
    }
  }
}
