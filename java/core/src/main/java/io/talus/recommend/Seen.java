package io.talus.recommend;

/** Whether items that a user has rated may be recommended to that user. */
public enum Seen {
  /** They are left out. */
  EXCLUDED,
  /** They compete like any other. */
  INCLUDED
}
