package io.vfr.streams.scoring;

import io.vfr.models.calibration.Probabilities;
import io.vfr.models.ensemble.EnsembleResult;
import io.vfr.models.ensemble.ModelView;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Direction;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.PredictionInterval;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.streams.scoring.BoundModel.RowStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the values of the models module, which knows no messages, to those of the wire. */
final class Wire {
  private Wire() {}

  static Direction direction(io.vfr.models.Direction direction) {
    return switch (direction) {
      case UP -> Direction.UP;
      case DOWN -> Direction.DOWN;
      case NEUTRAL -> Direction.NEUTRAL;
    };
  }

  static Probability probability(Probabilities p, boolean known) {
    return known ? new Probability(p.up(), p.neutral(), p.down()) : Probability.UNKNOWN;
  }

  static @Nullable PredictionInterval interval(EnsembleResult.@Nullable Interval interval) {
    return interval == null
        ? null
        : new PredictionInterval(interval.lower(), interval.upper(), interval.coverage());
  }

  static Consensus consensus(io.vfr.models.ensemble.Consensus c, List<ModelView> views) {
    return new Consensus(
        signal(c.signal()),
        c.score(),
        c.confidence(),
        c.lowConsensus(),
        new Breakdown(
            votes(views, Signal.BULLISH),
            votes(views, Signal.BEARISH),
            votes(views, Signal.NEUTRAL)));
  }

  private static int votes(List<ModelView> views, Signal side) {
    int votes = 0;
    for (ModelView view : views) {
      votes += signal(view) == side ? 1 : 0;
    }
    return votes;
  }

  static @Nullable Signal signal(ModelView view) {
    io.vfr.models.ensemble.Signal signal = view.signal();
    return signal == null ? null : signal(signal);
  }

  private static Signal signal(io.vfr.models.ensemble.Signal signal) {
    return switch (signal) {
      case BULLISH -> Signal.BULLISH;
      case BEARISH -> Signal.BEARISH;
      case NEUTRAL -> Signal.NEUTRAL;
    };
  }

  static ModelStatus status(RowStatus status) {
    return switch (status) {
      case OK -> ModelStatus.OK;
      case SKIPPED, SHED -> ModelStatus.SKIPPED;
      case FAILED -> ModelStatus.FAILED;
      case UNASKED -> throw new IllegalStateException("a model that was not asked has no status");
    };
  }
}
