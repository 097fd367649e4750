#include "list_view.h"

#include <cstdio>

#include "artefact_text.h"
#include "color.h"
#include "terminal_text.h"

namespace exhibit::cli {

void print_line(const RecordView& artefact) {
  // One line is one line: what is longer stands whole under its id.
  constexpr std::size_t kWidest = 160;
  std::string title = clean(artefact.text(0));
  if (display_width(title) > kWidest) title = fit(title, kWidest);
  std::printf("%-25s  %-14s  %s%s  %s\n", time_column(artefact).c_str(), kind_word(artefact).c_str(),
              styled(Style::deleted, state_mark(artefact)).c_str(), title.c_str(), short_id(artefact).c_str());
}

}  // namespace exhibit::cli
