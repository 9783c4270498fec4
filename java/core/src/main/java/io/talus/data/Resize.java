package io.talus.data;

/**
 * Resizes images, the same on every machine: each new pixel is the mean of the old ones around it,
 * weighted by a triangle as wide as two old or two new pixels, whichever is more. Growing, that is
 * bilinear interpolation; shrinking, no pixel is passed over.
 */
final class Resize {
  private Resize() {}

  /**
   * Takes the largest part of the target's proportions around the centre and resizes it; what lies
   * within the triangle's reach beyond that part has its share in the edge.
   */
  static void centre(float[] from, ImageShape old, ImageShape now, float[] target, int at) {
    double scale =
        Math.min((double) old.height() / now.height(), (double) old.width() / now.width());
    Axis rows = new Axis(old.height(), now.height(), scale);
    Axis columns = new Axis(old.width(), now.width(), scale);
    int channels = old.channels();
    float[] narrow = new float[old.height() * now.width() * channels];
    for (int y = 0; y < old.height(); y++) {
      for (int x = 0; x < now.width(); x++) {
        int to = (y * now.width() + x) * channels;
        columns.mean(from, y * old.width() * channels, channels, channels, x, narrow, to);
      }
    }
    int line = now.width() * channels;
    for (int y = 0; y < now.height(); y++) {
      rows.mean(narrow, 0, line, line, y, target, at + y * line);
    }
  }

  /** Which old pixels along one axis make each new one, and with what weights. */
  private static final class Axis {
    private final int[] first;
    private final float[][] weights;

    /**
     * @param scale old pixels for a new one
     */
    Axis(int old, int now, double scale) {
      first = new int[now];
      weights = new float[now][];
      double reach = Math.max(1, scale);
      double begin = (old - now * scale) / 2;
      for (int i = 0; i < now; i++) {
        double centre = begin + (i + 0.5) * scale;
        int low = (int) Math.max(0, Math.ceil(centre - reach - 0.5));
        int high = (int) Math.min(old - 1, Math.floor(centre + reach - 0.5));
        double[] triangle = new double[high - low + 1];
        double sum = 0;
        for (int p = low; p <= high; p++) {
          triangle[p - low] = Math.max(0, 1 - Math.abs(p + 0.5 - centre) / reach);
          sum += triangle[p - low];
        }
        first[i] = low;
        weights[i] = new float[triangle.length];
        for (int p = 0; p < triangle.length; p++) {
          weights[i][p] = (float) (triangle[p] / sum);
        }
      }
    }

    /** The weighted mean of old pixels of {@code count} values, {@code step} apart. */
    void mean(float[] from, int begin, int step, int count, int i, float[] target, int at) {
      for (int c = 0; c < count; c++) {
        float sum = 0;
        int place = begin + first[i] * step + c;
        for (int p = 0; p < weights[i].length; p++, place += step) {
          sum += weights[i][p] * from[place];
        }
        target[at + c] = sum;
      }
    }
  }
}
