package io.talus.recommend;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.Ratings;
import io.talus.file.ArrayType;
import io.talus.file.ArrayType.Elements;
import io.talus.file.Fields;
import io.talus.file.Safetensors;
import io.talus.file.SafetensorsReader;
import io.talus.file.StoredArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Models on disk: one safetensors file with the model's arrays, its ratings ({@link
 * StoredRatings}), and as JSON in its metadata, under {@code talus.model}, its kind and its
 * settings.
 */
final class ModelFile {
  private static final String MODEL = "talus.model";

  private final SafetensorsReader reader;
  private final Fields settings;
  private final Map<String, ArrayType> types = new LinkedHashMap<>();

  private ModelFile(SafetensorsReader reader, Fields settings) {
    this.reader = reader;
    this.settings = settings;
  }

  /** Writes the file, which appears whole or not at all. */
  static void save(
      Path file,
      String kind,
      Map<String, Object> settings,
      Ratings ratings,
      Map<String, StoredArray> arrays)
      throws IOException {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("kind", kind);
    described.putAll(settings);
    Map<String, StoredArray> all = new LinkedHashMap<>(arrays);
    StoredRatings.put(ratings, described, all);
    Safetensors.write(file, Map.of(MODEL, JSON.std.asString(described)), all);
  }

  /** Makes a model of what a file holds. */
  @FunctionalInterface
  interface Loading<T> {
    T from(ModelFile file) throws IOException;
  }

  /** The recommender that was saved there, of whatever kind. */
  static Recommender load(Path file) throws IOException {
    Map<String, Loading<? extends Recommender>> kinds = new LinkedHashMap<>();
    kinds.put(KnnFile.KIND, KnnFile::read);
    kinds.put(FactorizationFiles.EXPLICIT, FactorizationFiles::readExplicit);
    kinds.put(FactorizationFiles.IMPLICIT, FactorizationFiles::readImplicit);
    return load(file, kinds);
  }

  /** A model that must be of that kind. */
  static <T> T load(Path file, String kind, Loading<T> loading) throws IOException {
    return load(file, Map.of(kind, loading));
  }

  /**
   * @throws io.talus.data.MalformedFileException when the file is not whole, or holds something
   *     else
   */
  private static <T> T load(Path file, Map<String, ? extends Loading<? extends T>> kinds)
      throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      String description = reader.metadata(MODEL);
      if (description == null) {
        throw reader.wrong(
            "has no '" + MODEL + "' in its metadata: it is no recommender saved by Talus");
      }
      try {
        Fields settings = new Fields("the model", parse(description));
        String found = settings.text("kind");
        Loading<? extends T> loading = kinds.get(found);
        if (loading == null) {
          String expected = String.join("', '", kinds.keySet());
          throw reader.wrong("is a model of the kind '" + found + "'; expected '" + expected + "'");
        }
        return loading.from(new ModelFile(reader, settings));
      } catch (IllegalArgumentException wrong) {
        throw reader.wrong("describes no model that can be made: " + wrong.getMessage());
      }
    }
  }

  private static Map<String, Object> parse(String description) {
    try {
      return JSON.std.mapFrom(description);
    } catch (IOException notJson) {
      throw new IllegalArgumentException(notJson.getMessage(), notJson);
    }
  }

  Fields settings() {
    return settings;
  }

  /** Names an array that must be there; all must be named before the first is read. */
  void expect(String name, Elements elements, long... lengths) {
    types.put(name, ArrayType.of(elements, lengths));
  }

  /** The ratings, once the whole file was found good. */
  Ratings ratings() throws IOException {
    StoredRatings.expect(this);
    reader.require(types, null);
    return StoredRatings.read(this);
  }

  float[] floats(String name) throws IOException {
    float[] values = new float[length(name)];
    reader.read(name, StoredArray.of(values, types.get(name).shape().toArray()));
    return values;
  }

  int[] ints(String name) throws IOException {
    int[] values = new int[length(name)];
    reader.read(name, StoredArray.of(values));
    return values;
  }

  long[] longs(String name) throws IOException {
    long[] values = new long[length(name)];
    reader.read(name, StoredArray.of(values));
    return values;
  }

  byte[] bytes(String name) throws IOException {
    byte[] values = new byte[length(name)];
    reader.read(name, StoredArray.of(values));
    return values;
  }

  private int length(String name) {
    return Math.toIntExact(types.get(name).shape().size());
  }
}
