// The kernels of one instruction set, as a row of the table.
#include "kernels.h"

#define ONELABEL_NAME_OF(tier) #tier
#define ONELABEL_NAME(tier) ONELABEL_NAME_OF(tier)
#define ONELABEL_JOIN_OF(a, b) a##b
#define ONELABEL_JOIN(a, b) ONELABEL_JOIN_OF(a, b)

namespace onelabel {
namespace ONELABEL_TIER {
void cosine(Parallel &, const CosineCall &);
void upsample(Parallel &, const UpsampleCall &);
void entropy(Parallel &, const EntropyCall &);
void knn(Parallel &, const KnnCall &);
void range_search(Parallel &, const RangeCall &);
onelabel_database *create_database(const void *home, int64_t dimension, int32_t type,
                                   int32_t metric);
double multiply_adds(int64_t rounds, float *sink);
double filter_products(int64_t rounds, float *sink);
void read_memory(const float *from, int64_t count, float *sink);
}  // namespace ONELABEL_TIER

extern const KernelTable ONELABEL_JOIN(ONELABEL_TIER, _kernels);
const KernelTable ONELABEL_JOIN(ONELABEL_TIER, _kernels) = {
    ONELABEL_NAME(ONELABEL_TIER),   ONELABEL_TIER::cosine,        ONELABEL_TIER::upsample,
    ONELABEL_TIER::entropy,         ONELABEL_TIER::knn,           ONELABEL_TIER::range_search,
    ONELABEL_TIER::create_database, ONELABEL_TIER::multiply_adds, ONELABEL_TIER::filter_products,
    ONELABEL_TIER::read_memory};

}  // namespace onelabel
