package io.talus.recommend;

/** What a rating is measured from when ratings are averaged. */
public enum Centering {
  /** From 0. */
  NONE,
  /** From the mean rating of its item, so that loved items and loathed ones speak alike. */
  ITEM_MEAN
}
