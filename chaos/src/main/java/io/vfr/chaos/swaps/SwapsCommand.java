package io.vfr.chaos.swaps;

import io.vfr.chaos.harness.Verdict;
import io.vfr.chaos.harness.WorkDirectory;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.streams.cli.Cli;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chaos swaps}: models are swapped under load, good ones and bad ones. */
@Command(
    name = "swaps",
    description = {
      "Swap models under load: 7 of 10 swaps are good ones of the four shipped models (one of 20 a"
          + " rollback), 3 of 10 bad ones (bad hash, wrong schema, truncated artifact, truncated"
          + " archive, NaN output, slow, throwing).",
      "Every event must have one prediction, each with models that were whole and in their turn;"
          + " each bad model one alert with its reason; memory must not grow."
    })
public final class SwapsCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of prices and plan (default: 1).")
  private long seed;

  @Option(names = "--swaps", defaultValue = "1000", description = "How many swaps (default: 1000).")
  private int swaps;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      description = "Events a second while models are swapped (default: 2000).")
  private int rate;

  @Option(names = "--symbols", defaultValue = "200", description = "Symbols (default: 200).")
  private int symbols;

  @Option(
      names = "--history",
      defaultValue = "260",
      description = "Daily bars of every symbol before the load (default: 260).")
  private int history;

  @Option(
      names = "--quiet-seconds",
      defaultValue = "20",
      description = "Seconds of load before the first swap (default: 20).")
  private int quietSeconds;

  @Option(
      names = "--dir",
      description = "Directory for all files, kept (default: a temporary one, kept on a breach).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Print the verdict as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException, ModelRejectedException {
    atLeast("--swaps", swaps, 1);
    atLeast("--rate", rate, 1);
    atLeast("--symbols", symbols, 1);
    // A sequence of 32 bars whose features need up to 35.
    atLeast("--history", history, 80);
    atLeast("--quiet-seconds", quietSeconds, 0);
    PrintWriter err = command.commandLine().getErr();
    WorkDirectory work = WorkDirectory.of(dir);
    Verdict verdict =
        new SwapsScenario(
                new SwapsScenario.Options(
                    seed,
                    swaps,
                    rate,
                    symbols,
                    history,
                    Duration.ofSeconds(quietSeconds),
                    Path.of(System.getProperty("vfr.home", "")).resolve("models/registry"),
                    work.path()),
                line -> {
                  err.println(line);
                  err.flush();
                })
            .run();
    verdict.print(command.commandLine().getOut(), json);
    if (work.leave(verdict.passed())) {
      err.println("files are in " + work.path());
      err.flush();
    }
    return verdict.passed() ? Cli.OK : Cli.FAILED;
  }

  private void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          command.commandLine(), option + " must be at least " + least + " but is " + value);
    }
  }
}
