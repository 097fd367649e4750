// Reads a serialised FileDescriptorSet (google/protobuf/descriptor.proto) into tables, with the wire reader alone: the
// library needs no protobuf, and a host may carry any version of it.
#pragma once

#include "tables.h"

namespace exhibit::model {

/// The messages of package exhibit with their fields, enums, options and comments. `set` must outlive the tables.
void read_descriptors(Bytes set, Model::Tables& tables);

}  // namespace exhibit::model
