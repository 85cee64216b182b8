package io.vfr.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random messages that keep their contract, with the edges of every bound among them. */
final class RandomMessages {
  private static final String SYMBOL_CHARS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_^=/:";
  private static final String TEXT_CHARS = "aZ09 \"\\/\n\t\u0000\u001b\u007féß漢\u2028{}[],:";

  private final SplittableRandom random;

  RandomMessages(long seed) {
    random = new SplittableRandom(seed);
  }

  PriceEvent price() {
    return random.nextBoolean() ? bar() : tick();
  }

  PriceBar bar() {
    double low = priceValue();
    double high = Math.min(Bounds.PRICE_MAX, low * (1 + random.nextDouble()));
    return new PriceBar(
        symbol(), time(), between(low, high), high, low, between(low, high), volume(), interval());
  }

  PriceTick tick() {
    return new PriceTick(symbol(), time(), priceValue(), volume());
  }

  Fundamentals fundamentals() {
    Map<String, Double> values = new LinkedHashMap<>();
    int count = pick(0, 1, 8, Bounds.FUNDAMENTALS_VALUES_MAX);
    while (values.size() < count) {
      values.put(name(), number());
    }
    long knownAt = time();
    long periodEnd =
        random.nextInt(8) == 0
            ? knownAt + Bounds.PERIOD_AHEAD_MILLIS_MAX
            : random.nextLong(Bounds.TIMESTAMP_MIN, knownAt + 1);
    return new Fundamentals(symbol(), knownAt, periodEnd, values);
  }

  SentimentObservation sentiment() {
    return new SentimentObservation(
        symbol(),
        time(),
        name(),
        fraction(),
        fraction(),
        random.nextBoolean() ? random.nextInt(100) : Bounds.MENTIONS_MAX);
  }

  MacroValue macro() {
    return new MacroValue(name(), time(), number());
  }

  Prediction prediction() {
    boolean known = random.nextInt(4) != 0;
    DriversMethod method = constant(DriversMethod.class);
    return new Prediction(
        text(),
        symbol(),
        time(),
        time(),
        time(),
        "1d",
        number(),
        constant(Direction.class),
        probability(),
        fraction(),
        known ? interval(number(), number()) : null,
        known ? (Double) Math.abs(number()) : null,
        consensus(),
        list(random.nextInt(5), i -> score()),
        list(
            random.nextInt(Prediction.DRIVERS_MAX + 1),
            i -> new Driver(name(), random.nextBoolean() ? number() : Double.NaN, number())),
        method,
        method == DriversMethod.SHAP ? methods() : Map.of(),
        new FeatureSummary(text(), fraction(), list(random.nextInt(4), i -> text())),
        list(random.nextInt(3), i -> constant(DegradedReason.class)),
        new SourceRef(text(), pick(0, 7, Integer.MAX_VALUE), random.nextLong(Long.MAX_VALUE)),
        random.nextLong(10_000));
  }

