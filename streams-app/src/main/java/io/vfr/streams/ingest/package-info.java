@NullMarked
package io.vfr.streams.ingest;

import org.jspecify.annotations.NullMarked;
