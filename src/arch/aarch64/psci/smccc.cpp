// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/psci/smccc.hpp"

namespace serai::aarch64 {
namespace {

ExitAction version(FirmwareCall& call) noexcept {
  return call.answer(std::uint64_t{smccc::offered_version});
}

ExitAction arch_features(FirmwareCall& call) noexcept;

ExitAction hypervisor_uid(FirmwareCall& call) noexcept {
  return call.answer(hypervisor_uid_words);
}

ExitAction hypervisor_revision(FirmwareCall& call) noexcept {
  constexpr std::uint32_t major = 1;
  constexpr std::uint32_t minor = 0;
  return call.answer(major, minor);
}

struct Service {
  std::uint32_t function;
  ExitAction (*answer)(FirmwareCall& call) noexcept;
};

// Not here, and so not supported: the call count, which SMCCC 1.2 deprecates; SMCCC_ARCH_SOC_ID,
// because the machine has no name; SMCCC_ARCH_WORKAROUND_1 to 3, because a VMM cannot run the
// firmware's mitigation and does not know that the processor needs none. A guest then judges by
// MIDR_EL1 and ID_AA64PFR0_EL1.
constexpr auto services = std::to_array<Service>({
    Service{smccc::version, version},
    Service{smccc::arch_features, arch_features},
    Service{smccc::hypervisor_uid, hypervisor_uid},
    Service{smccc::hypervisor_revision, hypervisor_revision},
});

const Service* find(std::uint32_t function) noexcept {
  for (const Service& service : services) {
    if (service.function == function) {
      return &service;
    }
  }
  return nullptr;
}

/// Tells about the functions of the architecture service, bits 29:24 of the identifier zero.
ExitAction arch_features(FirmwareCall& call) noexcept {
  const auto asked = static_cast<std::uint32_t>(call.argument(1));
  const bool is_arch_service = extract(asked, 24, 6) == 0;
  return call.answer(is_arch_service && find(asked) != nullptr ? CallStatus::success
                                                               : CallStatus::not_supported);
}

}  // namespace

ExitAction answer_smccc(FirmwareCall& call) noexcept {
  const Service* const service = find(call.function());
  return service != nullptr ? service->answer(call) : call.answer(CallStatus::not_supported);
}

}  // namespace serai::aarch64
