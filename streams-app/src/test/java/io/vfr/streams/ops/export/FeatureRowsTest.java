package io.vfr.streams.ops.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureRowsTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final long DAY = 86_400_000;
  private static final long START = 18_000 * DAY;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void add_anyOrder_keepsTheNewestVectorOfEachBar(long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, TreeMap<Long, FeatureValues>> expected = new TreeMap<>();
    List<String> open = List.of("vix", "pe_ratio", "alpha", "zeta");
    try (FeatureRows rows = rows()) {
      for (int i = 0; i < 3000; i++) {
        String symbol = "S" + random.nextInt(3);
        long bar = random.nextInt(200);
        FeatureValues vector =
            vector(
                symbol,
                START + bar * DAY + random.nextInt((int) DAY),
                random.nextDouble(),
                open.subList(0, random.nextInt(open.size() + 1)));
        rows.add(vector);
        expected.computeIfAbsent(symbol, s -> new TreeMap<>()).put(bar, vector);
      }
      assertThat(rows.rows()).isEqualTo(expected.values().stream().mapToInt(Map::size).sum());
      List<String> columns = rows.columns();
      assertThat(columns).hasSize(SCHEMA.size() + 4).endsWith("alpha", "pe_ratio", "vix", "zeta");
      List<String> symbols = new ArrayList<>();
      rows.forEach((symbol, bars) -> {
        symbols.add(symbol);
        List<FeatureValues> vectors =
            List.copyOf(expected.getOrDefault(symbol, new TreeMap<>()).values());
        assertThat(bars.size()).as("seed " + seed).isEqualTo(vectors.size());
        double[] values = new double[columns.size()];
        for (int row = 0; row < bars.size(); row++) {
          FeatureValues vector = vectors.get(row);
          bars.read(row, values);
          assertThat(bars.ts(row)).isEqualTo(vector.ts());
          assertThat(bars.barStart(row)).isEqualTo(vector.ts() / DAY * DAY);
          assertThat(values).as("seed " + seed).containsExactly(inColumns(vector, columns));
        }
      });
      assertThat(symbols).containsExactly("S0", "S1", "S2");
    }
  }

  @Test
  void columns_withoutOpenNames_areTheSchema() throws IOException {
    try (FeatureRows rows = rows()) {
      rows.add(vector("A", START, 1, List.of()));
      assertThat(rows.columns()).isEqualTo(SCHEMA.names());
      assertThat(rows.symbols()).isEqualTo(1);
    }
  }

  private FeatureRows rows() throws IOException {
    return new FeatureRows(dir.resolve("rows"), Duration.ofDays(1));
  }

  private static double[] inColumns(FeatureValues vector, List<String> columns) {
    return columns.stream()
        .mapToDouble(name -> {
          int at = vector.names().indexOf(name);
          return at < 0 ? Double.NaN : vector.value(at);
        })
        .toArray();
  }

  private static FeatureValues vector(String symbol, long ts, double first, List<String> open) {
    List<String> names = new ArrayList<>(SCHEMA.names());
    names.addAll(open);
    double[] values = new double[names.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 == 3 ? Double.NaN : first + i;
    }
    return new FeatureValues(symbol, ts, SCHEMA.id(), names, values);
  }
}
