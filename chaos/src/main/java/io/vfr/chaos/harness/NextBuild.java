package io.vfr.chaos.harness;

import io.vfr.models.StoredFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ConstantDescs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The build after this one, of which every stored format is one version higher and which still
 * reads what this one has written. It is this one but for one class, {@link StoredFormat}, which is
 * rewritten: its constructor keeps one more than it is given as the newest version.
 */
public final class NextBuild {
  private static final String NEWEST = "newest";

  private NextBuild() {}

  /**
   * Writes what is to stand in front of the class path.
   *
   * @param dir where; made if missing
   * @throws IllegalStateException if the class is not what this rewrites
   */
  public static Path write(Path dir) throws IOException {
    Path file = dir.resolve(StoredFormat.class.getName().replace('.', '/') + ".class");
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, rewritten());
    return dir;
  }

  /** The class of the next build. */
  static byte[] rewritten() throws IOException {
    ClassFile format = ClassFile.of();
    var original = format.parse(original());
    if (original.methods().stream().filter(NextBuild::keepsNewest).count() != 1) {
      throw new IllegalStateException(
          StoredFormat.class + " has no constructor that keeps '" + NEWEST + "'");
    }
    return format.transformClass(
        original,
        ClassTransform.transformingMethodBodies(
            NextBuild::keepsNewest,
            (code, element) -> {
              if (isNewestKept(element)) {
                code.iconst_1().iadd();
              }
              code.with(element);
            }));
  }

  private static byte[] original() throws IOException {
    try (InputStream in = StoredFormat.class.getResourceAsStream("StoredFormat.class")) {
      return Objects.requireNonNull(in, "the class file of StoredFormat").readAllBytes();
    }
  }

  private static boolean keepsNewest(MethodModel method) {
    return method.methodName().equalsString(ConstantDescs.INIT_NAME)
        && method.code().isPresent()
        && method.code().get().elementStream().anyMatch(NextBuild::isNewestKept);
  }

  private static boolean isNewestKept(CodeElement element) {
    return element instanceof FieldInstruction field
        && field.opcode() == Opcode.PUTFIELD
        && field.name().equalsString(NEWEST);
  }
}
