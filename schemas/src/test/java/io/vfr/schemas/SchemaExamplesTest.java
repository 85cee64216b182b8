package io.vfr.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples in the schemas are valid, and stop being so when anything required is broken. */
class SchemaExamplesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @EnumSource
  void schema_itself_saysDialectTitleAndDescribesEveryProperty(MessageSchema schema)
      throws JsonProcessingException {
    JsonNode root = MAPPER.readTree(schema.json());
    assertThat(root.path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(root.path("$id").asText()).isEqualTo(schema.id());
    assertThat(root.path("description").asText()).isNotBlank();
    assertThat(undescribed("", root)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void example_ofSchema_isValid(MessageSchema schema) throws JsonProcessingException {
    List<JsonNode> examples = examples(schema);
    assertThat(examples).isNotEmpty();
    for (JsonNode example : examples) {
      assertThat(Schemas.errors(schema, example.toString())).as("%s", example).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void example_ofSchema_isReadAndWrittenAgain(Kinds kind) throws JsonProcessingException {
    for (JsonNode example : examples(kind.schema)) {
      byte[] json = kind.rewrite(utf8(example));
      assertThat(Schemas.errors(kind.schema, json)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void example_withUnknownFields_isValidAndRead(Kinds kind) throws JsonProcessingException {
    for (JsonNode example : examples(kind.schema)) {
      byte[] expected = kind.rewrite(utf8(example));
      ObjectNode added = ((ObjectNode) example).deepCopy();
      added.putObject("later").putArray("nested").add(1.5).addNull().add("text");
      added.put("laterToo", true);
      assertThat(Schemas.errors(kind.schema, added.toString())).isEmpty();
      assertThat(kind.rewrite(utf8(added))).isEqualTo(expected);
    }
  }

  /**
   * Removes or spoils each field that the schema requires, at any depth: both must refuse it.
   * Fields that may be null must be there by the schema, but readers take absent for null.
   */
  @ParameterizedTest
  @EnumSource
  void example_withRequiredFieldBroken_isRefusedBySchemaAndCodec(Kinds kind)
      throws JsonProcessingException {
    int mutants = 0;
    for (JsonNode example : examples(kind.schema)) {
      JsonNode schema = MAPPER.readTree(schemaOf(kind.schema, example).json());
      for (Mutant mutant : mutants(schema, example)) {
        assertThat(Schemas.errors(kind.schema, mutant.json.toString()))
            .as("schema, %s: %s", mutant.what, mutant.json)
            .isNotEmpty();
        assertThat(catchThrowable(() -> kind.rewrite(utf8(mutant.json))))
            .as("codec, %s: %s", mutant.what, mutant.json)
            .isInstanceOf(InvalidMessageException.class);
        mutants++;
      }
    }
    assertThat(mutants).isGreaterThanOrEqualTo(8);
  }

  private record Mutant(String what, JsonNode json) {}

  private static List<Mutant> mutants(JsonNode schema, JsonNode example) {
    List<Mutant> mutants = new ArrayList<>();
    mutate(schema, "", example, example, mutants);
    return mutants;
  }

  private static void mutate(
      JsonNode schema, String pointer, JsonNode node, JsonNode root, List<Mutant> mutants) {
    JsonNode properties = schema.path("properties");
    for (JsonNode required : schema.path("required")) {
      String field = required.asText();
      JsonNode property = properties.path(field);
      ObjectNode removed = root.deepCopy();
      ((ObjectNode) removed.at(pointer)).remove(field);
      if (!allows(property, MAPPER.nullNode())) {
        mutants.add(new Mutant("without " + pointer + "/" + field, removed));
      }
      for (JsonNode wrong : List.of(MAPPER.nullNode(), MAPPER.valueToTree(List.of()), text())) {
        if (!allows(property, wrong)) {
          ObjectNode spoiled = root.deepCopy();
          ((ObjectNode) spoiled.at(pointer)).set(field, wrong);
          mutants.add(new Mutant(pointer + "/" + field + " = " + wrong, spoiled));
        }
      }
    }
    Iterator<Map.Entry<String, JsonNode>> fields = properties.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> property = fields.next();
      JsonNode child = node.path(property.getKey());
      String childPointer = pointer + "/" + property.getKey();
      if (child.isObject()) {
        mutate(property.getValue(), childPointer, child, root, mutants);
      } else if (child.isArray() && property.getValue().path("items").has("properties")) {
        mutate(property.getValue().path("items"), childPointer + "/0", child.get(0), root, mutants);
      }
    }
  }

  /** A text that is no symbol, name, enum constant or sensible text either: the empty one. */
  private static JsonNode text() {
    return MAPPER.getNodeFactory().textNode("");
  }

  private static boolean allows(JsonNode property, JsonNode value) {
    String type = value.isNull() ? "null" : value.isArray() ? "array" : "string";
    JsonNode types = property.path("type");
    boolean listed = types.asText().equals(type);
    for (JsonNode one : types) {
      listed |= one.asText().equals(type);
    }
    if (listed && value.isTextual()) {
      return !property.has("minLength") && !property.has("pattern") && !property.has("enum");
    }
    if (listed && value.isArray()) {
      return !property.has("minItems");
    }
    return listed;
  }

  private static MessageSchema schemaOf(MessageSchema schema, JsonNode example) {
    if (schema != MessageSchema.PRICE) {
      return schema;
    }
    return example.has("price") ? MessageSchema.PRICE_TICK : MessageSchema.PRICE_BAR;
  }

  private static List<JsonNode> examples(MessageSchema schema) throws JsonProcessingException {
    if (schema == MessageSchema.PRICE) {
      List<JsonNode> both = new ArrayList<>(examples(MessageSchema.PRICE_BAR));
      both.addAll(examples(MessageSchema.PRICE_TICK));
      return both;
    }
    List<JsonNode> examples = new ArrayList<>();
    ((ArrayNode) MAPPER.readTree(schema.json()).path("examples")).forEach(examples::add);
    return examples;
  }

  private static List<String> undescribed(String path, JsonNode schema) {
    List<String> missing = new ArrayList<>();
    Iterator<Map.Entry<String, JsonNode>> fields = schema.path("properties").fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String fieldPath = path + "/" + field.getKey();
      if (field.getValue().path("description").asText().isBlank()) {
        missing.add(fieldPath);
      }
      missing.addAll(undescribed(fieldPath, field.getValue()));
      missing.addAll(undescribed(fieldPath, field.getValue().path("items")));
    }
    return missing;
  }

  private static byte[] utf8(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
