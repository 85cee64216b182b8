/** The demo: an embedded broker, a market, and the same application that a cluster runs. */
@NullMarked
package io.vfr.streams.cli.demo;

import org.jspecify.annotations.NullMarked;
