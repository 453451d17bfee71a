/* The three nearest of five database rows to one query, and the label they vote for. */
#include <onelabel.h>
#include <stdio.h>

int main(void) {
  float database[5][2] = {{0, 0}, {1, 0}, {0, 1}, {5, 5}, {6, 5}};
  uint8_t labels[5] = {0, 0, 0, 1, 1};
  float query[2] = {5, 4};
  int64_t indices[3];
  float distances[3], votes[2];

  onelabel_context *context;
  if (onelabel_context_create(1, &context) != ONELABEL_OK) {
    fprintf(stderr, "%s\n", onelabel_last_error());
    return 1;
  }
  onelabel_status status = onelabel_knn(
      context, query, 1, 2, database, 5, 2, 2, ONELABEL_FLOAT32, ONELABEL_SQUARED_L2, 3, NULL, NULL,
      indices, distances, ONELABEL_SOFTMAX_SCORE, 1, labels, ONELABEL_HARD_LABELS, 2, votes, NULL);
  if (status != ONELABEL_OK) {
    fprintf(stderr, "%s\n", onelabel_last_error());
    return 1;
  }
  for (int i = 0; i < 3; i++) printf("row %d at distance %.0f\n", (int)indices[i], distances[i]);
  printf("votes %.3f %.3f on %s\n", votes[0], votes[1], onelabel_isa(context));
  onelabel_context_destroy(context);
  return indices[0] == 3 && indices[1] == 4 && votes[1] > 0.5f ? 0 : 1;
}
