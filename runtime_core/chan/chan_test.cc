// Channels and selects natively: order, closing, what never waits, and many goroutines at once.
#include "runtime_core/chan/chan.h"

#include <doctest/doctest.h>

#include "runtime_core/mutator/test_support.h"

namespace runtime_core {
namespace {

using testing::done;
using testing::go_context;
using testing::last_words;
using testing::runs_well;

constexpr u8 context_and_channels[] = {bits_scalar | bits_pointer << 2 | bits_pointer << 4};
constexpr Slot ch = local(0), value = local(1), other = local(2);

void make_value(Mutator& m, u64 number) {
  m.alloc(value, &go_context(m).node);
  m.store_number(value, 1, number);
}

// A channel with a buffer keeps the order, and says what it has no room for.
constexpr Function buffered = {
    "buffered", 1, 3, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
      m.make_chan(ch, &go_context(m).pointer, 3);
      bool good = !m.try_receive(ch, value).selected;
      for (u64 i = 0; i < 3; i++) {
        make_value(m, i);
        m.send(ch, value);
      }
      m.clear(value);
      good = good && !m.try_send(ch, value);
      m.collect();
      for (u64 i = 0; i < 2; i++) {
        good = good && m.receive(ch, value) && m.load_number(value, 1) == i;
      }
      m.close(ch);
      good = good && m.receive(ch, value) && m.load_number(value, 1) == 2;
      good = good && !m.receive(ch, value) && m.is_nil(value);
      const Received last = m.try_receive(ch, value);
      done(m, good && last.selected && !last.received);
    }};

TEST_CASE("a buffer keeps the order, and its objects") { CHECK(runs_well(buffered)); }

// A nil channel is never ready.
constexpr Function of_nil = {
    "of_nil", 1, 6, 0, scalar_words.bytes, scalar_words.bytes, [](Mutator& m) {
      bool good = !m.try_send(ch, value) && !m.try_receive(ch, value).selected;
      const Selected chosen =
          m.select(local(1), {{SelectKind::receive, ch, ch}, {SelectKind::otherwise}});
      done(m, good && chosen.index == 1);
    }};

TEST_CASE("a nil channel is never ready") { CHECK(runs_well(of_nil)); }

TEST_CASE("what may not be done with a channel") {
  static constexpr Function send_closed = {
      "send_closed", 1, 3, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
        m.make_chan(ch, &go_context(m).pointer, 1);
        m.close(ch);
        m.send(ch, value);
      }};
  static constexpr Function close_twice = {
      "close_twice", 1, 3, 0, scalar_words.bytes, pointer_words.bytes, [](Mutator& m) {
        m.make_chan(ch, &go_context(m).pointer, 0);
        m.close(ch);
        m.close(ch);
      }};
  static constexpr Function close_nil = {"close_nil",
                                         1,
                                         3,
                                         0,
                                         scalar_words.bytes,
                                         pointer_words.bytes,
                                         [](Mutator& m) { m.close(ch); }};
  CHECK(last_words(send_closed) == "fatal error: panic: send on closed channel [runtime.panic]\n");
  CHECK(last_words(close_twice) == "fatal error: panic: close of closed channel [runtime.panic]\n");
  CHECK(last_words(close_nil) == "fatal error: panic: close of nil channel [runtime.panic]\n");
}

// Several send, several receive, all of them collect now and then; the stacks of those who wait
// have been large. Each value is received once.
constexpr u64 senders = 4, values = 300;

constexpr Function large = {"large", 0, 250, 0, nullptr, scalar_words.bytes, [](Mutator&) {}};
void sender_body(Mutator& m) {
  for (u64 i = 1; i <= values; i++) {
    make_value(m, i);
    m.send(argument(1), value);
    m.clear(value);
    if (i % 100 == 0) m.collect();
  }
  m.send(argument(2), value);
}
constexpr Function sender = {"sender",   3, 3, 0, context_and_channels, pointer_words.bytes,
                             sender_body};
void receiver_body(Mutator& m) {
  m.call(large, {});
  while (m.receive(argument(1), value)) {
    go_context(m).sum.fetch_add(m.load_number(value, 1), relaxed);
    go_context(m).count.fetch_add(1, relaxed);
  }
  m.send(argument(2), value);
}
constexpr Function receiver = {"receiver",   3, 3, 0, context_and_channels, pointer_words.bytes,
                               receiver_body};

template <u64 capacity>
void crowd_body(Mutator& m) {
  m.make_chan(ch, &go_context(m).pointer, capacity);
  m.make_chan(other, &go_context(m).pointer, 0);
  m.set_number(local(3), m.number(argument(0)));
  for (u64 i = 0; i < senders; i++) {
    m.spawn(sender, {local(3), ch, other});
    m.spawn(receiver, {local(3), ch, other});
  }
  for (u64 i = 0; i < senders; i++) m.receive(other);
  m.close(ch);
  for (u64 i = 0; i < senders; i++) m.receive(other);
  done(m, go_context(m).count == senders * values &&
              go_context(m).sum == senders * values * (values + 1) / 2);
}
constexpr u8 crowd_words[] = {bits_pointer | bits_pointer << 2 | bits_pointer << 4 |
                              bits_scalar << 6};
constexpr Function crowd = {"crowd", 1, 4, 0, scalar_words.bytes, crowd_words, crowd_body<0>};
constexpr Function buffered_crowd = {"crowd",      1, 4, 0, scalar_words.bytes, crowd_words,
                                     crowd_body<7>};

TEST_CASE("many goroutines on one channel") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(runs_well(crowd, procs));
    CHECK(runs_well(buffered_crowd, procs));
  }
}

// Two that send on one of two channels, or receive from the other, whichever is ready.
constexpr u64 turns = 2000;
constexpr u8 trader_words[] = {
    bits_pointer | bits_scalar << 2 | bits_scalar << 4 | bits_scalar << 6, 0x55};
void trader_body(Mutator& m) {
  u64 sent = 0, received = 0;
  while (sent < turns || received < turns) {
    const Selected chosen = m.select(local(1), {{SelectKind::send, argument(1), local(0)},
                                                {SelectKind::receive, argument(2), local(0)}});
    (chosen.index == 0 ? sent : received)++;
    if (sent == turns) m.clear(argument(1));
    if (received == turns) m.clear(argument(2));
  }
  go_context(m).count.fetch_add(1, seq_cst);
}
constexpr Function trader = {"trader", 3, 6, 0, context_and_channels, trader_words, trader_body};
constexpr Function trade = {"trade", 1, 4, 0, scalar_words.bytes, crowd_words, [](Mutator& m) {
                              m.make_chan(local(0), &go_context(m).pointer, 0);
                              m.make_chan(local(1), &go_context(m).pointer, 1);
                              m.set_number(local(3), m.number(argument(0)));
                              m.spawn(trader, {local(3), local(0), local(1)});
                              m.spawn(trader, {local(3), local(1), local(0)});
                              while (go_context(m).count.load(seq_cst) < 2) m.yield();
                              done(m, true);
                            }};

TEST_CASE("selects that send to each other") {
  for (const u32 procs : {1u, 2u, 4u}) {
    CAPTURE(procs);
    CHECK(runs_well(trade, procs));
  }
}

}  // namespace
}  // namespace runtime_core
