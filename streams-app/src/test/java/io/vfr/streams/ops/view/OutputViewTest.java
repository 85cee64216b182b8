package io.vfr.streams.ops.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.TestConfigs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputViewTest {
  @TempDir private Path directory;

  @Test
  void memoryIsShort_nothingIsRead_andItIsSaidWhy() {
    try (OutputView view = new OutputView(TestConfigs.daily(directory), () -> true)) {
      assertThatThrownBy(view::look)
          .isInstanceOf(ViewUnavailableException.class)
          .hasMessageContaining("memory is short");
      assertThat(view.isReading()).isFalse();
    }
  }
}
