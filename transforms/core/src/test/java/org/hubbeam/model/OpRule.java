// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.hubbeam.model.OpClass.CALLS;
import static org.hubbeam.model.OpClass.COMPUTES;
import static org.hubbeam.model.OpClass.DEBUG;
import static org.hubbeam.model.OpClass.DEVICE;
import static org.hubbeam.model.OpClass.DISTRIBUTED;
import static org.hubbeam.model.OpClass.FILE;
import static org.hubbeam.model.OpClass.FOREIGN_CODE;
import static org.hubbeam.model.OpClass.INTERNAL;
import static org.hubbeam.model.OpClass.NETWORK;
import static org.hubbeam.model.OpClass.STATE;
import static org.hubbeam.model.OpClass.WAITS;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;

/**
 * A rule that puts operations into a class by what TensorFlow's registry says of them. The first
 * rule that fits counts.
 *
 * @param text the rule, for docs/ops.md
 */
record OpRule(OpClass in, String text, Predicate<OpDef> fits) {

  static final List<OpRule> ALL =
      List.of(
          named(INTERNAL, "_.*", "the name begins with `_`"),
          named(INTERNAL, "Experimental.*", "the name begins with `Experimental`"),
          named(
              DEVICE,
              ".*(TPU|Tpu|Infeed|Outfeed|Prelinearize|Minibatch|SparseCore|SparseDenseMatmul"
                  + "|CooTensor|Dedup|Xla(Concat|Split)ND).*",
              "the name has a word of TPUs: `TPU`, `Infeed`, `SparseCore` and the like"),
          named(
              DISTRIBUTED,
              "(Collective|Nccl|DTensor|MultiDevice|Copy(To)?Mesh|Relayout|Xla(Send|Recv|HostCompute"
                  + "|AllReduce|ReduceScatter)).*|Send|Recv|.*MultiDevice.*|AllToAll|CrossReplicaSum",
              "the name has a word of exchange between devices: `Collective`, `Nccl`, `DTensor`,"
                  + " `Send`, `Recv` and the like"),
          named(
              NETWORK,
              "(Rpc|DataService|RegisterDataset|DeleteRpc).*",
              "the name has a word of other processes: `Rpc`, `DataService` and the like"),
          named(FOREIGN_CODE, ".*(PyFunc|CustomCall).*", "the name has `PyFunc` or `CustomCall`"),
          named(
              DEBUG,
              "(Debug|StatsAggregator).*|Copy|CopyHost|.*Stats(Dataset|AggregatorDataset)",
              "the name has a word of debuggers: `Debug`, `StatsAggregator` and the like"),
          named(
              FILE,
              ".*Reader(V2)?|Reader.*|.*Summary(File|Db)?Writer|Write.*Summary|.*Snapshot.*Dataset.*",
              "the name has a word of files: `Reader`, `SummaryWriter`, `SnapshotDataset`"),
          named(
              WAITS,
              ".*(Queue|Barrier|Mutex|Accumulator)(V2)?|(Queue|Barrier|(Resource|Sparse)?Accumulator)"
                  + ".*|(Ordered)?Map(Clear|IncompleteSize|Peek|Size|Stage|Unstage.*)|Stage.*|Unstage"
                  + "|.*ConditionalAccumulator|.*MutexLock",
              "the name has a word of waiting: `Queue`, `Barrier`, `Stage`, `Mutex`,"
                  + " `Accumulator`"),
          new OpRule(
              FILE,
              "an input or attribute is called `filename`, `file_pattern`, `path`, `directory` and"
                  + " the like",
              o ->
                  arguments(o)
                      .anyMatch(
                          matches(
                              "(.*_)?((file|dir)(names?|_names?|_pattern|_path)?|files|path|directory|logdir)"))),
          new OpRule(
              NETWORK,
              "an input or attribute is called `address`, `host`, `url` and the like",
              o -> arguments(o).anyMatch(matches("(.*_)?(address|url|urls|host|port|protocol)"))),
          new OpRule(
              INTERNAL,
              "it takes or gives a data set or an iterator, and was not let in one by one",
              o -> matches(".*(Dataset|Iterator).*").test(o.getName())),
          new OpRule(CALLS, "an attribute is a function", OpRule::calls),
          new OpRule(
              STATE,
              "it holds a resource or a reference, and the name has a word of variables, tables,"
                  + " arrays, stacks, trees or random generators",
              o ->
                  holds(o)
                      && matches(
                              ".*(Variable|VarHandle|VarIs|Assign|Table|TensorArray|Stack|BoostedTrees"
                                  + "|Apply|Scatter|Gather|CountUpTo|Rng|Stateful).*|Resource.*"
                                  + "|Ref(Enter|Exit|Identity|Merge|NextIteration|Select|Switch)"
                                  + "|(Anonymous|Delete|Dummy)(Random)?SeedGenerator")
                          .test(o.getName())),
          new OpRule(
              COMPUTES,
              "it is stateful only because it is random",
              o ->
                  o.getIsStateful()
                      && !holds(o)
                      && matches(".*(Random|Sampl|Multinomial|Normal|Uniform|NonDeterministic).*")
                          .test(o.getName())),
          new OpRule(
              COMPUTES,
              "it is not stateful, and holds no resource and no reference",
              o -> !o.getIsStateful() && !holds(o)));

  private static OpRule named(OpClass in, String names, String text) {
    Predicate<String> matches = matches(names);
    return new OpRule(in, text, o -> matches.test(o.getName()));
  }

  private static Predicate<String> matches(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  private static Stream<String> arguments(OpDef op) {
    return Stream.concat(
        op.getInputArgList().stream().map(OpDef.ArgDef::getName),
        op.getAttrList().stream().map(OpDef.AttrDef::getName));
  }

  private static boolean calls(OpDef op) {
    return op.getAttrList().stream()
        .anyMatch(a -> a.getType().equals("func") || a.getType().equals("list(func)"));
  }

  private static boolean holds(OpDef op) {
    return Stream.concat(op.getInputArgList().stream(), op.getOutputArgList().stream())
        .anyMatch(a -> a.getIsRef() || a.getType() == DataType.DT_RESOURCE);
  }
}
