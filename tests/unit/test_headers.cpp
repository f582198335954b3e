// SPDX-License-Identifier: BSD-2-Clause
// The headers that all unit tests share are compiled with this file (CMakeLists.txt).
