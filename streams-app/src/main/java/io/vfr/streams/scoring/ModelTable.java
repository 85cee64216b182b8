package io.vfr.streams.scoring;

import io.vfr.models.StoredFormat;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * Short numbers for the models that a task has scored with, kept in the store whose records use
 * them. A number is never given twice.
 */
final class ModelTable {
  /** Symbols hold no control characters, so no symbol's key is or begins with this one. */
  private static final Bytes KEY = Bytes.wrap(new byte[] {0});

  private static final StoredFormat FORMAT = StoredFormat.first("a stored table of models");
  private static final int NUMBERS_MAX = Short.MAX_VALUE;

  private final StateTable store;
  private final List<String> keys = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  ModelTable(StateTable store) {
    this.store = store;
    byte[] stored = store.get(KEY);
    if (stored != null) {
      FORMAT.check(stored[0]);
      String text = new String(stored, 1, stored.length - 1, StandardCharsets.UTF_8);
      for (String key : text.split("\n")) {
        numbers.put(key, keys.size());
        keys.add(key);
      }
    }
  }

  /** The number of {@code id@version}. */
  int number(String key) {
    Integer known = numbers.get(key);
    if (known != null) {
      return known;
    }
    if (keys.size() == NUMBERS_MAX) {
      throw new IllegalStateException(
          "this task has scored with " + NUMBERS_MAX + " versions of models; reset its state");
    }
    int number = keys.size();
    keys.add(key);
    numbers.put(key, number);
    byte[] text = String.join("\n", keys).getBytes(StandardCharsets.UTF_8);
    store.put(KEY, ByteBuffer.allocate(1 + text.length).put(FORMAT.version()).put(text).array());
    return number;
  }

  /** The {@code id@version} of a number. */
  String key(int number) {
    if (number < 0 || number >= keys.size()) {
      throw new IllegalStateException(
          "model number " + number + " is not in the table of " + keys.size());
    }
    return keys.get(number);
  }
}
