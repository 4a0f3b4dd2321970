// Which scenario takes which input.
#include "cli/inputs.h"

#include "cli/heap_output.h"

namespace cli {

std::string Inputs::load(const Options& options, sim::Machine& machine, scenarios::Env& env) {
  if (options.subject == "heap-dump") return load_heap_dump(options, machine, env);
  if (options.subject == "heap-dump-concurrent" && options.output.empty()) {
    return load_changing_heap(options, env);
  }
  if (options.subject == "alloc-trace") return load_alloc_trace(options, machine, env);
  if (!options.output.empty()) return options.subject + " takes no --output";
  if (options.subject == "mutator-program") return load_mutator_program(options, env);
  return options.input.empty() ? "" : options.subject + " takes no --input";
}

std::string Inputs::load_heap_dump(const Options& options, sim::Machine& machine,
                                   scenarios::Env& env) {
  if (options.input.empty()) return "heap-dump needs --input FILE, a Go heap dump";
  std::string error;
  heap_ = load_heap(options.input, &error);
  if (!heap_) return error;
  env.input = &heap_->input;
  survivors_ = std::make_unique<checkers::HeapDumpSurvivors>(heap_->input, heap_->reachable, env);
  machine.observers.push_back(survivors_.get());
  return "";
}

// What is reachable changes: the checkers of all scenarios know it from the stores.
std::string Inputs::load_changing_heap(const Options& options, scenarios::Env& env) {
  if (options.input.empty()) return "heap-dump --concurrent needs --input FILE, a Go heap dump";
  std::string error;
  heap_ = load_heap(options.input, &error);
  if (heap_) env.input = &heap_->input;
  return error;
}

std::string Inputs::load_alloc_trace(const Options& options, sim::Machine& machine,
                                     scenarios::Env& env) {
  if (options.input.empty()) {
    return "alloc-trace needs --input FILE, the output of GODEBUG=allocfreetrace=1";
  }
  std::string error;
  allocs_ = load_allocs(options.input, &error);
  if (!allocs_) return error;
  env.input = &allocs_->input;
  accounting_ = std::make_unique<checkers::AllocTraceAccounting>(allocs_->input, options.procs);
  machine.observers.push_back(accounting_.get());
  if (options.output.empty()) return "";
  allocs_->input.record = true;
  record_ = std::make_unique<AllocRecord>();
  machine.observers.push_back(record_.get());
  return "";
}

std::string Inputs::load_mutator_program(const Options& options, scenarios::Env& env) {
  if (options.input.empty()) return needs_mutator_program;
  std::string error;
  mutators_ = load_mutators(options.input, &error);
  if (!mutators_) return error;
  env.input = &mutators_->input;
  return "";
}

void Inputs::add_figures(Results& results) const {
  const auto add = [&](const char* name, std::uint64_t value) {
    results.emplace_back(name, static_cast<std::int64_t>(value));
  };
  if (survivors_) {
    const checkers::HeapDumpFigures& f = survivors_->figures();
    add("objects_loaded", heap_->input.objects);
    add("object_bytes_loaded", heap_->object_bytes);
    add("root_words", heap_->root_words);
    add("objects_marked", f.marked);
    add("object_bytes_marked", f.marked_bytes);
    add("objects_swept", f.swept);
    add("object_bytes_swept", f.swept_bytes);
    add("finalizers_queued", f.finalizers_queued);
    add("checkmark_passes", f.checkmark_passes);
    add("markers", f.markers.size());
    add("markers_that_handed_off", f.handed_off.size());
  }
  if (accounting_) {
    add("allocations", accounting_->allocations());
    add("frees", accounting_->frees());
    add("frees_unmatched", accounting_->frees_unmatched());
    add("collections", accounting_->collections());
    add("live_objects_end", accounting_->allocations() - accounting_->frees());
  }
}

std::string Inputs::write_output(const Options& options, const scenarios::Env& env) const {
  if (options.output.empty()) return "";
  traces::Result<std::uint64_t> written;
  if (record_) {
    written = traces::write_alloc_trace(options.output, record_->trace());
  } else {
    const auto& view = *static_cast<const scenarios::HeapDumpView*>(env.state);
    written =
        traces::write_heap_dump(options.output, dump_survivors(*heap_, view, survivors_->swept()));
  }
  return written ? "" : options.output + ": " + written.error.describe();
}

}  // namespace cli
