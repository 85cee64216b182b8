package io.vfr.streams.ops.registry;

import io.vfr.models.load.Sha256;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Registrations in short: {@code a@1.0.0 champion} or {@code a@2.0.0 champion 1.0.0}. */
final class Registrations {
  static final long TS = 1_800_000_000_000L;

  private Registrations() {}

  /** Of id, version, stage and perhaps predecessor. */
  static ModelRegistration of(String text) {
    String[] parts = text.split("[@ ]");
    return new ModelRegistration(
        parts[0],
        parts[1],
        ModelStage.valueOf(parts[2].toUpperCase(Locale.ROOT)),
        digest(parts[0] + "@" + parts[1]),
        10,
        1,
        TS,
        TS,
        "test",
        7L,
        parts.length > 3 ? parts[3] : null,
        null);
  }

  /** The state after these, in this order. */
  static RegistryState state(List<String> texts) {
    List<RegistryState.Entry> entries = new ArrayList<>();
    for (String text : texts) {
      entries.add(new RegistryState.Entry(of(text), entries.size()));
    }
    return new RegistryState(entries);
  }

  /** The state after these, separated by semicolons. */
  static RegistryState state(@Nullable String texts) {
    return state(texts == null || texts.isBlank() ? List.of() : List.of(texts.split("; *")));
  }

  static String digest(String key) {
    return Sha256.hex(key.getBytes(StandardCharsets.UTF_8));
  }

  /** A registration in short again. */
  static String text(ModelRegistration registration) {
    return registration.key()
        + " "
        + registration.stage().wire()
        + (registration.predecessor() == null ? "" : " " + registration.predecessor());
  }
}
