package io.vfr.models.manifest;

/**
 * The model file beside the manifest.
 *
 * @param file plain file name, no path
 * @param sha256 lower-case hex digest of its bytes
 */
public record Artifact(String file, String sha256) {}
