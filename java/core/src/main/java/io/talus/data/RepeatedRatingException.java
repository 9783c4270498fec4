package io.talus.data;

/** Several ratings of one item by one user that cannot become one. */
final class RepeatedRatingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RepeatedRatingException(String message) {
    super(message);
  }
}
