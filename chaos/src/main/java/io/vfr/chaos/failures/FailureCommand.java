package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Fleet;
import io.vfr.chaos.harness.Verdict;
import io.vfr.chaos.harness.WorkDirectory;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.config.ProcessingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What the commands of all these scenarios share: options, verdict and exit code. */
@Command
public abstract class FailureCommand implements Callable<Integer> {
  private enum Mode {
    EXACTLY_ONCE(ProcessingConfig.Mode.EXACTLY_ONCE),
    AT_LEAST_ONCE(ProcessingConfig.Mode.AT_LEAST_ONCE);

    private final ProcessingConfig.Mode mode;

    Mode(ProcessingConfig.Mode mode) {
      this.mode = mode;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the load and of what happens when (default: 1).")
  private long seed;

  @Option(names = "--rate", description = "Ticks a second (default: 100; 300 of soak).")
  private @Nullable Integer rate;

  @Option(names = "--symbols", description = "Symbols (default: 40; 300 of soak).")
  private @Nullable Integer symbols;

  @Option(
      names = "--history",
      defaultValue = "260",
      description = "Daily bars of every symbol before the ticks (default: 260).")
  private int history;

  @Option(
      names = "--rounds",
      description = "How often it is done (default: what the scenario says).")
  private @Nullable Integer rounds;

  @Option(
      names = "--mode",
      defaultValue = "exactly-once",
      converter = ModeConverter.class,
      description = "exactly-once or at-least-once (default: exactly-once).")
  private Mode mode = Mode.EXACTLY_ONCE;

  @Option(
      names = "--standby",
      defaultValue = "0",
      description = "Standby replicas, 0 or 1 (default: 0).")
  private int standby;

  @Option(
      names = "--static-members",
      description = "Give instances names that outlive restarts (streams.instance-id).")
  private boolean staticMembers;

  @Option(
      names = "--samples",
      defaultValue = "400",
      description = "Predictions computed again, besides 12 around each failure (default: 400).")
  private int samples;

  @Option(
      names = "--recovery-max",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description =
          "Longest time that a symbol may be without predictions after a failure; 0 only measures"
              + " (default: 0).")
  private int recoveryMax;

  @Option(
      names = "--dir",
      description = "Directory for all files, kept (default: a temporary one, kept on a breach).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Print the verdict as JSON.")
  private boolean json;

  /** Reads a mode as configuration writes it. */
  static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String value) {
      for (Mode mode : Mode.values()) {
        if (mode.toString().equals(value)) {
          return mode;
        }
      }
      throw new TypeConversionException(
          "expected exactly-once or at-least-once but was '" + value + "'");
    }
  }

  /** Checks options of the scenario's own; called before anything starts. */
  void checkOptions() {}

  /** How often the scenario does what it does unless it is told. */
  abstract int defaultRounds();

  /** Ticks a second unless it is told. */
  int defaultRate() {
    return 100;
  }

  /** How many symbols there are unless it is told. */
  int defaultSymbols() {
    return 40;
  }

  /** Options of the JVMs of instances. */
  List<String> jvmOptions() {
    return Fleet.SHORT_LIVED;
  }

  /** The scenario from the first process to the last step; the verdict is given afterwards. */
  abstract void play(Arena arena) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws IOException, InterruptedException {
    int ticksPerSecond = rate == null ? defaultRate() : rate;
    int symbolCount = symbols == null ? defaultSymbols() : symbols;
    atLeast("--rate", ticksPerSecond, 1);
    atLeast("--symbols", symbolCount, 1);
    // A sequence of 32 bars whose features need up to 35.
    atLeast("--history", history, 80);
    atLeast("--samples", samples, 1);
    atLeast("--recovery-max", recoveryMax, 0);
    if (standby < 0 || standby > 1) {
      throw new ParameterException(
          command.commandLine(), "--standby must be 0 or 1 but is " + standby);
    }
    int times = rounds == null ? defaultRounds() : rounds;
    atLeast("--rounds", times, 1);
    checkOptions();
    PrintWriter err = command.commandLine().getErr();
    Consumer<String> say =
        line -> {
          err.println(line);
          err.flush();
        };
    WorkDirectory work = WorkDirectory.of(dir);
    Options options =
        new Options(
            seed,
            ticksPerSecond,
            symbolCount,
            history,
            times,
            mode.mode,
            standby,
            staticMembers,
            samples,
            recoveryMax,
            Path.of(System.getProperty("vfr.home", "")).resolve("models/registry"),
            work.path());
    Verdict verdict;
    try (Arena arena = new Arena(command.name(), options, jvmOptions(), say)) {
      play(arena);
      verdict = arena.finish();
    }
    verdict.print(command.commandLine().getOut(), json);
    if (work.leave(verdict.passed())) {
      say.accept("files are in " + work.path());
    }
    return verdict.passed() ? Cli.OK : Cli.FAILED;
  }

  final void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          command.commandLine(), option + " must be at least " + least + " but is " + value);
    }
  }
}
