/** What an instance answers over HTTP below {@code /v1}, as JSON. */
@NullMarked
package io.vfr.streams.ops.api;

import org.jspecify.annotations.NullMarked;
