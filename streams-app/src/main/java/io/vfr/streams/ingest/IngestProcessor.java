package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.streams.state.CommitPace;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record of one input topic on to the features stage, to the partition of its key if it
 * came on another, or to the dead letters with its reason.
 *
 * @param <T> the message's record
 */
final class IngestProcessor<T> implements Processor<byte[], Ingested<T>, Object, Object> {
  private final Intake<T> intake;
  private final IngestCounters counters;
  private final @Nullable MisplacedRecords misplaced;

  private @Nullable ProcessorContext<Object, Object> context;
  private CommitPace.@Nullable Turn turn;
  private PollProgress.@Nullable Task progress;

  /**
   * Creates a processor.
   *
   * @param misplaced sends records on; null for a topic whose records are meant for every partition
   */
  IngestProcessor(Intake<T> intake, IngestCounters counters, @Nullable MisplacedRecords misplaced) {
    this.intake = intake;
    this.counters = counters;
    this.misplaced = misplaced;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    progress = PollProgress.ofThread().task(context.taskId().partition());
    turn = CommitPace.turnOf(context);
  }

  @Override
  public void process(Record<byte[], Ingested<T>> record) {
    ProcessorContext<Object, Object> context = initialised(this.context);
    PollProgress.Task progress = initialised(this.progress);
    RecordMetadata source = initialised(context.recordMetadata().orElse(null));
    counters.read();
    progress.taken();
    Parsed<T> verdict = intake.judge(record);
    MisplacedRecords misplaced = this.misplaced;
    if (misplaced != null
        && verdict instanceof Accepted
        && misplaced.isMisplaced(record.key(), source)) {
      misplaced.sendOn(context, record, source);
    } else {
      intake.pass(context, record, verdict, source, counters);
    }
    progress.handled();
    initialised(turn).processed(context);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised by a source record");
    }
    return part;
  }
}
