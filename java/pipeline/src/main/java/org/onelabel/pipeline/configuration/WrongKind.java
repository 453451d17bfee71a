package org.onelabel.pipeline.configuration;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A value of another kind than its setting has, in plain words. */
final class WrongKind {
  private WrongKind() {}

  /**
   * What the setting is, and what it is not: {@code is an integer, not "ten"}.
   *
   * @param value that was given
   * @param usual one that the setting can have
   */
  static String of(JsonMappingException e, JsonNode value, JsonNode usual) {
    if (value.isMissingNode()) {
      return "is missing";
    }
    return "is %s, not %s".formatted(kind(target(e), value, usual), value);
  }

  private static Optional<Class<?>> target(JsonMappingException e) {
    if (e instanceof MismatchedInputException mismatch) {
      return Optional.ofNullable(mismatch.getTargetType());
    }
    return e.getCause() instanceof InputCoercionException coercion
        ? Optional.ofNullable(coercion.getTargetType())
        : Optional.empty();
  }

  private static String kind(Optional<Class<?>> target, JsonNode value, JsonNode usual) {
    if (usual.isArray()) {
      return "a list of integers such as 128,128,128";
    }
    if (usual.isObject()) {
      return "a section of settings";
    }
    if (usual.isBoolean()) {
      return "true or false";
    }
    if (target.isPresent() && target.get().isEnum()) {
      return "one of "
          + Arrays.stream(target.get().getEnumConstants())
              .map(constant -> SettingsTree.JSON.convertValue(constant, String.class))
              .collect(Collectors.joining(", "));
    }
    if (target.isPresent() && target.get() == int.class) {
      return value.isIntegralNumber() ? "an integer up to " + Integer.MAX_VALUE : "an integer";
    }
    if (target.isPresent() && target.get() == long.class) {
      return value.isIntegralNumber() ? "an integer up to " + Long.MAX_VALUE : "an integer";
    }
    return usual.isNumber() ? "a number" : "a text";
  }
}
