// The instruction sets that a test goes through.
#pragma once

#include <onelabel.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

// Those of the machine, or of these the ones that ONELABEL_TEST_ISAS names, with commas between;
// all where it names none of them.
inline std::vector<std::string> tested_isas() {
  const char *named = std::getenv("ONELABEL_TEST_ISAS");
  std::string wanted = "," + std::string(named ? named : "") + ",";
  std::vector<std::string> all, some;
  std::istringstream isas(onelabel_isas());
  for (std::string isa; std::getline(isas, isa, ',');) {
    all.push_back(isa);
    if (wanted.find("," + isa + ",") != std::string::npos) some.push_back(isa);
  }
  return some.empty() ? all : some;
}
