package io.vfr.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks over the fields of one object and refuses a name that comes twice. */
final class Fields {
  private static final int FEW = 24;

  private final JsonParser parser;
  private String[] few = new String[8];
  private int count;
  private @Nullable Set<String> many;

  Fields(JsonParser parser) {
    this.parser = parser;
  }

  /** The next field's name, its value being the parser's token; null at the object's end. */
  @Nullable String next() throws IOException {
    String name = parser.nextFieldName();
    if (name == null) {
      if (parser.currentToken() == JsonToken.END_OBJECT) {
        return null;
      }
      throw new InvalidMessageException(RejectCode.TRUNCATED, "the JSON ends inside an object");
    }
    if (!isNew(name)) {
      throw new InvalidMessageException(
          RejectCode.DUPLICATE_FIELD,
          "the field " + Bounds.quote(name) + " must occur once in an object but occurs twice");
    }
    parser.nextToken();
    return name;
  }

  /** Few names are compared one by one, which is faster than hashing; many are hashed. */
  private boolean isNew(String name) {
    if (many != null) {
      return many.add(name);
    }
    for (int i = 0; i < count; i++) {
      if (few[i].equals(name)) {
        return false;
      }
    }
    if (count == FEW) {
      many = new HashSet<>(Arrays.asList(few).subList(0, count));
      return many.add(name);
    }
    if (count == few.length) {
      few = Arrays.copyOf(few, FEW);
    }
    few[count++] = name;
    return true;
  }
}
