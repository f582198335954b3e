// SPDX-License-Identifier: BSD-2-Clause
//
// Where a driver may put its rings.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

struct BadPlace {
  std::string name;
  bool packed;
  Error error;
  std::function<void(QueueFixture&, QueuePlace&)> change;
};

class QueuePlaceTest : public testing::TestWithParam<BadPlace> {};

TEST_P(QueuePlaceTest, IsRefused) {
  QueueFixture part({.size = 16, .packed = GetParam().packed, .event_index = true});
  QueuePlace place = part.driver.place();
  GetParam().change(part, place);
  const auto enabled =
      part.queue.enable(part.ram.memory(), part.pool, place, part.driver.features());
  ASSERT_FALSE(enabled);
  EXPECT_EQ(enabled.error(), GetParam().error);
  EXPECT_FALSE(part.queue.is_enabled());
  EXPECT_EQ(part.queue.pop().error(), Error::not_found);
  EXPECT_FALSE(part.queue.has_available());
  EXPECT_FALSE(part.queue.publish());
  EXPECT_FALSE(part.queue.allow_notifications());
  part.queue.suppress_notifications();
  EXPECT_TRUE(part.enable());
}

/// The wrong addresses of one area that is `bytes` long and wants `alignment`.
void add_area(std::vector<BadPlace>& cases, const std::string& name, bool packed,
              GuestAddress QueuePlace::* area, std::uint64_t bytes, std::uint64_t alignment) {
  const auto put = [&](const std::string& what, Error error, auto where) {
    cases.push_back({.name = name + "_" + what,
                     .packed = packed,
                     .error = error,
                     .change = [=](QueueFixture& part, QueuePlace& place) {
                       place.*area = GuestAddress(where(part.ram));
                     }});
  };
  for (std::uint64_t odd = 1; odd < alignment; odd *= 2) {
    put("misaligned_by_" + std::to_string(odd), Error::misaligned,
        [odd](GuestRam& ram) { return ram.start() + odd; });
  }
  put("at_zero", Error::out_of_range, [](GuestRam&) { return std::uint64_t{0}; });
  put("at_a_device", Error::out_of_range, [](GuestRam&) { return std::uint64_t{0xa00'0000}; });
  put("below", Error::out_of_range, [=](GuestRam& ram) { return ram.start() - alignment; });
  put("past", Error::out_of_range, [](GuestRam& ram) { return ram.end(); });
  put("over_the_end", Error::out_of_range,
      [=](GuestRam& ram) { return align_up(ram.end() - bytes + 1, alignment); });
  put("at_the_top_of_64_bits", Error::out_of_range,
      [=](GuestRam&) { return align_down(~std::uint64_t{0}, alignment); });
}

std::vector<BadPlace> bad_places() {
  std::vector<BadPlace> cases;
  add_area(cases, "split_descriptors", false, &QueuePlace::descriptors, 256, 16);
  add_area(cases, "split_available", false, &QueuePlace::driver_area, 38, 2);
  add_area(cases, "split_used", false, &QueuePlace::device_area, 134, 4);
  add_area(cases, "packed_descriptors", true, &QueuePlace::descriptors, 256, 16);
  add_area(cases, "packed_driver_events", true, &QueuePlace::driver_area, 4, 4);
  add_area(cases, "packed_device_events", true, &QueuePlace::device_area, 4, 4);
  for (const bool packed : {false, true}) {
    for (const std::uint32_t size : {0U, 3U, 12U, 65U, 128U, 1025U, 2048U, 32768U, 65535U}) {
      if (packed && (size == 3 || size == 12)) {
        continue;
      }
      cases.push_back({.name = (packed ? "packed_size_" : "split_size_") + std::to_string(size),
                       .packed = packed,
                       .error = Error::bad_value,
                       .change = [size](QueueFixture&, QueuePlace& place) {
                         place.size = static_cast<std::uint16_t>(size);
                       }});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Bad, QueuePlaceTest, testing::ValuesIn(bad_places()),
                         [](const auto& test) { return test.param.name; });

TEST(QueuePlace, ARingMayEndWhereRamEnds) {
  QueueFixture part({.size = 16});
  QueuePlace place = part.driver.place();
  place.device_area = GuestAddress(part.ram.end() - 132);
  EXPECT_TRUE(part.queue.enable(part.ram.memory(), part.pool, place, part.driver.features()));
}

TEST(QueuePlace, APackedRingHasAnySize) {
  for (const unsigned size : {1U, 3U, 5U, 63U, 64U}) {
    QueueFixture part({.size = static_cast<std::uint16_t>(size), .packed = true});
    ASSERT_TRUE(part.enable());
    for (int i = 0; i < 200; ++i) {
      part.driver.send({VirtioDriver::bytes("x")}, {});
      EXPECT_TRUE(part.echo());
      EXPECT_TRUE(part.queue.publish());
      EXPECT_TRUE(part.driver.take_used());
    }
  }
}

}  // namespace
}  // namespace serai::virtio
