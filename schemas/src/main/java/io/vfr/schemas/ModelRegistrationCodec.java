package io.vfr.schemas;

import java.io.IOException;

/** Model registrations as JSON. */
final class ModelRegistrationCodec implements InputCodec<ModelRegistration> {
  @Override
  public byte[] write(ModelRegistration message) {
    return JsonOut.write(message, ModelRegistrationCodec::write);
  }

  private static void write(JsonOut out, ModelRegistration model) {
    out.text(Name.ID, model.id());
    out.text(Name.VERSION, model.version());
    out.constant(Name.STAGE, model.stage());
    out.text(Name.DIGEST, model.digest());
    out.integer(Name.BYTES, model.bytes());
    out.integer(Name.CHUNKS, model.chunks());
    out.integer(Name.REGISTERED_AT, model.registeredAt());
    out.integer(Name.CHANGED_AT, model.changedAt());
    out.text(Name.CHANGED_BY, model.changedBy());
    Long artifactOffset = model.artifactOffset();
    if (artifactOffset != null) {
      out.integer(Name.ARTIFACT_OFFSET, artifactOffset);
    }
    out.textIfKnown(Name.PREDECESSOR, model.predecessor());
    out.textIfKnown(Name.REASON, model.reason());
  }

  @Override
  public Parsed<ModelRegistration> parse(byte[] json) {
    return JsonIn.parse(json, ModelRegistrationCodec::read);
  }

  private static ModelRegistration read(JsonIn in) throws IOException {
    String id = null;
    String version = null;
    ModelStage stage = null;
    String digest = null;
    long bytes = JsonIn.NO_INTEGER;
    Integer chunks = null;
    long registeredAt = JsonIn.NO_INTEGER;
    long changedAt = JsonIn.NO_INTEGER;
    String changedBy = null;
    long artifactOffset = JsonIn.NO_INTEGER;
    String predecessor = null;
    String reason = null;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "id" -> id = in.text(field);
        case "version" -> version = in.text(field);
        case "stage" -> stage = in.constant(field, ModelStage.class);
        case "digest" -> digest = in.text(field);
        case "bytes" -> bytes = in.integer(field);
        case "chunks" -> chunks = in.int32(field);
        case "registeredAt" -> registeredAt = in.integer(field);
        case "changedAt" -> changedAt = in.integer(field);
        case "changedBy" -> changedBy = in.text(field);
        case "artifactOffset" -> artifactOffset = in.integer(field);
        case "predecessor" -> predecessor = in.text(field);
        case "reason" -> reason = in.text(field);
        default -> in.skip();
      }
    }
    return new ModelRegistration(
        Required.value("id", id),
        Required.value("version", version),
        Required.value("stage", stage),
        Required.value("digest", digest),
        Required.integer("bytes", bytes),
        Required.value("chunks", chunks),
        Required.integer("registeredAt", registeredAt),
        Required.integer("changedAt", changedAt),
        Required.value("changedBy", changedBy),
        artifactOffset == JsonIn.NO_INTEGER ? null : artifactOffset,
        predecessor,
        reason);
  }
}
