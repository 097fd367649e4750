#include "list_view.h"

#include <cstdio>

#include "artefact_text.h"
#include "terminal_text.h"

namespace exhibit::cli {

void print_line(const RecordView& artefact) {
  std::printf("%-19s  %-14s  %s%s  %s\n", time_column(artefact).c_str(), kind_word(artefact).c_str(),
              state_mark(artefact).c_str(), clean(artefact.text(0)).c_str(), short_id(artefact).c_str());
}

}  // namespace exhibit::cli
