// Go functions natively: what they store is there, and what nothing but their frames holds lives.
#include "runtime_core/mutator/mutator.h"

#include <doctest/doctest.h>

#include "runtime_core/mutator/test_support.h"

namespace runtime_core {
namespace {

using testing::done;
using testing::go_context;
using testing::last_words;
using testing::runs_well;

constexpr u32 list_length = 1000;

// A list in a local, a collection every now and then.
constexpr Function list = {
    "list", 1, 2, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      for (u32 i = 0; i < list_length; i++) {
        m.alloc(local(1), &go_context(m).node);
        m.store(local(1), 0, local(0));
        m.store_number(local(1), 1, i);
        m.move(local(0), local(1));
        if (i % 300 == 0) m.collect();
      }
      m.collect();
      u32 found = 0;
      for (; !m.is_nil(local(0)); found++) {
        if (m.load_number(local(0), 1) != list_length - 1 - found) return done(m, false);
        m.load(local(0), local(0), 0);
      }
      done(m, found == list_length);
    }};

TEST_CASE("what a frame holds lives through collections") { CHECK(runs_well(list)); }

// func pair(a, b *node) (first *node) { x := a; collect(); return x }
constexpr Function first_of = {
    "first_of", 3, 1, 0, pointer_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.move(local(0), argument(0));
      m.clear(argument(0));
      m.collect();
      m.move(argument(2), local(0));
    }};
constexpr Function returns = {
    "returns", 1, 3, 3, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      for (const Slot slot : {local(0), local(1)}) m.alloc(slot, &go_context(m).node);
      m.store_number(local(0), 1, 17);
      m.call(first_of, {local(0), local(1)}, {local(2)});
      done(m, m.are_same(local(2), local(0)) && m.load_number(local(2), 1) == 17);
    }};

TEST_CASE("arguments and results are roots while a call lasts") { CHECK(runs_well(returns)); }

constexpr Function family = {
    "family", 1, 6, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      const Type* four = &go_context(m).four;
      m.alloc(local(0), four);
      m.alloc(local(1), four);
      for (const u32 i : {2u, 3u, 4u, 5u}) m.alloc(local(i), &go_context(m).node);
      m.store_string(local(0), 0, local(2));
      m.store_slice(local(0), 1, local(3));
      bool good = m.load_number(local(0), 1) == m.number(local(3));
      m.store_interface(local(1), 2, local(4));
      good = good && m.load_number(local(1), 3) == m.number(local(5));
      m.store_value(local(1), four, local(2));
      m.copy(local(0), local(1), four, 1);
      for (u32 i = 0; i < 4; i++) {
        good = good && m.load_number(local(0), i) == m.number(local(2 + i));
      }
      m.store_global(go_context(m).global, local(0));
      for (u32 i = 0; i < 6; i++) m.clear(local(i));
      m.collect();
      m.load_global(local(0), go_context(m).global);
      m.store_nil(local(0), 0);
      m.clear_global(go_context(m).global);
      m.collect();
      done(m, good && m.is_nil(local(1)) && m.load_number(local(0), 0) == 0);
    }};

TEST_CASE("the family of stores") { CHECK(runs_well(family)); }

TEST_CASE("what a function may not do") {
  static constexpr Function outside = {"outside",
                                       1,
                                       1,
                                       0,
                                       scalar_words.bytes,
                                       pointer_words.bytes,
                                       [](Mutator& m) {
        m.clear(local(1)); }};
  static constexpr Function nil = {
      "nil", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
        m.load(local(0), local(0), 0);
      }};
  static constexpr Function no_room = {
      "no_room", 1, 1, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
        m.call(list, {local(0)});
      }};
  CHECK(last_words(outside).find("a slot outside the frame") != std::string::npos);
  CHECK(last_words(nil).find("nil pointer dereference") != std::string::npos);
  CHECK(last_words(no_room).find("than the frame has room for") != std::string::npos);
}

// Each of several goroutines keeps a list in the heap and moves it between two objects, while all
// of them collect now and then. The marking of every collection is checked by a second one.
constexpr u32 movers = 4, mover_rounds = 60;

constexpr Function hop = {"hop", 2, 3, 0, pointer_words.bytes, pointer_words.bytes, [](Mutator& m) {
                            m.load(local(0), argument(0), 0);
                            m.store_nil(argument(0), 0);
                            m.store(argument(1), 0, local(0));
                          }};
constexpr Function mover = {
    "mover", 1, 4, 2, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      const Type* node = &go_context(m).node;
      for (const Slot slot : {local(0), local(1)}) m.alloc(slot, node);
      for (u32 i = 0; i < mover_rounds; i++) {
        m.alloc(local(2), node);
        m.store_number(local(2), 1, i);
        m.load(local(3), local(0), 0);
        m.store(local(2), 0, local(3));
        m.store(local(0), 0, local(2));
        m.clear(local(2));
        m.clear(local(3));
        m.call(hop, {local(0), local(1)});
        m.call(hop, {local(1), local(0)});
        if (i % 20 == 0) m.collect();
      }
      m.load(local(2), local(0), 0);
      u32 found = 0;
      for (; !m.is_nil(local(2)); found++) {
        if (m.load_number(local(2), 1) != mover_rounds - 1 - found) break;
        m.load(local(2), local(2), 0);
      }
      if (found != mover_rounds) throw_("a list is shorter than it was");
      go_context(m).program->goids.fetch_add(1, seq_cst);
    }};
constexpr Function many = {"many", 1, 1, 0, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
                             m.set_number(local(0), m.number(argument(0)));
                             for (u32 i = 0; i < movers; i++) m.spawn(mover, {local(0)});
                             while (go_context(m).program->goids.load(seq_cst) < movers) m.yield();
                             done(m, true);
                           }};

TEST_CASE("goroutines change their lists while they are marked") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(runs_well(many, procs));
  }
}

}  // namespace
}  // namespace runtime_core
