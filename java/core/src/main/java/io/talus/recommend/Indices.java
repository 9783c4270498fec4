package io.talus.recommend;

import io.talus.data.Ratings;

/** Checks of what callers ask for. */
final class Indices {
  private Indices() {}

  static void requireUser(Ratings ratings, int user) {
    if (user < 0 || user >= ratings.users()) {
      throw new IndexOutOfBoundsException("user " + user + " of " + ratings.users() + " users");
    }
  }

  static void requireItem(Ratings ratings, int item) {
    if (item < 0 || item >= ratings.items()) {
      throw new IndexOutOfBoundsException("item " + item + " of " + ratings.items() + " items");
    }
  }

  static void requirePositive(int count, String name) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " is " + count + ", expected at least 1");
    }
  }

  static void requireAboveZero(double value, String name) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected more than 0");
    }
  }

  static void requireZeroOrMore(double value, String name) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 or more");
    }
  }

  static void requireRating(Ratings ratings) {
    if (ratings.size() == 0) {
      throw new IllegalArgumentException("there is no rating in " + ratings);
    }
  }
}
