package io.vfr.streams.ops.replay;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The rows of a price file as the events that a replay makes of them. */
public final class PriceRows {
  private PriceRows() {}

  /**
   * Shows every row of the wanted symbols that is a valid price, in the order of the file.
   *
   * @throws ReplayException if the file cannot be read or is no price file
   */
  public static void read(Path file, Predicate<String> wanted, Consumer<PriceEvent> visitor) {
    try (CsvSource source = CsvSource.open(CsvKind.PRICES, file, Optional.empty())) {
      Optional<List<String>> row = source.next();
      while (row.isPresent()) {
        List<String> cells = row.get();
        byte[] key = source.encoder().key(cells);
        if (key != null
            && wanted.test(new String(key, StandardCharsets.UTF_8))
            && Codecs.PRICE.parse(source.encoder().value(cells))
                instanceof Parsed.Accepted<PriceEvent>(PriceEvent price)) {
          visitor.accept(price);
        }
        row = source.next();
      }
    }
  }
}
