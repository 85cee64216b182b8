package io.vfr.streams.steward;

/**
 * A promoted model that should give its place back.
 *
 * @param version the champion
 * @param promotedAt when it was promoted, epoch milliseconds: {@code changedAt} of its registration
 * @param reason what is wrong with it
 */
public record RollbackRequest(String id, String version, long promotedAt, String reason) {}
