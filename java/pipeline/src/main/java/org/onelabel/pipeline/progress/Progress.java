package org.onelabel.pipeline.progress;

/** Hears how work goes on. Implementations are called by one thread at a time. */
public interface Progress {

  /** One long stage. */
  interface Task extends AutoCloseable {
    /**
     * A step is done.
     *
     * @param detail a few words on where it stands, may be empty
     */
    void step(String detail);

    /** There are so many more steps than was said. */
    default void extend(int steps) {}

    /** Of the present step {@code done} of {@code all} parts are done. */
    default void part(int done, int all) {}

    @Override
    void close();
  }

  /** A stage of {@code steps} steps begins. */
  Task begin(String name, int steps);

  /** Something worth a line. */
  void say(String line);

  /** How what was given is taken, such as a file that is left out: it may not be what was meant. */
  default void warn(String line) {
    say(line);
  }

  /** Tells nobody. */
  Progress SILENT =
      new Progress() {
        @Override
        public Task begin(String name, int steps) {
          return new Task() {
            @Override
            public void step(String detail) {
              // Silent.
            }

            @Override
            public void close() {
              // Silent.
            }
          };
        }

        @Override
        public void say(String line) {
          // Silent.
        }
      };
}
