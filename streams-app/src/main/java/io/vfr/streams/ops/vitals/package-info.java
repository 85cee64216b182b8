/** What an instance tells of its own health, as alerts. */
@NullMarked
package io.vfr.streams.ops.vitals;

import org.jspecify.annotations.NullMarked;
