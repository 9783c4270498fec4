package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.recommend.Recommendations;
import io.talus.recommend.Recommender;
import io.talus.recommend.Scored;
import io.talus.recommend.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is recommended to users as a table: a line for each user and rank, with a title where titles
 * are known.
 *
 * @param count how many items for each
 */
record RecommendationsCsv(Recommender model, int count, Seen seen, Titles titles) {
  /** Users whose items are held at once. */
  private static final int TILE = 1024;

  /** Writes those of every user. */
  void writeAll(Path file, Progress progress) throws IOException {
    Ratings ratings = model.ratings();
    Csv.write(
        file,
        csv -> {
          heading(csv);
          for (int from = 0; from < ratings.users(); from += TILE) {
            int to = Math.min(ratings.users(), from + TILE);
            Recommendations found = model.recommendAll(from, to, count, seen);
            for (int user = from; user < to; user++) {
              lines(csv, user, found.list(user));
            }
            progress.stepTo(to, "");
          }
        });
  }

  /** Writes those of some users. */
  void write(Path file, List<Integer> users) throws IOException {
    Csv.write(
        file,
        csv -> {
          heading(csv);
          for (int user : users) {
            lines(csv, user, model.recommend(user, count, seen));
          }
        });
  }

  private void heading(Csv csv) throws IOException {
    line(csv, "user", "rank", "item", "score", "title");
  }

  private void lines(Csv csv, int user, List<Scored> items) throws IOException {
    int rank = 0;
    for (Scored item : items) {
      String title = titles.byId().getOrDefault(item.id(), "");
      line(csv, model.ratings().userId(user), ++rank, item.id(), (float) item.score(), title);
    }
  }

  private void line(Csv csv, Object... values) throws IOException {
    List<Object> line = new ArrayList<>(List.of(values));
    if (titles.byId().isEmpty()) {
      line.remove(values.length - 1);
    }
    csv.line(line.toArray());
  }
}
