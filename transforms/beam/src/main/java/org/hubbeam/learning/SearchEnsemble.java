// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.training.AdaNet;
import org.hubbeam.training.AdaNetState;
import org.hubbeam.training.CandidatePlan;
import org.hubbeam.training.Proposal;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches for an ensemble with {@link AdaNet}. The heads of a round are elements, which workers
 * train in parallel; so are its candidates, whose weights and F they find. A worker that dies costs
 * what it was training only, and who takes over goes on from its checkpoint. The ensemble of the
 * last round is written with the modules that its members take, each once, as one module.
 *
 * <pre>{@code
 * PCollection<AdaNetState> found = pipeline.apply(SearchEnsemble.of(search));
 * }</pre>
 */
public final class SearchEnsemble extends PTransform<PBegin, PCollection<AdaNetState>> {
  private static final long serialVersionUID = 1;

  private final EnsembleSearch search;

  private SearchEnsemble(EnsembleSearch search) {
    this.search = search;
  }

  /** The transform. It gives one element, when the module is written. */
  public static SearchEnsemble of(EnsembleSearch search) {
    return new SearchEnsemble(search);
  }

  @Override
  public PCollection<AdaNetState> expand(PBegin begin) {
    PCollection<AdaNetState> state =
        begin.apply(
            "Start",
            Create.of(AdaNetState.EMPTY).withCoder(SerializableCoder.of(AdaNetState.class)));
    for (int round = 0; round < search.adanet().options().rounds(); round++) {
      state = state.apply("Round " + round, new RoundTransform(search));
    }
    return state
        .apply("Write", ParDo.of(new WriteFn(search)))
        .setCoder(SerializableCoder.of(AdaNetState.class));
  }

  /**
   * Something of a round, with what the round is to know of those before.
   *
   * @param index among those of its kind
   */
  private record Part<T extends Serializable>(
      AdaNetState state, ArrayList<AdaNetState.Trained> trained, int index, T value)
      implements Serializable {}

  private static final class RoundTransform
      extends PTransform<PCollection<AdaNetState>, PCollection<AdaNetState>> {
    private static final long serialVersionUID = 1;
    private final EnsembleSearch search;

    RoundTransform(EnsembleSearch search) {
      this.search = search;
    }

    @Override
    public PCollection<AdaNetState> expand(PCollection<AdaNetState> states) {
      return spread(states.apply("Propose", ParDo.of(new ProposeFn(search))), "Heads")
          .apply("Train", ParDo.of(new TrainProposalFn(search)))
          .setCoder(KvCoder.of(VarIntCoder.of(), coder()))
          .apply("All heads", GroupByKey.create())
          .apply("Plan", ParDo.of(new PlanFn(search)))
          .setCoder(KvCoder.of(VarIntCoder.of(), coder()))
          .apply("Candidates", Reshuffle.of())
          .apply("Find weights", ParDo.of(new WeightsFn(search)))
          .setCoder(KvCoder.of(VarIntCoder.of(), coder()))
          .apply("All candidates", GroupByKey.create())
          .apply("Choose", ParDo.of(new ChooseFn(search)))
          .setCoder(SerializableCoder.of(AdaNetState.class));
    }

    private static <T extends Serializable> PCollection<KV<Integer, Part<T>>> spread(
        PCollection<KV<Integer, Part<T>>> parts, String name) {
      return parts.setCoder(KvCoder.of(VarIntCoder.of(), coder())).apply(name, Reshuffle.of());
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // A coder of all parts, whatever they hold.
    private static <T extends Serializable> SerializableCoder<Part<T>> coder() {
      return (SerializableCoder) SerializableCoder.of(Part.class);
    }
  }

  private abstract static class SearchFn<A, B> extends DoFn<A, B> {
    private static final long serialVersionUID = 1;
    final EnsembleSearch search;

    SearchFn(EnsembleSearch search) {
      this.search = search;
    }

    AdaNet adanet() {
      return search.adanet();
    }
  }

  /** The heads of a round, each under a key of its own. */
  private static final class ProposeFn extends SearchFn<AdaNetState, KV<Integer, Part<Proposal>>> {
    private static final long serialVersionUID = 1;

    ProposeFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(
        @Element AdaNetState state, OutputReceiver<KV<Integer, Part<Proposal>>> out) {
      int index = 0;
      for (Proposal proposal : adanet().proposals(state)) {
        out.output(KV.of(index, new Part<>(state, new ArrayList<>(), index, proposal)));
        index++;
      }
    }
  }

  /** Trains a head; all of a round get one key. */
  private static final class TrainProposalFn
      extends SearchFn<KV<Integer, Part<Proposal>>, KV<Integer, Part<AdaNetState.Trained>>> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(TrainProposalFn.class);

    TrainProposalFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Part<Proposal>> element,
        OutputReceiver<KV<Integer, Part<AdaNetState.Trained>>> out)
        throws IOException {
      Part<Proposal> part = element.getValue();
      int round = part.state.rounds().size();
      String head = part.value.name();
      String checkpoint =
          search.places().checkpoints() + "-round-%d-head-%d".formatted(round, part.index);
      String progress = search.places().progress();
      try (SharedRows.Lease rows = SharedRows.lease(search.key())) {
        AdaNetState.Trained trained =
            adanet()
                .train(
                    part.state,
                    part.value,
                    rows.data(),
                    search.options(),
                    new CheckpointFile(checkpoint),
                    told(
                        round,
                        head,
                        new ProgressWriter(
                            p -> new HeadProgress(round, part.index, head, p).write(progress),
                            new TrainingProgress.Rows(
                                rows.data().train().rows(), rows.data().heldOut().rows()))));
        HeadProgress.end(progress, round, part.index);
        out.output(KV.of(0, new Part<>(part.state, part.trained, part.index, trained)));
      }
    }

