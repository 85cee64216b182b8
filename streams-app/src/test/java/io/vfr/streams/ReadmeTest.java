package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.MessageSchema;
import io.vfr.streams.config.ConfigKey;
import io.vfr.streams.config.ConfigKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the README says is what the code does: every message example is valid, the configuration
 * table is the catalogue.
 */
class ReadmeTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```json (\\S+)\\n(.*?)\\n```", Pattern.DOTALL);

  @Test
  void everyExample_isValidByItsSchema() throws IOException {
    List<String> topics = new ArrayList<>();
    Matcher examples = EXAMPLE.matcher(readme());
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
    return Files.readString(Path.of("..", "README.md"));
  }
}
