package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStampTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration REST_MAX = Duration.ofHours(23);

  @TempDir Path root;
  private Path directory;
  private Path table;

  @BeforeEach
  void state() throws IOException {
    directory = root.resolve("vfr-streams");
    use(NOW);
    table = directory.resolve("0_1").resolve("rocksdb").resolve("task-state").resolve("000011.sst");
    Files.createDirectories(table.getParent());
    Files.writeString(table, "state");
  }

  private void use(Instant at) {
    StateStamp.on(directory, REST_MAX, InstantSource.fixed(at)).close();
  }

  @Test
  void newDirectory_isStamped() throws IOException {
    Path fresh = root.resolve("fresh");
    StateStamp.on(fresh, REST_MAX, InstantSource.fixed(NOW)).close();
    assertThat(Files.readString(fresh.resolve(StateStamp.FILE)))
        .contains("version=4", "last-used=2026-11-25T12\\:00\\:00Z");
  }

  @Test
  void restedForLess_isKept() {
    use(NOW);
    use(NOW.plus(REST_MAX));
    assertThat(table).exists();
  }

  @Test
  void restedForLonger_isDeletedAndStampedAnew() throws IOException {
    use(NOW);
    // A copy has files of today.
    Files.setLastModifiedTime(table, FileTime.from(NOW.plus(REST_MAX)));
    use(NOW.plus(REST_MAX).plusMillis(1));
    assertThat(table).doesNotExist();
    assertThat(directory.resolve("0_1")).doesNotExist();
    Files.createDirectories(table.getParent());
    Files.writeString(table, "restored");
    use(NOW.plus(REST_MAX).plusMillis(2));
    assertThat(table).exists();
  }

  @Test
  void olderFormat_isRefusedWithTheWayOut() throws IOException {
    // Builds before the first stamp left none.
    Files.delete(directory.resolve(StateStamp.FILE));
    assertThatThrownBy(() -> use(NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it has no vfr-state.properties")
        .hasMessageContaining("Run this build under another application.id");
    Files.writeString(
        directory.resolve(StateStamp.FILE), "version=3\nlast-used=2026-11-25T12\\:00\\:00Z\n");
    assertThatThrownBy(() -> use(NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has format version 3, this build reads 4. Run this build under")
        .hasMessageContaining("streams-application-reset");
    assertThat(table).exists();
  }

  @Test
  void clockBehindTheStamp_isKept() {
    use(NOW);
    use(NOW.minus(Duration.ofDays(3)));
    assertThat(table).exists();
  }

  @Test
  void newerFormat_isRefusedWithTheWayOut() throws IOException {
    Files.writeString(
        directory.resolve(StateStamp.FILE), "version=5\nlast-used=2026-11-25T12\\:00\\:00Z\n");
    assertThatThrownBy(() -> use(NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has format version 5, this build reads 4: a newer build wrote it")
        .hasMessageContaining("Run the newer build");
    assertThat(table).exists();
  }

  @Test
  void stampThatIsNone_isRefused() throws IOException {
    Files.writeString(directory.resolve(StateStamp.FILE), "version=one\n");
    assertThatThrownBy(() -> use(NOW)).hasMessageContaining("has no version; delete the directory");
    Files.writeString(directory.resolve(StateStamp.FILE), "version=4\nlast-used=today\n");
    assertThatThrownBy(() -> use(NOW)).hasMessageContaining("has no time");
  }
}
