package io.talus.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test of one parameter, a {@link Subject}, that runs on every backend and on every instruction
 * set of the native one.
 *
 * <p>A backend that cannot be used shows as skipped, with the reason; one that is named in the
 * property {@code talus.backends.required} (a list such as {@code cpu,java}) fails instead.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(EachBackendExtension.class)
@ExtendWith(EachBackendExtension.class)
public @interface EachBackend {}
