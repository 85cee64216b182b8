package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record of one input topic on to the features stage, or to the dead letters with its
 * reason.
 *
 * @param <T> the message's record
 */
final class IngestProcessor<T> implements Processor<byte[], Ingested<T>, Object, Object> {
  private final KeyCheck<T> keyCheck;
  private final Function<T, String> keyOf;
  private final IngestCounters counters;
  private final boolean acceptsFinally;
  private final String deadLettersChild;

  private @Nullable ProcessorContext<Object, Object> context;
  private PollProgress.@Nullable Task progress;

  /**
   * Creates a processor.
   *
   * @param acceptsFinally whether a record that passes here is accepted; prices may still turn out
   *     to be late
   */
  IngestProcessor(
      KeyCheck<T> keyCheck,
      Function<T, String> keyOf,
      IngestCounters counters,
      boolean acceptsFinally,
      String deadLettersChild) {
    this.keyCheck = keyCheck;
    this.keyOf = keyOf;
    this.counters = counters;
    this.acceptsFinally = acceptsFinally;
    this.deadLettersChild = deadLettersChild;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    progress = PollProgress.ofThread().task(context.taskId().partition());
  }

  @Override
  public void process(Record<byte[], Ingested<T>> record) {
    ProcessorContext<Object, Object> context = initialised(this.context);
    PollProgress.Task progress = initialised(this.progress);
    RecordMetadata source = initialised(context.recordMetadata().orElse(null));
    counters.read();
    progress.taken();
    Parsed<T> verdict = keyCheck.check(record.key(), record.value());
    switch (verdict) {
      case Accepted<T>(T message) -> {
        if (acceptsFinally) {
          counters.accepted();
        }
        context.forward(
            new Record<>(
                keyOf.apply(message),
                new AcceptedRecord<>(message, record, source),
                record.timestamp(),
                record.headers()),
            Ingest.FEATURES_CHILD);
      }
      case Rejected<T> reject -> {
        counters.deadLettered(reject.code());
        context.forward(
            DeadLetters.of(record, source, DeadLetters.STAGE_INGEST, reject), deadLettersChild);
      }
    }
    progress.handled();
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised by a source record");
    }
    return part;
  }
}
