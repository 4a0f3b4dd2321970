// Channels (original: chan.go, chan.h; facts §19.4).
//
// Threads: any goroutine with a managed stack. A value comes from and goes to the stack of the
//   goroutine that sends or receives: without a buffer one of the two writes to, or reads from, the
//   stack of the other, which waits.
// Invariants: chan.exactly_once — what is sent is received once, in the order of the sends;
//   1. a channel without a buffer has waiting senders or waiting receivers, not both; 2. a
//   goroutine in a queue is made ready once: a record of a select counts only for who claims its
//   flag.
// Ordering: everything is under the channel's lock but the copy from stack to stack, after who
//   waits was taken from its queue; making it ready publishes the copy. A marker may read what is
//   stored, and may be scanning the stack that is written to: words are stored atomically.
#pragma once

#include "runtime_core/heap/type.h"
#include "runtime_core/stack/place.h"
#include "runtime_core/sync/mutex.h"
#include "runtime_core/sync/sudog.h"

namespace runtime_core {

struct WaitQueue {
  Sudog* first;
  Sudog* last;
};

struct Hchan {
  std::atomic<u64> qcount;  // values in the buffer; read as a hint without the lock, like `closed`
  u64 dataqsiz;             // values that it has room for
  uintptr* buf;
  std::atomic<u32> closed;
  u32 elemsize;  // bytes
  const Type* elemtype;
  u64 sendx, recvx;  // where in the buffer
  WaitQueue recvq, sendq;
  Mutex lock;
};

// What a receive has come to.
struct Received {
  bool selected;  // false: it would have had to wait
  bool received;  // false: the channel is closed, and the value is zero
};

// --- the operations (chan.cc) ------------------------------------------------------------------
// A channel for `size` values; a global or frame of the caller's holds it as soon as keep(c) has
// returned, as making its buffer may collect. May return on another M.
using KeepChannel = void (*)(void* context, Hchan* c);
void makechan(Goroutine* gp, const Type* elem, u64 size, KeepChannel keep, void* context);
// False: it would have had to wait, and `block` says not to. A null channel is never ready.
bool chansend(Goroutine* gp, Hchan* c, StackPlace from, bool block);
// `to` may be nowhere.
Received chanrecv(Goroutine* gp, Hchan* c, StackPlace to, bool block);
void closechan(Goroutine* gp, Hchan* c);

// --- what a select needs of them ---------------------------------------------------------------
void enqueue(M* mp, WaitQueue* q, Sudog* s);
// The first that nobody else has made ready.
Sudog* dequeue(M* mp, WaitQueue* q);
void dequeue_record(M* mp, WaitQueue* q, Sudog* s);  // original: dequeueSudoG
// From the stack into the buffer, and back. REQUIRES: room, or a value; the lock.
void put_into_buffer(Goroutine* gp, Hchan* c, StackPlace from);
void take_from_buffer(Goroutine* gp, Hchan* c, StackPlace to);
// From stack to stack; then the other side is made ready. REQUIRES: s was taken from its queue.
void send_to(Goroutine* gp, Hchan* c, Sudog* s, StackPlace from);
void receive_from(Goroutine* gp, Hchan* c, Sudog* s, StackPlace to);
void receive_nothing(Goroutine* gp, Hchan* c, StackPlace to);  // of a closed channel: zero

Type make_hchan_type();

}  // namespace runtime_core
