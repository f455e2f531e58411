// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that are called wrongly say so in one line that helps. */
class WrongUseTest {

  @TempDir static Path work;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(work.resolve("in.txt"), "1\n2\n");
    Files.writeString(work.resolve("in.csv"), "id,text\n1,2\n");
    Files.writeString(work.resolve("broken.json"), "{\"texts\": ");
    Files.writeString(
        work.resolve("in.json"),
        "{\"texts\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"1\"]}}");
    Files.writeString(work.resolve("old.manifest.json"), "{}");
    String spec = "columns:\n  id: {type: int64}\noutputs:\n  x: scale_to_0_1(id)\n";
    Files.writeString(work.resolve("s.yaml"), spec);
    Files.writeString(work.resolve("bad.yaml"), spec.replace("scale_to_0_1", "scale"));
    Files.writeString(work.resolve("type.yaml"), spec.replace("int64", "number"));
    Files.writeString(work.resolve("other.csv"), "text\n1\n");
    Files.writeString(work.resolve("x.pbtxt"), "feature { name: \"id\" type: INT shape {} }\n");
    CliFixtures.numbers(work.resolve("numbers"));
  }

  /** The arguments, {@code W} standing for the test's folder, and what the line has to say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "emed | hubbeam: unknown program 'emed'; did you mean embed?",
        "hepl | hubbeam: unknown program 'hepl'; did you mean help or head? See hubbeam --help",
        "nothing | hubbeam: unknown program 'nothing'; there are demo, embed, detect, generate,",
        "help emed | hubbeam help: unknown program 'emed'; did you mean embed?",
        "embed --modul=W/numbers --input=W/in.txt --output=W/o"
            + " | unknown option '--modul'; did you mean --module?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --input-format=csv"
            + " | unknown option '--input-format'; did you mean --inputFormat?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o -column=csv"
            + " | unknown option '-column'; did you mean --column?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --parallelism 3"
            + " | unexpected argument '3'; write --parallelism=3",
        "embed --module=W/numbers --output=W/o --input W/in.txt W/in.csv"
            + " | unexpected argument 'W/in.csv'; to name several files, put a glob in quotes:"
            + " --input='W/*.csv'",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --runner=SparkRunner |"
            + " --runner=SparkRunner is not part of this command line, which has direct and flink;"
            + " runners/spark builds one that has it (runners/spark/README.md)",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --runner=dataflow --region=x"
            + " | --runner=dataflow is not part of this command line, which has direct and flink;"
            + " runners/dataflow builds one that has it (runners/dataflow/README.md)",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --runner=PortableRunner"
            + " | org.apache.beam:beam-runners-portability-java:2.",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --parallelism=two"
            + " | --parallelism=two must be a",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --parallelism=0"
            + " | --parallelism must be 1 or more",
        "embed --module=W/numbers --input=https://host/x.txt --output=W/o"
            + " | https://host/x.txt is an address; files are read and written on this machine and",
        "embed --module=W/numbers --input=W/in.txt --output=ftp://host/o"
            + " | ftp://host/o is an address",
        "embed --module=W/numbers --input=W/in.txt --output=nfs://host/o"
            + " | nfs://host/o: nfs: paths are not part of this build",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --region=x"
            + " | unknown option '--region' of the dataflow runner, which is not part of",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --runner=flnk"
            + " | there is no --runner=flnk; there are direct and flink; did you mean flink?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --flinkMaster=local:host:1"
            + " | --flinkMaster=local:host:1 must be HOST:PORT, such as localhost:8081, or [local]",
        "--halp | hubbeam: unknown option '--halp'; did you mean --help?",
        "embed | hubbeam embed: Missing required options: '--module=HANDLE', '--input=GLOB'",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --shrads=3"
            + " | unknown option '--shrads'; did you mean --shards?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --paralelism=3"
            + " | unknown option '--paralelism'; did you mean --parallelism?",
        "embed --module=W/numbers --input=W/in.txt --output=W/o more"
            + " | unexpected argument 'more'; options are written --name=value",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --runner=spork"
            + " | there is no --runner=spork; there are direct and flink",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --inputFormat=xml"
            + " | expected one of [text, document, csv, jsonl, tfrecord, image, video, audio]",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --blank=MAYBE"
            + " | expected one of [EMBED, SKIP, ZERO, FAIL]",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --shards=-1"
            + " | --shards=-1 must be 0 or more",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --shards=two"
            + " | --shards=two must be a whole number",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --batchRows=0"
            + " | --batchRows=0 must be 1 or more",
        "embed --module=W/numbers --input=W/none*.txt --output=W/o | no file matches W/none*.txt",
        "embed --module=W/numbers --input=W/in.txt --output=W/old"
            + " | the output exists already: W/old.manifest.json; use --overwrite to replace it",
        "embed --module=W/numbers --input=W/in.csv --inputFormat=csv --column=txt --output=W/o"
            + " | --column=txt: no such column; the columns are [id, text]",
        "embed --module=W/numbers --input=W/in.csv --inputFormat=csv --idColumn=no --output=W/o"
            + " | --idColumn=no: no such column; the columns are [id, text]",
        "embed --module=W/numbers --input=W/in.csv --inputFormat=csv --output=W/o"
            + " | takes [texts: string [?]]; there are the columns [id, text]; name the one to"
            + " take: --column=NAME",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --function=nope"
            + " | the module has no function 'nope'; there are: serving_default(texts: string [?])",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --outputKey=nope"
            + " | has no output 'nope'; it has [",
        "embed --module=W/numbers --input=W/in.txt --output=W/o"
            + " | has not one output but [doubled: float32 [?], value: float32 [?]]",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --function=scaled --arguments=2"
            + " | --arguments: '2' must be name=value",
        "embed --module=W/numbers --input=W/im.txt --output=W/o"
            + " | no file matches W/im.txt; did you mean in.txt",
        "embed --module=W/numbers --input=W/no/in.txt --output=W/o"
            + " | no file matches W/no/in.txt; there is no folder W/no",
        "embed --module=W/numbers --input=W/in.txt,W/in.csv --output=W/o"
            + " | several files are written as a glob, such as '*.txt' or '{a,b}.txt'",
        "embed --module=W/numbers --input=$HOME/in.txt --output=W/o"
            + " | the shell replaces $NAME outside of single quotes only",
        "embed --module=W/numbers --input=\"W/in.txt\" --output=W/o"
            + " | the quotes are part of this name",
        "embed --module=W/numbers --input=W/[a.txt --output=W/o | '[a.txt' is no glob: ",
        "embed -m W/numbers --input=W/in.txt --output=W/o"
            + " | unknown option '-m'; did you mean --module",
        "embed --module=W/numbers --input=W/in.txt -o W/o"
            + " | unknown option '-o'; did you mean --output",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --fps=3"
            + " | --fps is not for text and tables",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --imageSize=3"
            + " | --imageSize is not for text and tables",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --callTimeout=-1"
            + " | --callTimeout=-1.0 must be at least 0.001 seconds",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --loadTimeout=0"
            + " | --loadTimeout=0.0 must be at least 0.001 seconds",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --gpuMemory=2"
            + " | --gpuMemory=2.0 must be above 0 and at most 1",
        "embed --module=W/numbers --input=W/in.txt --output=W/o --intraOp=-1"
            + " | --intraOp=-1 must be 0 or more",
        "embed --module=W/numbers --input=W/in.txt --output=W/o/"
            + " | --output=W/o/ must be the start of file names, such as W/o/vectors",
        "embed --module=W/numbers --input=W/in.txt --output=W/in.txt/o"
            + " | --output=W/in.txt/o: cannot write to W/in.txt (W/in.txt is a file)",
        "embed --module=W/numbers --input=W/in.txt --output=/proc/no/o"
            + " | --output=/proc/no/o: cannot write to /proc/no (",
        "detect --module=W/numbers --input=W/in.txt --output=W/o"
            + " | the function takes text, not images: texts: string [?]; if it decodes them in a"
            + " way of its own, say so with --mediaInput=texts",
        "detect --module=W/numbers --input=W/in.txt --output=W/o --labels=W/in.txt"
            + " | --labels=W/in.txt names the boxes that --draw=FOLDER draws",
        "generate --module=W/numbers --output=W/o --count=0 | --count=0 must be 1 or more",
        "generate --module=W/numbers --output=W/o --outputKey=value --set=texts=[\"1\"]"
            + " | the output value: float32 [?] is no image; images have [rows, height, width,",
        "generate --module=W/numbers --output=W/in.txt"
            + " | --output=W/in.txt: cannot write to W/in.txt (W/in.txt is a file)",
        "resolve W/numbers --mirror=foo | --mirror=foo must be START=OTHER",
        "resolve W/numbers --sha256=foo | --sha256=foo must have 64 hexadecimal digits",
        "demo --folder=W/in.txt | --folder=W/in.txt: cannot write to W/in.txt",
        "apply --transformOutput=W/none --input=W/in.csv --output=W/o"
            + " | --transformOutput=W/none: no such folder",
        "apply --transformOutput=W/in.csv --input=W/in.csv --output=W/o"
            + " | --transformOutput=W/in.csv is a file; give the folder",
        "apply --transformOutput=W --input=W/in.csv --output=W/o | --transformOutput=W has no"
            + " transform_fn/; give the folder that 'hubbeam transform'",
        "transform --spec=W/numbers --input=W/in.csv --output=W/o"
            + " | --spec=W/numbers is a folder; give a file",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/in.csv"
            + " | --output=W/in.csv: cannot write to W/in.csv (W/in.csv is a file)",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --cache=W/in.csv"
            + " | --cache=W/in.csv: cannot write to W/in.csv (W/in.csv is a file)",
        "transform | Missing required options: '--spec=FILE', '--input=GLOB', '--output=DIR'",
        "transform --input=W/in.csv --output=W/o | Missing required option: '--spec=FILE'",
        "transform --spec=W/s.yaml --output=W/o | Missing required option: '--input=GLOB'",
        "transform --spec=W/s.yaml --input=W/in.csv | Missing required option: '--output=DIR'",
        "transform --spec=W/none.yaml --input=W/in.csv --output=W/o"
            + " | --spec=W/none.yaml: no such file",
        "transform --spec=W/bad.yaml --input=W/in.csv --output=W/o"
            + " | W/bad.yaml:4:6: there is no operation 'scale'",
        "transform --spec=W/type.yaml --input=W/in.csv --output=W/o"
            + " | W/type.yaml:2:14: there is no type 'number'; allowed are",
        "transform --spec=W/s.yaml --schema=W/none --input=W/in.csv --output=W/o"
            + " | --schema is only for --function",
        "transform --spec=W/s.yaml --input=W/in.txt --output=W/o"
            + " | cannot detect the format of W/in.txt, which is text; specify --inputFormat=csv",
        "transform --spec=W/s.yaml --input=W/none.csv --output=W/o | no file matches W/none.csv",
        "transform --spec=W/s.yaml --input=W/in.csv --evalInput=W/other.csv --output=W/o"
            + " | W/other.csv: the header has the columns [text]; the schema has [id] too",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --labels=no"
            + " | there is no column 'no'; there are [id]",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --labels=id"
            + " | there would be no features to serve",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --inputFormat=xml"
            + " | expected one of [csv, jsonl, tfrecord]",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --explian"
            + " | unknown option '--explian'; did you mean --explain?",
        "transform --spec=W/s.yaml --input=W/in.csv --output=W/o --shards=-1"
            + " | --shards=-1 must be 0 or more",
        "transform --function=java.lang.String --input=W/in.csv --output=W/o"
            + " | --function=java.lang.String requires the input columns: --schema=schema.pbtxt",
        "transform --function=a.b.C --schema=W/x.pbtxt --input=W/in.csv --output=W/o"
            + " | --function=a.b.C: class not found; add its jar to HUBBEAM_CLASSPATH",
        "transform --function=java.lang.String --schema=W/x.pbtxt --input=W/in.csv --output=W/o"
            + " | --function=java.lang.String does not implement org.hubbeam.preprocessing.Pre",
        "transform --function=java.lang.String --schema=W/in.csv --input=W/in.csv --output=W/o"
            + " | --schema=W/in.csv: ",
        "apply --input=W/in.csv --output=W/o"
            + " | Missing required option: '--transformOutput=DIR'",
        "apply --transformOutput=W/numbers --input=W/in.csv --output=W/old"
            + " | the output exists already: W/old.manifest.json; use --overwrite to replace it",
        "apply --transformOutput=W/numbers --input=W/in.csv --output=W/o"
            + " | the module has no function 'transform_fn'",
        "call W/numbers | Missing required option: '--inputs=FILE'",
        "call W/numbers --inputs=W/none.json | --inputs=W/none.json: no such file",
        "call W/numbers --inputs=W/broken.json | --inputs=W/broken.json is not JSON",
        "call W/numbers --inputs=W/in.json --function=nope | the module has no function 'nope'",
        "call W/numbers --inputs=W/in.json --frobnicate | unknown option '--frobnicate'",
        "inspect | Missing required parameter: 'HANDLE'",
        "inspect W/numbers W/numbers | unexpected argument",
        "resolve | Missing required parameter: 'HANDLE'",
        "head | Missing required parameter: 'FILE'",
        "head W/none.tfrecord | no file matches W/none.tfrecord",
        "head W/in.txt -n -1 | cannot show -1 records",
        "doctor now | unexpected argument 'now'",
        "demo --runner=spork | there is no --runner=spork",
      })
  void oneLineAndExitCodeTwo(String arguments, String expected) throws IOException {
    Run run =
        Run.of(
            arguments
                .strip()
                .replace("W/", work + "/")
                .replace("=W ", "=" + work + " ")
                .split(" "));

    assertThat(run.err().strip())
        .contains(expected.replace("W/", work + "/").replace("=W ", "=" + work + " "))
        .hasLineCount(1);
    assertThat(run.err()).startsWith("hubbeam");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(2);
    assertThat(work.toFile().list())
        .containsExactlyInAnyOrder(
            "in.txt",
            "in.csv",
            "in.json",
            "broken.json",
            "old.manifest.json",
            "numbers",
            "s.yaml",
            "bad.yaml",
            "type.yaml",
            "other.csv",
            "x.pbtxt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect W/none",
        "resolve W/none",
        "resolve --offline --cache=W/none google/nnlm/tensorFlow2/en-dim128/1",
        "embed --module=W/none --input=W/in.txt --output=W/o",
        "call W/none --inputs=W/in.json",
      })
  void aMissingModuleIsOneLineThatNamesIt(String arguments) {
    Run run = Run.of(arguments.replace("W/", work + "/").split(" "));

    assertThat(run.err().strip()).containsPattern("none|google/nnlm").hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void headSaysWhatIsNoFileOfTFRecords() {
    Run run = Run.of("head", work.resolve("in.csv").toString());

    assertThat(run.err().strip()).contains("in.csv is text, no file of TFRecords").hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(Run.of("head", work.toString()).err())
        .contains(work + " is a folder; '" + work + "/*' means its files");
  }

  @Test
  void debuggingShowsWhereItCameFrom() {
    Run run = Run.of("head", work.resolve("none").toString(), "--debug");

    assertThat(run.err()).contains("no file matches").contains("\tat org.hubbeam.");
    assertThat(run.code()).isEqualTo(2);
  }
}
