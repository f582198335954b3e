// SPDX-License-Identifier: BSD-2-Clause
#include "pci/address_decoder.hpp"

#include <algorithm>

namespace serai::pci {
namespace {

bool before(std::uint64_t address, const AddressDecoder::Target& target) noexcept {
  return address < target.start;
}

}  // namespace

bool AddressDecoder::add(const Target& target) noexcept {
  const Target* const after =
      std::upper_bound(targets_.begin(), targets_.end(), target.start, before);
  const bool meets_next = after != targets_.end() && after->start - target.start < target.size;
  const bool meets_previous = after != targets_.begin() && (after - 1)->contains(target.start, 1);
  if (meets_next || meets_previous) {
    return false;
  }
  last_ = nullptr;  // insertion moves the targets
  ++version_;
  return targets_.insert(static_cast<std::size_t>(after - targets_.begin()), target).has_value();
}

const AddressDecoder::Target* AddressDecoder::find_slowly(std::uint64_t address,
                                                          AccessSize size) noexcept {
  const Target* const after = std::upper_bound(targets_.begin(), targets_.end(), address, before);
  if (after == targets_.begin() || !(after - 1)->contains(address, bytes_of(size))) {
    return nullptr;
  }
  last_ = after - 1;
  return last_;
}

}  // namespace serai::pci
