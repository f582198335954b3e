# SPDX-License-Identifier: BSD-2-Clause
# How every folder of the project becomes a CMake target.

option(SERAI_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(SERAI_FUZZ "Build the libFuzzer targets (clang)" OFF)
option(SERAI_COVERAGE "Build for coverage measurement" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Settings that all of the project's code is compiled with.
add_library(serai_settings INTERFACE)
target_include_directories(serai_settings INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(serai_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                -Wsign-conversion -Werror)
# GCC 12 sees an impossible overlap in std::string (its bug 105651).
target_compile_options(serai_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# clang looks into libstdc++'s own templates, which use what libstdc++ deprecates.
target_compile_options(serai_settings
                       INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
# Paths in a binary would make it depend on where it was built.
target_compile_options(serai_settings INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
# The freestanding code has no type information, so the vptr check has nothing to read.
if(SERAI_SANITIZE)
  target_compile_options(serai_settings INTERFACE -fsanitize=address,undefined -fno-sanitize=vptr
                                                  -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(serai_settings INTERFACE -fsanitize=address,undefined)
endif()
if(SERAI_FUZZ)
  target_compile_options(serai_settings INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                                                  -fno-sanitize=vptr
                                                  -fno-sanitize-recover=all)
  target_link_options(serai_settings INTERFACE -fsanitize=address,undefined)
endif()
if(SERAI_COVERAGE)
  target_compile_options(serai_settings INTERFACE --coverage)
  target_link_options(serai_settings INTERFACE --coverage)
endif()

# Settings of the freestanding code, on the host too, so that tests see what the target runs.
add_library(serai_freestanding INTERFACE)
target_link_libraries(serai_freestanding INTERFACE serai_settings)
target_compile_options(
  serai_freestanding INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti
                               -fno-threadsafe-statics>)
if(NOT SERAI_RUNTIME STREQUAL "host")
  target_compile_options(
    serai_freestanding
    INTERFACE -O2
              -flto
              -ffreestanding
              -fno-pic
              -fno-stack-protector
              -fno-asynchronous-unwind-tables
              -fno-unwind-tables
              -ffunction-sections
              -fdata-sections
              -falign-functions=4
              -falign-jumps=1
              -falign-loops=1
              -falign-labels=1
              -mcpu=cortex-a53
              -mno-outline-atomics
              -mgeneral-regs-only
              -mstrict-align
              $<$<COMPILE_LANGUAGE:CXX>:-D_GLIBCXX_ASSERTIONS>)
  target_link_options(serai_freestanding INTERFACE -O2 -flto -nostdlib -static -no-pie -Wl,--gc-sections
                      -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096)
endif()

# serai_cold(SOURCE...): what runs while a program starts, or hardly ever, is compiled for its size.
function(serai_cold)
  if(NOT SERAI_RUNTIME STREQUAL "host")
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -Os)
  endif()
endfunction()

# Settings are private, so that a library of the freestanding code does not take exceptions away from
# a test or from the tool: each target, programs too, names serai_settings or serai_freestanding.
#
# serai_library(NAME [HOSTED] [DEPENDS ...]): the folder's .cpp and .S files as one library. Files
# whose names end in _test.cpp or _fuzz.cpp, and a program's main.cpp, do not belong to it.
function(serai_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HOSTED" "" "DEPENDS")
  file(GLOB sources CONFIGURE_DEPENDS *.cpp *.S)
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
  if(arg_HOSTED)
    set(settings serai_settings)
  else()
    set(settings serai_freestanding)
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE ${settings} PUBLIC ${arg_DEPENDS})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${arg_DEPENDS})
  endif()
endfunction()
