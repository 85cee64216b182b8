package io.vfr.streams.cli.demo.feed;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A simulated history, sorted into what tests look at. */
record MarketHistory(
    Map<String, List<PriceBar>> bars,
    List<Fundamentals> fundamentals,
    List<SentimentObservation> sentiment,
    Map<String, List<MacroValue>> macro,
    List<MarketEvent> events) {

  static MarketHistory of(MarketConfig config) {
    MarketHistory history =
        new MarketHistory(
            new LinkedHashMap<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new LinkedHashMap<>(),
            new ArrayList<>());
    Iterator<MarketEvent> events = new MarketSimulator(config).events();
    while (events.hasNext()) {
      history.add(events.next());
    }
    return history;
  }

  private void add(MarketEvent event) {
    events.add(event);
    switch (event) {
      case MarketEvent.Priced(var message) ->
          bars.computeIfAbsent(message.symbol(), _ -> new ArrayList<>()).add((PriceBar) message);
      case MarketEvent.Known(var message) -> fundamentals.add(message);
      case MarketEvent.Said(var message) -> sentiment.add(message);
      case MarketEvent.Macro(var message) ->
          macro.computeIfAbsent(message.series(), _ -> new ArrayList<>()).add(message);
    }
  }

  /** Daily log returns, close to close, one less than there are bars. */
  double[] returns(String symbol) {
    List<PriceBar> series = bars.getOrDefault(symbol, List.of());
    double[] returns = new double[series.size() - 1];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = Math.log(series.get(i + 1).close() / series.get(i).close());
    }
    return returns;
  }
}
