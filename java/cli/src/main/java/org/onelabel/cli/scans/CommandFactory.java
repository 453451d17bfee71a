package org.onelabel.cli.scans;

import java.util.function.UnaryOperator;
import org.onelabel.pipeline.stage.DeviceSettings;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Makes commands and their options.
 *
 * @param places what becomes of the devices that a command is told
 */
public record CommandFactory(UnaryOperator<DeviceSettings> places) implements IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    return type == DeviceOption.class
        ? type.cast(new DeviceOption(places))
        : CommandLine.defaultFactory().create(type);
  }
}
