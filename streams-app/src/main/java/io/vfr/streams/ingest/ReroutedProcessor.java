package io.vfr.streams.ingest;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.streams.state.CommitPace;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records that were sent on to the partition of their key as if they had come there. None
 * is sent on again, whatever its partition, so that nothing can go round.
 */
final class ReroutedProcessor implements Processor<byte[], Ingested<?>, Object, Object> {
  private final String application;
  private final Map<String, Intake<?>> intakes;
  private final IngestCounters counters;
  private final Counter foreign;

  private @Nullable ProcessorContext<Object, Object> context;
  private CommitPace.@Nullable Turn turn;
  private PollProgress.@Nullable Task progress;

  /**
   * Creates a processor.
   *
   * @param application the application's id
   * @param intakes the inputs that are sent on, by topic
   * @param counters of {@code vfr.rerouted}
   * @param foreign counts what another application has sent on
   */
  ReroutedProcessor(
      String application,
      Map<String, Intake<?>> intakes,
      IngestCounters counters,
      Counter foreign) {
    this.application = application;
    this.intakes = Map.copyOf(intakes);
    this.counters = counters;
    this.foreign = foreign;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    progress = PollProgress.ofThread().task(context.taskId().partition());
    turn = CommitPace.turnOf(context);
  }

  @Override
  public void process(Record<byte[], Ingested<?>> record) {
    ProcessorContext<Object, Object> context = initialised(this.context);
    PollProgress.Task progress = initialised(this.progress);
    progress.taken();
    Origin origin = record.value().origin();
    if (origin == null) {
      refuse(context, record);
    } else if (origin.application().equals(application)) {
      counters.read();
      take(context, initialised(intakes.get(origin.topic())), record, origin);
    } else {
      // It has read the same input, and sent on for itself what was misplaced there.
      foreign.increment();
    }
    progress.handled();
    initialised(turn).processed(context);
  }

  private void refuse(
      ProcessorContext<Object, Object> context, Record<byte[], Ingested<?>> record) {
    counters.read();
    RecordMetadata source = initialised(context.recordMetadata().orElse(null));
    if (record.value().parsed() instanceof Rejected<?> reject) {
      counters.deadLettered(reject.code());
      context.forward(
          DeadLetters.of(record, source, DeadLetters.STAGE_INGEST, reject),
          Ingest.DEAD_LETTERS_CHILD);
    } else {
      throw new IllegalStateException("a record without an origin was accepted");
    }
  }

  /** The deserializer has read the value with the same intake. */
  @SuppressWarnings("unchecked")
  private <T> void take(
      ProcessorContext<Object, Object> context,
      Intake<T> intake,
      Record<byte[], Ingested<?>> record,
      Origin origin) {
    Record<byte[], Ingested<T>> original =
        new Record<>(
            record.key(),
            (Ingested<T>) record.value(),
            record.timestamp(),
            Origin.original(record.headers()));
    Parsed<T> verdict = intake.judge(original);
    intake.pass(context, original, verdict, origin, counters);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised by a source record");
    }
    return part;
  }
}
