package io.vfr.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object into a buffer of its thread. Refuses numbers that JSON cannot express.
 *
 * <p>Every event costs one or two messages with some thirty numbers: this writes them in half the
 * time of Jackson's generator, which sets itself up for each message and checks the nesting of what
 * is written (docs/decisions/0019). Text that needs an escape is left to Jackson.
 */
final class JsonOut {
  /** Integral doubles below this are written without a fraction: shorter, and still exact. */
  private static final double INTEGRAL_MAX = 1e15;

  /** Most characters of a number. */
  private static final int NUMBER_LENGTH_MAX = 32;

  private static final int BYTES_FIRST = 4096;

  /** A buffer that one message made larger than this is not kept. */
  private static final int BYTES_KEPT = 64 << 10;

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final ThreadLocal<JsonOut> OF_THREAD = ThreadLocal.withInitial(JsonOut::new);

  private final StringBuilder digits = new StringBuilder(NUMBER_LENGTH_MAX);
  private byte[] buffer = new byte[BYTES_FIRST];
  private int size;

  private JsonOut() {}

  /** Writes a value, or the fields of an object. */
  interface Writer<T> {
    void write(JsonOut out, T value);
  }

  /** The message as JSON. */
  static <T> byte[] write(T message, Writer<T> fields) {
    JsonOut out = OF_THREAD.get();
    out.size = 0;
    out.add('{');
    fields.write(out, message);
    out.add('}');
    byte[] json = Arrays.copyOf(out.buffer, out.size);
    if (out.buffer.length > BYTES_KEPT) {
      OF_THREAD.remove();
    }
    return json;
  }

  void text(SerializableString field, String value) {
    name(field);
    string(value);
  }

  void textIfKnown(SerializableString field, @Nullable String value) {
    if (value != null) {
      text(field, value);
    }
  }

  void constant(SerializableString field, @Nullable WireEnum value) {
    name(field);
    if (value == null) {
      raw(NULL);
    } else {
      string(value.wire());
    }
  }

  /** Writes a constant under a name that is not known beforehand. */
  void constant(String field, WireEnum value) {
    name(field);
    string(value.wire());
  }

  void integer(SerializableString field, long value) {
    name(field);
    number(value);
  }

  void bool(SerializableString field, boolean value) {
    name(field);
    raw(value ? TRUE : FALSE);
  }

  void nothing(SerializableString field) {
    name(field);
    raw(NULL);
  }

  void number(SerializableString field, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, field.getValue() + " must be a finite number but is " + value);
    }
    name(field);
    finite(value);
  }

  /** Writes a number, or null for NaN. */
  void numberOrNull(SerializableString field, double value) {
    if (Double.isNaN(value)) {
      nothing(field);
    } else {
      number(field, value);
    }
  }

  /** Writes a number, or null for NaN, under a name that is not known beforehand. */
  void numberOrNull(String field, double value) {
    if (Double.isInfinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, field + " must be a finite number but is " + value);
    }
    name(field);
    if (Double.isNaN(value)) {
      raw(NULL);
    } else {
      finite(value);
    }
  }

  /** Writes a number, or nothing for NaN. */
  void numberIfKnown(SerializableString field, double value) {
    if (!Double.isNaN(value)) {
      number(field, value);
    }
  }

  /** Begins an object; {@link #end} ends it. */
  void object(SerializableString field) {
    name(field);
    add('{');
  }

  /** Ends the object that was begun last. */
  void end() {
    add('}');
  }

  /** Writes an array of objects. */
  <T> void objects(SerializableString field, List<T> values, Writer<T> fields) {
    name(field);
    add('[');
    for (int i = 0; i < values.size(); i++) {
      element();
      add('{');
      fields.write(this, values.get(i));
      add('}');
    }
    add(']');
  }

  void texts(SerializableString field, List<String> values) {
    name(field);
    add('[');
    for (int i = 0; i < values.size(); i++) {
      element();
      string(values.get(i));
    }
    add(']');
  }

  void constants(SerializableString field, List<? extends WireEnum> values) {
    name(field);
    add('[');
    for (int i = 0; i < values.size(); i++) {
      element();
      string(values.get(i).wire());
    }
    add(']');
  }

  /** Writes a model's output: nothing as null, one value as a number, several as an array. */
  void output(SerializableString field, double[] values) {
    if (values.length == 0) {
      nothing(field);
    } else if (values.length == 1) {
      number(field, values[0]);
    } else {
      name(field);
      add('[');
      for (double value : values) {
        Bounds.finite(field.getValue(), value);
        element();
        finite(value);
      }
      add(']');
    }
  }

  private void finite(double value) {
    long integral = (long) value;
    if (integral == value
        && Math.abs(value) < INTEGRAL_MAX
        && (integral != 0 || Double.doubleToRawLongBits(value) == 0)) {
      number(integral);
    } else {
      digits(value);
    }
  }

  /** Writes what {@link Double#toString(double)} tells, without making texts. */
  private void digits(double value) {
    digits.setLength(0);
    digits.append(value);
    int length = digits.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      buffer[size + i] = (byte) digits.charAt(i);
    }
    size += length;
  }

  private void number(long value) {
    reserve(NUMBER_LENGTH_MAX);
    size = NumberOutput.outputLong(value, buffer, size);
  }

  private void name(SerializableString field) {
    byte[] quoted = field.asQuotedUTF8();
    reserve(quoted.length + 4);
    element();
    buffer[size++] = '"';
    System.arraycopy(quoted, 0, buffer, size, quoted.length);
    size += quoted.length;
    buffer[size++] = '"';
    buffer[size++] = ':';
  }

  private void name(String field) {
    element();
    string(field);
    add(':');
  }

  /** What parts a value or a field from the one before; nothing for the first. */
  private void element() {
    byte last = buffer[size - 1];
    if (last != '{' && last != '[') {
      add(',');
    }
  }

  private void string(String value) {
    int length = value.length();
    reserve(length + 2);
    int at = size;
    buffer[at++] = '"';
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        escaped(value);
        return;
      }
      buffer[at++] = (byte) c;
    }
    buffer[at++] = '"';
    size = at;
  }

  private void escaped(String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.FACTORY.createGenerator(bytes)) {
      generator.writeString(value);
    } catch (IOException e) {
      throw new IllegalStateException("an array refused bytes", e);
    }
    raw(bytes.toByteArray());
  }

  private void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void add(char ascii) {
    reserve(1);
    buffer[size++] = (byte) ascii;
  }

  private void reserve(int bytes) {
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + bytes));
    }
  }
}
