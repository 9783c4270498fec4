package io.talus.contract;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Runs contract tests on every device that can be used, for processes that tests start. The
 * property {@code contracts} names them, as in {@code RecordingTest,GemmTest#everyEpilogue}. Ends
 * with the first failure.
 */
public final class ContractRun {
  private ContractRun() {}

  public static void main(String[] arguments) throws Throwable {
    int ran = 0;
    for (String name : System.getProperty("contracts").split(",")) {
      String[] parts = name.split("#");
      Class<?> type = Class.forName(ContractRun.class.getPackageName() + "." + parts[0]);
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      for (Method test : type.getDeclaredMethods()) {
        boolean isNamed = parts.length == 1 || test.getName().equals(parts[1]);
        if (isNamed && test.isAnnotationPresent(EachBackend.class)) {
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
