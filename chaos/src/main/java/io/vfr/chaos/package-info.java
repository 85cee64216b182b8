/** Scenarios that try to break running instances, and one verdict for each. */
@NullMarked
package io.vfr.chaos;

import org.jspecify.annotations.NullMarked;
