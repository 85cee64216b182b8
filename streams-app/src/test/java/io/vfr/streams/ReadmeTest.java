package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.MessageSchema;
import io.vfr.schemas.Topic;
import io.vfr.schemas.TopicSpec;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.ConfigKey;
import io.vfr.streams.config.ConfigKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the README says is what the code does: every message example, there and in docs/messages.md,
 * is valid; the tables of topics and of the configuration are those of the code; it links to files
 * that are there.
 */
class ReadmeTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```json (\\S+)\\n(.*?)\\n```", Pattern.DOTALL);

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Path ROOT = Path.of("..");
  private static final Path MESSAGES = Path.of("docs", "messages.md");

  @Test
  void everyExample_isValidByItsSchema() throws IOException {
    List<String> topics = new ArrayList<>();
    Matcher examples = EXAMPLE.matcher(readme() + text(MESSAGES));
    while (examples.find()) {
      String topic = examples.group(1);
      topics.add(topic);
      MessageSchema schema = MessageSchema.ofTopic(topic).orElseThrow();
      assertThat(OutputSchemas.errors(schema, examples.group(2))).as(topic).isEmpty();
    }
    assertThat(topics)
        .contains(
            "vfr.prices",
            "vfr.fundamentals",
            "vfr.sentiment",
            "vfr.macro",
            "vfr.predictions",
            "vfr.alerts");
  }

  @Test
  void configurationTable_isTheCatalogue() throws IOException {
    assertThat(readme()).contains(configurationTable());
  }

  /** Partitions and retention are the code's; keys, writers and readers are told by hand. */
  @Test
  void topicTable_isTheListOfTopics() throws IOException {
    String table = readme().split("## Topics\n", 2)[1].split("\n## ", 2)[0];
    List<String> rows = table.lines().filter(line -> line.startsWith("| `vfr.")).toList();
    assertThat(rows.stream().map(row -> row.split(" \\| ", 4)).map(ReadmeTest::beginning))
        .containsExactlyElementsOf(Topics.all().stream().map(ReadmeTest::topicRow).toList());
    assertThat(rows).allSatisfy(row -> assertThat(row.split("\\|")).hasSize(7));
  }

  @Test
  void everyLink_isToAFileThatIsThere() throws IOException {
    for (Path page : List.of(Path.of("README.md"), MESSAGES, Path.of("docs", "models.md"))) {
      Matcher links = LINK.matcher(text(page));
      while (links.find()) {
        assertThat(ROOT.resolve(page).resolveSibling(links.group(1)))
            .as("link in " + page)
            .exists();
      }
    }
  }

  private static String beginning(String[] cells) {
    return String.join(" | ", cells[0], cells[1], cells[2]);
  }

  private static String topicRow(Topic<?> topic) {
    TopicSpec spec = topic.spec();
    String partitions =
        switch (spec.partitions()) {
          case CO_PARTITIONED -> "P";
          case ANY -> "any";
          case ONE -> "1";
        };
    return "| `%s` | %s | %s".formatted(spec.name(), partitions, kept(spec));
  }

  private static String kept(TopicSpec spec) {
    if (spec.cleanup() == TopicSpec.Cleanup.COMPACT) {
      return "newest of each key";
    }
    Duration retention = spec.retention();
    return retention == null ? "for ever" : retention.toDays() + " days";
  }

  private static String configurationTable() {
    return ConfigKeys.all().stream()
        .map(ReadmeTest::row)
        .collect(
            Collectors.joining(
                "\n", "| key | default | allowed | what |\n|---|---|---|---|\n", "\n"));
  }

  private static String row(ConfigKey<?> key) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            key.name(),
            key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`",
            key.allowed().replace("|", "\\|"),
            key.description());
  }

  private static String readme() throws IOException {
    return text(Path.of("README.md"));
  }

  private static String text(Path page) throws IOException {
    return Files.readString(ROOT.resolve(page));
  }
}
