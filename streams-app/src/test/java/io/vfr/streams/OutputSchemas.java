package io.vfr.streams;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vfr.schemas.MessageSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Holds what the pipeline writes against the JSON Schemas, with an independent validator. */
public final class OutputSchemas {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaIdResolvers(resolvers ->
                  resolvers.mapPrefix(
                      MessageSchema.ID_PREFIX, "classpath:" + MessageSchema.RESOURCE_FOLDER)));

  private OutputSchemas() {}

  /** What is wrong with a message of a topic; empty if it is valid. */
  public static List<String> errors(String topic, byte[] json) {
    return errors(
        MessageSchema.ofTopic(topic).orElseThrow(), new String(json, StandardCharsets.UTF_8));
  }

  /** What is wrong with a message; empty if it is valid. */
  public static List<String> errors(MessageSchema schema, String json) {
    Schema loaded = REGISTRY.getSchema(SchemaLocation.of(schema.id()));
    return loaded.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }
}
