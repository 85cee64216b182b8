/**
 * Which models there are and which are in memory: the registry directory, the bounded cache, and
 * the set that is scored with.
 */
@NullMarked
package io.vfr.models.registry;

import org.jspecify.annotations.NullMarked;
