#include "engine/finding.h"

namespace exhibit::engine {

std::string finding_text(const std::string& file, const Finding& finding) {
  std::string text = file;
  if (finding.line != 0) text += ":" + std::to_string(finding.line);
  text += ": ";
  if (!finding.where.empty()) text += finding.where + ": ";
  text += finding.message;
  if (!finding.nearest.empty()) text += "; nearest: " + finding.nearest;
  return text;
}

}  // namespace exhibit::engine
