/** What an instance and its group do, in figures: for the API, the report and the checks. */
@NullMarked
package io.vfr.streams.ops.figures;

import org.jspecify.annotations.NullMarked;
