package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.validate.Check;
import io.vfr.streams.ops.validate.InstanceClient;
import io.vfr.streams.ops.validate.Validation;
import io.vfr.streams.ops.validate.Validator;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vfr validate}: whether a running application is ready for production. */
@Command(
    name = "validate",
    description = {
      "Check a running application and its Kafka, and say READY or NEEDS_OPTIMIZATION.",
      "Every check tells its figure and its limit; the exit code is 1 unless all have passed."
    })
public final class ValidateCommand implements Callable<Integer> {
  private static final String ROW = "%-7s %-52s %-28s %s%n";

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private InstanceOptions instance = new InstanceOptions();

  @Override
  public Integer call() throws InterruptedException {
    AppConfig config = common.load();
    Validation validation;
    try (InstanceClient client = instance.connect(config)) {
      validation = Validator.run(client, config);
    }
    if (common.json()) {
      Json.print(common.out(), validation);
    } else {
      print(validation);
    }
    return validation.isReady() ? Cli.OK : Cli.FAILED;
  }

  private void print(Validation validation) {
    PrintWriter out = common.out();
    for (Check check : validation.checks()) {
      out.printf(
          ROW, check.passed() ? "ok" : "FAILED", check.name(), check.figure(), check.limit());
      if (!check.advice().isEmpty()) {
        out.println("        " + check.advice());
      }
    }
    out.println(validation.status());
    out.flush();
  }
}
