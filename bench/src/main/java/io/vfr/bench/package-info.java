/** Benchmarks: what the promises about speed are measured with. */
@NullMarked
package io.vfr.bench;

import org.jspecify.annotations.NullMarked;
