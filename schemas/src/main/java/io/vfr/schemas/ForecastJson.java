package io.vfr.schemas;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The parts of a prediction that say what is forecast: probabilities, interval, consensus. */
final class ForecastJson {
  private ForecastJson() {}

  static void write(JsonOut out, Probability probability) {
    out.object(Name.PROBABILITY);
    out.number(Name.UP, probability.up());
    out.number(Name.NEUTRAL, probability.neutral());
    out.number(Name.DOWN, probability.down());
    out.end();
  }

  static Probability probability(JsonIn in) throws IOException {
    double up = Double.NaN;
    double neutral = Double.NaN;
    double down = Double.NaN;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "up" -> up = in.number("probability.up");
        case "neutral" -> neutral = in.number("probability.neutral");
        case "down" -> down = in.number("probability.down");
        default -> in.skip();
      }
    }
    return new Probability(
        Required.number("probability.up", up),
        Required.number("probability.neutral", neutral),
        Required.number("probability.down", down));
  }

  static void write(JsonOut out, @Nullable PredictionInterval interval) {
    if (interval == null) {
      out.nothing(Name.INTERVAL);
      return;
    }
    out.object(Name.INTERVAL);
    out.number(Name.LOWER, interval.lower());
    out.number(Name.UPPER, interval.upper());
    out.number(Name.COVERAGE, interval.coverage());
    out.end();
  }

  static PredictionInterval interval(JsonIn in) throws IOException {
    double lower = Double.NaN;
    double upper = Double.NaN;
    double coverage = Double.NaN;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "lower" -> lower = in.number("interval.lower");
        case "upper" -> upper = in.number("interval.upper");
        case "coverage" -> coverage = in.number("interval.coverage");
        default -> in.skip();
      }
    }
    return new PredictionInterval(
        Required.number("interval.lower", lower),
        Required.number("interval.upper", upper),
        Required.number("interval.coverage", coverage));
  }

  static void write(JsonOut out, Consensus consensus) {
    out.object(Name.CONSENSUS);
    out.constant(Name.SIGNAL, consensus.signal());
    out.number(Name.SCORE, consensus.score());
    out.number(Name.CONFIDENCE, consensus.confidence());
    out.bool(Name.LOW_CONSENSUS, consensus.lowConsensus());
    out.object(Name.BREAKDOWN);
    out.integer(Name.BULLISH, consensus.breakdown().bullish());
    out.integer(Name.BEARISH, consensus.breakdown().bearish());
    out.integer(Name.NEUTRAL, consensus.breakdown().neutral());
    out.end();
    out.end();
  }

  static Consensus consensus(JsonIn in) throws IOException {
    Signal signal = null;
    double score = Double.NaN;
    double confidence = Double.NaN;
    Boolean lowConsensus = null;
    Breakdown breakdown = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "signal" -> signal = in.constant("consensus.signal", Signal.class);
        case "score" -> score = in.number("consensus.score");
        case "confidence" -> confidence = in.number("consensus.confidence");
        case "lowConsensus" -> lowConsensus = in.bool("consensus.lowConsensus");
        case "breakdown" -> breakdown = in.object("consensus.breakdown", ForecastJson::breakdown);
        default -> in.skip();
      }
    }
    return new Consensus(
        Required.value("consensus.signal", signal),
        Required.number("consensus.score", score),
        Required.number("consensus.confidence", confidence),
        Required.value("consensus.lowConsensus", lowConsensus),
        Required.value("consensus.breakdown", breakdown));
  }

  private static Breakdown breakdown(JsonIn in) throws IOException {
    Integer bullish = null;
    Integer bearish = null;
    Integer neutral = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "bullish" -> bullish = in.int32("breakdown.bullish");
        case "bearish" -> bearish = in.int32("breakdown.bearish");
        case "neutral" -> neutral = in.int32("breakdown.neutral");
        default -> in.skip();
      }
    }
    return new Breakdown(
        Required.value("breakdown.bullish", bullish),
        Required.value("breakdown.bearish", bearish),
        Required.value("breakdown.neutral", neutral));
  }
}
