package io.vfr.streams.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vfr kafka}: Kafka's own console tools, from the jars. */
@Command(
    name = KafkaCommand.NAME,
    description = {
      "Run one of Kafka's own console tools; without a tool, list them.",
      "A tool that needs brokers gets those of --bootstrap-servers unless it is told others.",
      "Example: vfr kafka console-consumer --topic vfr.predictions --from-beginning"
    })
public final class KafkaCommand implements Callable<Integer> {
  static final String NAME = "kafka";

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "TOOL ARGUMENTS",
      description = "Name of the tool, with or without 'kafka-' and '.sh', then its arguments.")
  private List<String> words = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    if (words.isEmpty()) {
      list();
      return Cli.OK;
    }
    String name = words.getFirst();
    KafkaTool tool =
        KafkaTool.find(name)
            .orElseThrow(() ->
                CliException.usage(
                    "no Kafka tool '" + name + "'; 'vfr kafka' lists what there is"));
    tool.run(words.subList(1, words.size()), common.load().bootstrapServers());
    return Cli.OK;
  }

  private void list() {
    List<String> names = KafkaTool.ALL.stream().map(KafkaTool::kafkaName).toList();
    PrintWriter out = common.out();
    if (common.json()) {
      Json.print(out, names);
      return;
    }
    names.forEach(out::println);
    out.flush();
  }
}
