package io.vfr.streams.ops;

import io.vfr.models.StoredFormat;
import io.vfr.models.StoredFormat.UnknownVersionException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stamp of a directory of local state: the version of its format and when it was last in use.
 *
 * <p>State that rested for longer than changelogs remember deletions is deleted before it is used,
 * since it would keep what all others have forgotten; state of another format is refused
 * (docs/decisions/0014).
 */
final class StateStamp implements AutoCloseable {
  /**
   * The format: which stores there are and what their keys and values mean. Up to 3 each kind of
   * state had a store and a changelog of its own, which are not taken over.
   */
  static final StoredFormat FORMAT = new StoredFormat("the state directory", 4, 4);

  /** What can be done about state of builds that this one does not take over. */
  static final String WAY_FROM_OLDER =
      "Run this build under another application.id, which reads the inputs from their beginning,"
          + " or delete the old state: Kafka's streams-application-reset and the local directory";

  static final String FILE = "vfr-state.properties";

  private static final Logger LOG = LoggerFactory.getLogger(StateStamp.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final String VERSION_KEY = "version";
  private static final String LAST_USED_KEY = "last-used";

  private final Path directory;
  private final InstantSource clock;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("state-stamp").factory());

  private StateStamp(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Checks a directory before it is used, and keeps its stamp fresh from then on.
   *
   * @param directory the application's directory below the state directory; made if missing
   * @param restMax how long state may have rested
   * @throws IllegalStateException if a build of another format wrote it, or the stamp cannot be
   *     read
   * @throws UncheckedIOException if the directory cannot be written
   */
  static StateStamp on(Path directory, Duration restMax, InstantSource clock) {
    try {
      Files.createDirectories(directory);
      Optional<Instant> lastUsed = lastUsed(directory);
      if (lastUsed.isPresent()
          && Duration.between(lastUsed.get(), clock.instant()).compareTo(restMax) > 0) {
        LOG.warn(
            "The state in {} was last used at {}, more than {} ago, and may hold what was deleted"
                + " since. It is deleted and restored from Kafka.",
            directory,
            lastUsed.get(),
            restMax);
        deleteTasks(directory);
      }
      StateStamp stamp = new StateStamp(directory, clock);
      stamp.write();
      stamp.writer.scheduleWithFixedDelay(
          stamp::refresh, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return stamp;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the state directory " + directory, e);
    }
  }

  /** Empty for a directory without state. */
  private static Optional<Instant> lastUsed(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      if (hasFiles(directory)) {
        throw new IllegalStateException(
            refused(directory, "it has no " + FILE + ", as builds before the first left it", true));
      }
      return Optional.empty();
    }
    Properties stamp = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      stamp.load(reader);
    }
    String version = stamp.getProperty(VERSION_KEY, "");
    if (!version.matches("\\d{1,6}")) {
      throw new IllegalStateException(unreadable(file, "no version"));
    }
    try {
      FORMAT.check(Integer.parseInt(version));
    } catch (UnknownVersionException e) {
      throw new IllegalStateException(
          refused(directory, e.getMessage(), Integer.parseInt(version) < FORMAT.oldest()), e);
    }
    try {
      return Optional.of(Instant.parse(stamp.getProperty(LAST_USED_KEY, "")));
    } catch (DateTimeException e) {
      throw new IllegalStateException(unreadable(file, "no time"), e);
    }
  }

  private static String unreadable(Path file, String what) {
    return file
        + " has "
        + what
        + "; delete the directory it is in, its state is restored from Kafka";
  }

  private static String refused(Path directory, @Nullable String why, boolean older) {
    return "The state in "
        + directory
        + " is not read: "
        + why
        + ". "
        + (older
            ? WAY_FROM_OLDER
            : "Run the newer build: what it wrote to Kafka is not read by this one either");
  }

  private static boolean hasFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(Files::isRegularFile);
    }
  }

  private static void deleteTasks(Path directory) throws IOException {
    List<Path> tasks;
    try (Stream<Path> children = Files.list(directory)) {
      tasks = children.filter(Files::isDirectory).toList();
    }
    for (Path task : tasks) {
      Utils.delete(task.toFile());
    }
  }

  private void refresh() {
    try {
      write();
    } catch (IOException e) {
      LOG.warn("The state's stamp in {} cannot be written: {}", directory, e.toString());
    }
  }

  private void write() throws IOException {
    Properties stamp = new Properties();
    stamp.setProperty(VERSION_KEY, Integer.toString(FORMAT.newest()));
    stamp.setProperty(LAST_USED_KEY, clock.instant().toString());
    StringWriter text = new StringWriter();
    stamp.store(text, null);
    Path written = directory.resolve(FILE + ".new");
    Files.writeString(written, text.toString());
    Files.move(
        written,
        directory.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Stops refreshing; what was in use until now says so. */
  @Override
  public void close() {
    writer.shutdownNow();
    refresh();
  }
}
