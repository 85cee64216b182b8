package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReturnWindowTest {
  @Test
  void logReturn_closesThatAgreeInMostBits_keepsAllDigits() {
    double change = Math.scalb(1.0, -40);
    // ln(1 + x) = x - x²/2 + …; the logarithm of the rounded quotient would be off by 1e-4 of it.
    double expected = (change / 3) - (change / 3) * (change / 3) / 2;
    assertThat(ReturnWindow.logReturn(3 + change, 3))
        .isBetween(expected * (1 - 1e-15), expected * (1 + 1e-15));
  }

  @Test
  void logReturn_fallToABillionth_keepsAllDigits() {
    double expected = -9 * Math.log(10);
    assertThat(ReturnWindow.logReturn(1e-7, 100))
        .isBetween(expected * (1 + 1e-15), expected * (1 - 1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "0, 0", "1e100, 1e-300", "1e-300, 1e100"})
  void logReturn_withoutAQuotient_isMissing(double close, double previous) {
    assertThat(ReturnWindow.logReturn(close, previous)).isNaN();
  }
}
