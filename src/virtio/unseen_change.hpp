// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace serai::virtio {

/// Whether a device's configuration has changed between a driver's look at it and DRIVER_OK, when
/// there are no `Events` yet to tell of it. A part of a device, which tells when it is activated.
class UnseenChange {
 public:
  /// The driver read the configuration.
  void read() noexcept { was_read_ = true; }

  /// It changed while the device is not active. Who has not looked knows of nothing else.
  void changed() noexcept { is_unseen_ = was_read_; }

  [[nodiscard]] explicit operator bool() const noexcept { return is_unseen_; }

 private:
  bool was_read_ = false;
  bool is_unseen_ = false;
};

}  // namespace serai::virtio
