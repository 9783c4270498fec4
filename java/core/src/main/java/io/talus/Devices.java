package io.talus;

import io.talus.backend.BackendProvider;
import io.talus.backend.BackendUnavailableException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the devices of this machine and chooses among them.
 *
 * <p>The property {@code talus.device}, or else the variable {@code TALUS_DEVICE}, forces the
 * choice: {@code auto} (the default), {@code cuda} (the first GPU; {@code cuda:1} the second),
 * {@code cpu} or {@code java}. A forced device that is unknown or cannot run is an error. After the
 * choice there is never a silent fallback.
 */
public final class Devices {
  private static final System.Logger LOG = System.getLogger("io.talus");
  private static final String AUTO = "auto";

  private Devices() {}

  /**
   * A device as found.
   *
   * @param name such as {@code cpu}
   * @param device or null when it cannot be used
   * @param reason why it cannot be used, and what to do about it; or null
   */
  public record Finding(String name, Device device, BackendUnavailableException reason) {
    /** Whether it can be used. */
    public boolean isAvailable() {
      return device != null;
    }
  }

  private static final class Found {
    /** Fastest first. */
    static final List<Finding> ALL = find();

    /** Chosen and logged once. */
    static final class Best {
      static final Device DEVICE = choose();
    }
  }

  /** Every device known, fastest first, with the reason for each that cannot be used. */
  public static List<Finding> all() {
    return Found.ALL;
  }

  /** The devices that can be used, fastest first. */
  public static List<Device> available() {
    return Found.ALL.stream().filter(Finding::isAvailable).map(Finding::device).toList();
  }

  /**
   * The fastest device that can be used, or the forced one. The first call logs the choice and its
   * reasons in one line.
   *
   * @throws IllegalArgumentException when the forced device is unknown
   * @throws BackendUnavailableException when the forced device, or every device, cannot be used
   */
  public static Device best() {
    String forced = forced();
    return forced.equals(AUTO) ? Found.Best.DEVICE : require(forced);
  }

  /**
   * The device of that name.
   *
   * @throws IllegalArgumentException when there is no such name
   * @throws BackendUnavailableException when it cannot be used, with the reason
   */
  public static Device require(String name) {
    for (Finding finding : Found.ALL) {
      if (finding.name().equals(name)) {
        if (!finding.isAvailable()) {
          throw new BackendUnavailableException(
              "device " + name + " cannot be used: " + finding.reason().getMessage(),
              finding.reason());
        }
        return finding.device();
      }
    }
    throw new IllegalArgumentException(
        "there is no device '"
            + name
            + "'; known are "
            + AUTO
            + Found.ALL.stream().map(f -> ", " + f.name()).collect(Collectors.joining()));
  }

  private static String forced() {
    String property = System.getProperty("talus.device");
    String value = property != null ? property : System.getenv("TALUS_DEVICE");
    return value == null || value.isBlank() ? AUTO : value.trim();
  }

  private static List<Finding> find() {
    List<BackendProvider> providers = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class, Devices.class.getClassLoader())
        .forEach(providers::add);
    providers.sort(Comparator.comparingInt(BackendProvider::priority).reversed());
    return providers.stream().flatMap(Devices::start).toList();
  }

  private static Stream<Finding> start(BackendProvider provider) {
    try {
      return provider.start().stream()
          .map(backend -> new Finding(backend.name(), new Device(backend), null));
    } catch (BackendUnavailableException reason) {
      return Stream.of(new Finding(provider.name(), null, reason));
    }
  }

  private static Device choose() {
    // What only stands in for hardware is there for tests: it is used when asked for by name.
    List<Device> usable = available().stream().filter(device -> !device.isEmulated()).toList();
    if (usable.isEmpty()) {
      throw new BackendUnavailableException("no device can be used; " + passedOver());
    }
    Device chosen = usable.get(0);
    String passedOver = passedOver();
    LOG.log(
        Level.INFO,
        "using {0}{1}",
        chosen,
        passedOver.isEmpty() ? "" : "; passed over: " + passedOver);
    return chosen;
  }

  private static String passedOver() {
    return Found.ALL.stream()
        .filter(finding -> !finding.isAvailable())
        .map(finding -> finding.name() + " (" + finding.reason().getMessage() + ")")
        .collect(Collectors.joining(", "));
  }
}
