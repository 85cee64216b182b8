/**
 * What a model says about itself: the typed manifest and its strict reader and writer. A manifest
 * is untrusted input; nothing of a model is loaded before its manifest was read without a problem.
 */
@NullMarked
package io.vfr.models.manifest;

import org.jspecify.annotations.NullMarked;
