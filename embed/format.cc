// fmt's functions, in the executable itself: what a shared library allocates on a fiber is taken
// for the program's, and these allocate for the simulator there.
#include <fmt/format-inl.h>

template char fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref);
template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(
    fmt::detail::locale_ref);
