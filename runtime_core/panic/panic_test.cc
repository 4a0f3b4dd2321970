// Deferred calls and panics natively: order, recovery, Goexit, and the program's last words.
#include "runtime_core/panic/panic.h"

#include <doctest/doctest.h>

#include <iterator>

#include "runtime_core/mutator/test_support.h"
#include "runtime_core/os/os.h"

namespace runtime_core {
namespace {

using testing::done;
using testing::go_context;
using testing::last_words;
using testing::runs_well;

constexpr u8 number_and_pointer[] = {bits_scalar | bits_pointer << 2};
constexpr u8 frame_words[] = {bits_pointer | bits_scalar << 2 | bits_scalar << 4};
constexpr Slot object = local(0), context = local(1);
constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};

// func note(c *Context, x *node): counts, in turn, and looks at x
void add_object(Mutator& m) {
  const u64 sum = go_context(m).sum.load(relaxed);
  go_context(m).sum.store(10 * sum + m.load_number(argument(1), 1), relaxed);
}
constexpr Function note = {"note", 2, 0, 0, number_and_pointer, nullptr, add_object};
constexpr Function recovers = {
    "recovers", 2, 1, 0, number_and_pointer, pointer_words.bytes, [](Mutator& m) {
      add_object(m);
      m.call(large, {});
      if (!m.recover(local(0))) return;
      go_context(m).count.fetch_add(m.is_nil(local(0)) ? 100 : m.load_number(local(0), 1), relaxed);
    }};

void make_object(Mutator& m, u64 number) {
  m.set_number(context, m.number(argument(0)));
  m.alloc(object, &go_context(m).node);
  m.store_number(object, 1, number);
}
void defer_one(Mutator& m, const Function& f, u64 number) {
  make_object(m, number);
  m.defer(f, {context, object});
  m.clear(object);
}

// func fails(c *Context, x *node): panics with what nothing else refers to by then
constexpr Function fails = {"fails",
                            2,
                            3,
                            2,
                            number_and_pointer,
                            frame_words,
                            [](Mutator& m) {
                              defer_one(m, note, 3);
                              m.call(large, {});
                              m.collect();
                              make_object(m, 5);
                              m.panic(&go_context(m).node, object);
                            },
                            true};
constexpr Function survives = {"survives",
                               2,
                               3,
                               2,
                               number_and_pointer,
                               frame_words,
                               [](Mutator& m) {
                                 defer_one(m, note, 1);
                                 defer_one(m, recovers, 2);
                                 m.collect();
                                 m.call(fails, {context, object});
                                 throw_("a function returned that has panicked");
                               },
                               true};
constexpr u32 rounds = 1000;
constexpr Function many_panics = {
    "many_panics", 1, 3, 2, scalar_words.bytes, frame_words, [](Mutator& m) {
      m.set_number(context, m.number(argument(0)));
      bool good = true;
      for (u32 i = 0; i < rounds; i++) {
        m.call(survives, {context, object});
        good = good && go_context(m).sum.exchange(0, relaxed) == 321;
      }
      done(m, good && go_context(m).count.load() == 5 * rounds);
    }};

TEST_CASE("a panic runs what is deferred, and the function that recovers returns") {
  CHECK(runs_well(many_panics));
  CHECK(runs_well(many_panics, 2));
}

constexpr Function closes_nil = {"closes_nil",
                                 2,
                                 3,
                                 2,
                                 number_and_pointer,
                                 frame_words,
                                 [](Mutator& m) {
                                   defer_one(m, recovers, 2);
                                   m.close(object);
                                 },
                                 true};
constexpr Function recovers_error = {
    "recovers_error", 1, 3, 2, scalar_words.bytes, frame_words, [](Mutator& m) {
      m.set_number(context, m.number(argument(0)));
      m.call(closes_nil, {context, object});
      done(m, go_context(m).count.load() == 100 && go_context(m).sum.load() == 2);
    }};

TEST_CASE("runtime errors are panics") { CHECK(runs_well(recovers_error)); }

// Faults of Go functions: by the processor, by what the compiler makes of them, and with a stack
// that is not aligned.
void load_from(uintptr address) { asm volatile("movq (%0), %0" : "+r"(address) : : "memory"); }
void divide_by_zero(Mutator&) {
  asm volatile("xorl %%edx, %%edx\n\tdivl %%edx" : : : "eax", "edx", "cc");
}
using Fault = void (*)(Mutator& m);
constexpr Fault faults[] = {
    [](Mutator&) { load_from(8); },
    divide_by_zero,
    [](Mutator&) {
      asm volatile("pushq %%rax\n\tmovq 16, %%rax" : : : "rax", "memory");
    },
    [](Mutator&) {
      asm volatile("xorl %%eax, %%eax\n\tcall *%%rax" : : : "rax", "memory");
    },
    [](Mutator& m) { m.load(object, object, 0); },
    [](Mutator& m) { m.divide(context, context, local(2)); },
    [](Mutator& m) {
      if (m.set_panic_on_fault(true)) throw_("a fault is a panic by itself");
      load_from(0x123000);
    },
};
constexpr Function recovers_aligned = {
    "recovers_aligned", 2, 1, 0, number_and_pointer, pointer_words.bytes, [](Mutator& m) {
      const auto frame = reinterpret_cast<uintptr>(__builtin_frame_address(0));
      if (frame % 16 != 0) throw_("the stack is not aligned");
      if (!m.recover(local(0)) || !m.is_nil(local(0))) throw_("a fault was no panic");
      go_context(m).count.fetch_add(1, relaxed);
    }};
// func one_fault(c *Context, which int)
constexpr Function one_fault = {"one_fault",
                                2,
                                3,
                                2,
                                scalar_words.bytes,
                                frame_words,
                                [](Mutator& m) {
                                  defer_one(m, recovers_aligned, 2);
                                  m.set_number(local(2), 0);
                                  faults[m.number(argument(1))](m);
                                  throw_("a function goes on behind a fault");
                                },
                                true};
constexpr Function many_faults = {
    "many_faults", 1, 3, 2, scalar_words.bytes, frame_words, [](Mutator& m) {
      m.set_number(context, m.number(argument(0)));
      for (u32 i = 0; i < rounds; i++) {
        m.set_number(local(2), i % std::size(faults));
        m.call(one_fault, {context, local(2)});
        m.set_panic_on_fault(false);
      }
      done(m, go_context(m).count.load() == rounds);
    }};

TEST_CASE("faults of Go functions are panics") {
  CHECK(runs_well(many_faults));
  CHECK(runs_well(many_faults, 2));
}

TEST_CASE("a fault that nobody recovers from says which") {
  static constexpr Function divides = {
      "divides", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) { divide_by_zero(m); }};
  CHECK(last_words(divides).find("fatal error: panic: integer divide by zero [runtime.panic]\n"
                                 "[signal 0x8 code=1 addr=0x") == 0);
}

