package io.vfr.streams.ingest;

import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.Topics;
import io.vfr.streams.state.CommitPace;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Sends each accepted macro value to every partition of the fan-out topic. */
final class MacroIngestProcessor
    implements Processor<byte[], Ingested<MacroValue>, byte[], byte[]> {
  private final KeyCheck<MacroValue> keyCheck = KeyCheck.macro();
  private final IngestCounters counters;
  private final Duration commitInterval;

  private @Nullable ProcessorContext<byte[], byte[]> context;
  private CommitPace.@Nullable Turn turn;

  MacroIngestProcessor(IngestCounters counters, Duration commitInterval) {
    this.counters = counters;
    this.commitInterval = commitInterval;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    turn = CommitPace.turnOf(context);
    turn.keep(context, commitInterval);
  }

  @Override
  public void process(Record<byte[], Ingested<MacroValue>> record) {
    ProcessorContext<byte[], byte[]> context = this.context;
    CommitPace.Turn turn = this.turn;
    if (context == null || turn == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    counters.read();
    switch (keyCheck.check(record.key(), record.value())) {
      case Accepted<MacroValue>(MacroValue message) -> {
        counters.accepted();
        context.forward(
            new Record<>(
                record.key(), Topics.MACRO_FANOUT.codec().write(message), record.timestamp()),
            Ingest.FANOUT_CHILD);
      }
      case Rejected<MacroValue> reject -> {
        counters.deadLettered(reject.code());
        RecordMetadata source =
            context
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("no source record"));
        context.forward(
            DeadLetters.of(record, source, DeadLetters.STAGE_INGEST, reject),
            Ingest.MACRO_DEAD_LETTERS_CHILD);
      }
    }
    turn.processed(context);
  }
}
