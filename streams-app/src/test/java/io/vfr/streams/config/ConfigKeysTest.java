package io.vfr.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigKeysTest {
  static List<ConfigKey<?>> keys() {
    return ConfigKeys.all();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKey_isDescribedAndItsDefaultIsAllowed(ConfigKey<?> key) {
    assertThat(key.name()).matches("[a-z]+\\.[a-z-]+");
    assertThat(key.description()).endsWith(".");
    assertThat(key.allowed()).isNotBlank();
    assertThat(key.parser().apply(key.defaultText())).isNotNull();
  }

  @Test
  void names_areUniqueAlsoAsVariables() {
    assertThat(ConfigKeys.all()).extracting(ConfigKey::name).doesNotHaveDuplicates();
    assertThat(ConfigKeys.all()).extracting(ConfigKey::environmentName).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application.id|a b",
        "bootstrap.servers|localhost",
        "bars.interval|1d",
        "bars.interval|PT0.5S",
        "bars.interval|PT1.0001S",
        "bars.grace|-PT1S",
        "ingest.max-bytes|1023",
        "ingest.max-bytes|1 MB",
        "ingest.max-bytes|99999999999999999999GiB",
        "sentiment.sources|news",
        "sentiment.sources|News=1",
        "sentiment.sources|news=1.5",
        "sentiment.sources|news=0.5,news=0.5",
        "sentiment.sources|news=NaN",
        "features.emit|yes",
        "features.hot-symbols|0",
        "features.hot-symbols|2.5",
        "scoring.batch-rows-max|33",
        "scoring.batch-wait-max|PT0.051S",
        "scoring.coverage|1",
        "scoring.coverage|NaN",
        "scoring.neutral-band|0.5f",
        "alerts.clear-ratio|0",
        "models.active|a,,b",
        "models.active|a,a",
        "models.cache-models-max|11",
        "processing.mode|EXACTLY_ONCE",
        "http.port|65536",
        "http.host|''"
      })
  void parser_notAllowed_saysWhatIs(String name, String text) {
    ConfigKey<?> key = ConfigKeys.find(name).orElseThrow();
    assertThatThrownBy(() -> key.parser().apply(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(key.allowed());
  }
}
