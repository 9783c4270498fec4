package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.file.ArrayType.Elements;
import io.talus.file.Fields;
import io.talus.file.StoredArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link FactorizationModel}s and {@link ImplicitModel}s on disk. */
final class FactorizationFiles {
  static final String EXPLICIT = "matrix factorization";
  static final String IMPLICIT = "implicit factorization";

  private FactorizationFiles() {}

  static void save(Path file, FactorizationModel model) throws IOException {
    MatrixFactorization from = model.settings();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("factors", from.factors());
    settings.put("epochs", from.epochs());
    settings.put("learningRate", Double.toString(from.learningRate()));
    settings.put("regularization", Double.toString(from.regularization()));
    settings.put("initialDeviation", Double.toString(from.initialDeviation()));
    settings.put("seed", Long.toString(from.seed()));
    Map<String, StoredArray> arrays = factors(model.users(), model.items());
    arrays.put("users.leanings", StoredArray.of(model.userLeanings(), model.users().rows()));
    arrays.put("items.leanings", StoredArray.of(model.itemLeanings(), model.items().rows()));
    ModelFile.save(file, EXPLICIT, settings, model.ratings(), arrays);
  }

  static void save(Path file, ImplicitModel model) throws IOException {
    ImplicitFactorization from = model.settings();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("factors", from.factors());
    settings.put("sweeps", from.sweeps());
    settings.put("alpha", Double.toString(from.alpha()));
    settings.put("regularization", Double.toString(from.regularization()));
    settings.put("seed", Long.toString(from.seed()));
    Map<String, StoredArray> arrays = factors(model.users(), model.items());
    ModelFile.save(file, IMPLICIT, settings, model.ratings(), arrays);
  }

  private static Map<String, StoredArray> factors(Factors users, Factors items) {
    Map<String, StoredArray> arrays = new LinkedHashMap<>();
    arrays.put("users.factors", StoredArray.of(users.values(), users.rows(), users.size()));
    arrays.put("items.factors", StoredArray.of(items.values(), items.rows(), items.size()));
    return arrays;
  }

  static FactorizationModel load(Path path) throws IOException {
    return ModelFile.load(path, EXPLICIT, FactorizationFiles::readExplicit);
  }

  static FactorizationModel readExplicit(ModelFile file) throws IOException {
    Fields fields = file.settings();
    MatrixFactorization settings =
        new MatrixFactorization(
            fields.integer("factors"),
            fields.integer("epochs"),
            fields.real("learningRate"),
            fields.real("regularization"),
            fields.real("initialDeviation"),
            Long.parseLong(fields.text("seed")));
    file.expect("users.leanings", Elements.F32, fields.integer("users"));
    file.expect("items.leanings", Elements.F32, fields.integer("items"));
    Ratings ratings = ratings(file, settings.factors());
    return new FactorizationModel(
        settings,
        ratings,
        file.floats("users.leanings"),
        file.floats("items.leanings"),
        new Factors(settings.factors(), file.floats("users.factors")),
        new Factors(settings.factors(), file.floats("items.factors")));
  }

  static ImplicitModel loadImplicit(Path path) throws IOException {
    return ModelFile.load(path, IMPLICIT, FactorizationFiles::readImplicit);
  }

  static ImplicitModel readImplicit(ModelFile file) throws IOException {
    Fields fields = file.settings();
    ImplicitFactorization settings =
        new ImplicitFactorization(
            fields.integer("factors"),
            fields.integer("sweeps"),
            fields.real("alpha"),
            fields.real("regularization"),
            Long.parseLong(fields.text("seed")));
    Ratings ratings = ratings(file, settings.factors());
    return new ImplicitModel(
        settings,
        ratings,
        new Factors(settings.factors(), file.floats("users.factors")),
        new Factors(settings.factors(), file.floats("items.factors")));
  }

  private static Ratings ratings(ModelFile file, int factors) throws IOException {
    file.expect("users.factors", Elements.F32, file.settings().integer("users"), factors);
    file.expect("items.factors", Elements.F32, file.settings().integer("items"), factors);
    return file.ratings();
  }
}
