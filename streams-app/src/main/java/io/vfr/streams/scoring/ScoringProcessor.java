package io.vfr.streams.scoring;

import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.ingest.PollProgress;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Collects feature vectors and scores them together: at most {@code scoring.batch-rows-max}, until
 * the task has processed everything at hand, for {@code scoring.batch-wait-max} at most, and never
 * across a commit (docs/decisions/0001). Forecasts leave in the order in which the vectors came.
 */
final class ScoringProcessor implements Processor<Object, FeatureVector, String, Forecast> {
  private final ScoringConfig config;
  private final Ensembles ensembles;

  private final List<FeatureVector> batch;
  private final List<TaskScope.Origin> origins;
  private @Nullable ProcessorContext<String, Forecast> context;
  private @Nullable TaskScope scope;

  ScoringProcessor(ScoringConfig config, Ensembles ensembles) {
    this.config = config;
    this.ensembles = ensembles;
    batch = new ArrayList<>(config.batchRowsMax());
    origins = new ArrayList<>(config.batchRowsMax());
  }

  @Override
  public void init(ProcessorContext<String, Forecast> context) {
    this.context = context;
    scope = new TaskScope(context);
    batch.clear();
    origins.clear();
    CommitBarrier barrier = context.getStateStore(Scoring.BATCH);
    barrier.beforeCommit(this::flush);
    PollProgress.ofThread().task(context.taskId().partition()).onDrained(this::flush);
    context.schedule(config.batchWaitMax(), PunctuationType.WALL_CLOCK_TIME, timestamp -> flush());
  }

  @Override
  public void process(Record<Object, FeatureVector> record) {
    batch.add(record.value());
    origins.add(initialised(scope).current());
    if (batch.size() >= config.batchRowsMax()) {
      flush();
    }
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<Forecast> forecasts = ensembles.score(batch);
    for (int i = 0; i < forecasts.size(); i++) {
      Forecast forecast = forecasts.get(i);
      initialised(scope).within(origins.get(i), () -> forward(forecast));
    }
    batch.clear();
    origins.clear();
  }

  private void forward(Forecast forecast) {
    FeatureVector vector = forecast.vector();
    initialised(context).forward(new Record<>(vector.symbol(), forecast, vector.ts()));
  }

  @Override
  public void close() {
    batch.clear();
    origins.clear();
    ensembles.close();
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
