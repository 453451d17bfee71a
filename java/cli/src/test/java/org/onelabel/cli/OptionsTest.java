package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.cli.CommandLineTest.Result;

/** What is said of options that are not as they should be. */
@ResourceLock(Resources.SYSTEM_OUT)
class OptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--set x | Value for option '--set' (KEY=VALUE) should be in KEY=VALUE format but was x",
        "--seed x | Invalid value for option '--seed': 'x' is no integer",
        "--quiet=maybe | Invalid value for option '--quiet': 'maybe' is neither true nor false",
        "--seed | Missing required parameter for option '--seed' (N)",
        "--seed 1 --seed 2 | option '--seed' (N) should be specified only once"
      })
  void aWrongOptionIsNamedInPlainWords(String options, String said) {
    String[] command =
        Stream.of("run --data x " + options)
            .flatMap(line -> Stream.of(line.split(" ", -1)))
            .toArray(String[]::new);
    Result result = CommandLineTest.execute(command);
    assertEquals(2, result.exit(), result.err());
    assertEquals("onelabel: " + said + "\nTry: onelabel run --help\n", result.err());
  }
}
