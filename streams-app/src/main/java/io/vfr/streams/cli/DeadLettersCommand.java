package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.letters.DeadLetter;
import io.vfr.streams.ops.letters.LetterFilter;
import io.vfr.streams.ops.letters.LetterReader;
import io.vfr.streams.ops.letters.Redrive;
import io.vfr.streams.ops.letters.Redrive.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code vfr dead-letters}: records that were refused. */
@Command(
    name = "dead-letters",
    description = "List refused records, or send them to their input topics again.",
    subcommands = {DeadLettersCommand.Listing.class, DeadLettersCommand.Again.class},
    synopsisSubcommandLabel = "COMMAND")
public final class DeadLettersCommand extends Cli.CommandGroup {
  private static final int LIMIT_MAX = 1_000_000;

  /** The options that choose letters. */
  static final class Choice {
    @Option(
        names = "--code",
        split = ",",
        paramLabel = "CODE",
        description = "Only these reasons, such as LATE; repeatable.")
    private List<RejectCode> codes = new ArrayList<>();

    @Option(
        names = "--topic",
        split = ",",
        paramLabel = "TOPIC",
        description = "Only records of these input topics, such as vfr.prices; repeatable.")
    private List<String> topics = new ArrayList<>();

    @Option(
        names = "--stage",
        split = ",",
        paramLabel = "STAGE",
        description = "Only what these stages refused: ingest, features; repeatable.")
    private List<String> stages = new ArrayList<>();

    @Option(
        names = "--id",
        split = ",",
        paramLabel = "PARTITION@OFFSET",
        description = "Only these letters, as the list names them; repeatable.")
    private List<String> ids = new ArrayList<>();

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Only letters since then: 2h, 3d, or an ISO-8601 instant.")
    private @Nullable String since;

    LetterFilter filter(InstantSource clock) {
      Set<String> known = Topics.all().stream().map(Topic::name).collect(Collectors.toSet());
      for (String topic : topics) {
        if (!known.contains(topic)) {
          throw CliException.usage(
              "--topic must be a topic of the platform, got " + Bounds.quote(topic));
        }
      }
      for (String id : ids) {
        if (!id.matches("\\d{1,9}@\\d{1,18}")) {
          throw CliException.usage("--id must be PARTITION@OFFSET, got " + Bounds.quote(id));
        }
      }
      return new LetterFilter(
          codes.stream().map(Enum::name).collect(Collectors.toSet()),
          new HashSet<>(topics),
          new HashSet<>(stages),
          new HashSet<>(ids),
          Optional.ofNullable(since).map(text -> instant(text, clock)));
    }

