package io.talus.cli;

import io.talus.data.ImageShape;
import io.talus.op.ImageChanges;
import io.talus.train.Views;

/** How images are changed, as text: {@code mirror, shift 2, rotate 12, cutout 8}. */
final class ImageChangesText {
  private ImageChangesText() {}

  /** What {@code --augment} says. */
  static ImageChanges changes(String text) {
    ImageChanges changes = ImageChanges.NONE;
    for (OptionText.Item item : OptionText.items("--augment", text)) {
      changes =
          switch (item.name()) {
            case "mirror" -> changes.mirrored();
            case "shift" -> changes.shifted(item.integer("pixels"));
            case "rotate" -> changes.rotated(item.number("degrees"));
            case "scale" -> changes.scaled(item.number("a share, such as 0.1"));
            case "shear" -> changes.sheared(item.number("pixels"));
            case "cutout" -> changes.cutOut(item.integer("pixels"));
            default ->
                throw item.wrong(
                    "there is no change '"
                        + item.name()
                        + "'; there are mirror, shift N, rotate N, scale N, shear N and cutout N");
          };
      item.requireEnd();
    }
    return changes;
  }

  /**
   * What {@code --views} says.
   *
   * @param image what an example is
   */
  static Views views(String text, ImageShape image) {
    Views views = Views.of(image);
    for (OptionText.Item item : OptionText.items("--views", text)) {
      views =
          switch (item.name()) {
            case "mirror" -> views.mirrored();
            case "shift" -> views.shifted(item.integer("pixels"));
            default ->
                throw item.wrong(
                    "there is no view '" + item.name() + "'; there are mirror and shift N");
          };
      item.requireEnd();
    }
    return views;
  }
}
