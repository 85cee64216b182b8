package io.vfr.streams.scoring;

import static java.util.stream.Collectors.joining;

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

  /**
   * How a model is told.
   *
   * @param key {@code id@version}
   */
  record Name(String key, String id, String version) {
    private static Name of(String key) {
      int at = key.indexOf('@');
      return new Name(key, key.substring(0, at), key.substring(at + 1));
    }
  }

  private final StateTable store;
  private final List<Name> names = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  ModelTable(StateTable store) {
    this.store = store;
    byte[] stored = store.get(KEY);
    if (stored != null) {
      FORMAT.check(stored[0]);
      String text = new String(stored, 1, stored.length - 1, StandardCharsets.UTF_8);
      for (String key : text.split("\n")) {
        numbers.put(key, names.size());
        names.add(Name.of(key));
      }
    }
  }

  /** The number of {@code id@version}. */
  int number(String key) {
    Integer known = numbers.get(key);
    if (known != null) {
      return known;
    }
    if (names.size() == NUMBERS_MAX) {
      throw new IllegalStateException(
          "this task has scored with " + NUMBERS_MAX + " versions of models; reset its state");
    }
    int number = names.size();
    names.add(Name.of(key));
    numbers.put(key, number);
    byte[] text =
        names.stream().map(Name::key).collect(joining("\n")).getBytes(StandardCharsets.UTF_8);
    store.put(KEY, ByteBuffer.allocate(1 + text.length).put(FORMAT.version()).put(text).array());
    return number;
  }

  /** The model of a number. */
  Name name(int number) {
    if (number < 0 || number >= names.size()) {
      throw new IllegalStateException(
          "model number " + number + " is not in the table of " + names.size());
    }
    return names.get(number);
  }
}
