package io.vfr.models.load;

import com.microsoft.ml.lightgbm.lightgbmlib;
import io.github.metarank.lightgbm4j.LGBMBooster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads LightGBM's native library. lightgbm4j unpacks to fixed names under {@code java.io.tmpdir},
 * where a second JVM may find a file that is half written or another user's; so the property points
 * to a private directory while it does.
 */
public final class LightGbmNative {
  private static final String TMPDIR = "java.io.tmpdir";
  private static boolean loaded;
  private static boolean wrapperLoaded;

  private LightGbmNative() {}

  /**
   * Loads the library unless it is loaded, for calls of it that do not go through lightgbm4j's
   * classes, which load it once more from wherever they unpack it.
   *
   * @throws IOException if it cannot be unpacked
   * @throws LinkageError if it does not load, e.g. because the machine has no libgomp
   */
  static synchronized void ensureLoaded() throws IOException {
    if (!loaded && NativeLibraries.load(NativeLibraries.LIGHTGBM, NativeLibraries.LIGHTGBM_JNI)) {
      loaded = true;
    }
    if (!loaded) {
      ensureWrapperLoaded();
    }
  }

  /**
   * Loads the library as lightgbm4j's classes do with their first use, unless they have.
   *
   * @throws IOException if it cannot be unpacked
   * @throws LinkageError if it does not load, e.g. because the machine has no libgomp
   */
  public static synchronized void ensureWrapperLoaded() throws IOException {
    if (wrapperLoaded) {
      return;
    }
    // The JDK remembers the property when it first makes a temporary file: let it see the true one.
    Files.delete(File.createTempFile("vfr-lightgbm-", null).toPath());
    Path dir = Files.createTempDirectory("vfr-lightgbm-");
    String before = System.getProperty(TMPDIR);
    System.setProperty(TMPDIR, dir.toString());
    try {
      LGBMBooster.loadNative();
    } finally {
      System.setProperty(TMPDIR, before);
      UnpackedLibrary.delete(dir);
    }
    loaded = true;
    wrapperLoaded = true;
  }

  /** What the library said about the last call that failed on this thread. */
  static String lastError() {
    return lightgbmlib.LGBM_GetLastError();
  }
}
