// Propositions about final states: `exists`, `forall`, `~exists` and `filter`.
#pragma once

#include <functional>

#include "scenarios/litmus/lexer.h"

namespace scenarios::litmus {

// Reads what may be compared in a condition or listed: a location or a register of a thread.
using ReadObserved = std::function<bool(Reader&, Observed*)>;
// The address that a name stands for.
using AddressOf = std::function<std::optional<Value>(std::string_view)>;

bool parse_proposition(Reader& reader, const ReadObserved& observed, const AddressOf& address,
                       Proposition* to);

using Lookup = std::function<Value(const Observed&)>;
bool holds(const Proposition& proposition, const Lookup& value_of);

// Every register and location that it mentions, as often as it does.
void collect(const Proposition& proposition, std::vector<Observed>* to);

// "exists (...)", as herd writes it.
std::string to_string(const Test& test, Quantifier quantifier, const Proposition& proposition);

}  // namespace scenarios::litmus
