package io.vfr.streams.ingest;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.SentimentObservation;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What a well-formed message must fulfil beyond its schema: rules that need the clock or the
 * configuration.
 *
 * @param <T> the message's record
 */
interface IngestRule<T> {
  /** Why the message is refused; null if it is accepted. */
  @Nullable Rejected<T> check(T message);

  /** Prices: not from the future, and of an interval that builds up {@code bars.interval}. */
  static IngestRule<PriceEvent> prices(
      Duration maxAhead, Duration barsInterval, InstantSource clock) {
    return event -> {
      Rejected<PriceEvent> ahead = notAhead("ts", event.ts(), maxAhead, clock);
      if (ahead != null) {
        return ahead;
      }
      if (event instanceof PriceBar bar
          && bar.interval() instanceof Duration interval
          && !interval.equals(barsInterval)) {
        return buildsUp(bar.ts(), interval, barsInterval);
      }
      return null;
    };
  }

  /** Fundamentals: not known from the future. */
  static IngestRule<Fundamentals> fundamentals(Duration maxAhead, InstantSource clock) {
    return message -> notAhead("knownAt", message.knownAt(), maxAhead, clock);
  }

  /** Sentiment: not from the future. */
  static IngestRule<SentimentObservation> sentiment(Duration maxAhead, InstantSource clock) {
    return message -> notAhead("ts", message.ts(), maxAhead, clock);
  }

  /** Macro values: not from the future. */
  static IngestRule<MacroValue> macro(Duration maxAhead, InstantSource clock) {
    return message -> notAhead("ts", message.ts(), maxAhead, clock);
  }

  private static <T> @Nullable Rejected<T> buildsUp(
      long ts, Duration interval, Duration barsInterval) {
    if (interval.compareTo(barsInterval) > 0
        || barsInterval.toMillis() % interval.toMillis() != 0) {
      return new Rejected<>(
          RejectCode.INTERVAL_NOT_SUPPORTED,
          "interval must be bars.interval, "
              + barsInterval
              + ", or divide it without a rest, but is "
              + interval);
    }
    // Others could reach into the next bar.
    if (ts % interval.toMillis() != 0) {
      return new Rejected<>(
          RejectCode.INTERVAL_NOT_SUPPORTED,
          "ts of a bar finer than bars.interval, "
              + barsInterval
              + ", must be a multiple of its interval, "
              + interval
              + ", since the epoch, but is "
              + Bounds.time(ts));
    }
    return null;
  }

  private static <T> @Nullable Rejected<T> notAhead(
      String field, long time, Duration maxAhead, InstantSource clock) {
    long now = clock.millis();
    long latest = now + maxAhead.toMillis();
    if (time <= latest) {
      return null;
    }
    return new Rejected<>(
        RejectCode.TIMESTAMP_IN_FUTURE,
        field
            + " must be epoch milliseconds at most "
            + maxAhead
            + " ahead of now, "
            + Bounds.time(now)
            + ", but is "
            + Bounds.time(time)
            + unitHint(time, latest));
  }

  /** A time that would be sensible in a finer unit was most often sent in it. */
  private static String unitHint(long time, long latest) {
    if (plausible(time / 1_000, latest)) {
      return "; this looks like microseconds, send milliseconds";
    }
    if (plausible(time / 1_000_000, latest)) {
      return "; this looks like nanoseconds, send milliseconds";
    }
    return "";
  }

  private static boolean plausible(long millis, long latest) {
    return millis >= Bounds.TIMESTAMP_MIN && millis <= latest;
  }
}
