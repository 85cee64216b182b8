package io.vfr.chaos.oracle;

import io.vfr.models.schema.FeatureDefinition;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.reference.ReferenceIndicators;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the feature vector of a price record must be: its symbol's daily bars aggregated anew from
 * all price records up to it, the reference implementation over them, and the side inputs as of its
 * time.
 *
 * <p>Price records of a symbol must be in the order of their times; then none is late and the time
 * of the vector is the record's own.
 */
public final class FeatureOracle {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final String BENCHMARK = "benchmark";
  private static final double RELATIVE = 1e-9;

  /** What a correctly rounded input leaves of a difference, of the quantities it is made from. */
  private static final double FLOOR = 1e-13;

  private static final int RECENT_BARS = 400;

  private final Map<String, List<PriceRecord>> bySymbol = new HashMap<>();
  private final SideInputs sides;

  /**
   * An oracle.
   *
   * @param prices all price records, those of one symbol in their order in the topic
   */
  public FeatureOracle(List<PriceRecord> prices, SideInputs sides) {
    for (PriceRecord record : prices) {
      bySymbol.computeIfAbsent(record.event().symbol(), symbol -> new ArrayList<>()).add(record);
    }
    this.sides = sides;
  }

  /** What is wrong with a published vector of a price record, at most one finding a feature. */
  public List<String> check(PriceRecord record, FeatureValues vector) {
    List<Bar> bars = bars(record);
    Map<String, Double> expected = expected(record, bars);
    List<String> wrong = new ArrayList<>();
    if (vector.ts() != record.event().ts()) {
      wrong.add("ts should be " + record.event().ts() + " but is " + vector.ts());
    }
    Map<String, Double> published = values(vector);
    TreeSet<String> names = new TreeSet<>(expected.keySet());
    names.addAll(published.keySet());
    names.addAll(FeatureSchema.current().names());
    for (String name : names) {
      double wanted = expected.getOrDefault(name, Double.NaN);
      double found = published.getOrDefault(name, Double.NaN);
      if (!equal(name, wanted, found, bars)) {
        wrong.add(name + " should be " + wanted + " but is " + found);
      }
    }
    return wrong;
  }

  /** The features of a price record, by name; unknown ones have no entry. */
  Map<String, Double> expected(PriceRecord record) {
    return expected(record, bars(record));
  }

  private Map<String, Double> expected(PriceRecord record, List<Bar> bars) {
    Map<String, Double> expected =
        new TreeMap<>(sides.at(record.event().symbol(), record.event().ts()));
    // A name that is computed wins over an open one.
    expected.putAll(new ReferenceIndicators(bars).at(bars.size() - 1));
    return expected;
  }

  private static Map<String, Double> values(FeatureValues vector) {
    Map<String, Double> values = new HashMap<>();
    for (int i = 0; i < vector.names().size(); i++) {
      values.put(vector.names().get(i), vector.value(i));
    }
    return values;
  }

  private static boolean equal(String name, double wanted, double found, List<Bar> bars) {
    if (Double.isNaN(wanted) || Double.isNaN(found)) {
      return Double.isNaN(wanted) && Double.isNaN(found);
    }
    double tolerance = Math.max(RELATIVE * Math.abs(wanted), FLOOR * scale(name, bars));
    return Math.abs(found - wanted) <= tolerance;
  }

  /** The size of the quantities that a feature is a difference of. */
  private static double scale(String name, List<Bar> bars) {
    int index = FeatureSchema.current().indexOf(name);
    if (index < 0) {
      return 1;
    }
    FeatureDefinition feature = FeatureSchema.current().features().get(index);
    List<Bar> recent = bars.subList(Math.max(0, bars.size() - RECENT_BARS), bars.size());
    double price = recent.stream().mapToDouble(Bar::high).max().orElse(0);
    return switch (feature.unit()) {
      case PRICE -> price;
      case VOLUME_PER_BAR -> recent.stream().mapToDouble(Bar::volume).max().orElse(0);
      case POINTS -> 100;
      default -> name.endsWith("_pct") ? price / bars.getLast().close() : 1;
    };
  }

  /** The bars of the record's symbol as they stood with it. */
  private List<Bar> bars(PriceRecord record) {
    List<Forming> bars = new ArrayList<>();
    for (PriceRecord each :
        Objects.requireNonNull(bySymbol.get(record.event().symbol()), "a symbol of the load")) {
      Forming last = bars.isEmpty() ? null : bars.getLast();
      long day = Math.floorDiv(each.event().ts(), DAY) * DAY;
      if (last != null && each.event().ts() < last.newest) {
        throw new IllegalStateException(each + " is out of order");
      }
      Forming bar = last != null && last.start == day ? last : null;
      if (bar == null) {
        bar = new Forming(day);
        bars.add(bar);
      }
      bar.add(each, sides.macro(BENCHMARK, each.event().ts()));
      if (each.place().equals(record.place())) {
        return bars.stream().map(Forming::bar).toList();
      }
    }
    throw new IllegalStateException(record + " is not among the prices");
  }

  /** One day. */
  private static final class Forming {
    private final long start;
    private long newest = Long.MIN_VALUE;
    private @Nullable Bar bar;

    Forming(long start) {
      this.start = start;
    }

    void add(PriceRecord record, double benchmark) {
      newest = record.event().ts();
      Bar so = bar;
      bar =
          switch (record.event()) {
            case PriceBar b ->
                new Bar(start, b.open(), b.high(), b.low(), b.close(), b.volume(), benchmark);
            case PriceTick t when so == null ->
                new Bar(start, t.price(), t.price(), t.price(), t.price(), t.size(), benchmark);
            case PriceTick t ->
                new Bar(
                    start,
                    so.open(),
                    Math.max(so.high(), t.price()),
                    Math.min(so.low(), t.price()),
                    t.price(),
                    so.volume() + t.size(),
                    benchmark);
          };
    }

    Bar bar() {
      return Objects.requireNonNull(bar, "a bar begins with an event");
    }
  }
}
