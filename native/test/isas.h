// The instruction sets that a test goes through; on CUDA the numbers of devices.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "onelabel.h"

// Those that contexts can be created for here.
inline std::vector<std::string> all_isas() {
  std::vector<std::string> all;
  std::istringstream isas(onelabel_isas());
  for (std::string isa; std::getline(isas, isa, ',');) all.push_back(isa);
  return all;
}

// Of these the ones that ONELABEL_TEST_ISAS names, with commas between; all where it names none.
inline std::vector<std::string> tested_isas() {
  const char *named = std::getenv("ONELABEL_TEST_ISAS");
  std::string wanted = "," + std::string(named ? named : "") + ",";
  std::vector<std::string> all = all_isas(), some;
  for (const std::string &isa : all)
    if (wanted.find("," + isa + ",") != std::string::npos) some.push_back(isa);
  return some.empty() ? all : some;
}

// Whether it is a device's number; tests have no other devices than the slow emulation.
inline bool is_device(const std::string &isa) {
  return !isa.empty() && isa[0] >= '0' && isa[0] <= '9';
}

// What ctest takes for "skipped".
constexpr int kSkipped = 77;

// Whether the instruction set that ONELABEL_MAX_ISA names is one that this machine has not.
inline bool is_missing_here() {
  const char *named = std::getenv("ONELABEL_MAX_ISA");
  if (!named) return false;
  for (const std::string &isa : all_isas())
    if (isa == named) return false;
  std::printf("this machine has no %s\n", named);
  return true;
}
