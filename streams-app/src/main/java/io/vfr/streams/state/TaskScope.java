package io.vfr.streams.state;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/**
 * Lets a processor forward a record later as if it were still processing it: from another record's
 * {@code process()}, from a punctuator or from a {@link CommitBarrier}. Downstream state and sinks
 * then see the record's own topic, partition, offset and timestamp, not those of whatever the task
 * happens to process.
 *
 * <p>Kafka Streams' caches do the same when they forward on flush; there is no public way to.
 */
public final class TaskScope {
  /** The record that something came from, to go back to. */
  public record Origin(ProcessorRecordContext record) {}

  private final InternalProcessorContext<?, ?> context;
  private final ProcessorNode<?, ?, ?, ?> node;

  /** To be called in {@code Processor.init}. */
  public TaskScope(ProcessorContext<?, ?> context) {
    this.context = (InternalProcessorContext<?, ?>) context;
    this.node = this.context.currentNode();
  }

  /** The record that the task is processing now. */
  public Origin current() {
    return new Origin(context.recordContext());
  }

  /** Runs an action as if the task processed that record in this processor. */
  public void within(Origin origin, Runnable action) {
    ProcessorNode<?, ?, ?, ?> node = context.currentNode();
    ProcessorRecordContext current = context.recordContext();
    context.setCurrentNode(this.node);
    context.setRecordContext(origin.record());
    try {
      action.run();
    } finally {
      context.setRecordContext(current);
      context.setCurrentNode(node);
    }
  }
}
