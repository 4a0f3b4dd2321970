// The operations of a Go function on channels and semaphores.
#include "runtime_core/mutator/mutator.h"
#include "runtime_core/runtime.h"
#include "runtime_core/sync/sema.h"

namespace runtime_core {

namespace {

// Where makechan leaves the channel.
struct NewChannel {
  Mutator* mutator;
  Slot to;
};

std::atomic<u32>* count_in(u64* word) { return reinterpret_cast<std::atomic<u32>*>(word); }

}  // namespace

// The whole value has to be in the frame. A null channel never looks at it.
StackPlace Mutator::value_place(Slot chan, Slot first) const {
  const Hchan* c = channel(chan);
  if (c == nullptr) return nowhere;
  const u32 words = c->elemsize / ptr_size;
  if (words == 0) return nowhere;
  address({first.index + words - 1, first.is_argument});
  return place(first);
}

void Mutator::make_chan(Slot to, const Type* elem, u64 size) {
  NewChannel made{this, to};
  makechan(
      gp_, elem, size,
      [](void* context, Hchan* c) {
        const auto& m = *static_cast<NewChannel*>(context);
        m.mutator->set(m.to, reinterpret_cast<u64>(c));
      },
      &made);
}

void Mutator::send(Slot chan, Slot first) {
  chansend(gp_, channel(chan), value_place(chan, first), true);
}

bool Mutator::receive(Slot chan, Slot first) {
  return chanrecv(gp_, channel(chan), value_place(chan, first), true).received;
}

bool Mutator::receive(Slot chan) { return chanrecv(gp_, channel(chan), nowhere, true).received; }

bool Mutator::try_send(Slot chan, Slot first) {
  return chansend(gp_, channel(chan), value_place(chan, first), false);
}

Received Mutator::try_receive(Slot chan, Slot first) {
  return chanrecv(gp_, channel(chan), value_place(chan, first), false);
}

void Mutator::close(Slot chan) { closechan(gp_, channel(chan)); }

Selected Mutator::select(Slot record, std::initializer_list<SelectCase> cases) {
  if (cases.size() > select_cases_max) throw_("a select with too many cases");
  Select sel;
  sel.count = static_cast<u32>(cases.size());
  if (sel.count > 0) address({record.index + select_record_words(sel.count) - 1, false});
  sel.record = place(record);
  for (u32 i = 0; i < sel.count; i++) {
    const SelectCase& one = cases.begin()[i];
    const bool waits = one.kind != SelectKind::otherwise;
    sel.cases[i] = {one.kind, waits ? place(one.chan) : nowhere,
                    waits ? value_place(one.chan, one.value) : nowhere};
  }
  return selectgo(gp_, &sel);
}

void Mutator::semacquire(Slot object, u32 index) {
  runtime_core::semacquire(gp_, count_in(&words_of(object)[index]));
}

void Mutator::semrelease(Slot object, u32 index) {
  runtime_core::semrelease(gp_, count_in(&words_of(object)[index]));
}

}  // namespace runtime_core
