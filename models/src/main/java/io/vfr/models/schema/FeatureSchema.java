package io.vfr.models.schema;

import java.util.List;

/**
 * Placeholder for the first commit of the schema: the window mathematics brings the definitions.
 */
public record FeatureSchema(List<String> names) {}