    private static Instant instant(String text, InstantSource clock) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        try {
          Duration ago = new DurationArgument().convert(text);
          return clock.instant().minus(ago);
        } catch (TypeConversionException | ArithmeticException neither) {
          throw CliException.usage(
              "--since must be a duration such as 2h or an instant such as 2026-01-31T08:00:00Z,"
                  + " got "
                  + Bounds.quote(text));
        }
      }
    }
  }

  /** {@code vfr dead-letters list}. */
  @Command(
      name = "list",
      description = {
        "Show refused records, the newest of each partition, oldest first.",
        "What they hold is escaped: nothing in them reaches the terminal as it is."
      })
  static final class Listing implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private Choice choice = new Choice();

    @Option(
        names = "--limit",
        defaultValue = "100",
        paramLabel = "N",
        description = "Most letters to show (default: 100).")
    private int limit;

    @Override
    public Integer call() {
      requireLimit(limit);
      LetterFilter filter = choice.filter(InstantSource.system());
      AppConfig config = common.load();
      Deque<Row> shown = new ArrayDeque<>();
      Map<String, Long> codes = new LinkedHashMap<>();
      long[] found = {0};
      try (LetterReader reader = new LetterReader(config)) {
        Set<String> redriven = reader.redriven();
        reader.forEach(
            filter,
            letter -> {
              found[0]++;
              codes.merge(printable(letter.code()), 1L, Long::sum);
              shown.addLast(Row.of(letter, redriven.contains(letter.id())));
              if (shown.size() > limit) {
                shown.removeFirst();
              }
            });
        if (common.json()) {
          Map<String, Object> result = new LinkedHashMap<>();
          result.put("found", found[0]);
          result.put("codes", codes);
          result.put("unreadable", reader.unreadable());
          result.put("letters", List.copyOf(shown));
          Json.print(common.out(), result);
        } else {
          print(shown, found[0], reader.unreadable());
        }
      }
      return Cli.OK;
    }

    private void print(Deque<Row> rows, long found, long unreadable) {
      PrintWriter out = common.out();
      for (Row row : rows) {
        out.printf(
            Locale.ROOT,
            "%s  %s  %s  %s of %s  key %s%s%n    %s%n",
            row.id(),
            Instant.ofEpochMilli(row.at()),
            row.code(),
            row.source(),
            row.stage(),
            row.key() == null ? "none" : row.key(),
            row.redriven() ? "  (sent again)" : "",
            row.message());
      }
      out.println(found + " found, " + rows.size() + " shown");
      if (unreadable > 0) {
        out.println(unreadable + " records are no dead letters and are left out");
      }
      out.flush();
    }

    /** A letter as it is shown; every text is escaped. */
    private record Row(
        String id,
        long at,
        String code,
        String stage,
        String message,
        String source,
        @Nullable String key,
        int valueBytes,
        boolean truncated,
        int redrives,
        boolean redriven) {
      static Row of(DeadLetter letter, boolean redriven) {
        byte[] value = letter.value();
        return new Row(
            letter.id(),
            letter.at(),
            printable(letter.code()),
            printable(letter.stage()),
            printable(letter.message()),
            printable(letter.topic())
                + "-"
                + letter.sourcePartition()
                + "@"
                + letter.sourceOffset(),
            shown(letter.key()),
            value == null ? 0 : value.length,
            letter.truncated(),
            letter.redrives(),
            redriven);
      }
    }

    private static @Nullable String shown(byte @Nullable [] key) {
      // A longer key is no symbol; Bounds.quote shows its beginning.
      return key == null ? null : Bounds.quote(new String(key, UTF_8));
    }
  }

  /** {@code vfr dead-letters redrive}. */
  @Command(
      name = "redrive",
      description = {
        "Send the original records of dead letters to their input topics again: key, value and headers"
            + " as they were, with a count of redrives in vfr.redrive.count.",
        "Each letter is sent once, in a transaction with its mark on vfr.redrives; one that was sent"
            + " before, or whose record failed again, only with --again.",
        "Letters have to be chosen, or --all given."
      })
  static final class Again implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private Choice choice = new Choice();

    @Option(names = "--all", description = "Send every letter that has not been sent before.")
    private boolean all;

    @Option(
        names = "--again",
        description = "Send also letters that were sent before, and records that failed again.")
    private boolean again;

    @Option(names = "--dry-run", description = "Send nothing; say what would be sent.")
    private boolean dryRun;

    @Option(
        names = "--limit",
        defaultValue = "" + LIMIT_MAX,
        paramLabel = "N",
        description = "Most records to send, oldest of each partition first.")
    private int limit;

    @Override
    public Integer call() {
      requireLimit(limit);
      LetterFilter filter = choice.filter(InstantSource.system());
      if (filter.isEmpty() && !all) {
        throw CliException.usage(
            "choose letters by --code, --topic, --stage, --id or --since, or give --all");
      }
      Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
      Arrays.stream(Outcome.values()).forEach(outcome -> counts.put(outcome, 0L));
      Map<String, Long> topics = new LinkedHashMap<>();
      try {
        new Redrive(common.load(), again, dryRun)
            .run(
                filter,
                limit,
                (letter, outcome) -> {
                  counts.merge(outcome, 1L, Long::sum);
                  if (outcome == Outcome.SENT) {
                    topics.merge(letter.topic(), 1L, Long::sum);
                  }
                });
      } finally {
        print(counts, topics);
      }
      return Cli.OK;
    }

    private void print(Map<Outcome, Long> counts, Map<String, Long> topics) {
      if (common.json()) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("dryRun", dryRun);
        result.put("topics", topics);
        counts.forEach((outcome, count) -> result.put(name(outcome), count));
        Json.print(common.out(), result);
        return;
      }
      PrintWriter out = common.out();
      topics.forEach((topic, count) ->
          out.println((dryRun ? "would send " : "sent ") + count + " to " + topic));
      if (topics.isEmpty()) {
        out.println(dryRun ? "would send nothing" : "sent nothing");
      }
      note(out, counts, Outcome.DONE_BEFORE, "sent before (--again sends them once more)");
      note(out, counts, Outcome.FAILED_AGAIN, "refused again after a redrive (--again insists)");
      note(out, counts, Outcome.TRUNCATED, "cut: send the original from its source topic");
      note(out, counts, Outcome.NOT_AN_INPUT, "not of an input topic");
      out.flush();
    }

    private static void note(
        PrintWriter out, Map<Outcome, Long> counts, Outcome outcome, String why) {
      long count = counts.getOrDefault(outcome, 0L);
      if (count > 0) {
        out.println("left out " + count + ": " + why);
      }
    }

    private static String name(Outcome outcome) {
      return switch (outcome) {
        case SENT -> "sent";
        case DONE_BEFORE -> "sentBefore";
        case FAILED_AGAIN -> "failedAgain";
        case TRUNCATED -> "truncated";
        case NOT_AN_INPUT -> "notAnInput";
      };
    }
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw CliException.usage("--limit must be 1.." + LIMIT_MAX + ", got " + limit);
    }
  }

  /** A header's text may have been written by anyone. */
  private static String printable(String text) {
    return Bounds.printable(text);
  }
}