  private Map<String, AttributionMethod> methods() {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      methods.put(text(), constant(AttributionMethod.class));
    }
    return methods;
  }

  Alert alert() {
    return new Alert(
        text(),
        time(),
        constant(AlertType.class),
        constant(Severity.class),
        constant(AlertState.class),
        random.nextBoolean() ? symbol() : null,
        text(),
        random.nextBoolean() ? (Double) number() : null,
        random.nextBoolean() ? (Double) number() : null,
        random.nextBoolean() ? text() : null,
        text());
  }

  FeatureValues features() {
    List<String> names = IntStream.range(0, pick(0, 1, 129, 300)).mapToObj(i -> "f" + i).toList();
    double[] values =
        names.stream().mapToDouble(n -> random.nextInt(5) == 0 ? Double.NaN : number()).toArray();
    return new FeatureValues(symbol(), time(), text(), names, values);
  }

  Outcome outcome() {
    return new Outcome(
        text(),
        symbol(),
        time(),
        "1d",
        number(),
        number(),
        number(),
        random.nextInt(3) == 0 ? null : (Boolean) random.nextBoolean(),
        list(
            random.nextInt(4),
            i ->
                new ModelOutcome(
                    text(), text(), numbers(1 + random.nextInt(3)), random.nextBoolean())));
  }

  ModelRegistration registration() {
    return new ModelRegistration(
        name(),
        "1." + random.nextInt(100) + "+b_" + random.nextInt(9),
        constant(ModelStage.class),
        "0123456789abcdef".repeat(4),
        random.nextLong(Long.MAX_VALUE),
        pick(0, 3, Integer.MAX_VALUE),
        time(),
        time(),
        text(),
        random.nextBoolean() ? (Long) random.nextLong(Long.MAX_VALUE) : null,
        random.nextBoolean() ? "1." + random.nextInt(100) + ".0" : null,
        random.nextBoolean() ? text() : null);
  }

  private ModelScore score() {
    ModelStatus status = constant(ModelStatus.class);
    boolean scored = status == ModelStatus.OK || status == ModelStatus.SHADOW;
    return new ModelScore(
        text(),
        text(),
        text(),
        scored ? numbers(1 + random.nextInt(3)) : new double[0],
        scored ? constant(Signal.class) : null,
        status == ModelStatus.OK ? fraction() : 0,
        fraction(),
        random.nextLong(1_000_000),
        status,
        random.nextInt(4) == 0 ? text() : null);
  }

  private Consensus consensus() {
    return new Consensus(
        constant(Signal.class),
        100 * fraction(),
        fraction(),
        random.nextBoolean(),
        new Breakdown(random.nextInt(5), random.nextInt(5), random.nextInt(5)));
  }

  private Probability probability() {
    double up = random.nextDouble();
    double neutral = (1 - up) * random.nextDouble();
    return random.nextInt(8) == 0
        ? Probability.UNKNOWN
        : new Probability(up, neutral, 1 - up - neutral);
  }

  private PredictionInterval interval(double a, double b) {
    return new PredictionInterval(Math.min(a, b), Math.max(a, b), fraction());
  }

  private @Nullable Duration interval() {
    return switch (random.nextInt(6)) {
      case 0 -> Duration.ofDays(1);
      case 1 -> Duration.ofMinutes(1);
      case 2 -> Duration.ofMillis(1 + random.nextLong(3_660L * 86_400_000));
      case 3 -> Duration.ofMillis(1);
      default -> null;
    };
  }

  String symbol() {
    int length = pick(1, 4, Bounds.SYMBOL_LENGTH_MAX);
    StringBuilder symbol = new StringBuilder();
    for (int i = 0; i < length; i++) {
      symbol.append(SYMBOL_CHARS.charAt(random.nextInt(SYMBOL_CHARS.length())));
    }
    return symbol.toString();
  }

  private String name() {
    int length = pick(3, 8, Bounds.NAME_LENGTH_MAX - 1);
    StringBuilder name = new StringBuilder().append((char) ('a' + random.nextInt(26)));
    for (int i = 0; i < length; i++) {
      name.append("abcXYZ019_.-".charAt(random.nextInt(12)));
    }
    return name.toString();
  }

  private String text() {
    int length = 1 + random.nextInt(40);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(TEXT_CHARS.charAt(random.nextInt(TEXT_CHARS.length())));
    }
    return text.toString();
  }

  long time() {
    return random.nextInt(8) == 0
        ? Bounds.TIMESTAMP_MIN
        : random.nextLong(Bounds.TIMESTAMP_MIN, 1_900_000_000_000L);
  }

  private double priceValue() {
    return switch (random.nextInt(8)) {
      case 0 -> Bounds.PRICE_MIN;
      case 1 -> Bounds.PRICE_MAX;
      case 2 -> 100;
      default -> Math.exp(random.nextDouble(-20, 20));
    };
  }

  private double volume() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Bounds.VOLUME_MAX;
      case 2 -> random.nextDouble();
      default -> random.nextInt(1_000_000_000);
    };
  }

  /** Any finite double: bit patterns, small decimals, integers, zeros of both signs. */
  private double number() {
    double any = Double.longBitsToDouble(random.nextLong());
    return switch (random.nextInt(6)) {
      case 0 -> Double.isFinite(any) ? any : 1e308;
      case 1 -> -0.0;
      case 2 -> random.nextLong(-1L << 55, 1L << 55);
      default -> random.nextDouble(-10, 10);
    };
  }

  private double[] numbers(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = number();
    }
    return numbers;
  }

  private double fraction() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> 1;
      default -> random.nextDouble();
    };
  }

  private double between(double low, double high) {
    return switch (random.nextInt(4)) {
      case 0 -> low;
      case 1 -> high;
      default -> Math.clamp(low + random.nextDouble() * (high - low), low, high);
    };
  }

  private int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <E extends Enum<E>> E constant(Class<E> type) {
    E[] constants = type.getEnumConstants();
    return constants[random.nextInt(constants.length)];
  }

  private static <T> List<T> list(int count, Function<Integer, T> element) {
    List<T> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(element.apply(i));
    }
    return list;
  }
}
