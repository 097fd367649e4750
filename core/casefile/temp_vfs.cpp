#include "temp_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <deque>

namespace exhibit::casefile {

struct TempVfs::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;
  std::string name;
  std::string stem;
  std::deque<std::string> files;  // SQLite keeps the pointer to a name as long as its file is open
};

namespace {

/// The system's VFS with one change: a file without a name gets one beside the case.
int open_beside(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto& state = *static_cast<TempVfs::State*>(vfs->pAppData);
  if (name == nullptr) {
    state.files.push_back(state.stem + std::to_string(state.files.size()));
    state.files.back().push_back('\0');  // SQLite wants two: parameters of a URI could follow a name
    name = state.files.back().c_str();
  }
  return state.system->xOpen(state.system, name, file, flags, flags_out);
}

}  // namespace

TempVfs::TempVfs(std::string stem) : state_(std::make_unique<State>()) {
  static std::atomic<unsigned> number{0};
  state_->name = "exhibit-case-" + std::to_string(number++);
  state_->stem = std::move(stem);
  state_->system = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->system;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pNext = nullptr;
  state_->vfs.pAppData = state_.get();  // the system's xOpen is called with its own
  state_->vfs.xOpen = open_beside;
  sqlite3_vfs_register(&state_->vfs, 0);
}

TempVfs::~TempVfs() { sqlite3_vfs_unregister(&state_->vfs); }

const std::string& TempVfs::name() const { return state_->name; }

}  // namespace exhibit::casefile