TEST_CASE("other faults end the process, and those of the runtime's own code") {
  static constexpr Function elsewhere = {
      "elsewhere", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator&) { load_from(0x123000); }};
  const std::string fatal = "fatal error: SIGSEGV: segmentation violation [runtime.fault]\n";
  const std::string there = last_words(elsewhere);
  CHECK(there.find("[signal 0xb code=1 addr=0x123000 pc=0x") == 0);
  CHECK(there.find("]\nunexpected fault address\n" + fatal) != std::string::npos);
  static constexpr Function locked = {
      "locked", 1, 0, 0, scalar_words.bytes, nullptr, [](Mutator& m) {
        acquirem(m.m());
        load_from(8);
      }};
  CHECK(last_words(locked).find("]\nunexpected signal during runtime execution\n" + fatal) !=
        std::string::npos);
}

// Of no panic, and not in the function that the panic has called.
constexpr Function asks = {
    "asks", 2, 1, 0, number_and_pointer, pointer_words.bytes, [](Mutator& m) {
      if (m.recover(local(0))) throw_("recovered from what another may");
    }};
constexpr Function asks_deeper = {
    "asks_deeper", 2, 3, 2, number_and_pointer, frame_words, [](Mutator& m) {
      m.call(asks, {argument(0), argument(1)});
    }};
