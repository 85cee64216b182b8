package io.vfr.chaos.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextBuildTest {
  @TempDir private Path dir;

  @Test
  void nextBuild_writesOneVersionMoreAndReadsThisOnes() throws Exception {
    try (URLClassLoader loader = inFront(NextBuild.write(dir))) {
      Class<?> next = loader.loadClass(StoredFormat.class.getName());
      assertThat(next).isNotEqualTo(StoredFormat.class);
      Object format =
          next.getConstructor(String.class, int.class, int.class).newInstance("a thing", 1, 2);
      assertThat(next.getMethod("version").invoke(format)).isEqualTo((byte) 3);
      next.getMethod("check", int.class).invoke(format, 1);
      next.getMethod("check", int.class).invoke(format, 3);
      assertThatThrownBy(() -> next.getMethod("check", int.class).invoke(format, 4))
          .isInstanceOf(InvocationTargetException.class)
          .rootCause()
          .hasMessageContaining("has format version 4, this build reads 1..3");
    }
  }

  /** As on a class path, and without this build's as the parent. */
  private static URLClassLoader inFront(Path classes) throws IOException {
    URL[] urls = {
      classes.toUri().toURL(),
      StoredFormat.class.getProtectionDomain().getCodeSource().getLocation()
    };
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }
}
