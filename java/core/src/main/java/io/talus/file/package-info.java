/**
 * Files of models: arrays by their names beside a description in JSON. Not exported: what is in
 * them belongs to who writes them ({@code io.talus.train}, {@code io.talus.recommend}).
 */
package io.talus.file;
