// Functions of libc by name; of other libraries all but those that are known to block.
#include "embed/allowed.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

namespace embed {
namespace {

// They compute, look at memory or fill what they are given, and keep no state that matters.
constexpr std::string_view libc_functions[] = {
    "__cxa_finalize",
    "__errno_location",
    "__isoc99_sscanf",
    "__snprintf_chk",
    "__sprintf_chk",
    "__strtof_internal",
    "__vsnprintf_chk",
    "abs",
    "atof",
    "atoi",
    "atol",
    "atoll",
    "bcmp",
    "bsearch",
    "bzero",
    "div",
    "environ",
    "explicit_bzero",
    "getcwd",
    "getenv",
    "getpagesize",
    "getpid",
    "gmtime",
    "gmtime_r",
    "imaxabs",
    "labs",
    "ldiv",
    "llabs",
    "lldiv",
    "localtime",
    "localtime_r",
    "longjmp",
    "memchr",
    "memcmp",
    "memmem",
    "memrchr",
    "mktime",
    "qsort",
    "secure_getenv",
    "setlocale",
    "sigemptyset",
    "snprintf",
    "sprintf",
    "sscanf",
    "stderr",
    "stdin",
    "stdout",
    "stpcpy",
    "strcasecmp",
    "strcat",
    "strchr",
    "strchrnul",
    "strcmp",
    "strcoll",
    "strcpy",
    "strcspn",
    "strdup",
    "strerror",
    "strerror_r",
    "strftime",
    "strlen",
    "strncasecmp",
    "strncat",
    "strncmp",
    "strncpy",
    "strndup",
    "strnlen",
    "strpbrk",
    "strrchr",
    "strspn",
    "strstr",
    "strtod",
    "strtof",
    "strtok_r",
    "strtol",
    "strtold",
    "strtoll",
    "strtoul",
    "strtoull",
    "strxfrm",
    "sysconf",
    "tolower",
    "toupper",
    "vsnprintf",
    "vsprintf",
    "vsscanf",
    "wcslen",
    "wmemchr",
    "wmemcmp",
    "wmemcpy",
    "wmemmove",
    "wmemset",
};

constexpr std::string_view libc_families[] = {"__ctype_", "is", "__strto", "_IO_2_1_", "__memc"};

// Of libstdc++, by the beginnings of mangled names.
constexpr std::string_view blocking_families[] = {
    "_ZNSt10filesystem",
    "_ZNKSt10filesystem",
    "_ZNSt13random_device",
    "_ZSt3cin",
    "_ZNSt6thread",
    "_ZNSt18condition_variable",
    "_ZNSt22condition_variable_any",
    "_ZNSt28__atomic_futex",
    "_ZNSt11this_thread",
    "_ZNSt6chrono",
    "_ZNSt3pmr28synchronized",
};

// Streams of files: one that is never opened does no harm.
constexpr std::string_view file_families[] = {
    "_ZNSt13basic_filebuf",
    "_ZNSt14basic_ifstream",
    "_ZNSt14basic_ofstream",
    "_ZNSt13basic_fstream",
};
constexpr std::string_view harmless_endings[] = {"C1Ev", "C2Ev", "D0Ev", "D1Ev", "D2Ev", "closeEv"};

template <class Table>
bool begins_like(std::string_view name, const Table& table) {
  return std::any_of(std::begin(table), std::end(table),
                     [name](std::string_view family) { return name.starts_with(family); });
}

bool is_in(std::string_view file, const char* library) {
  return file.find(library) != std::string_view::npos;
}

}  // namespace

const char* why_refused(const char* name, const char* file) {
  const std::string_view where = file;
  if (is_in(where, "/libc.so") || is_in(where, "/libpthread.so") || is_in(where, "/ld-linux")) {
    const bool known = std::find(std::begin(libc_functions), std::end(libc_functions), name) !=
                       std::end(libc_functions);
    if (known || begins_like(name, libc_families)) return nullptr;
    return "is not simulated: it may block, do input or output, or start a thread";
  }
  const std::string_view text = name;
  const bool is_harmless =
      std::any_of(std::begin(harmless_endings), std::end(harmless_endings),
                  [text](std::string_view ending) { return text.ends_with(ending); });
  if (begins_like(name, blocking_families) || (begins_like(name, file_families) && !is_harmless)) {
    return "is not simulated: it blocks, does input or output, or reads a clock";
  }
  return nullptr;
}

}  // namespace embed
