/* Rows that are prepared once, appended to, and searched by one query after the other. */
#include <onelabel.h>
#include <stdio.h>

static int failed(onelabel_status status) {
  if (status != ONELABEL_OK) fprintf(stderr, "%s\n", onelabel_last_error());
  return status != ONELABEL_OK;
}

int main(void) {
  float first[3][2] = {{0, 0}, {1, 0}, {0, 1}}, second[2][2] = {{5, 5}, {6, 5}};
  float queries[2][2] = {{5, 4}, {2, 0}};
  int64_t expected[2] = {3, 1};

  onelabel_context *context;
  onelabel_database *database;
  if (failed(onelabel_context_create(1, &context)) ||
      failed(
          onelabel_database_create(context, 2, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, &database)) ||
      failed(onelabel_database_append(context, database, first, 3, 2)) ||
      failed(onelabel_database_append(context, database, second, 2, 2)))
    return 1;
  int wrong = 0;
  for (int i = 0; i < 2; i++) {
    int64_t nearest;
    if (failed(onelabel_database_knn(
            context, database, onelabel_database_count(database), queries[i], 1, 2, 1, NULL, NULL,
            &nearest, NULL, ONELABEL_NO_VOTE, 1, NULL, ONELABEL_HARD_LABELS, 0, NULL, NULL)))
      return 1;
    printf("row %d is nearest to %.0f, %.0f\n", (int)nearest, queries[i][0], queries[i][1]);
    wrong |= nearest != expected[i];
  }
  onelabel_database_destroy(database);
  onelabel_context_destroy(context);
  return wrong;
}
