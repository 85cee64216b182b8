package io.vfr.streams.ops.backtest;

import io.vfr.models.evaluation.MeanT;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A naive portfolio: at each bar's close long the tenth of the symbols with the highest expected
 * return, short the tenth with the lowest, equal weights, one unit of capital on each side, held to
 * the next close.
 *
 * @param costBps cost of trading, in 1/10,000 of what is bought or sold
 * @param bars bars with a portfolio
 * @param meanTurnover mean of what is bought and sold a bar, in units of the capital of one side; 4
 *     is everything
 * @param grossTotal total return before costs, compounded
 * @param netTotal total return after costs, compounded
 * @param netMean mean net return a bar
 * @param netT that mean over its standard error, bars taken as independent
 * @param drawdownMax largest fall of the net equity from a peak, a share of the peak
 * @param curve equity after each bar
 */
record LongShort(
    double costBps,
    int bars,
    @Nullable Double meanTurnover,
    @Nullable Double grossTotal,
    @Nullable Double netTotal,
    @Nullable Double netMean,
    @Nullable Double netT,
    @Nullable Double drawdownMax,
    List<Point> curve) {
  private static final int SIDES = 10;

  /**
   * Equity after a bar, from 1.
   *
   * @param bar start of the bar whose close was traded at, epoch milliseconds
   */
  record Point(long bar, double gross, double net) {}

  /** The portfolio while it is walked through its bars. */
  private static final class Walk {
    private final Rows rows;
    private final double[] forecast;
    private final double cost;
    private final double[] held;
    private final Doubles net = new Doubles();
    private final List<Point> curve = new ArrayList<>();
    private double turnover;
    private double grossEquity = 1;
    private double netEquity = 1;
    private double peak = 1;
    private double drawdown;

    Walk(Rows rows, double[] forecast, double cost) {
      this.rows = rows;
      this.forecast = forecast;
      this.cost = cost;
      held = new double[rows.symbols().size()];
    }

    void bar(int from, int to) {
      int[] members =
          Arrays.stream(rows.crossSection(from, to, forecast))
              .boxed()
              .sorted(Comparator.comparingDouble(row -> forecast[row]))
              .mapToInt(Integer::intValue)
              .toArray();
      int side = members.length / SIDES;
      if (side == 0) {
        return;
      }
      double[] wanted = new double[held.length];
      double gross = 0;
      for (int i = 0; i < side; i++) {
        int low = members[i];
        int high = members[members.length - 1 - i];
        wanted[rows.symbol()[low]] -= 1.0 / side;
        wanted[rows.symbol()[high]] += 1.0 / side;
        gross += (rows.realized()[high] - rows.realized()[low]) / side;
      }
      double traded =
          IntStream.range(0, held.length).mapToDouble(i -> Math.abs(wanted[i] - held[i])).sum();
      System.arraycopy(wanted, 0, held, 0, held.length);
      take(rows.bar()[from], gross, traded);
    }

    private void take(long bar, double gross, double traded) {
      turnover += traded;
      double kept = gross - traded * cost;
      net.add(kept);
      grossEquity *= 1 + gross;
      netEquity *= 1 + kept;
      peak = Math.max(peak, netEquity);
      drawdown = Math.max(drawdown, 1 - netEquity / peak);
      curve.add(new Point(bar, grossEquity, netEquity));
    }
  }

  /** Walks through a range of rows; forecasts that are NaN take no part. */
  static LongShort of(Rows rows, double[] forecast, int from, int to, double costBps) {
    Walk walk = new Walk(rows, forecast, costBps / 10_000);
    rows.forEachBar(from, to, walk::bar);
    MeanT net = MeanT.of(walk.net.all());
    boolean any = net.count() > 0;
    return new LongShort(
        costBps,
        net.count(),
        Figures.of(walk.turnover / net.count()),
        any ? walk.grossEquity - 1 : null,
        any ? walk.netEquity - 1 : null,
        Figures.of(net.mean()),
        Figures.of(net.t()),
        any ? walk.drawdown : null,
        walk.curve);
  }
}
