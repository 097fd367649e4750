#include <map>
#include <mutex>

#include "boundary.h"
#include "model/model.h"

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

exhibit_field exhibit_field_find(const char* path) {
  exhibit_field found = 0;
  guarded(nullptr, [&]() -> exhibit_status {
    if (path != nullptr) found = exhibit::model::Model::get().field(path);
    return EXHIBIT_OK;
  });
  return found;
}

const char* exhibit_field_path(exhibit_field field) {
  // A path is made when it is first asked for and then kept: the caller's pointer stays good.
  static std::mutex mutex;
  static std::map<exhibit_field, std::string> paths;
  const char* found = nullptr;
  guarded(nullptr, [&]() -> exhibit_status {
    const std::lock_guard lock(mutex);
    auto known = paths.find(field);
    if (known == paths.end()) {
      std::string path = exhibit::model::Model::get().field_path(field);
      if (path.empty()) return EXHIBIT_NONE;
      known = paths.emplace(field, std::move(path)).first;
    }
    found = known->second.c_str();
    return EXHIBIT_OK;
  });
  return found;
}

void exhibit_model_descriptor(const uint8_t** bytes, size_t* length) {
  exhibit::Bytes set;
  guarded(nullptr, [&]() -> exhibit_status {
    set = exhibit::model::Model::get().descriptor_set();
    return EXHIBIT_OK;
  });
  if (bytes != nullptr) *bytes = set.data();
  if (length != nullptr) *length = set.size();
}

}  // extern "C"