    /** A listener that logs with how many steps a worker begins. */
    private static TrainingListener told(int round, String head, TrainingListener next) {
      return new TrainingListener() {
        @Override
        public void started(long steps, long done) {
          LOG.info("round {}: {} has {} of at most {} steps", round, head, done, steps);
          next.started(steps, done);
        }

        @Override
        public void step(TrainingHistory.StepLoss step) {
          next.step(step);
        }

        @Override
        public void epoch(TrainingHistory.EpochMetrics epoch) {
          next.epoch(epoch);
        }
      };
    }
  }

  /** The candidates of a round, each under a key of its own. */
  private static final class PlanFn
      extends SearchFn<
          KV<Integer, Iterable<Part<AdaNetState.Trained>>>, KV<Integer, Part<CandidatePlan>>> {
    private static final long serialVersionUID = 1;

    PlanFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Part<AdaNetState.Trained>>> element,
        OutputReceiver<KV<Integer, Part<CandidatePlan>>> out)
        throws IOException {
      List<Part<AdaNetState.Trained>> parts = sorted(element.getValue());
      ArrayList<AdaNetState.Trained> trained = new ArrayList<>();
      parts.forEach(p -> trained.add(p.value));
      AdaNetState state = parts.get(0).state;
      int index = 0;
      for (CandidatePlan plan : adanet().plans(state, trained)) {
        out.output(KV.of(index, new Part<>(state, trained, index, plan)));
        index++;
      }
    }
  }

  /** A candidate, and how many rows of both kinds its worker saw: as many as all others. */
  private record Weighed(AdaNetState.Candidate candidate, long train, long heldOut)
      implements Serializable {}

  /** Finds the weights of a candidate and its F; all of a round get one key. */
  private static final class WeightsFn
      extends SearchFn<KV<Integer, Part<CandidatePlan>>, KV<Integer, Part<Weighed>>> {
    private static final long serialVersionUID = 1;

    WeightsFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Part<CandidatePlan>> element,
        OutputReceiver<KV<Integer, Part<Weighed>>> out)
        throws IOException {
      Part<CandidatePlan> part = element.getValue();
      try (SharedRows.Lease rows = SharedRows.lease(search.key())) {
        AdaNetState.Candidate candidate =
            adanet().candidate(part.value, rows.data(), search.options());
        Weighed weighed =
            new Weighed(candidate, rows.data().train().rows(), rows.data().heldOut().rows());
        out.output(KV.of(0, new Part<>(part.state, part.trained, part.index, weighed)));
      }
    }
  }

  /** Ends a round. */
  private static final class ChooseFn
      extends SearchFn<KV<Integer, Iterable<Part<Weighed>>>, AdaNetState> {
    private static final long serialVersionUID = 1;

    ChooseFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Part<Weighed>>> element, OutputReceiver<AdaNetState> out)
        throws IOException {
      List<Part<Weighed>> parts = sorted(element.getValue());
      AdaNetState next =
          adanet()
              .next(
                  parts.get(0).state,
                  parts.get(0).trained,
                  parts.stream().map(p -> p.value.candidate).toList());
      Weighed any = parts.get(0).value;
      EnsembleSummary.of(adanet(), next, new TrainingProgress.Rows(any.train, any.heldOut))
          .write(search.places().summary());
      out.output(next);
    }
  }

  private static <T extends Serializable> List<Part<T>> sorted(Iterable<Part<T>> parts) {
    List<Part<T>> sorted = new ArrayList<>();
    parts.forEach(sorted::add);
    sorted.sort(Comparator.comparingInt(Part::index));
    return sorted;
  }

  /** Writes the ensemble of the last round, and tells how good it is. */
  private static final class WriteFn extends SearchFn<AdaNetState, AdaNetState> {
    private static final long serialVersionUID = 1;

    WriteFn(EnsembleSearch search) {
      super(search);
    }

    @ProcessElement
    public void process(@Element AdaNetState state, OutputReceiver<AdaNetState> out)
        throws IOException {
      UsedFeatures used = UsedFeatures.of(search.features(), state);
      ModuleOutput.write(
          used.features(), used.ensemble(), search.options().penalties(), search.places().output());
      TrainingSummary.Measures measures =
          new HeadMeasure(new CachedRows(search.rows()), search.options().split())
              .of(Objects.requireNonNull(state.chosen(), "ensemble").ensemble());
      String summary = search.places().summary();
      EnsembleSummary.read(summary).orElseThrow().withMeasures(measures).write(summary);
      out.output(state);
    }
  }
}
