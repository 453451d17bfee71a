// Which process this is: a forked child has its parent's memory, but none of its threads.
#pragma once

namespace onelabel {

// Another number in a child than in its parent.
unsigned process_generation();

}  // namespace onelabel
