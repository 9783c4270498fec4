/**
 * Networks for other programs: models in the ONNX format.
 *
 * <p>Belongs here: how layers are said in ONNX, and how that is written. Imports {@code data},
 * {@code op}, {@code tensor} and {@code train}, which knows nothing of this.
 */
package io.talus.onnx;
