package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of a store are damaged on disk; the counts that the store holds must go on all the same.
 */
class MendedStoreIT {
  private static final int KEYS = 5_000;

  @TempDir Path dir;
  private EmbeddedKafka kafka;
  private Path stateDir;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")));
    stateDir = dir.resolve("state");
    CountingFlow.createTopics(kafka);
  }

  @AfterEach
  void stop() {
    kafka.close();
  }

  /** What is done to the files of a store that is closed. */
  enum Harm {
    BITS_OF_A_BLOCK {
      @Override
      void to(Path files) throws IOException {
        flip(table(files));
      }
    },
    TABLE_CUT {
      @Override
      void to(Path files) throws IOException {
        try (FileChannel channel = FileChannel.open(table(files), StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
        }
      }
    },
    TABLE_GONE {
      @Override
      void to(Path files) throws IOException {
        Files.delete(table(files));
      }
    },
    MANIFEST_GONE {
      @Override
      void to(Path files) throws IOException {
        Files.delete(file(files, "MANIFEST-"));
      }
    },
    CURRENT_EMPTY {
      @Override
      void to(Path files) throws IOException {
        Files.write(files.resolve("CURRENT"), new byte[0]);
      }
    };

    abstract void to(Path files) throws IOException;
  }

  @ParameterizedTest
  @CsvSource({
    "BITS_OF_A_BLOCK, exactly-once",
    "BITS_OF_A_BLOCK, at-least-once",
    "TABLE_CUT, exactly-once",
    "TABLE_GONE, at-least-once",
    "MANIFEST_GONE, exactly-once",
    "MANIFEST_GONE, at-least-once",
    "CURRENT_EMPTY, exactly-once",
  })
  void filesDamagedWhileStopped_storeIsRestored(Harm harm, String guarantee) throws Exception {
    try (CountingFlow flow = new CountingFlow(kafka, stateDir, guarantee)) {
      flow.sendEach(KEYS);
      assertThat(flow.counts(KEYS)).hasSize(KEYS);
    }
    harm.to(CountingFlow.files(stateDir));
    try (CountingFlow flow = new CountingFlow(kafka, stateDir, guarantee)) {
      flow.sendEach(KEYS);
      assertThat(flow.counts(2 * KEYS).values()).hasSize(KEYS).containsOnly(2);
      assertThat(flow.isReady()).isTrue();
    }
  }

  /**
   * What the aborted transaction had read must be read again, though the partition was never lost.
   */
  @Test
  void exactlyOnce_filesDamagedWhileInUse_countsGoOn() throws Exception {
    assertThat(countsAfterDamageInUse("exactly-once")).hasSize(KEYS - 1).containsOnly(2);
  }

  @Test
  void atLeastOnce_filesDamagedWhileInUse_nothingIsLost() throws Exception {
    assertThat(countsAfterDamageInUse("at-least-once"))
        .hasSize(KEYS - 1)
        .allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(2));
  }

  /** The counts of all keys but the first, each of which was sent twice. */
  private Collection<Integer> countsAfterDamageInUse(String mode) throws Exception {
    try (CountingFlow flow = new CountingFlow(kafka, stateDir, mode)) {
      flow.sendEach(KEYS);
      assertThat(flow.counts(KEYS)).hasSize(KEYS);
    }
    try (CountingFlow flow = new CountingFlow(kafka, stateDir, mode)) {
      // One record, so that the store is open and has passed its check.
      flow.sendEach(1);
      flow.counts(KEYS + 1);
      flip(table(CountingFlow.files(stateDir)));
      flow.sendEach(KEYS);
      Map<String, Integer> counts = flow.counts(2 * KEYS + 1);
      counts.remove("key-0");
      return counts.values();
    }
  }

  @Test
  void directoryThatCannotBeMade_isNotTakenForDamage() throws Exception {
    Path files = CountingFlow.files(stateDir);
    new CountingFlow(kafka, stateDir, "at-least-once").close();
    Utils.delete(files.toFile());
    Files.createDirectories(files.getParent());
    Files.writeString(files, "a file where the directory of the store should be");
    assertThatThrownBy(() -> new CountingFlow(kafka, stateDir, "at-least-once").close())
        .isInstanceOf(StreamsException.class);
    assertThat(files).isRegularFile();
  }

  private static Path table(Path files) throws IOException {
    try (Stream<Path> found = Files.list(files)) {
      return found
          .filter(file -> file.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow(() -> new IllegalStateException("no table in " + files));
    }
  }

  private static Path file(Path files, String prefix) throws IOException {
    try (Stream<Path> found = Files.list(files)) {
      return found
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + prefix + " in " + files));
    }
  }

  /** Turns bits over in the blocks of a table, and leaves its index and footer whole. */
  private static void flip(Path table) throws IOException {
    try (FileChannel channel =
        FileChannel.open(table, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long blocks = channel.size() / 2;
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(blocks));
      channel.read(bytes, 0);
      IntStream.range(0, bytes.position())
          .filter(i -> i % 512 == 100)
          .forEach(i -> bytes.put(i, (byte) ~bytes.get(i)));
      channel.write(bytes.flip(), 0);
    }
  }
}
