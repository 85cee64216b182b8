package io.vfr.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object as a stream. Refuses numbers that JSON cannot express. */
final class JsonOut {
  /** Integral doubles below this are written without a fraction: shorter, and still exact. */
  private static final double INTEGRAL_MAX = 1e15;

  private final JsonGenerator generator;

  private JsonOut(JsonGenerator generator) {
    this.generator = generator;
  }

  /** Writes a value, or the fields of an object. */
  interface Writer<T> {
    void write(JsonOut out, T value) throws IOException;
  }

  /** The message as JSON. */
  static <T> byte[] write(T message, Writer<T> fields) {
    ByteSink sink = new ByteSink();
    try (JsonGenerator generator = Json.FACTORY.createGenerator(sink)) {
      generator.writeStartObject();
      fields.write(new JsonOut(generator), message);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + e.getMessage(), e);
    }
    return sink.bytes();
  }

  void text(SerializableString field, String value) throws IOException {
    generator.writeFieldName(field);
    generator.writeString(value);
  }

  void textIfKnown(SerializableString field, @Nullable String value) throws IOException {
    if (value != null) {
      text(field, value);
    }
  }

  void constant(SerializableString field, @Nullable WireEnum value) throws IOException {
    generator.writeFieldName(field);
    if (value == null) {
      generator.writeNull();
    } else {
      generator.writeString(value.wire());
    }
  }

  /** Writes a constant under a name that is not known beforehand. */
  void constant(String field, WireEnum value) throws IOException {
    generator.writeFieldName(field);
    generator.writeString(value.wire());
  }

  void integer(SerializableString field, long value) throws IOException {
    generator.writeFieldName(field);
    generator.writeNumber(value);
  }

  void bool(SerializableString field, boolean value) throws IOException {
    generator.writeFieldName(field);
    generator.writeBoolean(value);
  }

  void nothing(SerializableString field) throws IOException {
    generator.writeFieldName(field);
    generator.writeNull();
  }

  void number(SerializableString field, double value) throws IOException {
    if (!Double.isFinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, field.getValue() + " must be a finite number but is " + value);
    }
    generator.writeFieldName(field);
    finite(value);
  }

  /** Writes a number, or null for NaN. */
  void numberOrNull(SerializableString field, double value) throws IOException {
    if (Double.isNaN(value)) {
      nothing(field);
    } else {
      number(field, value);
    }
  }

  /** Writes a number, or null for NaN, under a name that is not known beforehand. */
  void numberOrNull(String field, double value) throws IOException {
    if (Double.isInfinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, field + " must be a finite number but is " + value);
    }
    generator.writeFieldName(field);
    if (Double.isNaN(value)) {
      generator.writeNull();
    } else {
      finite(value);
    }
  }

  /** Writes a number, or nothing for NaN. */
  void numberIfKnown(SerializableString field, double value) throws IOException {
    if (!Double.isNaN(value)) {
      number(field, value);
    }
  }

  /** Begins an object; {@link #end} ends it. */
  void object(SerializableString field) throws IOException {
    generator.writeFieldName(field);
    generator.writeStartObject();
  }

  /** Ends the object that was begun last. */
  void end() throws IOException {
    generator.writeEndObject();
  }

  /** Writes an array of objects. */
  <T> void objects(SerializableString field, List<T> values, Writer<T> fields) throws IOException {
    generator.writeFieldName(field);
    generator.writeStartArray();
    for (int i = 0; i < values.size(); i++) {
      generator.writeStartObject();
      fields.write(this, values.get(i));
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  void texts(SerializableString field, List<String> values) throws IOException {
    generator.writeFieldName(field);
    generator.writeStartArray();
    for (int i = 0; i < values.size(); i++) {
      generator.writeString(values.get(i));
    }
    generator.writeEndArray();
  }

  void constants(SerializableString field, List<? extends WireEnum> values) throws IOException {
    generator.writeFieldName(field);
    generator.writeStartArray();
    for (int i = 0; i < values.size(); i++) {
      generator.writeString(values.get(i).wire());
    }
    generator.writeEndArray();
  }

  /** Writes a model's output: nothing as null, one value as a number, several as an array. */
  void output(SerializableString field, double[] values) throws IOException {
    if (values.length == 0) {
      nothing(field);
    } else if (values.length == 1) {
      number(field, values[0]);
    } else {
      generator.writeFieldName(field);
      generator.writeStartArray();
      for (double value : values) {
        Bounds.finite(field.getValue(), value);
        finite(value);
      }
      generator.writeEndArray();
    }
  }

  private void finite(double value) throws IOException {
    long integral = (long) value;
    if (integral == value
        && Math.abs(value) < INTEGRAL_MAX
        && (integral != 0 || Double.doubleToRawLongBits(value) == 0)) {
      generator.writeNumber(integral);
    } else {
      generator.writeNumber(value);
    }
  }
}
