package io.talus.contract;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Runs the tests of the classes named by the property {@code contracts} (separated by commas) on
 * every device that can be used, for processes that tests start. Ends with the first failure.
 */
public final class ContractRun {
  private ContractRun() {}

  public static void main(String[] arguments) throws Throwable {
    int ran = 0;
    for (String name : System.getProperty("contracts").split(",")) {
      Class<?> type = Class.forName(ContractRun.class.getPackageName() + "." + name);
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      for (Method test : type.getDeclaredMethods()) {
        if (test.isAnnotationPresent(EachBackend.class)) {
          ran += run(test, constructor.newInstance());
        }
      }
    }
    System.out.println("ran " + ran);
  }

  private static int run(Method test, Object instance) throws Throwable {
    test.setAccessible(true);
    int ran = 0;
    for (Subject subject : Subject.usable()) {
      try {
        subject.run(() -> test.invoke(instance, subject));
        ran++;
      } catch (InvocationTargetException failed) {
        System.out.println(test + " on " + subject);
        throw failed.getCause();
      }
    }
    return ran;
  }
}
