package io.vfr.streams.cli;

import io.vfr.streams.ops.figures.PerformanceHtml;
import io.vfr.streams.ops.figures.PerformanceReport;
import io.vfr.streams.ops.figures.PerformanceText;
import io.vfr.streams.ops.validate.InstanceClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr report}: how a running application performs. */
@Command(
    name = "report",
    description = {
      "Report how a running application performs, and what would help.",
      "The figures are those of all its instances: throughput, latency, memory, models, lag, refused"
          + " records."
    })
public final class ReportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private InstanceOptions instance = new InstanceOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write the report with charts as one HTML file that needs nothing else.")
  private @Nullable Path html;

  @Override
  public Integer call() throws InterruptedException {
    PerformanceReport report;
    try (InstanceClient client = instance.connect(common.load())) {
      report = client.get("/v1/report", PerformanceReport.class);
    }
    if (html != null) {
      try {
        PerformanceHtml.write(report, html);
      } catch (IOException e) {
        throw CliException.failed("--html " + html + " cannot be written: " + e);
      }
    }
    if (common.json()) {
      Json.print(common.out(), report);
    } else {
      common.out().print(PerformanceText.of(report));
      common.out().flush();
    }
    return Cli.OK;
  }
}
