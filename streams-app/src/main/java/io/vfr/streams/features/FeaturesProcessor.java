package io.vfr.streams.features;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.SentimentObservation;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.ingest.AcceptedRecord;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.HotSymbols;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Applies each accepted record to its symbol's state. A price event forwards one {@link
 * FeatureVector} to scoring, or a dead letter if it comes after its bar has closed for good.
 */
final class FeaturesProcessor implements Processor<String, AcceptedRecord<?>, Object, Object> {
  /**
   * Everything a task holds of one symbol on the heap; each part is loaded when it is first needed.
   */
  private static final class SymbolState {
    /** The one string for it: each record brings its own. */
    private final String symbol;

    private final SymbolBars bars;
    private final FundamentalsHistory fundamentals;
    private final SentimentHistory[] sentiment;

    SymbolState(
        String symbol,
        SymbolBars bars,
        FundamentalsHistory fundamentals,
        SentimentHistory[] sentiment) {
      this.symbol = symbol;
      this.bars = bars;
      this.fundamentals = fundamentals;
      this.sentiment = sentiment;
    }
  }

  private final AppConfig config;
  private final FeatureSlots slots;
  private final OpenNames open;
  private final FeaturesCounters counters;
  private final Supplier<SequencePlan> sequences;
  private final FeatureSchema schema = FeatureSchema.current();
  private final HotSymbols<SymbolState> hot;
  private int fundamentalsAgeSlot;
  private int sentimentAgeSlot;

  /** Names of the newest vector's imputed features; the next one's are the same ones as a rule. */
  private List<String> lastImputed = List.of();

  private @Nullable ProcessorContext<Object, Object> context;
  private @Nullable BarLedger ledger;
  private @Nullable FundamentalsBook fundamentals;
  private @Nullable SentimentBook sentiment;
  private @Nullable MacroBook macro;

  FeaturesProcessor(
      AppConfig config,
      FeatureSlots slots,
      OpenNames open,
      HeapPools pools,
      FeaturesCounters counters,
      Supplier<SequencePlan> sequences) {
    this.config = config;
    this.slots = slots;
    this.open = open;
    this.counters = counters;
    this.sequences = sequences;
    hot = pools.symbols("features", config.features().hotSymbols());
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    hot.clear();
    TaskState state = CommitBarrier.stateOf(context);
    ledger = new BarLedger(config.bars(), state);
    sentiment = new SentimentBook(config.sentiment(), slots, state.table(Table.SENTIMENT));
    fundamentals = new FundamentalsBook(slots, open, state.table(Table.FUNDAMENTALS));
    macro = new MacroBook(slots, open, state.table(Table.MACRO));
    fundamentalsAgeSlot = slots.slot("fundamentals_age_days");
    sentimentAgeSlot = slots.slot("sentiment_age_minutes");
  }

  @Override
  public void process(Record<String, AcceptedRecord<?>> record) {
    AcceptedRecord<?> accepted = record.value();
    ledger().sequences(sequences.get());
    switch (accepted.value()) {
      case PriceEvent event -> price(event, accepted);
      case Fundamentals message -> {
        fundamentals().add(state(message.symbol()).fundamentals, message);
      }
      case SentimentObservation message -> observe(message);
      case MacroValue message -> macro().add(message);
      default ->
          throw new IllegalStateException(
              "ingest accepts no " + accepted.value().getClass().getSimpleName());
    }
  }

  private void observe(SentimentObservation message) {
    if (sentiment().isConfigured(message.source())) {
      sentiment().add(state(message.symbol()).sentiment, message);
    } else {
      counters.unconfiguredSource();
    }
  }

