@NullMarked
package io.vfr.models;

import org.jspecify.annotations.NullMarked;
