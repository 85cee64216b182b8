package io.vfr.streams.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Constructors of {@link ConfigKey} by kind of value; each states in words what it allows. */
final class ConfigTypes {
  private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB)?");
  private static final Pattern SOURCE_NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private ConfigTypes() {}

  static ConfigKey<String> text(
      String name, String byDefault, String allowed, String description, Predicate<String> test) {
    return new ConfigKey<>(
        name,
        "text",
        byDefault,
        allowed,
        description,
        false,
        text -> checked(text, test.test(text), allowed));
  }

  static ConfigKey<String> secret(String name, String description) {
    return new ConfigKey<>(
        name, "text", "", "any text; empty for none", description, true, Function.identity());
  }

  static ConfigKey<Boolean> bool(String name, boolean byDefault, String description) {
    String allowed = "true or false";
    return new ConfigKey<>(
        name,
        "boolean",
        Boolean.toString(byDefault),
        allowed,
        description,
        false,
        text -> {
          String lower = text.toLowerCase(Locale.ROOT);
          boolean known = lower.equals("true") || lower.equals("false");
          return checked(lower.equals("true"), known, allowed);
        });
  }

  static ConfigKey<Integer> integer(
      String name, int byDefault, int min, int max, String description) {
    String allowed = "a whole number " + min + ".." + max;
    return new ConfigKey<>(
        name,
        "integer",
        Integer.toString(byDefault),
        allowed,
        description,
        false,
        text -> {
          int value = parsed(text, Integer::parseInt, allowed);
          return checked(value, value >= min && value <= max, allowed);
        });
  }

  static ConfigKey<Double> decimal(
      String name, String byDefault, String allowed, String description, DoublePredicate test) {
    return new ConfigKey<>(
        name,
        "decimal",
        byDefault,
        allowed,
        description,
        false,
        text -> {
          // BigDecimal: unlike Double it knows neither NaN, nor infinity, nor a trailing f.
          double value = parsed(text, t -> new BigDecimal(t).doubleValue(), allowed);
          return checked(value, test.test(value), allowed);
        });
  }

  static ConfigKey<Duration> duration(
      String name, String byDefault, Duration min, Duration max, String description) {
    String allowed = "an ISO-8601 duration " + min + ".." + max + ", such as " + example(byDefault);
    return new ConfigKey<>(
        name,
        "duration",
        byDefault,
        allowed,
        description,
        false,
        text -> {
          Duration value = parsed(text, Duration::parse, allowed);
          boolean inside = value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
          return checked(
              value, inside && value.equals(Duration.ofMillis(value.toMillis())), allowed);
        });
  }

  static ConfigKey<Long> bytes(
      String name, String byDefault, String min, String max, String description) {
    String allowed = "a number of bytes " + min + ".." + max + ", also as KiB, MiB or GiB";
    long least = parseBytes(min);
    long most = parseBytes(max);
    return new ConfigKey<>(
        name,
        "bytes",
        byDefault,
        allowed,
        description,
        false,
        text -> {
          long value = parsed(text, ConfigTypes::parseBytes, allowed);
          return checked(value, value >= least && value <= most, allowed);
        });
  }

  static ConfigKey<Path> path(String name, String byDefault, String description) {
    String allowed = "a directory; the default is inside the installation";
    return new ConfigKey<>(
        name,
        "path",
        byDefault,
        allowed,
        description,
        false,
        text -> parsed(checked(text, !text.isBlank(), allowed), Path::of, allowed));
  }

  static ConfigKey<List<String>> list(String name, String allowed, String description) {
    return new ConfigKey<>(
        name,
        "list",
        "",
        allowed,
        description,
        false,
        text -> {
          if (text.isBlank()) {
            return List.of();
          }
          List<String> items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
          return checked(
              items,
              items.stream().distinct().filter(i -> !i.isEmpty()).count() == items.size(),
              allowed);
        });
  }

  static ConfigKey<SequencedMap<String, Double>> weights(
      String name, String byDefault, String description) {
    String allowed =
        "name=weight pairs separated by commas, names a-z 0-9 _, each once, weights 0..1";
    return new ConfigKey<>(
        name,
        "map",
        byDefault,
        allowed,
        description,
        false,
        text -> {
          SequencedMap<String, Double> weights = new LinkedHashMap<>();
          for (String pair : text.split(",", -1)) {
            String[] sides = pair.split("=", -1);
            checked(sides, sides.length == 2, allowed);
            String source = sides[0].strip();
            double weight = parsed(sides[1].strip(), t -> new BigDecimal(t).doubleValue(), allowed);
            boolean valid =
                SOURCE_NAME.matcher(source).matches()
                    && weight >= 0
                    && weight <= 1
                    && !weights.containsKey(source);
            weights.put(source, checked(weight, valid, allowed));
          }
          return weights;
        });
  }

  static <E extends Enum<E>> ConfigKey<E> choice(
      String name, Class<E> type, E byDefault, String description) {
    List<E> values = List.of(type.getEnumConstants());
    String allowed = String.join(" or ", values.stream().map(ConfigTypes::choiceText).toList());
    return new ConfigKey<>(
        name,
        "choice",
        choiceText(byDefault),
        allowed,
        description,
        false,
        text ->
            values.stream()
                .filter(value -> choiceText(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(allowed)));
  }

  /** How an enum constant is written: {@code EXACTLY_ONCE} is {@code exactly-once}. */
  static String choiceText(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String example(String byDefault) {
    return byDefault.startsWith("P") ? byDefault.replaceFirst(",.*", "") : "P2D";
  }

  private static long parseBytes(String text) {
    Matcher matcher = BYTES.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a number of bytes: " + text);
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    long factor =
        switch (unit) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
  }

  private static <T> T parsed(String text, Function<String, T> parser, String allowed) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(allowed, e);
    }
  }

  private static <T> T checked(T value, boolean valid, String allowed) {
    if (!valid) {
      throw new IllegalArgumentException(allowed);
    }
    return value;
  }
}
