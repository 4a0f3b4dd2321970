// Names of the kinds of features, as results spell them.
#include "model/features.h"

namespace model {

const char* name_of(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::happens_before:
      return "happens_before";
    case FeatureKind::edge:
      return "edge";
    case FeatureKind::state:
      return "state";
    case FeatureKind::scenario:
      return "scenario";
    case FeatureKind::count_:
      break;
  }
  return "unknown";
}

}  // namespace model
