// Files that the program opens by std::fstream: refused by path, but for one question.
#include <dlfcn.h>

#include <cstring>
#include <string>

#include "embed/objects.h"

namespace {

// Where test frameworks look for a debugger. They are told that there is no such file.
constexpr const char* debugger_question = "/proc/self/status";

void refuse_unless_asked(const char* path) {
  if (std::strcmp(path, debugger_question) == 0) return;
  sim::the_machine->violate("sim.refused_call",
                            std::string("the program opens ") + path + "; files are not simulated");
}

using Construct = void (*)(void*);

void construct_closed(const char* name, void* stream, const char* path) {
  refuse_unless_asked(path);
  reinterpret_cast<Construct>(dlsym(RTLD_DEFAULT, name))(stream);
}

}  // namespace

SIMULATED(void*, _ZNSt13basic_filebufIcSt11char_traitsIcEE4openEPKcSt13_Ios_Openmode, void*,
          const char* path, int) {
  refuse_unless_asked(path);
  return nullptr;
}
SIMULATED(void, _ZNSt14basic_ifstreamIcSt11char_traitsIcEEC1EPKcSt13_Ios_Openmode, void* self,
          const char* path, int) {
  construct_closed("_ZNSt14basic_ifstreamIcSt11char_traitsIcEEC1Ev", self, path);
}
SIMULATED(void, _ZNSt14basic_ofstreamIcSt11char_traitsIcEEC1EPKcSt13_Ios_Openmode, void* self,
          const char* path, int) {
  construct_closed("_ZNSt14basic_ofstreamIcSt11char_traitsIcEEC1Ev", self, path);
}
