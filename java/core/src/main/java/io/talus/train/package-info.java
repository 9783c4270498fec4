/**
 * Training by backpropagation: networks, what they cost, how they are improved, judged, saved and
 * used.
 *
 * <p>A {@link io.talus.train.Network} is layers and their numbers on a device. A {@link
 * io.talus.train.TrainingStep} is one step of training, planned once and run without allocation; a
 * {@link io.talus.train.TrainingLoop} runs it over a dataset and watches it. An {@link
 * io.talus.train.Evaluation} says what came of it.
 *
 * <p>Belongs here: everything that turns examples into a trained network, and no arithmetic on
 * elements: that is what the ops are for. Imports {@code io.talus}, {@code op}, {@code tensor} and
 * {@code data}; no backend.
 *
 * <p><b>A new kind of layer</b> is a record that implements {@link io.talus.train.Layer}, and a
 * {@code LayerKind}, which plans its ops and names it on disk.
 */
package io.talus.train;