  private void price(PriceEvent event, AcceptedRecord<?> accepted) {
    long started = System.nanoTime();
    SymbolState state = state(event.symbol());
    BarLedger bars = ledger();
    if (bars.isLate(state.bars, event)) {
      accepted.counters().deadLettered(RejectCode.LATE);
      context().forward(late(state.bars, event, accepted), Features.LATE_CHILD);
      return;
    }
    accepted.counters().accepted();
    counters.priceAccepted();
    List<FeatureVector> changed = new ArrayList<>(1);
    bars.apply(
        state.bars,
        event,
        macro().benchmark(event.ts()),
        (closed, bar, nextClose) -> {
          // Bars after a late one are computed again only for whom their vectors are published.
          if (changed.isEmpty() || config.features().emit()) {
            changed.add(vector(state, closed, bar, nextClose, event, accepted));
          }
        });
    long closedUntil = bars.closedUntil(state.bars);
    fundamentals().prune(event.symbol(), state.fundamentals, closedUntil);
    sentiment().prune(event.symbol(), state.sentiment, closedUntil);
    counters.updated(System.nanoTime() - started);
    FeatureVector own = changed.getFirst();
    if (config.features().emit()) {
      changed.forEach(this::publish);
    }
    context().forward(new Record<>(own.symbol(), own, own.ts()), Features.SCORING_CHILD);
  }

  private Record<byte[], byte[]> late(
      SymbolBars bars, PriceEvent event, AcceptedRecord<?> accepted) {
    return accepted.deadLetter(
        RejectCode.LATE,
        "ts "
            + event.ts()
            + " belongs to a bar that is closed or older than the bars kept: the symbol's newest event is at "
            + bars.newestEventMillis()
            + " and bars.grace is "
            + config.bars().grace(),
        Features.STAGE);
  }

  private FeatureVector vector(
      SymbolState state,
      ClosedBars closed,
      BarBuilder bar,
      double nextClose,
      PriceEvent event,
      AcceptedRecord<?> accepted) {
    long asOf = bar.lastEventMillis();
    double[] values = new double[slots.size()];
    Arrays.fill(values, Double.NaN);
    List<String> imputed = new ArrayList<>();
    fundamentals().write(state.fundamentals, asOf, values);
    macro().write(asOf, values);
    sentiment().write(state.sentiment, asOf, values, imputed);
    closed.indicators().compute(bar.toBar(), values);
    if (!imputed.equals(lastImputed)) {
      lastImputed = List.copyOf(imputed);
    }
    BarBuilder last = state.bars.last();
    return new FeatureVector(
        state.symbol,
        asOf,
        bar.startMillis() + config.bars().interval().toMillis(),
        values,
        lastImputed,
        accepted.appendedAt(),
        accepted.source().topic(),
        accepted.source().partition(),
        accepted.source().offset(),
        values[fundamentalsAgeSlot],
        values[sentimentAgeSlot],
        bar.startMillis(),
        bar.close(),
        closed.newestStartMillis(),
        closed.newestClose(),
        nextClose,
        last == null || bar.startMillis() >= last.startMillis(),
        closed.sequenceWith(values));
  }

  /**
   * The schema's features always, open ones where they are known: what other symbols brought leaves
   * no trace.
   */
  private void publish(FeatureVector vector) {
    List<String> open = new ArrayList<>();
    for (int slot = schema.size(); slot < vector.values().length; slot++) {
      if (!Double.isNaN(vector.value(slot))) {
        open.add(slots.name(slot));
      }
    }
    // Slots of open names are assigned as an instance meets them; the alphabet is the same
    // everywhere.
    open.sort(null);
    List<String> names = new ArrayList<>(schema.names());
    names.addAll(open);
    double[] values = Arrays.copyOf(vector.values(), names.size());
    for (int i = schema.size(); i < values.length; i++) {
      values[i] = vector.value(slots.slot(names.get(i)));
    }
    FeatureValues message =
        new FeatureValues(vector.symbol(), vector.ts(), schema.id(), names, values);
    context().forward(new Record<>(vector.symbol(), message, vector.ts()), Features.PUBLISH_CHILD);
  }

  private SymbolState state(String symbol) {
    SymbolState known = hot.get(symbol);
    if (known != null) {
      return known;
    }
    SymbolState loaded =
        new SymbolState(
            symbol, ledger().load(symbol), fundamentals().load(symbol), sentiment().load(symbol));
    hot.put(symbol, loaded);
    return loaded;
  }

  private ProcessorContext<Object, Object> context() {
    return initialised(context);
  }

  private BarLedger ledger() {
    return initialised(ledger);
  }

  private FundamentalsBook fundamentals() {
    return initialised(fundamentals);
  }

  private SentimentBook sentiment() {
    return initialised(sentiment);
  }

  private MacroBook macro() {
    return initialised(macro);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
