#include <map>
#include <mutex>

#include "boundary.h"
#include "model/model.h"

extern "C" {

exhibit_field exhibit_field_find(const char* path) {
  if (path == nullptr) return 0;
  try {
    return exhibit::model::Model::get().field(path);
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

const char* exhibit_field_path(exhibit_field field) {
  // A path is made when it is first asked for and then kept: the caller's pointer stays good.
  static std::mutex mutex;
  static std::map<exhibit_field, std::string> paths;
  try {
    const std::lock_guard lock(mutex);
    const auto known = paths.find(field);
    if (known != paths.end()) return known->second.c_str();
    std::string path = exhibit::model::Model::get().field_path(field);
    return path.empty() ? nullptr : paths.emplace(field, std::move(path)).first->second.c_str();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void exhibit_model_descriptor(const uint8_t** bytes, size_t* length) {
  const exhibit::Bytes set = exhibit::model::Model::get().descriptor_set();
  if (bytes != nullptr) *bytes = set.data();
  if (length != nullptr) *length = set.size();
}

}  // extern "C"
