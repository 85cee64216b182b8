package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vfr.models.load.NativeLibraries;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.util.Environment;

class EarlyStartTest {
  /** RocksDB would unpack it again and say nothing. */
  @Test
  void unpackedRocksDb_hasTheNameThatRocksDbLooksFor(@TempDir Path dir) throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    NativeLibraries.main(new String[] {dir.toString()});
    assertThat(dir.resolve(Environment.getJniLibraryFileName("rocksdbjni"))).isNotEmptyFile();
  }
}
