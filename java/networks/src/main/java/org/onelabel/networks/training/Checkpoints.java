package org.onelabel.networks.training;

import java.util.Optional;
import org.onelabel.networks.weights.Safetensors;

/** Where a training keeps its state, so that another process can go on with it. */
public interface Checkpoints {
  /** Keeps nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Optional<Safetensors> load() {
          return Optional.empty();
        }

        @Override
        public boolean isDue() {
          return false;
        }

        @Override
        public void save(Safetensors state) {
          throw new IllegalStateException("nothing is kept here");
        }
      };

  /** The state that was kept last, if there is one. */
  Optional<Safetensors> load();

  /** Whether enough was done since the last one to keep another. */
  boolean isDue();

  /** Keeps a state in place of the last one, whole or not at all. */
  void save(Safetensors state);
}
