# How everything is compiled: one language level, warnings as errors, and the sanitisers that a preset may ask for.
# No switch here changes what a program does.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g1")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

set(CASELOAD_SANITIZE "" CACHE STRING "empty, address (with undefined behaviour) or thread")
set(CASELOAD_FUZZ OFF CACHE BOOL "build the fuzz targets (clang only)")

# Paths in programs are those of the repository, whoever builds it and wherever.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wsign-conversion>"
                    "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual;-Wimplicit-fallthrough;-Werror>")
# GCC 12 sees std::optional read unset where it is not; the address sanitiser looks for the real thing.
add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>")
if(CASELOAD_SANITIZE STREQUAL "address")
  # Without vptr: that check opens a pipe to look at memory, and where a test has taken every descriptor it sees faults that are
  # not there. What it would find, a call on a dead object, the address sanitiser finds too.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CASELOAD_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread "$<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>")
  add_link_options(-fsanitize=thread)
elseif(NOT CASELOAD_SANITIZE STREQUAL "")
  message(FATAL_ERROR "CASELOAD_SANITIZE is '${CASELOAD_SANITIZE}'; it may be empty, address or thread")
endif()
if(CASELOAD_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "CASELOAD_FUZZ needs clang: use the preset 'fuzz'")
endif()
if(CASELOAD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link -O1)  # every room tells the fuzzer where it has been
endif()