constexpr Function too_deep = {"too_deep",
                               1,
                               3,
                               2,
                               scalar_words.bytes,
                               frame_words,
                               [](Mutator& m) {
                                 m.call(asks, {argument(0), object});
                                 defer_one(m, asks_deeper, 1);
                                 make_object(m, 2);
                                 m.panic(&go_context(m).node, object);
                               },
                               true};

TEST_CASE("recover works in the deferred call itself") {
  CHECK(last_words(too_deep).find("panic: node [runtime.panic]") != std::string::npos);
}

constexpr Function fails_again = {
    "fails_again", 2, 3, 0, number_and_pointer, frame_words, [](Mutator& m) {
      make_object(m, 2);
      m.panic(&go_context(m).node, object);
    }};
constexpr Function two_panics = {"two_panics",
                                 1,
                                 3,
                                 2,
                                 scalar_words.bytes,
                                 frame_words,
                                 [](Mutator& m) {
                                   defer_one(m, fails_again, 1);
                                   m.close(local(0));
                                 },
                                 true};

TEST_CASE("a panic that nobody recovers from ends the program with all of them") {
  CHECK(last_words(two_panics) ==
        "fatal error: panic: close of nil channel; panic: node [runtime.panic]\n");
}

constexpr Function ends = {"ends",
                           2,
                           3,
                           2,
                           number_and_pointer,
                           frame_words,
                           [](Mutator& m) {
                             defer_one(m, note, 1);
                             defer_one(m, recovers, 2);
                             m.goexit();
                           },
                           true};
constexpr Function waits_for_end = {
    "waits_for_end", 1, 3, 2, scalar_words.bytes, frame_words, [](Mutator& m) {
      m.set_number(context, m.number(argument(0)));
      for (u32 i = 0; i < 100; i++) {
        m.spawn(ends, {context, object});
        while (go_context(m).sum.load(relaxed) != 21) m.yield();
        go_context(m).sum.store(0, relaxed);
      }
      done(m, go_context(m).count.load() == 0);
    }};

TEST_CASE("Goexit runs what is deferred, and recovers from nothing") {
  CHECK(runs_well(waits_for_end));
  CHECK(runs_well(waits_for_end, 2));
}

// func leaves(c *Context): main, which ends while another goroutine runs
constexpr Function says_so = {
    "says_so", 2, 0, 0, number_and_pointer, nullptr, [](Mutator&) { write_error("deferred\n"); }};
constexpr Function goes_on = {"goes_on", 1, 3, 0, scalar_words.bytes, frame_words, [](Mutator& m) {
                                for (u32 i = 0; i < 100; i++) {
                                  m.alloc(object, &go_context(m).node);
                                  m.yield();
                                }
                                write_error("went on\n");
                              }};
constexpr Function leaves = {"leaves",
                             1,
                             3,
                             2,
                             scalar_words.bytes,
                             frame_words,
                             [](Mutator& m) {
                               defer_one(m, says_so, 1);
                               m.spawn(goes_on, {context});
                               m.goexit();
                             },
                             true};

TEST_CASE("Goexit of main ends no other goroutine, and when none is left the program") {
  const std::string text = abort_message([] {
    auto* rt = new Runtime{};
    auto* m0 = new M{};
    // No environment, and an empty auxiliary vector.
    const char* const argv[] = {"test", nullptr, nullptr, nullptr, nullptr};
    rt->sched.runs_goroutines = true;
    rt0_go(rt, m0, 1, argv, 1);
    testing::GoContext go(nullptr);
    const uintptr args[] = {reinterpret_cast<uintptr>(&go)};
    newproc(m0, leaves, args, 1);
    mstart_goroutines(m0);
  });
  CHECK(text ==
        "deferred\nwent on\n"
        "fatal error: no goroutines (main called runtime.Goexit) - deadlock! [runtime.throw]\n");
}

TEST_CASE("a function that says that it defers nothing may not") {
  static constexpr Function quiet = {
      "quiet", 1, 3, 2, scalar_words.bytes, frame_words, [](Mutator& m) { defer_one(m, note, 1); }};
  CHECK(last_words(quiet).find("a function that is said to have none") != std::string::npos);
}

}  // namespace
}  // namespace runtime_core
