package io.vfr.schemas;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Validates messages against the JSON Schemas with an independent implementation. */
final class Schemas {
  private static final Map<MessageSchema, Schema> LOADED = new EnumMap<>(MessageSchema.class);

  static {
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaIdResolvers(resolvers ->
                    resolvers.mapPrefix(
                        MessageSchema.ID_PREFIX, "classpath:" + MessageSchema.RESOURCE_FOLDER)));
    for (MessageSchema schema : MessageSchema.values()) {
      LOADED.put(schema, registry.getSchema(SchemaLocation.of(schema.id())));
    }
  }

  private Schemas() {}

  /** What is wrong with a message; empty if it is valid. Throws if it is not JSON. */
  static List<String> errors(MessageSchema schema, byte[] json) {
    return errors(schema, new String(json, StandardCharsets.UTF_8));
  }

  /** What is wrong with a message; empty if it is valid. Throws if it is not JSON. */
  static List<String> errors(MessageSchema schema, String json) {
    Schema loaded = LOADED.get(schema);
    if (loaded == null) {
      throw new IllegalStateException("no schema " + schema);
    }
    return loaded.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }
}
