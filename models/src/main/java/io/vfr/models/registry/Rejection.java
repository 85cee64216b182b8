package io.vfr.models.registry;

import io.vfr.models.load.RejectionReason;

/**
 * A model that is not used, and why.
 *
 * @param model {@code id@version}, or the id alone where no version is known
 */
public record Rejection(String model, RejectionReason reason, String message) {}
