// fuzz: casefile
#include "casefile/query.h"
#include "casefile/writer.h"

using namespace exhibit::casefile;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Case subject = std::move(*Case::create("", {}));
  if (!subject.begin_run({})) return 1;
  const auto writer = std::move(*ExhibitWriter::begin(subject, {.label = "F"}));
  if (writer->take({data, size}) && writer->finish())
    for (std::uint64_t n = 1; n <= writer->artefacts(); ++n)
      (void)Artefacts(subject).json(static_cast<std::int64_t>(n));
  subject.abandon_run();
  return 0;
}
