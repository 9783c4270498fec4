package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.file.ArrayType.Elements;
import io.talus.file.Fields;
import io.talus.file.StoredArray;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link KnnRecommender}s on disk; the means and baselines are made anew from the ratings. */
final class KnnFile {
  static final String KIND = "neighbors";

  private KnnFile() {}

  static void save(Path file, KnnRecommender model) throws IOException {
    save(file, describe(model.knn()), model);
  }

  static void save(Path file, Map<String, Object> settings, KnnRecommender model)
      throws IOException {
    Neighbors neighbors = model.neighbors();
    settings.put("neighbors", neighbors.indices().length);
    settings.put("neighborsOfRow", neighbors.k());
    Map<String, StoredArray> arrays = new LinkedHashMap<>();
    arrays.put("neighbors.starts", StoredArray.of(neighbors.starts()));
    arrays.put("neighbors.indices", StoredArray.of(neighbors.indices()));
    arrays.put(
        "neighbors.similarities",
        StoredArray.of(neighbors.similarities(), neighbors.indices().length));
    ModelFile.save(file, KIND, settings, model.ratings(), arrays);
  }

  static Map<String, Object> describe(Knn knn) {
    RatingSimilarity similarity = knn.similarity();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("among", knn.amongUsers() ? "users" : "items");
    settings.put("measure", similarity.measure().name());
    settings.put("weighting", similarity.weighting().form().name());
    settings.put("k1", Double.toString(similarity.weighting().k1()));
    settings.put("b", Double.toString(similarity.weighting().b()));
    settings.put("supportLeast", similarity.support().least());
    settings.put("shrinkage", Float.toString(similarity.support().shrinkage()));
    settings.put("afterTheFirst", similarity.support().afterTheFirst());
    settings.put("least", Float.toString(similarity.least()));
    settings.put("givenTheRow", similarity.givenTheRow());
    settings.put("k", knn.k());
    settings.put("modelSize", knn.modelSize());
    settings.put("minNeighbors", knn.minNeighbors());
    settings.put("centering", knn.centering().name());
    settings.put("topK", knn.topK().name());
    return settings;
  }

  static KnnRecommender load(Path path) throws IOException {
    return ModelFile.load(path, KIND, KnnFile::read);
  }

  static KnnRecommender read(ModelFile file) throws IOException {
    Fields settings = file.settings();
    Knn knn = knn(settings);
    int rows = settings.integer(knn.amongUsers() ? "users" : "items");
    int places = settings.integer("neighbors");
    file.expect("neighbors.starts", Elements.I32, rows + 1L);
    file.expect("neighbors.indices", Elements.I32, places);
    file.expect("neighbors.similarities", Elements.F32, places);
    Ratings ratings = file.ratings();
    Neighbors neighbors =
        Neighbors.of(
            knn.similarity().measure(),
            settings.integer("neighborsOfRow"),
            file.ints("neighbors.starts"),
            file.ints("neighbors.indices"),
            file.floats("neighbors.similarities"));
    return new KnnRecommender(knn, ratings, neighbors);
  }

  private static Knn knn(Fields settings) {
    Weighting weighting =
        new Weighting(
            settings.constant("weighting", Weighting.Form.class),
            settings.real("k1"),
            settings.real("b"));
    Support support =
        new Support(
            settings.integer("supportLeast"),
            (float) settings.real("shrinkage"),
            settings.truth("afterTheFirst"));
    RatingSimilarity similarity =
        new RatingSimilarity(
            settings.constant("measure", SparseMeasure.class),
            weighting,
            support,
            (float) settings.real("least"),
            settings.truth("givenTheRow"));
    int k = settings.integer("k");
    boolean amongUsers = settings.text("among").equals("users");
    return (amongUsers ? Knn.ofUsers(similarity, k) : Knn.ofItems(similarity, k))
        .modelSize(settings.integer("modelSize"))
        .minNeighbors(settings.integer("minNeighbors"))
        .centering(settings.constant("centering", Centering.class))
        .topK(topK(settings));
  }

  /** There was nothing to choose once, and files of then do not say it. */
  private static TopK topK(Fields settings) {
    return settings.optional("topK").isPresent()
        ? settings.constant("topK", TopK.class)
        : TopK.PER_ROW;
  }
}
