#include "engine/registry.h"

#include <algorithm>

#include "engine/glob.h"

namespace exhibit::engine {

std::vector<Finding> Registry::add(std::string_view text, std::string origin) {
  auto module = load_module(text, std::move(origin));
  if (!module) return std::move(module.error());
  const auto at = std::ranges::lower_bound(modules_, (*module)->name, {}, [](const auto& m) { return m->name; });
  if (at != modules_.end() && (*at)->name == (*module)->name) {
    *at = std::move(*module);
  } else {
    modules_.insert(at, std::move(*module));
  }
  return {};
}

const Module* Registry::find(std::string_view name) const {
  const auto at = std::ranges::find(modules_, name, [](const auto& module) { return std::string_view(module->name); });
  return at == modules_.end() ? nullptr : at->get();
}

std::expected<std::vector<std::shared_ptr<const Module>>, std::string> Registry::select(
    const std::vector<std::string>& patterns) const {
  // What is only excluded from is everything.
  const bool only_excludes = std::ranges::all_of(patterns, [](const std::string& p) { return p.starts_with('!'); });
  std::vector<bool> chosen(modules_.size(), only_excludes);
  for (const std::string& pattern : patterns) {
    const bool excludes = pattern.starts_with('!');
    const std::string_view glob = std::string_view(pattern).substr(excludes ? 1 : 0);
    bool matches = false;
    for (std::size_t i = 0; i < modules_.size(); ++i) {
      if (!matches_glob(glob, modules_[i]->name)) continue;
      chosen[i] = !excludes;
      matches = true;
    }
    if (!matches) return std::unexpected(pattern);
  }
  std::vector<std::shared_ptr<const Module>> selected;
  for (std::size_t i = 0; i < modules_.size(); ++i)
    if (chosen[i]) selected.push_back(modules_[i]);
  return selected;
}

}  // namespace exhibit::engine
