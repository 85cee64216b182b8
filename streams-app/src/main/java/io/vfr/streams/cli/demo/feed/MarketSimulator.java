package io.vfr.streams.cli.demo.feed;

import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A seeded stock market: daily history of prices, fundamentals, sentiment and macro series, then a
 * live session. The same configuration gives the same bytes on every machine.
 *
 * <p>History is made day by day while it is read, so its size does not matter. One instance is one
 * market: {@link #history()} continues where it was left, and {@link #live} starts when history has
 * been read to its end. Not thread-safe.
 */
public final class MarketSimulator {
  private static final String SOURCE = "VFR market simulator";
  private static final String LICENCE = "none needed: generated";
  private static final double INDEX_START = 4000;

  private final MarketConfig config;
  private final MarketFactors factors;
  private final MacroModel macro;
  private final List<Stock> stocks = new ArrayList<>();
  private final List<CompanyReports> reports = new ArrayList<>();
  private final List<SentimentFlow> flows = new ArrayList<>();
  private final double startCapitalisation;
  private List<MarketEvent> batch = List.of();
  private int batchIndex;
  private LocalDate previousDay;
  private int daysLeft;
  private boolean closed;

  /** Creates the market; nothing is simulated yet. */
  public MarketSimulator(MarketConfig config) {
    this.config = config;
    factors = new MarketFactors(config.seed());
    macro = new MacroModel(config.seed());
    LocalDate firstDay = TradingCalendar.firstOf(config.days(), config.today());
    for (int i = 0; i < config.symbols(); i++) {
      Company company = Company.at(i, config.seed());
      stocks.add(new Stock(company, config));
      reports.add(new CompanyReports(company, config.seed(), firstDay));
      flows.add(new SentimentFlow(company, config.seed()));
    }
    startCapitalisation = capitalisation();
    previousDay = TradingCalendar.before(firstDay);
    daysLeft = config.days();
  }

  /** The simulated symbols, in order. */
  public List<DemoSymbol> symbols() {
    return stocks.stream()
        .map(stock ->
            new DemoSymbol(stock.company().symbol(), DemoSymbol.Origin.SIMULATED, SOURCE, LICENCE))
        .toList();
  }

  /**
   * The market's past in event-time order: at equal times side inputs first. Ends before midnight
   * of {@link MarketConfig#today()}.
   */
  public Iterator<FeedRecord> history() {
    Iterator<MarketEvent> events = events();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return events.hasNext();
      }

      @Override
      public FeedRecord next() {
        return FeedRecord.of(events.next());
      }
    };
  }

  /**
   * The session after history's end.
   *
   * @param clock gives live events their times
   * @param eventsPerSecond how many events of all kinds become due each second of that clock
   * @throws IllegalStateException if history has not been read to its end
   */
  public LiveMarket live(InstantSource clock, double eventsPerSecond) {
    if (!closed || batchIndex < batch.size()) {
      throw new IllegalStateException("read history() to its end before live() continues it");
    }
    return new LiveMarket(this, clock, eventsPerSecond);
  }

  Iterator<MarketEvent> events() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (batchIndex == batch.size() && !closed) {
          batch = nextBatch();
          batchIndex = 0;
        }
        return batchIndex < batch.size();
      }

      @Override
      public MarketEvent next() {
        if (!hasNext()) {
          throw new NoSuchElementException("history ends before " + config.today());
        }
        return batch.get(batchIndex++);
      }
    };
  }

  /**
   * What happened between the last trading day's midnight and the next bar's start, and its bars.
   */
  private List<MarketEvent> nextBatch() {
    boolean trades = daysLeft > 0;
    LocalDate day = trades ? TradingCalendar.atOrAfter(previousDay.plusDays(1)) : config.today();
    List<MarketEvent> events = new ArrayList<>(stocks.size() * 5);
    macro.close(previousDay, factors, events::add);
    long fromMillis = TradingCalendar.startMillis(previousDay);
    long untilMillis = TradingCalendar.startMillis(day);
    for (int i = 0; i < stocks.size(); i++) {
      reports.get(i).publish(previousDay, stocks.get(i), events::add);
      flows.get(i).between(fromMillis, untilMillis, stocks.get(i), events::add);
    }
    if (trades) {
      factors.step();
      for (Stock stock : stocks) {
        events.add(stock.trade(day, factors));
      }
      // An index bar, so to say: it belongs to the moment of the bars whose closes it sums up.
      events.add(MarketEvent.Macro.of(MacroModel.BENCHMARK, untilMillis, indexLevel(1)));
      previousDay = day;
      daysLeft--;
    } else {
      closed = true;
    }
    Collections.sort(events, MarketEvent.ORDER);
    return events;
  }

  /**
   * The index level when the total capitalisation is {@code ratio} times that of the last close.
   */
  double indexLevel(double ratio) {
    return Rounding.to(2, INDEX_START * ratio * capitalisation() / startCapitalisation);
  }

  /** The value of all companies at their last closes. */
  double capitalisation() {
    double sum = 0;
    for (Stock stock : stocks) {
      sum += stock.company().sharesOutstanding() * stock.close();
    }
    return sum;
  }

  MarketConfig config() {
    return config;
  }

  MarketFactors factors() {
    return factors;
  }

  MacroModel macro() {
    return macro;
  }

  List<Stock> stocks() {
    return Collections.unmodifiableList(stocks);
  }

  List<CompanyReports> reports() {
    return reports;
  }

  List<SentimentFlow> flows() {
    return Collections.unmodifiableList(flows);
  }
}
