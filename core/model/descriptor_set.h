// The serialised FileDescriptorSet of artefact.proto, service.proto and what they import, made by the build.
#pragma once

#include <cstddef>

namespace exhibit::model {

extern const char kDescriptorSet[];
extern const std::size_t kDescriptorSetSize;

}  // namespace exhibit::model
