package org.onelabel.pipeline.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LazyListTest {
  private final List<Integer> loaded = new ArrayList<>();

  private LazyList<String> list(long most) {
    return new LazyList<>(
        5,
        i -> {
          loaded.add(i);
          return "x".repeat(i + 1);
        },
        String::length,
        most);
  }

  @Test
  void anElementThatIsKeptIsNotLoadedAgain() {
    LazyList<String> list = list(15);
    assertEquals(List.of("x", "xx", "xxx", "xxxx", "xxxxx"), List.copyOf(list));
    assertEquals("xxx", list.get(2));
    assertEquals(List.of(0, 1, 2, 3, 4), loaded);
  }

  @Test
  void whatWasAskedForTheLongestAgoGoesFirst() {
    LazyList<String> list = list(6);
    list.get(0);
    list.get(1);
    list.get(0);
    // 1 + 2 + 4 bytes are too many: the second goes, not the first.
    list.get(3);
    loaded.clear();
    list.get(0);
    list.get(3);
    assertEquals(List.of(), loaded);
    list.get(1);
    assertEquals(List.of(1), loaded);
  }

  @Test
  void oneElementIsKeptHoweverLarge() {
    LazyList<String> list = list(0);
    list.get(4);
    list.get(4);
    assertEquals(List.of(4), loaded);
  }

  @Test
  void listsInARowHaveTheirElementsInOrder() {
    List<String> all = LazyList.concatenated(List.of("a"), list(0));
    assertEquals(6, all.size());
    assertEquals("a", all.getFirst());
    assertEquals("xxxxx", all.getLast());
    assertThrows(IndexOutOfBoundsException.class, () -> all.get(6));
  }
}
