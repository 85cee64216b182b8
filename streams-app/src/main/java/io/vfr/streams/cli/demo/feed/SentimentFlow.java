package io.vfr.streams.cli.demo.feed;

import io.vfr.schemas.SentimentObservation;
import java.util.function.Consumer;

/**
 * What news and Reddit say about one company. A part of the observations leads: it leans towards
 * the information that the next session will trade on. The rest lags: it comments on the last
 * session after its close. News leads more often, Reddit follows more and louder.
 */
final class SentimentFlow {
  /** One kind of source. */
  enum Source {
    /** Fewer, more careful items. */
    NEWS("news", 1.1, 0.5, 0.12),
    /** More and noisier items. */
    REDDIT("reddit", 1.6, 0.25, -0.08);

    private final String label;
    private final double perDay;
    private final double leadingShare;
    private final double confidenceShift;

    Source(String label, double perDay, double leadingShare, double confidenceShift) {
      this.label = label;
      this.perDay = perDay;
      this.leadingShare = leadingShare;
      this.confidenceShift = confidenceShift;
    }

    /** The source's name on the wire. */
    String label() {
      return label;
    }
  }

  private static final double LAG_HOURS_MEAN = 4;

  private final Company company;
  private final Noise noise;

  SentimentFlow(Company company, long seed) {
    this.company = company;
    noise = new Noise(seed, "sentiment " + company.symbol());
  }

  /**
   * Emits the observations from one trading day's midnight until the next bar's start.
   *
   * @param fromMillis midnight of the last traded day
   * @param untilMillis start of the next bar, exclusive
   */
  void between(long fromMillis, long untilMillis, Stock stock, Consumer<MarketEvent> out) {
    double stir = Math.min(Math.abs(stock.lastStandardReturn()), 4);
    for (Source source : Source.values()) {
      double mean =
          source.perDay * company.attention() * (0.8 + 0.25 * stir + stock.reportAttention());
      for (int left = noise.poisson(mean); left > 0; left--) {
        if (noise.chance(source.leadingShare)) {
          long ts = fromMillis + (long) (noise.uniform() * (untilMillis - fromMillis));
          out.accept(observe(source, ts, leading(stock.information()), stir));
        } else {
          out.accept(
              observe(
                  source,
                  afterClose(fromMillis, untilMillis),
                  lagging(stock.lastStandardReturn()),
                  stir));
        }
      }
    }
  }

  /** One observation of a live session, at a moment. */
  MarketEvent observe(long tsMillis, double information, double standardReturn) {
    Source source = noise.chance(0.4) ? Source.NEWS : Source.REDDIT;
    boolean leads = noise.chance(source.leadingShare);
    double tone = leads ? leading(information) : lagging(standardReturn);
    return observe(source, tsMillis, tone, Math.min(Math.abs(standardReturn), 4));
  }

  private double leading(double information) {
    return 0.8 * information + 0.6 * noise.gaussian();
  }

  private double lagging(double standardReturn) {
    return 0.6 * standardReturn + 0.7 * noise.gaussian();
  }

  /** A moment between the close and the next bar; comments become rarer with the hours. */
  private long afterClose(long fromMillis, long untilMillis) {
    long closeMillis = fromMillis + TradingCalendar.CLOSE_MILLIS;
    double window = (double) (untilMillis - closeMillis) / TradingCalendar.HOUR_MILLIS;
    double within = 1 - StrictMath.exp(-window / LAG_HOURS_MEAN);
    double hours = -LAG_HOURS_MEAN * StrictMath.log(1 - within * noise.uniform());
    long ts = closeMillis + 1 + (long) (hours * TradingCalendar.HOUR_MILLIS);
    return Math.min(ts, untilMillis - 1);
  }

  private MarketEvent observe(Source source, long ts, double tone, double stir) {
    double sentiment = Rounding.to(4, 0.5 + 0.5 * StrictMath.tanh(0.55 * tone));
    long mentions =
        source == Source.NEWS
            ? 1 + noise.poisson(0.7 * company.attention())
            : 1 + (long) noise.logNormal(4 * company.attention() * (1 + 0.5 * stir), 0.9);
    double confidence =
        0.45
            + source.confidenceShift
            + 0.3 * Math.abs(2 * sentiment - 1)
            + 0.07 * StrictMath.log(1.0 + mentions)
            + 0.06 * noise.gaussian();
    return new MarketEvent.Said(
        new SentimentObservation(
            company.symbol(),
            ts,
            source.label(),
            sentiment,
            Rounding.to(4, Math.clamp(confidence, 0.05, 0.99)),
            mentions));
  }
}
