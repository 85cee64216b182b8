package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowRecordsTest {
  @TempDir private Path directory;

  @Test
  void slowRecords_areWrittenWithTheirTimes() throws Exception {
    SlowRecords slow = new SlowRecords(20);
    slow.read(3, 19_999, buffer("{}"));
    slow.read(3, 25_000, buffer("{\"id\":\"a\",\"producedAt\":1795575290952,\"x\":1}"));
    slow.read(4, 20_000, buffer("no prediction"));
    Path file = directory.resolve("slow.csv");
    slow.append(file, "vfr-trees", 1);
    slow.append(file, "pass-through", 2);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(5).startsWith("contender,round,partition,due,produced,read");
    String[] first = lines.get(1).split(",", -1);
    assertThat(first).startsWith("vfr-trees", "1", "3").contains("1795575290952");
    assertThat(Long.parseLong(first[5]) - Long.parseLong(first[3])).isEqualTo(25);
    assertThat(lines.get(2).split(",", -1)).startsWith("vfr-trees", "1", "4").contains("0");
    assertThat(lines.get(3)).startsWith("pass-through,2,3,");
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
