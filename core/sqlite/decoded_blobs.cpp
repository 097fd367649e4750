#include "decoded_blobs.h"

#include <algorithm>

#include "decode/inflate.h"

namespace exhibit::sqlite {

namespace {

/// The slot's value if it is of this blob, else what `decode` makes of a copy of it.
template <class T, class Decode>
std::shared_ptr<const Decoded<T>> reuse(std::shared_ptr<const Decoded<T>>& slot, Bytes blob, const Decode& decode) {
  if (slot == nullptr || !std::ranges::equal(slot->input, blob)) {
    auto fresh = std::make_shared<Decoded<T>>(blob);
    fresh->result = decode(Bytes(fresh->input));
    slot = std::move(fresh);
  }
  return slot;
}

template <class T>
void forget_note(const std::shared_ptr<const Decoded<T>>& slot) {
  if (slot != nullptr) slot->is_noted = false;
}

}  // namespace

void DecodedBlobs::start_row() {
  forget_note(plist_);
  forget_note(keyed_archive_);
  forget_note(typedstream_);
  forget_note(inflated_);
}

DecodedTree DecodedBlobs::tree(TreeForm form, Bytes blob, const Limits& limits) {
  if (form == TreeForm::plist)
    return reuse(plist_, blob, [&](Bytes bytes) { return decode::read_plist(bytes, limits); });
  return reuse(keyed_archive_, blob, [&](Bytes bytes) { return decode::read_keyed_archive(bytes, limits); });
}

DecodedText DecodedBlobs::typedstream(Bytes blob, const Limits& limits) {
  return reuse(typedstream_, blob, [&](Bytes bytes) { return decode::read_typedstream(bytes, limits); });
}

DecodedBytes DecodedBlobs::inflated(Bytes blob, std::uint64_t max_bytes) {
  return reuse(inflated_, blob, [&](Bytes bytes) { return decode::inflate_value(bytes, max_bytes); });
}

}  // namespace exhibit::sqlite
