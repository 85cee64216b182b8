package io.vfr.models.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Native libraries that were unpacked ahead of time. Each library unpacks its own from its jar
 * whenever a process loads it, which is much of a start.
 *
 * <p>{@code scripts/aot} unpacks them with {@link #main} and {@code scripts/vfr} names their
 * directory in the system property {@value #DIRECTORY_PROPERTY}. What is not there, or of XGBoost
 * and LightGBM does not load, its library unpacks as usual.
 */
public final class NativeLibraries {
  /** System property: the directory that {@link #main} has filled. */
  public static final String DIRECTORY_PROPERTY = "vfr.natives";

  static final String ONNX_RUNTIME = "libonnxruntime.so";
  static final String ONNX_RUNTIME_JNI = "libonnxruntime4j_jni.so";
  static final String XGBOOST = "libxgboost4j.so";
  static final String LIGHTGBM = "lib_lightgbm.so";
  static final String LIGHTGBM_JNI = "lib_lightgbm_swig.so";

  private static final String ROCKSDB_PREFIX = "librocksdbjni";

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

  private NativeLibraries() {}

  /**
   * Unpacks what the class path has for this machine; only for Linux with glibc, as the libraries
   * name them.
   *
   * @param arguments the directory, which is made
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("one argument: the directory to unpack into");
    }
    unpack(
        Path.of(arguments[0]),
        System.getProperty("os.name", ""),
        System.getProperty("os.arch", ""));
  }

  static void unpack(Path directory, String system, String architecture) throws IOException {
    Files.createDirectories(directory);
    for (String resource : resources(system, architecture)) {
      try (@Nullable InputStream in =
          NativeLibraries.class.getClassLoader().getResourceAsStream(resource)) {
        if (in != null) {
          Files.copy(
              in, directory.resolve(fileName(resource)), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static List<String> resources(String system, String architecture) {
    if (!system.equals("Linux")) {
      return List.of();
    }
    return switch (architecture) {
      case "amd64" -> resources("linux-x64", "linux/x86_64", "linux64");
      case "aarch64" -> resources("linux-aarch64", "linux/aarch64", "linux-aarch64");
      default -> List.of();
    };
  }

  private static List<String> resources(String onnx, String trees, String rocksdb) {
    return List.of(
        "ai/onnxruntime/native/" + onnx + "/" + ONNX_RUNTIME,
        "ai/onnxruntime/native/" + onnx + "/" + ONNX_RUNTIME_JNI,
        "lib/" + trees + "/" + XGBOOST,
        "lightgbm4j/" + trees + "/" + LIGHTGBM,
        "lightgbm4j/" + trees + "/" + LIGHTGBM_JNI,
        ROCKSDB_PREFIX + "-" + rocksdb + ".so");
  }

  /** RocksDB looks in a directory for another name than that in its jar. */
  private static String fileName(String resource) {
    return resource.startsWith(ROCKSDB_PREFIX)
        ? resource.replace(ROCKSDB_PREFIX, ROCKSDB_PREFIX + "jni")
        : resource.substring(resource.lastIndexOf('/') + 1);
  }

  /**
   * The directory that has all of these files.
   *
   * @return empty if no directory was named, or one of them is not in it
   */
  public static Optional<Path> directoryWith(String... names) {
    @Nullable String named = System.getProperty(DIRECTORY_PROPERTY);
    if (named == null) {
      return Optional.empty();
    }
    Path directory = Path.of(named).toAbsolutePath();
    for (String name : names) {
      if (!Files.isRegularFile(directory.resolve(name))) {
        return Optional.empty();
      }
    }
    return Optional.of(directory);
  }

  /**
   * Loads files that were unpacked ahead of time.
   *
   * @return false if they are not all there or do not load
   */
  static boolean load(String... names) {
    Optional<Path> directory = directoryWith(names);
    if (directory.isEmpty()) {
      return false;
    }
    for (String name : names) {
      try {
        System.load(directory.get().resolve(name).toString());
      } catch (UnsatisfiedLinkError e) {
        LOG.warn("{} is unpacked once more: {}", name, e.getMessage());
        return false;
      }
    }
    return true;
  }
}
