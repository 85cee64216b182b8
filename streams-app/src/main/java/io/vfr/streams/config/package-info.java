/**
 * Typed configuration: one record per stage, every default in one place, every error reported at
 * once.
 */
@NullMarked
package io.vfr.streams.config;

import org.jspecify.annotations.NullMarked;
