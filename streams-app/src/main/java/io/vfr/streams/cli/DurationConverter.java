package io.vfr.streams.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people type them, {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, and as ISO-8601 has them. */
public final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    String value = text.strip().toUpperCase(Locale.ROOT);
    try {
      Duration duration =
          value.endsWith("MS")
              ? Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2).strip()))
              : Duration.parse(value.startsWith("P") ? value : "PT" + value);
      if (duration.isNegative()) {
        throw refused(text);
      }
      return duration;
    } catch (DateTimeParseException | NumberFormatException e) {
      throw refused(text);
    }
  }

  private static TypeConversionException refused(String text) {
    return new TypeConversionException(
        "'" + text + "' is no duration; use 500ms, 30s, 5m, 2h or ISO-8601 such as PT30S");
  }
}
