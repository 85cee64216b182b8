package io.vfr.streams.ops.figures;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The group in figures.
 *
 * @param at when they were taken, epoch milliseconds
 * @param instances those that answered, by address
 * @param silent addresses of those that did not
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterFigures(long at, List<InstanceFigures> instances, List<String> silent) {
  public ClusterFigures {
    instances = List.copyOf(instances);
    silent = List.copyOf(silent);
  }
}
