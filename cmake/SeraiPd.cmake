# SPDX-License-Identifier: BSD-2-Clause
# Protection domains as programs: one source, linked with the library of the runtime that this build
# tree is for.

set(SERAI_PROGRAM_DIR ${CMAKE_BINARY_DIR}/programs)

# What a PD sees of its runtime: headers for those who include them, the library at the very end.
add_library(serai_microkit_api INTERFACE)
add_library(serai_microkit_program INTERFACE)
if(SERAI_RUNTIME STREQUAL "testbed")
  target_include_directories(serai_microkit_api SYSTEM INTERFACE ${CMAKE_SOURCE_DIR}/testbed/include)
  target_link_libraries(serai_microkit_program INTERFACE testbed_microkit)
elseif(SERAI_RUNTIME STREQUAL "microkit")
  set(board_dir ${MICROKIT_SDK}/board/${MICROKIT_BOARD}/${MICROKIT_CONFIG})
  if(NOT EXISTS ${board_dir}/lib/libmicrokit.a)
    message(
      FATAL_ERROR
        "No Microkit SDK for board ${MICROKIT_BOARD}, configuration ${MICROKIT_CONFIG} at "
        "'${MICROKIT_SDK}'. Set MICROKIT_SDK to the folder that holds bin/ and board/.")
  endif()
  target_include_directories(serai_microkit_api SYSTEM INTERFACE ${board_dir}/include)
  target_link_libraries(serai_microkit_program INTERFACE ${board_dir}/lib/libmicrokit.a)
  target_link_options(serai_microkit_program INTERFACE -T ${board_dir}/lib/microkit.ld)
endif()

# serai_pd(NAME SOURCE... DEPENDS LIBRARY...): the program NAME.elf in SERAI_PROGRAM_DIR. One of the
# sources supplies `start_protection_domain`.
function(serai_pd name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS")
  set(program ${name}.elf)
  add_executable(${program} ${arg_UNPARSED_ARGUMENTS})
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${SERAI_PROGRAM_DIR}
                                              SUFFIX "")
  # The runtime's library calls the PD's entry points, so they must be named before it is searched.
  target_link_options(${program} PRIVATE -Wl,-u,init,-u,notified,-u,protected)
  # Link-time optimisation may call these after the libraries were searched.
  target_link_options(${program} PRIVATE -Wl,-u,memcpy,-u,memmove,-u,memset,-u,memcmp,-u,memchr,-u,strlen,-u,__popcountdi2)
  target_link_libraries(
    ${program} PRIVATE serai_freestanding ${arg_DEPENDS} serai_platform_microkit
                       serai_microkit_program serai_platform_freestanding)
endfunction()
